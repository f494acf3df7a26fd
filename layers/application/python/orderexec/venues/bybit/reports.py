"""How Bybit's answers about orders are read: what does not read as documented stays unknown.

Statuses: "Enums Definitions", orderStatus. The answer to a request says only that it was accepted.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, NamedTuple, TypeVar

from orderexec.domain.order_words import OrderStatus, Side
from orderexec.domain.orders import Fees, Order, OrderReport
from orderexec.venues.replies import Unreadable, read_number, read_text, read_word

Answer = Mapping[str, Any]
T = TypeVar("T")
ACCEPTED = "ACCEPTED"  # the exchange has the order, and has told nothing else of it yet

_SIDES = {"Buy": Side.BUY, "Sell": Side.SELL}
# A word that does not stand here is kept as it is, and leaves the order open.
_STATUSES = {
    "New": "NEW",
    "PartiallyFilled": "PARTIALLY_FILLED",
    "Untriggered": "UNTRIGGERED",
    "Triggered": "TRIGGERED",  # for an instant, on its way from Untriggered to New
    "Filled": OrderStatus.FILLED,
    "Cancelled": OrderStatus.CANCELED,  # of derivatives it may have traded
    "PartiallyFilledCanceled": OrderStatus.CANCELED,
    "Deactivated": OrderStatus.CANCELED,  # of spot, before it was triggered
    "Rejected": OrderStatus.REJECTED,
}
_NO_REASON = ("", "EC_NoError")
_NO_CANCEL = ("", "UNKNOWN")


class Listed(NamedTuple):
    """An order as the exchange lists it: what is told of it, its limit price, and when it last changed (epoch ms).

    `why` is why it was refused or ended, in the exchange's own word; None where it says nothing.
    """

    report: OrderReport
    price: Decimal
    updated_at: int
    why: str | None


def read_listed(entry: Answer) -> Listed:
    """Return one element of the open orders or of the history. Raises Unreadable."""
    return _read(_read_listed, entry)


def read_acknowledged(document: Answer, order: Order) -> OrderReport:
    """Return what the answer to a new order tells: that the exchange has it. Raises Unreadable."""
    return _read(lambda answer: _read_acknowledgement(answer, order), document)


def check_acknowledged(document: Answer, client_order_id: str = "", order_id: str = "") -> None:
    """Raise Unreadable unless the answer accepts a change of the order that is named by our id, or the exchange's."""
    _read(lambda answer: _check_named(answer["result"], client_order_id, order_id), document)


def check_all_acknowledged(document: Answer) -> None:
    """Raise Unreadable unless the answer accepts the cancellation of all orders; inverse of old does not say more."""
    result = document.get("result")
    if not isinstance(result, Mapping) or result.get("success", "1") != "1":
        raise Unreadable("the answer does not say that the orders are being cancelled")


def _read_acknowledgement(document: Answer, order: Order) -> OrderReport:
    result = document["result"]
    _check_id(result, order.client_order_id)
    return OrderReport(
        order_id=_read_id(result),
        client_order_id=order.client_order_id,
        symbol=order.symbol,
        side=order.side,
        status=ACCEPTED,
        quantity=order.size,
        quote_quantity=order.quote_quantity if order.size is None else None,
        executed_quantity=Decimal(0),
        created_at=_read_instant(document["time"]),
    )


def _read_listed(entry: Answer) -> Listed:
    executed = read_number(entry["cumExecQty"])
    ordered, in_quote = read_number(entry["qty"]), _is_in_quote(entry)
    word = read_text(entry["orderStatus"])
    report = OrderReport(
        order_id=_read_id(entry),
        client_order_id=read_text(entry["orderLinkId"]),
        symbol=read_text(entry["symbol"]),
        side=_SIDES[read_text(entry["side"])],
        status=_STATUSES.get(word, word),
        quantity=None if in_quote or not ordered else ordered,  # 0 of one that closes whatever is open
        quote_quantity=ordered if in_quote else None,
        executed_quantity=executed,
        average_price=_read_price(entry.get("avgPrice")) if executed else None,
        created_at=_read_instant(entry["createdTime"]),
        why=_read_word(entry, "rejectReason", _NO_REASON) or _read_word(entry, "cancelType", _NO_CANCEL),
        fees=_read_fees(entry.get("cumFeeDetail")) if executed else None,
    )
    return Listed(
        report,
        _read_price(entry.get("price")) or Decimal(0),
        _read_instant(entry["updatedTime"]),
        _read_word(entry, "rejectReason", _NO_REASON),
    )


def _read_word(entry: Answer, name: str, nothing: tuple[str, ...]) -> str | None:
    word = read_word(entry.get(name))
    return None if word in nothing else word


def _read_fees(told: object) -> Fees | None:
    """Return what the order has cost by asset, which is told of spot and linear; None where it does not read so.

    What an order is must not depend on it.
    """
    if not isinstance(told, Mapping) or not told:
        return None
    try:
        return {read_text(asset): read_number(fee) for asset, fee in told.items()}
    except (TypeError, ValueError, DecimalException):
        return None


def _is_in_quote(entry: Answer) -> bool:
    """Return whether what was ordered is counted in the quote asset: some market orders of spot."""
    return entry.get("marketUnit") == "quoteCoin" and entry.get("orderType") == "Market"


def _read_price(price: object) -> Decimal | None:
    """Return a price, None where there is none, which is "" or 0."""
    return (read_number(price) if price else None) or None


def _read_id(entry: Answer) -> str:
    order_id = read_text(entry["orderId"])
    if not order_id:
        raise ValueError("orderId")
    return order_id


def _check_named(result: Answer, client_order_id: str, order_id: str) -> None:
    if client_order_id:
        _check_id(result, client_order_id)
    if order_id and _read_id(result) != order_id:
        raise Unreadable(f"the answer is about order {_read_id(result)!a}")


def _check_id(result: Answer, client_order_id: str) -> None:
    told = read_text(result["orderLinkId"])
    if told != client_order_id:
        raise Unreadable(f"the answer is about order {told!a}")


def _read_instant(value: object) -> int:
    """Return epoch ms, which are text in lists and a number beside an answer. Raises TypeError, ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"{value!r} where a time should be")
    return int(value)


def _read(read: Callable[[Answer], T], answer: Answer) -> T:
    try:
        return read(answer)
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"the answer about an order lacks or garbles {error}") from None
