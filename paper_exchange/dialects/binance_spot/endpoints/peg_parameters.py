"""How the parameters of a pegged order are read (rest-api.md, Pegged Orders Info)."""

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_spot import order_errors
from paper_exchange.dialects.binance_spot.endpoints.leg import Leg
from paper_exchange.engine.orders import Peg
from paper_exchange.enums import MARKET_TYPES, OrderType, PegOffsetType, PegPriceType

DEEPEST_PEG = 100


def read_peg(leg: Leg, order_type: OrderType) -> Peg | None:
    """Return the peg of one leg; None if it has none."""
    names = [leg.name(name) for name in ("pegPriceType", "pegOffsetType", "pegOffsetValue")]
    parameters = leg.parameters
    price_type = parameters.choice(names[0], PegPriceType, Refused(-1210, "Invalid pegPriceType."))
    offset_type = parameters.choice(names[1], PegOffsetType, Refused(-1211, "Invalid pegOffsetType."))
    offset_value = parameters.integer(names[2])
    if (offset_type is None) != (offset_value is None):
        raise errors.must_come_together(names[1], names[2])
    if price_type is None:
        parameters.absent(*names[1:])
        return None
    if offset_value is not None and offset_value > DEEPEST_PEG:
        raise errors.too_great(names[2], DEEPEST_PEG)
    if order_type in MARKET_TYPES:
        raise order_errors.rejected("This order type may not use pegged price.")
    if order_type is OrderType.LIMIT_MAKER and price_type is PegPriceType.MARKET_PEG:
        raise order_errors.rejected("This price peg cannot be used with this order type.")
    return Peg(price_type=price_type, offset_type=offset_type, offset_value=offset_value)
