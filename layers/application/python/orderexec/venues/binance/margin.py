"""Binance margin as a venue, cross and isolated: Spot's engine by other paths, with an account in each request."""

from dataclasses import dataclass, replace
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

from .account import ask_account_id
from .connection import Connection
from .engine_venue import EngineVenue
from .errors import SPOT_ANSWERS
from .limits import make_meter
from .margin_account import ask_cross_balance, ask_isolated_balance
from .margin_errors import MARGIN_ANSWERS
from .margin_limits import MARGIN_METER, WEIGHTS
from .margin_order_lists import build_margin_list_call
from .margin_parameters import build_margin_order_call, may_borrow
from .margin_rules import MarginMarketData
from .order_accounts import OrderAccount, find_margin_account
from .order_lists import read_list
from .products import MARGIN, PING, SAME_ADDRESSES, SPOT, TIME
from .reports import read_placed
from .rules import BinanceMarketData

_MAY_OWE = "; a loan may have been taken for it all the same: look at the account's debts"
# What Spot's engine refuses, or the checks right before it: the loan may have been taken by then.
_REFUSED_AT_THE_ENGINE = frozenset({"-1010", "-1013", "-2010", "-20204"})


def build_margin(base_url: str, given: Surroundings) -> "BinanceMargin":
    """Return Binance margin at that address, which is Spot's. It connects at the first request."""
    return assemble_margin(given.reach(base_url), find_address(base_url, SAME_ADDRESSES), given)


def assemble_margin(transport: Transport, address: str, given: Surroundings) -> "BinanceMargin":
    """Return Binance margin over any transport; `address` is where its requests go, as its signers are named by it."""
    traffic = given.traffic(MARGIN.name, MARGIN.pool, transport)
    traffic.learn(WEIGHTS)
    connection = Connection(
        Metered(transport, traffic, MARGIN_METER), given.clock, given.recv_window_ms, MARGIN_ANSWERS, TIME
    )
    spot = Metered(transport, given.traffic(SPOT.name, SPOT.pool, transport), make_meter(PING, SPOT_ANSWERS))
    return BinanceMargin(
        MARGIN,
        connection,
        # Under Spot's name: what Spot has asked serves margin as well, and the other way round.
        share_rules(SPOT.name, MarginMarketData(BinanceMarketData(spot), traffic), given.cache, given.clock),
        traffic,
        VenueAccounts(address, given.cache, given.clock, partial(ask_account_id, connection)),
        given.resend or MARGIN.resend,
    )


@dataclass(frozen=True, slots=True)
class BinanceMargin(EngineVenue):
    """Implements ports.Venue."""

    def find_account(self, request: Request) -> OrderAccount:
        """See EngineVenue. The request itself says which; nothing is guessed."""
        return find_margin_account(request)

    def send(self, request: Request, signed_at: int, credentials: Credentials) -> Answer:
        """See ports.Venue. Raises ValueError for a change of an order, which margin does not offer."""
        match request:
            case Order():
                call = build_margin_order_call(request, self.find_account(request))
                answer = self._send(call, signed_at, credentials, lambda told: Accepted(read_placed(told, request)))
                return _mention_loan(answer, request)
            case OrderList():
                call = build_margin_list_call(request, self.find_account(request))
                answer = self._send(call, signed_at, credentials, lambda told: read_list(told, request))
                return _mention_loan(answer, request.legs[0])
            case CancelAll():
                return self._end(request, signed_at, credentials).cancel_all(request)
            case Cancel():
                return self._end(request, signed_at, credentials).cancel(request)
            case Replace() | Amend():
                raise ValueError("orders on margin cannot be changed")

    def ask_free_balance(
        self, asset: str, credentials: Credentials, *, isolated_symbol: str | None = None
    ) -> Decimal | Failure:
        """See ports.Venue."""
        if isolated_symbol is None:
            return ask_cross_balance(self.connection, asset, credentials)
        return ask_isolated_balance(self.connection, asset, isolated_symbol, credentials)


def _mention_loan(answer: Answer, order: Order) -> Answer:
    """Return the answer, with a word on what it may leave: borrowing and placing are two steps of the exchange."""
    if not isinstance(answer, Failure) or not may_borrow(order):
        return answer
    in_doubt = answer.meaning in (Meaning.UNKNOWN, Meaning.BLOCKED)
    if not in_doubt and answer.code not in _REFUSED_AT_THE_ENGINE:
        return answer
    return replace(answer, detail=answer.detail + _MAY_OWE)
