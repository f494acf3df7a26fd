"""What two orders must be to form an OCO: which types on which side, and where their prices lie (rest-api.md)."""

from collections.abc import Sequence
from decimal import Decimal

from paper_exchange.engine.orders import NewOrder
from paper_exchange.enums import STOP_LOSSES, TAKE_PROFITS, OrderType, Side
from paper_exchange.errors import Refused
from paper_exchange.rejections import bad_prices

TYPES = STOP_LOSSES | TAKE_PROFITS | {OrderType.LIMIT_MAKER}


def check_types(above: NewOrder, below: NewOrder) -> None:
    """Raises -1158, -1165, -1166, -1168, -1196 to -1199."""
    if not {above.type, below.type} <= TYPES:
        raise Refused(-1158, "Order type not supported in OCO.")
    if above.type is below.type is OrderType.LIMIT_MAKER:
        raise Refused(-1168, "At least one OCO order must be contingent.")
    if above.side is Side.BUY:
        _check_buy(above, below)
    else:
        _check_sell(above, below)


def _check_buy(above: NewOrder, below: NewOrder) -> None:
    if above.type is OrderType.LIMIT_MAKER:
        raise Refused(-1165, "A limit order in a buy OCO must be below.")
    if below.type in STOP_LOSSES:
        raise Refused(-1196, "A stop loss order in a buy OCO must be above.")
    if above.type in TAKE_PROFITS:
        raise Refused(-1198, "A take profit order in a buy OCO must be below.")


def _check_sell(above: NewOrder, below: NewOrder) -> None:
    if below.type is OrderType.LIMIT_MAKER:
        raise Refused(-1166, "A limit order in a sell OCO must be above.")
    if above.type in STOP_LOSSES:
        raise Refused(-1197, "A stop loss order in a sell OCO must be below.")
    if below.type in TAKE_PROFITS:
        raise Refused(-1199, "A take profit order in a sell OCO must be above.")


def check_prices(pair: Sequence[NewOrder], last_price: Decimal) -> None:
    """The last price lies between the two. Raises -2010. A single pending order has no such relationship."""
    if len(pair) == 1:
        return
    above, below = pair
    if not (_lowest(above, last_price) > last_price > _highest(below, last_price)):
        raise bad_prices()


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
