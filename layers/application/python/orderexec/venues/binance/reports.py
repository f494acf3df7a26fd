"""How Binance's answers about orders are read: what does not read as documented stays unknown."""

from collections.abc import Iterator, Mapping
from decimal import Context, DecimalException
from typing import Any

from orderexec.domain.order_words import OrderStatus, Side
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted
from orderexec.domain.requests import Amend
from orderexec.venues.replies import Unreadable, read_items, read_number, read_text, read_whole, read_word

_AVERAGE = Context(prec=16)
Answer = Mapping[str, Any]


def read_order(answer: Answer) -> OrderReport:
    """Return the report in the answer to GET /api/v3/order. Raises Unreadable."""
    try:
        executed, quote = read_number(answer["executedQty"]), read_number(answer["cummulativeQuoteQty"])
        asked = read_number(answer.get("origQuoteOrderQty") or "0")
        return OrderReport(
            order_id=str(read_whole(answer["orderId"])),
            client_order_id=read_text(answer["clientOrderId"]),
            symbol=read_text(answer["symbol"]),
            side=Side(read_text(answer["side"])),
            status=read_text(answer["status"]),
            # An exit that sells what its entry bought has no quantity before that.
            quantity=read_number(answer["origQty"]) if "origQty" in answer else None,
            executed_quantity=executed,
            quote_quantity=asked or None,
            # The spelling is the exchange's. Negative means "not available" for some old orders.
            average_price=_AVERAGE.divide(quote, executed) if executed > 0 and quote >= 0 else None,
            created_at=read_whole(answer["time"]),
            why=_read_why(answer),
        )
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"the answer about an order lacks or garbles {error}") from None


def read_placed(answer: Answer, order: Order) -> OrderReport:
    """Return the report in the answer to a placement, in any of its forms ACK, RESULT, FULL. Raises Unreadable."""
    # ACK leaves out what was asked for; the client order id alone tells whose answer this is.
    asked = {
        "symbol": order.symbol,
        "side": order.side,
        "status": "NEW",
        "executedQty": "0",
        "cummulativeQuoteQty": "0",
        "time": answer.get("transactTime"),
        **({} if order.quantity is None else {"origQty": str(order.quantity)}),
    }
    report = read_order(asked | dict(answer))
    if report.client_order_id != order.client_order_id:
        raise Unreadable(f"the answer is about order {report.client_order_id}")
    return report


def read_canceled(answer: Answer, client_order_id: str, otherwise: int | None = None) -> Accepted:
    """Return what the cancellation of an order, or of its list, says: that order's report first. Raises Unreadable.

    `otherwise` is when it was (epoch ms), for an answer that does not say it.
    """
    reports = {report.client_order_id: report for report in read_cancellation(answer, otherwise)}
    if client_order_id not in reports:
        raise Unreadable(f"the answer about a cancellation lacks order {client_order_id}")
    return Accepted(reports.pop(client_order_id), tuple(reports.values()))


def read_all_canceled(answer: list[Answer], otherwise: int | None = None) -> Accepted:
    """Return what the cancellation of all of a symbol's orders says; `otherwise` as above. Raises Unreadable."""
    reports = (report for entry in read_items(answer) for report in read_cancellation(entry, otherwise))
    return Accepted(None, tuple(reports))


def read_cancellation(answer: Answer, otherwise: int | None = None) -> Iterator[OrderReport]:
    """Yield the report of every order that one entry of a cancellation tells of. Raises Unreadable."""
    entries = read_items(answer.get("orderReports")) if "orderReports" in answer else [answer]
    for entry in entries:
        # In it `clientOrderId` names the cancellation, and on margin the number of the order may be a text.
        number = entry.get("orderId")
        if isinstance(number, str) and number.isascii() and number.isdigit():
            number = int(number)
        named = {"clientOrderId": entry.get("origClientOrderId"), "time": entry.get("transactTime", otherwise)}
        yield read_order(dict(entry) | named | {"orderId": number})


def read_amended(answer: Answer, amend: Amend) -> Accepted:
    """Return what the answer to an amendment says; some of its fields have names of their own. Raises Unreadable."""
    order = answer.get("amendedOrder")
    if not isinstance(order, dict):
        raise Unreadable("the answer about an amendment lacks the order")
    report = read_order(
        order
        | {
            "origQty": order.get("qty"),
            "cummulativeQuoteQty": order.get("cumulativeQuoteQty"),
            "origQuoteOrderQty": order.get("quoteOrderQty"),
            "time": answer.get("transactTime"),
        }
    )
    if report.client_order_id != amend.client_order_id:
        raise Unreadable(f"the answer is about order {report.client_order_id}")
    return Accepted(report)


def _read_why(answer: Answer) -> str | None:
    """Return why the order expired, in a word of "Expiry Reasons" (enums.md); one that met its own owner's has none."""
    if (reason := read_word(answer.get("expiryReason"))) not in (None, "NONE"):
        return reason
    if answer.get("status") != OrderStatus.EXPIRED_IN_MATCH:
        return None
    match = answer.get("preventedMatchId")
    return f"self-trade prevention, match {match}" if isinstance(match, int) else "self-trade prevention"
