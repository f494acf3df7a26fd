"""What two orders must be to form an OCO: which types on which side, and where their prices lie (rest-api.md)."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from paper_exchange.engine.orders import NewOrder
from paper_exchange.enums import STOP_LOSSES, TAKE_PROFITS, OrderType, Side
from paper_exchange.refusal import Kind, Refusal


class Role(StrEnum):
    """What an order of the pair is for."""

    LIMIT = "LIMIT"
    STOP_LOSS = "STOP_LOSS"
    TAKE_PROFIT = "TAKE_PROFIT"


TYPES = {Role.LIMIT: {OrderType.LIMIT_MAKER}, Role.STOP_LOSS: STOP_LOSSES, Role.TAKE_PROFIT: TAKE_PROFITS}


def check_types(above: NewOrder, below: NewOrder) -> None:
    """Pass two orders of which one may cancel the other. Raises Refusal."""
    if not {above.type, below.type} <= set().union(*TYPES.values()):
        raise Refusal(Kind.PAIR_TYPE_NOT_SUPPORTED)
    if above.type is below.type is OrderType.LIMIT_MAKER:
        raise Refusal(Kind.PAIR_WITHOUT_STOP)
    # A buyer's stop loss waits for a rise, a seller's for a fall; what takes the profit lies on the other side.
    stop, profit = (above, below) if above.side is Side.BUY else (below, above)
    for role, wrong in ((Role.LIMIT, stop), (Role.STOP_LOSS, profit), (Role.TAKE_PROFIT, stop)):
        if wrong.type in TYPES[role]:
            raise Refusal(Kind.PAIR_ON_WRONG_SIDE, role=role, side=above.side)


def check_prices(pair: Sequence[NewOrder], last_price: Decimal) -> None:
    """Pass two orders if the last price lies between them, and a single one always. Raises Refusal."""
    if len(pair) == 1:
        return
    above, below = pair
    if not (_lowest(above, last_price) > last_price > _highest(below, last_price)):
        raise Refusal(Kind.PRICES_OUT_OF_ORDER)


def _lowest(above: NewOrder, last_price: Decimal) -> Decimal:
    return min(_prices(above), default=last_price + 1)


def _highest(below: NewOrder, last_price: Decimal) -> Decimal:
    return max(_prices(below), default=last_price - 1)


def _prices(order: NewOrder) -> list[Decimal]:
    """Those that the documentation restricts; a trailing stop or a pegged order may have none."""
    prices = [order.stop_price]
    if order.type in (OrderType.LIMIT_MAKER, OrderType.TAKE_PROFIT_LIMIT):
        prices.append(order.price)
    return [price for price in prices if price is not None]
