"""How the effect of each request is looked for at Binance: orders by their client order id, lists by theirs as well."""

from dataclasses import dataclass, replace
from typing import Any

from orderexec.domain.orders import Fees, Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, Placement, Replace, Request
from orderexec.domain.validity import CLOCK_MARGIN_MS
from orderexec.ports import Credentials
from orderexec.venues.absence import Source, prove_absence
from orderexec.venues.call import Parameters
from orderexec.venues.http import NoReply, Reply
from orderexec.venues.replies import read_items, read_text

from .connection import Connection
from .history import collect_history
from .order_accounts import OrderAccount
from .products import Product
from .reports import read_order
from .trades import name_trades, read_fees

_NO_SUCH_ORDER = "-2013"


@dataclass(frozen=True, slots=True)
class Lookups:
    """Questions about the orders of one account: `account` is the one of the key's that they stand in."""

    connection: Connection
    credentials: Credentials
    product: Product
    account: OrderAccount

    def find(self, request: Request) -> Answer:
        """See ports.Venue."""
        match request:
            case OrderList():
                return self._find_list(request)
            case Cancel():
                return self._find_canceled(request)
            case CancelAll():
                return self._find_all_canceled(request)
            case Amend():
                return self._find_amended(request)
            case Order() | Replace():
                report = self.ask_order(request.symbol, request.client_order_id)
                return report if isinstance(report, Failure) else Accepted(report)

    def prove_absence(self, request: Request, since: int) -> Answer:
        """See ports.Venue. Of what is not an order the lookup is the only source."""
        if not isinstance(request, Placement):
            return self.find(request)
        return prove_absence(self.product.absence_sources, lambda source: self._ask_source(source, request, since))

    def _ask_source(self, source: Source, request: Placement, since: int) -> Answer:
        match source:
            case Source.LOOKUP:
                return self.find(request)
            case Source.OPEN_ORDERS:
                return _pick(request, self.ask_open_orders(request.symbol))
            case Source.HISTORY:
                return _pick(request, self.list_orders(request, since))

    def list_orders(self, request: Request, since: int) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        ends = self.connection.now() + CLOCK_MARGIN_MS
        paging = self.account.history
        found = collect_history(since, ends, paging, lambda *span: self._ask_created(request.symbol, *span))
        if isinstance(found, Failure):
            return found
        return [order for order in found if order.client_order_id == request.client_order_id]

    def _ask_created(self, symbol: str, start: int, end: int) -> list[OrderReport] | Failure:
        span = {"startTime": str(start), "endTime": str(end), "limit": str(self.account.history.orders)}
        answer = self._ask(self.account.all_orders, {"symbol": symbol} | span)
        return self.connection.parse(*answer, _read_orders, list)

    def ask_order(self, symbol: str, client_order_id: str) -> OrderReport | Failure:
        """Return the newest order of that id. NOT_FOUND only in the documented words."""
        parameters = {"symbol": symbol, "origClientOrderId": client_order_id}
        report = self.connection.parse(*self._ask(self.account.order, parameters), read_order)
        if isinstance(report, Failure) and report.meaning is Meaning.NOT_FOUND and report.code != _NO_SUCH_ORDER:
            # "Archived" or "unknown order" is not the documented word for "there is no such order".
            return Failure(Meaning.UNKNOWN, report.code, report.detail)
        return report

    def ask_open_orders(self, symbol: str) -> list[OrderReport] | Failure:
        """Return every order of the symbol that may still trade."""
        answer = self._ask(self.account.open_orders, {"symbol": symbol})
        return self.connection.parse(*answer, _read_orders, list)

    def ask_fees(self, report: OrderReport) -> Fees | Failure:
        """See ports.Venue."""
        answer = self._ask(self.account.trades, name_trades(report.symbol, report.order_id))
        return self.connection.parse(*answer, lambda trades: read_fees(trades, report, report.order_id), list)

    def shows_all(self, cancel: CancelAll) -> bool:
        """Return whether the list of open orders, which lags, shows each that stood when the cancellation was meant.

        Clocks may differ by what the exchange takes: one behind it wrote `until`, one ahead of it is read here.
        """
        lag = self.connection.recv_window_ms + self.product.lag_ms + CLOCK_MARGIN_MS
        return self.connection.now() >= cancel.until + lag

    def _find_list(self, orders: OrderList) -> Answer:
        """Found by its first order. The list itself is looked up in a database that lags: it can only prove more."""
        leg, *others = orders.legs
        first = self.ask_order(leg.symbol, leg.client_order_id)
        if isinstance(first, OrderReport):
            rest = (self.ask_order(leg.symbol, leg.client_order_id) for leg in others)
            return Accepted(first, tuple(report for report in rest if isinstance(report, OrderReport)))
        if first.meaning is Meaning.NOT_FOUND and isinstance(self._ask_list_status(orders), str):
            return Failure(Meaning.UNKNOWN, None, "the exchange has the list but does not show its orders yet")
        return first

    def _find_canceled(self, cancel: Cancel) -> Answer:
        if cancel.list_client_order_id is not None:
            status = self._ask_list_status(cancel)
            if isinstance(status, Failure):
                return status
            if status != "ALL_DONE":
                return _not_yet(f"the list is {status}")
        report = self.ask_order(cancel.symbol, cancel.client_order_id)
        if isinstance(report, Failure):
            return report
        return _not_yet(f"the order is {report.status}") if report.open else Accepted(report)

    def _find_all_canceled(self, cancel: CancelAll) -> Answer:
        orders = self.ask_open_orders(cancel.symbol)
        if isinstance(orders, Failure):
            return orders
        left = sum(order.created_at <= cancel.until for order in orders)
        if left:
            return _not_yet(f"{left} of the orders are open")
        if not self.shows_all(cancel):
            return _not_yet("the list of open orders may lack the newest")
        return Accepted(None, self.ask_ended_by(cancel))

    def ask_ended_by(self, cancel: CancelAll) -> tuple[OrderReport, ...]:
        """Return orders that stood when the cancellation was meant and were cancelled since, as far as can be told.

        A request whose answer was lost may have ended them; the symbol's newest orders are looked through, those of one
        answer.
        """
        newest = {"symbol": cancel.symbol, "limit": str(self.account.history.orders)}
        answer = self._ask(self.account.all_orders, newest)
        since = cancel.until - CLOCK_MARGIN_MS
        orders = self.connection.parse(*answer, lambda found: _read_orders(_pick_canceled(found, since)), list)
        if isinstance(orders, Failure):
            return ()  # that they have ended is certain, and matters more than what they were
        return tuple(order for order in orders if order.created_at <= cancel.until)

    def _find_amended(self, amend: Amend) -> Answer:
        report = self.ask_order(amend.symbol, amend.client_order_id)
        if isinstance(report, Failure):
            return report
        if report.quantity is not None and report.quantity <= amend.quantity:
            return Accepted(report)
        return _not_yet(f"the order is {report.status} with quantity {report.quantity}")

    def _ask_list_status(self, request: OrderList | Cancel) -> str | Failure:
        symbol = {"symbol": request.symbol} if self.account.list_needs_symbol else {}
        named = {"origClientOrderId": str(request.list_client_order_id)}
        answer = self._ask(self.account.order_list, symbol | named)
        return self.connection.parse(*answer, lambda found: read_text(found.get("listOrderStatus")))

    def _ask(self, path: str, parameters: Parameters) -> tuple[Reply | NoReply, object]:
        """Every question goes through here: none can leave out which account is meant."""
        return self.connection.ask(path, parameters | self.account.named, self.credentials)


def _pick(request: Placement, listed: list[OrderReport] | Failure) -> Answer:
    """Return what a list of orders says of the request's order: the last one of its id, or that there is none."""
    if isinstance(listed, Failure):  # only the order's own lookup can say in one word that there is none
        return replace(listed, meaning=Meaning.UNKNOWN) if listed.meaning is Meaning.NOT_FOUND else listed
    reports = [order for order in listed if order.client_order_id == request.client_order_id]
    if not reports:
        return Failure(Meaning.NOT_FOUND, None, "no order of that id is listed")
    if isinstance(request, OrderList):
        return Failure(Meaning.UNKNOWN, None, "the exchange lists the first order but does not find it yet")
    return Accepted(reports[-1])


def _read_orders(orders: object) -> list[OrderReport]:
    return [read_order(order) for order in read_items(orders)]


def _pick_canceled(orders: object, since: int) -> list[dict[str, Any]]:
    return [
        order
        for order in read_items(orders)
        if order.get("status") == "CANCELED" and isinstance(at := order.get("updateTime"), int) and at >= since
    ]


def _not_yet(why: str) -> Failure:
    return Failure(Meaning.NO_EFFECT, None, why)
