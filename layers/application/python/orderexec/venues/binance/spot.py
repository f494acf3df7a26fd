"""Binance Spot as a venue: what each request of the inside is there, and what its answers mean."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, Replace, Request
from orderexec.domain.validity import Resend, Validity
from orderexec.ports import Credentials
from orderexec.venues.accounts import VenueAccounts
from orderexec.venues.traffic import VenueTraffic

from .connection import Connection, understood
from .lookups import Lookups
from .parameters import Call, amend_call, cancel_call, list_call, order_call, replace_call
from .replacements import replacement_failure
from .reports import read_all_canceled, read_amended, read_canceled, read_list, read_placed, read_replaced
from .rules import BinanceRules
from .values import Unreadable, items, number, text

# "APIs have a timeout of 10 seconds when processing a request" (rest-api.md). The next sentence says that a timeout
# does not always mean that the matching engine failed the request, so this bound is assumed: twice what is documented.
PROCESSING_MS = 20_000
# Assumed: lookups are documented to lag (the sources Matching Engine, Memory and Database), and no bound is.
LAG_MS = 10_000
DEFAULT_RESEND = Resend.ONCE  # since the bounds are assumed


@dataclass(frozen=True, slots=True)
class BinanceSpot:
    """Implements ports.Venue."""

    connection: Connection
    rules: BinanceRules
    traffic: VenueTraffic
    accounts: VenueAccounts
    resend: Resend = DEFAULT_RESEND

    def validity(self, _request: Request) -> Validity:
        """See ports.Venue."""
        return Validity(window_ms=self.connection.recv_window_ms, processing_ms=PROCESSING_MS, lag_ms=LAG_MS)

    def now(self) -> int:
        """See ports.Venue."""
        return self.connection.now()

    def server_time(self) -> int | Failure:
        """See ports.Venue."""
        return self.connection.server_time()

    def send(self, request: Request, signed_at: int, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        match request:
            case Order():
                read = _nothing if request.dry_run else lambda answer: Accepted(read_placed(answer, request))
                return self._send(order_call(request), signed_at, credentials, read)
            case OrderList():
                return self._send(list_call(request), signed_at, credentials, lambda answer: read_list(answer, request))
            case Replace():
                return self._replace(request, signed_at, credentials)
            case CancelAll():
                return self._cancel_all(request, signed_at, credentials)
            case Cancel():
                answer = self._cancel(cancel_call(request), request.client_order_id, signed_at, credentials)
                return self._closed(request, credentials) if _not_open(answer) else answer
            case Amend():
                answer = self._send(
                    amend_call(request), signed_at, credentials, lambda answer: read_amended(answer, request)
                )
                return self._not_amended(request, credentials) if _not_open(answer) else answer

    def find(self, request: Request, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        return self._lookups(credentials).find(request)

    def search(self, request: Request, since: int, credentials: Credentials) -> Answer:
        """See ports.Venue. The sources: the order's own lookup, the open orders, the order history."""
        return self._lookups(credentials).search(request, since)

    def orders_of(self, request: Request, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        return self._lookups(credentials).orders_of(request, since)

    def _lookups(self, credentials: Credentials) -> Lookups:
        return Lookups(self.connection, credentials, LAG_MS)

    def free_balance(self, asset: str, credentials: Credentials) -> Decimal | Failure:
        """See ports.Venue."""
        answer = self.connection.ask("/api/v3/account", {"omitZeroBalances": "true"}, credentials)
        return understood(*answer, lambda account: _free(account, asset))

    def _send(self, call: Call, signed_at: int, credentials: Credentials, read: Callable[[Any], Accepted]) -> Answer:
        return understood(*self.connection.send(call, signed_at, credentials), read)

    def _replace(self, replace: Replace, signed_at: int, credentials: Credentials) -> Answer:
        reply, document = self.connection.send(replace_call(replace), signed_at, credentials)
        answer = understood(reply, document, lambda answer: read_replaced(answer, replace))
        return replacement_failure(answer, reply, document) if isinstance(answer, Failure) else answer

    def _cancel(self, call: Call, client_order_id: str, signed_at: int, credentials: Credentials) -> Answer:
        return self._send(call, signed_at, credentials, lambda answer: read_canceled(answer, client_order_id))

    def _closed(self, cancel: Cancel, credentials: Credentials) -> Answer:
        """What the order is that was not open when it should be cancelled: filled, perhaps; that is no failure."""
        answer = self.find(cancel, credentials)
        # A lookup that lags behind the refusal says "open", or nothing yet: the order's end will show.
        return Failure(Meaning.UNKNOWN, answer.code, answer.detail) if isinstance(answer, Failure) else answer

    def _not_amended(self, amend: Amend, credentials: Credentials) -> Answer:
        answer = self._lookups(credentials).order(amend.symbol, amend.client_order_id)
        if isinstance(answer, Failure):
            return answer
        detail = f"the order is {answer.status}: there is nothing left to reduce"
        return Failure(Meaning.UNKNOWN if answer.open else Meaning.REJECT, "-2011", detail)

    def _cancel_all(self, cancel: CancelAll, signed_at: int, credentials: Credentials) -> Answer:
        if cancel.repeated:
            return self._cancel_older(cancel, signed_at, credentials)
        call = Call("DELETE", "/api/v3/openOrders", {"symbol": cancel.symbol})
        answer = understood(*self.connection.send(call, signed_at, credentials), read_all_canceled, list)
        return Accepted(None) if _not_open(answer) else answer  # there was none

    def _cancel_older(self, cancel: CancelAll, signed_at: int, credentials: Credentials) -> Answer:
        """One by one: what was ordered after the signal stays."""
        lookups = self._lookups(credentials)
        orders = lookups.open_orders(cancel.symbol)
        if isinstance(orders, Failure):
            return orders
        canceled: list[OrderReport] = []
        for order in orders:
            if order.created_at <= cancel.until:
                call = Call("DELETE", "/api/v3/order", {"symbol": cancel.symbol, "orderId": order.order_id})
                answer = self._cancel(call, order.client_order_id, signed_at, credentials)
                if isinstance(answer, Accepted):
                    canceled += [report for report in (answer.report, *answer.others) if report]
                elif not _not_open(answer):
                    return answer
        if not lookups.shows_all(cancel):
            return Failure(Meaning.UNKNOWN, None, "the list of open orders may lack the newest")
        earlier = {report.order_id: report for report in lookups.ended_by(cancel)}
        return Accepted(None, tuple((earlier | {report.order_id: report for report in canceled}).values()))


def _nothing(_: object) -> Accepted:
    return Accepted(None)


def _not_open(answer: Answer) -> bool:
    return isinstance(answer, Failure) and answer.meaning is Meaning.NOT_FOUND


def _free(account: dict[str, Any], asset: str) -> Decimal:
    try:
        balances = {text(entry["asset"]): number(entry["free"]) for entry in items(account["balances"])}
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unreadable(f"the answer about the account lacks or garbles {error}") from None
    return balances.get(asset, Decimal(0))
