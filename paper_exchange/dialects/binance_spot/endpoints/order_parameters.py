"""How a new order is read from parameters, its own or those of one leg of an order list, and what each type demands."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypedDict

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.order_errors import invalid_time_in_force, invalid_type
from paper_exchange.dialects.binance_common.order_parameters import read_side, self_trade_prevention
from paper_exchange.dialects.binance_common.parameters import CLIENT_ORDER_ID, Parameters
from paper_exchange.dialects.binance_spot import order_errors
from paper_exchange.dialects.binance_spot.endpoints.leg import Leg
from paper_exchange.dialects.binance_spot.endpoints.peg_parameters import read_peg
from paper_exchange.engine.orders import NewOrder
from paper_exchange.enums import (
    CONTINGENT,
    MARKET_TYPES,
    OrderType,
    PegPriceType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)

LOWEST_STRATEGY_TYPE = 1_000_000
LIMITED = frozenset(OrderType) - MARKET_TYPES
TIMED = LIMITED - {OrderType.LIMIT_MAKER}


class Size(TypedDict, total=False):
    """How much is ordered: in base units, in quote units, or not known yet."""

    quantity: Decimal | None
    quote_quantity: Decimal | None


SizeReader = Callable[[Leg, OrderType], Size]


def new_order(parameters: Parameters) -> NewOrder:
    """Return the order of `POST /api/v3/order` and of all that take its parameters."""
    symbol, side = parameters.symbol(), read_side(parameters, "side")
    return leg_order(Leg(parameters), symbol, side, own_size, self_trade_prevention(parameters))


def leg_order(
    leg: Leg, symbol: str, side: Side, size: SizeReader, self_trade_prevention: SelfTradePrevention | None
) -> NewOrder:
    """Return the order of one leg, whose size `size` reads."""
    order_type = read_type(leg)
    peg = read_peg(leg, order_type)
    _check_demands(leg, order_type)
    name = leg.name("clientOrderId") if leg.prefix else "newClientOrderId"
    new = NewOrder(
        symbol=symbol,
        side=side,
        type=order_type,
        **size(leg, order_type),
        price=leg.decimal("price"),
        time_in_force=_time_in_force(leg),
        stop_price=leg.decimal("stopPrice"),
        trailing_delta=leg.integer("trailingDelta"),
        iceberg_quantity=leg.decimal("icebergQty"),
        peg=peg,
        client_order_id=leg.parameters.text(name, CLIENT_ORDER_ID),
        strategy_id=leg.integer("strategyId"),
        strategy_type=_strategy_type(leg),
        self_trade_prevention=self_trade_prevention,
    )
    _check_combination(new, leg)
    return new


def read_type(leg: Leg) -> OrderType:
    """Return the order type. Raises -1116."""
    return leg.parameters.required_choice(leg.name("type"), OrderType, invalid_type())


def own_size(leg: Leg, order_type: OrderType) -> Size:
    """Return `quantity`, or of a MARKET order `quoteOrderQty` instead."""
    if order_type is not OrderType.MARKET:
        return {"quantity": leg.parameters.required_decimal(leg.name("quantity"))}
    quantity, quote_quantity = leg.decimal("quantity"), leg.decimal("quoteOrderQty")
    if quantity is None and quote_quantity is None:
        raise errors.missing_either("quantity", "quoteOrderQty")
    if quantity is not None:
        leg.refuse("quoteOrderQty")
    return {"quantity": quantity, "quote_quantity": quote_quantity}


def _check_demands(leg: Leg, order_type: OrderType) -> None:
    """Raises -1102 for what a type needs and -1106 for what it leaves no room for."""
    if order_type in TIMED:
        leg.require("timeInForce")
    else:
        # errors.md also has -1114 for a timeInForce too many; the live exchange answers -1106.
        leg.refuse("timeInForce")
    if order_type not in LIMITED:
        leg.refuse("price", "icebergQty")
    elif not leg.sent("pegPriceType"):
        leg.require("price")
    if order_type not in CONTINGENT:
        leg.refuse("stopPrice", "trailingDelta")
    elif not (leg.sent("stopPrice") or leg.sent("trailingDelta")):
        raise errors.missing_either(leg.name("stopPrice"), leg.name("trailingDelta"))
    if order_type is not OrderType.MARKET and not leg.prefix:
        leg.refuse("quoteOrderQty")


def _check_combination(new: NewOrder, leg: Leg) -> None:
    if new.time_in_force is TimeInForce.GTC:
        return
    if new.iceberg_quantity is not None and not leg.prefix:
        raise order_errors.unsupported_combination()
    if new.iceberg_quantity is not None:
        name, time_in_force = leg.name("icebergQty"), leg.name("timeInForce")
        raise Refused(-1160, f"Parameter '{name}' is not supported if '{time_in_force}' is not GTC.")
    primary = new.peg is not None and new.peg.price_type is PegPriceType.PRIMARY_PEG
    if primary and new.type is OrderType.LIMIT:
        raise order_errors.unsupported_combination()


def _strategy_type(leg: Leg) -> int | None:
    strategy_type = leg.integer("strategyType")
    if strategy_type is not None and strategy_type < LOWEST_STRATEGY_TYPE:
        raise Refused(-1134, f"strategyType was less than {LOWEST_STRATEGY_TYPE}.")
    return strategy_type


def _time_in_force(leg: Leg) -> TimeInForce:
    name = leg.name("timeInForce")
    return leg.parameters.choice(name, TimeInForce, invalid_time_in_force()) or TimeInForce.GTC
