"""How the answers of Binance's futures about orders are read: what does not read as documented stays unknown."""

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, TypeVar

from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order, OrderReport
from orderexec.venues.replies import Unreadable, read_number, read_text, read_whole

Answer = Mapping[str, Any]
T = TypeVar("T")


def read_order(answer: Answer) -> OrderReport:
    """Return the report of a plain order. Raises Unreadable.

    Answers to a placement, a cancellation and an amendment say when they were given instead of when the order was
    created, and since June 2026 no average price.
    """
    return _read(_read_plain, answer)


def read_placed(answer: Answer, order: Order) -> OrderReport:
    """Return the report in the answer to a new order, plain or conditional. Raises Unreadable."""
    report = _read(_read_waiting if order.triggered else _read_plain, answer)
    if report.client_order_id != order.client_order_id:
        raise Unreadable(f"the answer is about order {report.client_order_id}")
    return report


def read_own(answer: Answer, client_order_id: str) -> OrderReport:
    """Return the report of the plain order that was meant. Raises Unreadable, also of another one."""
    report = read_order(answer)
    if report.client_order_id != client_order_id:
        raise Unreadable(f"the answer is about order {report.client_order_id}")
    return report


def read_conditional(answer: Answer) -> OrderReport:
    """Return the report of a conditional order. Raises Unreadable.

    What it has traded is that of the order that came of it: `actualQty` at `actualPrice`. The page's example has an
    `actualQty` of an order that never triggered, so a quantity counts only with a price.
    """
    return _read(_read_waiting, answer)


def read_triggered_id(answer: Answer) -> str | None:
    """Return the id of the plain order that came of a conditional order, None while it waits."""
    actual = answer.get("actualOrderId") or ""
    return str(actual) or None


def _read_plain(answer: Answer) -> OrderReport:
    executed = read_number(answer["executedQty"])
    return OrderReport(
        order_id=str(read_whole(answer["orderId"])),
        client_order_id=read_text(answer["clientOrderId"]),
        symbol=read_text(answer["symbol"]),
        side=Side(read_text(answer["side"])),
        status=read_text(answer["status"]),
        quantity=_read_quantity(answer, "origQty"),
        executed_quantity=executed,
        average_price=_read_average(answer.get("avgPrice"), executed),
        created_at=read_whole(answer["time"] if "time" in answer else answer["updateTime"]),
    )


def _read_waiting(answer: Answer) -> OrderReport:
    price = read_number(answer.get("actualPrice") or "0")
    executed = read_number(answer.get("actualQty") or "0") if price else price
    return OrderReport(
        order_id=str(read_whole(answer["algoId"])),
        client_order_id=read_text(answer["clientAlgoId"]),
        symbol=read_text(answer["symbol"]),
        side=Side(read_text(answer["side"])),
        status=read_text(answer["algoStatus"]),
        quantity=_read_quantity(answer, "quantity"),
        executed_quantity=executed,
        average_price=price if executed else None,
        created_at=read_whole(answer["createTime"]),
    )


def _read_quantity(answer: Answer, name: str) -> Decimal | None:
    """Return how much was ordered; None of an order that closes whatever is open when it is triggered."""
    return None if answer.get("closePosition") is True else read_number(answer[name])


def _read_average(price: object, executed: Decimal) -> Decimal | None:
    """Return the average price, which is 0 or "" before anything has traded, and where the answer does not tell it."""
    average = read_number(price) if executed and price else Decimal(0)
    return average or None


def _read(read: Callable[[Answer], T], answer: Answer) -> T:
    try:
        return read(answer)
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"the answer about an order lacks or garbles {error}") from None
