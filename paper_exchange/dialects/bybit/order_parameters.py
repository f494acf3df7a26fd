"""How "Place Order" is read, and what its parameters demand of one another."""

from decimal import Decimal

from paper_exchange.dialects.bybit import errors
from paper_exchange.dialects.bybit.asked import SIDES, Asked, Exit
from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.dialects.bybit.words import (
    Category,
    Direction,
    Lifetime,
    MarketUnit,
    OrderFilter,
    OrderType,
    TpslMode,
    TriggerBy,
)
from paper_exchange.enums import Side

RISES, FALLS = 1, 2


def read_order(parameters: Parameters) -> Asked:
    """Return the order. Raises 10001 and its like."""
    category = parameters.required_choice("category", Category)
    symbol, side = parameters.required("symbol"), parameters.required_choice("side", Direction).side
    at_market = parameters.required_choice("orderType", OrderType) is OrderType.MARKET
    reduce_only = parameters.flag("reduceOnly")
    asked = Asked(
        category=category,
        symbol=symbol,
        side=side,
        at_market=at_market,
        quantity=parameters.required_decimal("qty"),
        unit=_read_unit(parameters, side) if category is Category.SPOT and at_market else None,
        price=None if at_market else parameters.required_decimal("price"),
        lifetime=Lifetime.IOC if at_market else parameters.choice("timeInForce", Lifetime) or Lifetime.GTC,
        order_filter=_read_filter(parameters, category),
        trigger_price=_read_trigger(parameters),
        rises=parameters.integer("triggerDirection") == RISES,
        trigger_by=parameters.choice("triggerBy", TriggerBy) or TriggerBy.LAST,
        position_idx=_read_position(parameters, category),
        reduce_only=reduce_only and category is not Category.SPOT,
        close_on_trigger=parameters.flag("closeOnTrigger"),
        leverage=category is Category.SPOT and parameters.integer("isLeverage") == 1,
        take_profit=_read_exit(parameters, "takeProfit", "tp"),
        stop_loss=_read_exit(parameters, "stopLoss", "sl"),
        partial=parameters.choice("tpslMode", TpslMode) is TpslMode.PARTIAL or category is Category.SPOT,
        link_id=parameters.link_id(),
    )
    _check(asked, parameters)
    return asked


def _read_unit(parameters: Parameters, side: Side) -> MarketUnit:
    """Spot: "Market Buy order by value by default"."""
    default = MarketUnit.QUOTE if side is Side.BUY else MarketUnit.BASE
    return parameters.choice("marketUnit", MarketUnit) or default


def _read_filter(parameters: Parameters, category: Category) -> OrderFilter:
    chosen = parameters.choice("orderFilter", OrderFilter) if category is Category.SPOT else None
    return chosen or OrderFilter.ORDER


def _read_trigger(parameters: Parameters) -> Decimal | None:
    return parameters.decimal("triggerPrice") or None


def _read_position(parameters: Parameters, category: Category) -> int:
    index = parameters.integer("positionIdx") or 0
    if index not in range(len(SIDES)):
        raise errors.invalid("positionIdx invalid")
    return 0 if category is Category.SPOT else index


def _read_exit(parameters: Parameters, name: str, short: str) -> Exit | None:
    trigger_price = parameters.decimal(name) or None
    limit = parameters.decimal(f"{short}LimitPrice") or None
    kind = parameters.choice(f"{short}OrderType", OrderType)
    trigger_by = parameters.choice(f"{short}TriggerBy", TriggerBy) or TriggerBy.LAST
    if trigger_price is None:
        return None
    if (kind is OrderType.LIMIT) != (limit is not None):
        raise errors.invalid(f"{short}OrderType and {short}LimitPrice do not fit together")
    return Exit(trigger_price, limit, trigger_by)


def _check(asked: Asked, parameters: Parameters) -> None:
    if not asked.quantity and not asked.closes_all:
        raise errors.invalid("Qty invalid")
    if asked.spot:
        _check_spot(asked)
    elif asked.trigger_price and parameters.integer("triggerDirection") not in (RISES, FALLS):
        raise errors.invalid("triggerDirection invalid")
    exits = [each for each in (asked.take_profit, asked.stop_loss) if each is not None]
    if exits and asked.reduce_only:
        raise errors.Refused(110057, "Conditional order or limit order contains TP/SL related params")
    if not asked.partial and any(each.limit_price for each in exits):
        raise errors.invalid("tpslMode must be Partial")


def _check_spot(asked: Asked) -> None:
    if asked.order_filter not in (OrderFilter.ORDER, OrderFilter.TPSL, OrderFilter.STOP):
        raise errors.Refused(170201, "Invalid orderFilter parameter")
    # What it would do with a trigger price that no filter asks for is not said: here it is refused.
    if (asked.trigger_price is None) != (asked.order_filter is OrderFilter.ORDER):
        raise errors.Refused(170201, "Invalid orderFilter parameter")
    if (asked.take_profit or asked.stop_loss) and asked.at_market:
        raise errors.invalid("only a limit order of spot takes takeProfit and stopLoss")
