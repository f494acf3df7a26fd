"""How Binance's answers about orders are understood: what does not read as documented stays unknown."""

from collections.abc import Iterator, Mapping
from decimal import Context, DecimalException
from typing import Any

from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted
from orderexec.domain.requests import Amend, OrderList, Replace

from .values import Unreadable, items, number, text, whole

_AVERAGE = Context(prec=16)
Answer = Mapping[str, Any]


def read_order(answer: Answer) -> OrderReport:
    """The report in the answer to GET /api/v3/order. Raises Unreadable."""
    try:
        executed, quote = number(answer["executedQty"]), number(answer["cummulativeQuoteQty"])
        asked = number(answer.get("origQuoteOrderQty") or "0")
        return OrderReport(
            order_id=str(whole(answer["orderId"])),
            client_order_id=text(answer["clientOrderId"]),
            symbol=text(answer["symbol"]),
            side=Side(text(answer["side"])),
            status=text(answer["status"]),
            # An exit that sells what its entry bought has no quantity before that.
            quantity=number(answer["origQty"]) if "origQty" in answer else None,
            executed_quantity=executed,
            quote_quantity=asked or None,
            # The spelling is the exchange's. Negative means "not available" for some old orders.
            average_price=_AVERAGE.divide(quote, executed) if executed > 0 and quote >= 0 else None,
            created_at=whole(answer["time"]),
        )
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"the answer about an order lacks or garbles {error}") from None


def read_placed(answer: Answer, order: Order) -> OrderReport:
    """The report in the answer to a placement, in any of its forms ACK, RESULT, FULL. Raises Unreadable."""
    # ACK leaves out what was asked for; the client order id alone tells whose answer this is.
    asked = {
        "symbol": order.symbol, "side": order.side, "status": "NEW", "executedQty": "0", "cummulativeQuoteQty": "0",
        "time": answer.get("transactTime"), **({} if order.quantity is None else {"origQty": str(order.quantity)}),
    }  # fmt: skip
    report = read_order(asked | dict(answer))
    if report.client_order_id != order.client_order_id:
        raise Unreadable(f"the answer is about order {report.client_order_id}")
    return report


def read_list(answer: Answer, orders: OrderList) -> Accepted:
    """What the answer to a new list says: the report of its first order, then of the others. Raises Unreadable."""
    entries = {entry.get("clientOrderId"): entry for entry in items(answer.get("orderReports"))}
    missing = [leg.client_order_id for leg in orders.legs if leg.client_order_id not in entries]
    if missing:
        raise Unreadable(f"the answer about a list lacks its order {missing[0]}")
    first, *others = (read_placed(entries[leg.client_order_id], leg) for leg in orders.legs)
    return Accepted(first, tuple(others))


def read_canceled(answer: Answer, client_order_id: str) -> Accepted:
    """What the cancellation of an order, or of the list it belongs to, says, that order first. Raises Unreadable."""
    reports = {report.client_order_id: report for report in _canceled(answer)}
    if client_order_id not in reports:
        raise Unreadable(f"the answer about a cancellation lacks order {client_order_id}")
    return Accepted(reports.pop(client_order_id), tuple(reports.values()))


def read_all_canceled(answer: list[Answer]) -> Accepted:
    """What the cancellation of all of a symbol's orders says. Raises Unreadable."""
    return Accepted(None, tuple(report for entry in items(answer) for report in _canceled(entry)))


def _canceled(answer: Answer) -> Iterator[OrderReport]:
    entries = items(answer.get("orderReports")) if "orderReports" in answer else [answer]
    for entry in entries:
        # In it `clientOrderId` names the cancellation.
        yield read_order(
            dict(entry) | {"clientOrderId": entry.get("origClientOrderId"), "time": entry.get("transactTime")}
        )


def read_replaced(answer: Answer, replace: Replace) -> Accepted:
    """What the answer to a replacement says: the report of the new order, then of the old one. Raises Unreadable."""
    if (answer.get("cancelResult"), answer.get("newOrderResult")) != ("SUCCESS", "SUCCESS"):
        raise Unreadable("the answer about a replacement does not say that both halves succeeded")
    canceled, placed = answer.get("cancelResponse"), answer.get("newOrderResponse")
    if not isinstance(canceled, dict) or not isinstance(placed, dict):
        raise Unreadable("the answer about a replacement lacks one of its halves")
    return Accepted(read_placed(placed, replace.order), tuple(_canceled(canceled)))


def read_amended(answer: Answer, amend: Amend) -> Accepted:
    """What the answer to an amendment says; some of its fields have names of their own. Raises Unreadable."""
    order = answer.get("amendedOrder")
    if not isinstance(order, dict):
        raise Unreadable("the answer about an amendment lacks the order")
    report = read_order(
        order
        | {
            "origQty": order.get("qty"), "cummulativeQuoteQty": order.get("cumulativeQuoteQty"),
            "origQuoteOrderQty": order.get("quoteOrderQty"), "time": answer.get("transactTime"),
        }
    )  # fmt: skip
    if report.client_order_id != amend.client_order_id:
        raise Unreadable(f"the answer is about order {report.client_order_id}")
    return Accepted(report)
