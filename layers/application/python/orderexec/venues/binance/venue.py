"""Binance Spot as a venue: what each request of the inside is there, and what its answers mean."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, Replace, Request
from orderexec.ports import Credentials
from orderexec.venues.accounts import VenueAccounts, find_address
from orderexec.venues.http import Transport
from orderexec.venues.metered import Metered
from orderexec.venues.rules import share_rules
from orderexec.venues.surroundings import Surroundings

from .account import ask_account_id, ask_free_balance
from .cancellations import is_not_open
from .connection import Connection
from .engine_venue import EngineVenue
from .errors import SPOT_ANSWERS
from .limits import make_meter
from .order_accounts import SPOT_ACCOUNT, OrderAccount
from .order_lists import build_list_call, read_list
from .parameters import build_amend_call, build_order_call
from .products import PING, SAME_ADDRESSES, SPOT, TIME
from .replacements import build_replace_call, classify_halves, read_replaced
from .reports import read_amended, read_placed
from .rules import BinanceMarketData

METER = make_meter(PING, SPOT_ANSWERS)
_CANCEL_REJECTED = "-2011"  # the code of a refusal to cancel or amend what is not open


def build_spot(base_url: str, given: Surroundings) -> "BinanceSpot":
    """Return Binance Spot at that address. It connects at the first request."""
    return assemble_spot(given.reach(base_url), find_address(base_url, SAME_ADDRESSES), given)


def assemble_spot(transport: Transport, address: str, given: Surroundings) -> "BinanceSpot":
    """Return Binance Spot over any transport; `address` is where its requests go, as its signers are named by it."""
    traffic = given.traffic(SPOT.name, SPOT.pool, transport)
    http = Metered(transport, traffic, METER)
    connection = Connection(http, given.clock, given.recv_window_ms, SPOT_ANSWERS, TIME)
    return BinanceSpot(
        SPOT,
        connection,
        share_rules(SPOT.name, BinanceMarketData(http), given.cache, given.clock),
        traffic,
        VenueAccounts(address, given.cache, given.clock, partial(ask_account_id, connection)),
        given.resend or SPOT.resend,
    )


@dataclass(frozen=True, slots=True)
class BinanceSpot(EngineVenue):
    """Implements ports.Venue."""

    def find_account(self, _request: Request) -> OrderAccount:
        """See EngineVenue. Spot has one account."""
        return SPOT_ACCOUNT

    def send(self, request: Request, signed_at: int, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        match request:
            case Order():
                read = _read_nothing if request.dry_run else lambda answer: Accepted(read_placed(answer, request))
                return self._send(build_order_call(request), signed_at, credentials, read)
            case OrderList():
                return self._send(
                    build_list_call(request), signed_at, credentials, lambda answer: read_list(answer, request)
                )
            case Replace():
                return self._replace(request, signed_at, credentials)
            case CancelAll():
                return self._end(request, signed_at, credentials).cancel_all(request)
            case Cancel():
                return self._end(request, signed_at, credentials).cancel(request)
            case Amend():
                answer = self._send(
                    build_amend_call(request), signed_at, credentials, lambda answer: read_amended(answer, request)
                )
                return self._refuse_amendment(request, credentials) if is_not_open(answer) else answer

    def ask_free_balance(
        self, asset: str, credentials: Credentials, *, isolated_symbol: str | None = None
    ) -> Decimal | Failure:
        """See ports.Venue. Spot has no accounts that are set apart for a symbol."""
        if isolated_symbol is not None:
            raise ValueError("Spot has no isolated accounts")
        return ask_free_balance(self.connection, asset, credentials)

    def _replace(self, replace: Replace, signed_at: int, credentials: Credentials) -> Answer:
        reply, document = self.connection.send(build_replace_call(replace), signed_at, credentials)
        answer = self.connection.parse(reply, document, lambda answer: read_replaced(answer, replace))
        return classify_halves(answer, reply, document) if isinstance(answer, Failure) else answer

    def _refuse_amendment(self, amend: Amend, credentials: Credentials) -> Answer:
        """Return why an order was not open when it should be amended; UNKNOWN if it seems to be open after all."""
        answer = self._look_up(amend, credentials).ask_order(amend.symbol, amend.client_order_id)
        if isinstance(answer, Failure):
            return answer
        detail = f"the order is {answer.status}: there is nothing left to reduce"
        return Failure(Meaning.UNKNOWN if answer.open else Meaning.REJECT, _CANCEL_REJECTED, detail)


def _read_nothing(_: object) -> Accepted:
    return Accepted(None)
