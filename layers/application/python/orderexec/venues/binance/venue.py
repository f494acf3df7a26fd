"""Binance Spot as a venue: what each request of the inside is there, and what its answers mean."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, Replace, Request
from orderexec.domain.validity import Resend, Validity
from orderexec.ports import Credentials
from orderexec.venues.accounts import VenueAccounts, find_address
from orderexec.venues.call import Call
from orderexec.venues.http import Transport
from orderexec.venues.metered import Metered
from orderexec.venues.rules import SharedRules, share_rules
from orderexec.venues.surroundings import Surroundings
from orderexec.venues.traffic import VenueTraffic

from .account import ask_account_id, ask_free_balance
from .connection import Connection, parse_reply
from .limits import METER
from .lookups import Lookups
from .order_lists import build_list_call, read_list
from .parameters import (
    build_amend_call,
    build_cancel_all_call,
    build_cancel_call,
    build_cancel_one_call,
    build_order_call,
)
from .products import SAME_ADDRESSES, SPOT
from .replacements import build_replace_call, classify_halves, read_replaced
from .reports import read_all_canceled, read_amended, read_canceled, read_placed
from .rules import BinanceMarketData

_CANCEL_REJECTED = "-2011"  # the code of a refusal to cancel or amend what is not open


def build_spot(base_url: str, given: Surroundings) -> "BinanceSpot":
    """Return Binance Spot at that address. It connects at the first request."""
    return assemble_spot(given.reach(base_url), find_address(base_url, SAME_ADDRESSES), given)


def assemble_spot(transport: Transport, address: str, given: Surroundings) -> "BinanceSpot":
    """Return Binance Spot over any transport; `address` is where its requests go, as its signers are named by it."""
    traffic = given.traffic(SPOT.pool, transport)
    http = Metered(transport, traffic, METER)
    connection = Connection(http, given.clock, given.recv_window_ms)
    return BinanceSpot(
        connection,
        share_rules(SPOT.name, BinanceMarketData(http), given.cache, given.clock),
        traffic,
        VenueAccounts(address, given.cache, given.clock, partial(ask_account_id, connection)),
        given.resend or SPOT.resend,
    )


@dataclass(frozen=True, slots=True)
class BinanceSpot:
    """Implements ports.Venue."""

    connection: Connection
    rules: SharedRules
    traffic: VenueTraffic
    accounts: VenueAccounts
    resend: Resend

    def get_validity(self, _request: Request) -> Validity:
        """See ports.Venue."""
        return Validity(window_ms=self.connection.recv_window_ms, processing_ms=SPOT.processing_ms, lag_ms=SPOT.lag_ms)

    def now(self) -> int:
        """See ports.Venue."""
        return self.connection.now()

    def ask_server_time(self) -> int | Failure:
        """See ports.Venue."""
        return self.connection.ask_server_time()

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
                return self._cancel_all(request, signed_at, credentials)
            case Cancel():
                answer = self._cancel(build_cancel_call(request), request.client_order_id, signed_at, credentials)
                return self._find_canceled(request, credentials) if _not_open(answer) else answer
            case Amend():
                answer = self._send(
                    build_amend_call(request), signed_at, credentials, lambda answer: read_amended(answer, request)
                )
                return self._refuse_amendment(request, credentials) if _not_open(answer) else answer

    def find(self, request: Request, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        return self._lookups(credentials).find(request)

    def prove_absence(self, request: Request, since: int, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        return self._lookups(credentials).prove_absence(request, since)

    def list_orders(self, request: Request, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        return self._lookups(credentials).list_orders(request, since)

    def _lookups(self, credentials: Credentials) -> Lookups:
        return Lookups(self.connection, credentials, SPOT)

    @property
    def positions(self) -> None:
        """See ports.Venue."""
        return

    def ask_free_balance(
        self, asset: str, credentials: Credentials, *, isolated_symbol: str | None = None
    ) -> Decimal | Failure:
        """See ports.Venue. Spot has no accounts that are set apart for a symbol."""
        if isolated_symbol is not None:
            raise ValueError("Spot has no isolated accounts")
        return ask_free_balance(self.connection, asset, credentials)

    def _send(self, call: Call, signed_at: int, credentials: Credentials, read: Callable[[Any], Accepted]) -> Answer:
        return parse_reply(*self.connection.send(call, signed_at, credentials), read)

    def _replace(self, replace: Replace, signed_at: int, credentials: Credentials) -> Answer:
        reply, document = self.connection.send(build_replace_call(replace), signed_at, credentials)
        answer = parse_reply(reply, document, lambda answer: read_replaced(answer, replace))
        return classify_halves(answer, reply, document) if isinstance(answer, Failure) else answer

    def _cancel(self, call: Call, client_order_id: str, signed_at: int, credentials: Credentials) -> Answer:
        return self._send(call, signed_at, credentials, lambda answer: read_canceled(answer, client_order_id))

    def _find_canceled(self, cancel: Cancel, credentials: Credentials) -> Answer:
        """Return what the order is that was not open when it should be cancelled: filled, perhaps; no failure."""
        answer = self.find(cancel, credentials)
        # A lookup that lags behind the refusal says "open", or nothing yet: the order's end will show.
        return Failure(Meaning.UNKNOWN, answer.code, answer.detail) if isinstance(answer, Failure) else answer

    def _refuse_amendment(self, amend: Amend, credentials: Credentials) -> Answer:
        """Return why an order was not open when it should be amended; UNKNOWN if it seems to be open after all."""
        answer = self._lookups(credentials).ask_order(amend.symbol, amend.client_order_id)
        if isinstance(answer, Failure):
            return answer
        detail = f"the order is {answer.status}: there is nothing left to reduce"
        return Failure(Meaning.UNKNOWN if answer.open else Meaning.REJECT, _CANCEL_REJECTED, detail)

    def _cancel_all(self, cancel: CancelAll, signed_at: int, credentials: Credentials) -> Answer:
        if cancel.repeated:
            return self._cancel_older(cancel, signed_at, credentials)
        call = build_cancel_all_call(cancel)
        answer = parse_reply(*self.connection.send(call, signed_at, credentials), read_all_canceled, list)
        return Accepted(None) if _not_open(answer) else answer  # there was none

    def _cancel_older(self, cancel: CancelAll, signed_at: int, credentials: Credentials) -> Answer:
        """Cancel the orders one by one: what was ordered after the signal stays."""
        lookups = self._lookups(credentials)
        orders = lookups.ask_open_orders(cancel.symbol)
        if isinstance(orders, Failure):
            return orders
        canceled: list[OrderReport] = []
        for order in orders:
            if order.created_at <= cancel.until:
                call = build_cancel_one_call(cancel.symbol, order.order_id)
                answer = self._cancel(call, order.client_order_id, signed_at, credentials)
                if isinstance(answer, Accepted):
                    canceled += [report for report in (answer.report, *answer.others) if report]
                elif not _not_open(answer):
                    return answer
        if not lookups.shows_all(cancel):
            return Failure(Meaning.UNKNOWN, None, "the list of open orders may lack the newest")
        earlier = {report.order_id: report for report in lookups.ask_ended_by(cancel)}
        return Accepted(None, tuple((earlier | {report.order_id: report for report in canceled}).values()))


def _read_nothing(_: object) -> Accepted:
    return Accepted(None)


def _not_open(answer: Answer) -> bool:
    return isinstance(answer, Failure) and answer.meaning is Meaning.NOT_FOUND
