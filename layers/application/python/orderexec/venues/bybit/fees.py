"""How Bybit lists the trades of an order ("Get Trade History"): what each of them cost, and in which coin."""

from collections.abc import Iterable, Mapping
from decimal import DecimalException
from typing import Any

from orderexec.domain.orders import Fees, OrderReport
from orderexec.venues.fees import Trade, add_up
from orderexec.venues.replies import Unreadable, read_number, read_text


def read_fees(trades: Iterable[Mapping[str, Any]], report: OrderReport) -> Fees:
    """Return what they cost in all. Raises Unreadable, also if they are not all trades of the order."""
    return add_up([_read_trade(trade) for trade in trades], report, report.order_id)


def _read_trade(trade: Mapping[str, Any]) -> Trade:
    try:
        coin = read_text(trade["feeCurrency"])
        if not coin:  # as in their example; it is not guessed, since a fee may be paid in a coin of their own
            raise ValueError("feeCurrency")
        return Trade(read_text(trade["orderId"]), read_number(trade["execQty"]), read_number(trade["execFee"]), coin)
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"the answer about a trade lacks or garbles {error}") from None
