"""Whether a conditional order of Bybit's spot would wait for the right side of the market.

Spot has no triggerDirection: the exchange takes the side on which the price lies when the order comes. A stop-loss that
the market has passed already would wait there for the market to come back, and protect nothing meanwhile.
"""

from decimal import Decimal

from orderexec.domain.decimals import format_plain
from orderexec.domain.order_types import Trigger
from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Rules

_FRESH_MS = 1_000


def refuse_crossed_trigger(order: Order, rules: Rules, now: int) -> Failure | None:
    """Return why the order is not sent; None if its price lies where its type says.

    Nothing is sent either while the last price is not known. `now` is the local clock (epoch ms).
    """
    last = rules.get_last_price(order.symbol, not_before=now - _FRESH_MS)
    if isinstance(last, Failure):
        return Failure(Meaning.RETRY, last.code, f"the last price cannot be had: {last.detail}", last.retry_after)
    if last.trouble is not None:
        return Failure(Meaning.RETRY, None, f"the last price cannot be had: {last.trouble.detail}")
    return None if _lies_right(order, last.value) else _refuse(order, last.value)


def _lies_right(order: Order, last: Decimal) -> bool:
    stop = order.stop_price or Decimal(0)
    return stop < last if _waits_below(order) else stop > last


def _waits_below(order: Order) -> bool:
    return (order.type.kind.trigger is Trigger.LOSS) is (order.side is Side.SELL)


def _refuse(order: Order, last: Decimal) -> Failure:
    side = "below" if _waits_below(order) else "above"
    detail = (
        f"stop_price {format_plain(order.stop_price or Decimal(0))} of a {order.side} {order.type} must lie {side} the "
        f"last price {format_plain(last)}: the market has passed it; publish a new signal with a price on that side, "
        "or a MARKET order"
    )
    return Failure(Meaning.REJECT, None, detail)
