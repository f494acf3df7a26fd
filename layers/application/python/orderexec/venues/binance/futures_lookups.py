"""What may be asked about the orders of one account at Binance's futures, at either of the services that hold them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from orderexec.domain.orders import Fees, OrderReport
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import Amend
from orderexec.domain.validity import CLOCK_MARGIN_MS
from orderexec.ports import Credentials
from orderexec.venues.call import Parameters
from orderexec.venues.replies import Unreadable, read_items, read_number

from .connection import Connection
from .futures_products import TRADES, FuturesProduct
from .futures_reports import Answer, read_conditional, read_order, read_triggered_id
from .history import collect_history
from .order_services import CONDITIONAL, PLAIN, OrderService
from .trades import name_trades, read_fees

T = TypeVar("T")
_NO_SUCH_ORDER = "-2013"


@dataclass(frozen=True, slots=True)
class FuturesLookups:
    """Questions about the orders of one account. Nothing raises: every failure is an answer."""

    connection: Connection
    credentials: Credentials
    product: FuturesProduct

    def ask_order(self, service: OrderService, symbol: str, client_order_id: str) -> OrderReport | Failure:
        """Return the newest order of that id. NOT_FOUND only in the documented words.

        A conditional order that was triggered is told with what became of the plain order that came of it.
        """
        if service is PLAIN:
            return self._ask_one(PLAIN, PLAIN.name_order(symbol, client_order_id), read_order)
        named = CONDITIONAL.name_order(symbol, client_order_id)
        told = self._ask_one(CONDITIONAL, named, lambda answer: (read_conditional(answer), read_triggered_id(answer)))
        return told if isinstance(told, Failure) else self._follow(*told)

    def ask_terms(self, amend: Amend) -> tuple[OrderReport, Decimal] | Failure:
        """Return the order that an amendment is about, and its limit price as it is now."""
        named = PLAIN.name_order(amend.symbol, amend.client_order_id)
        return self._ask_one(PLAIN, named, lambda answer: (read_order(answer), _read_price(answer)))

    def ask_open_orders(self, service: OrderService, symbol: str) -> list[OrderReport] | Failure:
        """Return every order of the symbol that the service still has to do something for."""
        answer = self.connection.ask(self.product.path(service.open_orders), {"symbol": symbol}, self.credentials)
        return self.connection.parse(*answer, lambda orders: _read_orders(service, orders), list)

    def ask_history(self, service: OrderService, symbol: str, since: int) -> list[OrderReport] | Failure:
        """Return every order of the symbol from `since` (exchange's clock, epoch ms) on, open or not."""
        ends = self.connection.now() + CLOCK_MARGIN_MS
        return collect_history(
            since, ends, self.product.history, lambda *span: self._ask_created(service, symbol, *span)
        )

    def ask_canceled(self, service: OrderService, symbol: str, since: int) -> list[OrderReport] | Failure:
        """Return those of the symbol's newest orders that were cancelled from `since` (epoch ms) on."""
        parameters = {"symbol": symbol, "limit": str(self.product.history.orders)}
        answer = self.connection.ask(self.product.path(service.history), parameters, self.credentials)
        pick = partial(_pick_canceled, service, since)
        return self.connection.parse(*answer, lambda orders: _read_orders(service, pick(orders)), list)

    def ask_fees(self, service: OrderService, report: OrderReport) -> Fees | Failure:
        """See ports.Venue. The trades of a conditional order are those of the plain order that came of it."""
        order_id = report.order_id if service is PLAIN else self._ask_triggered_id(report)
        if isinstance(order_id, Failure):
            return order_id
        parameters = name_trades(report.symbol, order_id)
        answer = self.connection.ask(self.product.path(TRADES), parameters, self.credentials)
        return self.connection.parse(*answer, lambda trades: read_fees(trades, report, order_id), list)

    def complete(self, report: OrderReport) -> OrderReport:
        """Return the report with its average price, which the answer to a request does not tell.

        It is left as it is if that cannot be had: what is certain already is worth more.
        """
        if not report.executed_quantity or report.average_price is not None:
            return report
        told = self.ask_order(PLAIN, report.symbol, report.client_order_id)
        if isinstance(told, Failure) or told.order_id != report.order_id:
            return report
        return told if told.executed_quantity >= report.executed_quantity else report

    def _follow(self, report: OrderReport, order_id: str | None) -> OrderReport | Failure:
        """Return the report with status and trades of the plain order of that id.

        A report that is final by itself needs them: without an answer its trades are not known. The exchange forgets a
        plain order that ended without a trade (-2013), and then the report stands as it is.
        """
        if order_id is None:
            return report
        plain = self._ask_one(PLAIN, {"symbol": report.symbol, "orderId": order_id}, read_order)
        if isinstance(plain, Failure):
            return report if report.open or plain.meaning is Meaning.NOT_FOUND else plain
        return replace(
            report,
            status=plain.status,
            executed_quantity=plain.executed_quantity,
            average_price=plain.average_price,
        )

    def _ask_triggered_id(self, report: OrderReport) -> str | Failure:
        named = CONDITIONAL.name_by_exchange_id(report.symbol, report.order_id)
        order_id = self._ask_one(CONDITIONAL, named, read_triggered_id)
        return Failure(Meaning.UNKNOWN, None, "no order came of it yet") if order_id is None else order_id

    def _ask_one(self, service: OrderService, named: Parameters, read: Callable[[Answer], T]) -> T | Failure:
        answer = self.connection.ask(self.product.path(service.order), named, self.credentials)
        told = self.connection.parse(*answer, read)
        if isinstance(told, Failure) and told.meaning is Meaning.NOT_FOUND and told.code != _NO_SUCH_ORDER:
            # "Unknown order" is not the documented word for "there is no such order".
            return Failure(Meaning.UNKNOWN, told.code, told.detail)
        return told

    def _ask_created(self, service: OrderService, symbol: str, start: int, end: int) -> list[OrderReport] | Failure:
        limit = self.product.history.orders
        parameters = {"symbol": symbol, "startTime": str(start), "endTime": str(end), "limit": str(limit)}
        answer = self.connection.ask(self.product.path(service.history), parameters, self.credentials)
        return self.connection.parse(*answer, lambda orders: _read_orders(service, orders), list)


def _read_orders(service: OrderService, orders: object) -> list[OrderReport]:
    return [service.read(order) for order in read_items(orders)]


def _pick_canceled(service: OrderService, since: int, orders: object) -> list[dict[str, Any]]:
    return [
        order
        for order in read_items(orders)
        if order.get(service.status_name) == "CANCELED"
        and isinstance(at := order.get("updateTime"), int)
        and at >= since
    ]


def _read_price(answer: Answer) -> Decimal:
    try:
        return read_number(answer["price"])
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unreadable(f"the answer about an order lacks or garbles {error}") from None
