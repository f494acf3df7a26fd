"""How a new plain order of contracts is read from parameters, and what each type demands."""

from decimal import Decimal
from enum import StrEnum

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.order_errors import invalid_time_in_force, invalid_type
from paper_exchange.dialects.binance_common.order_parameters import read_side, self_trade_prevention
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.dialects.binance_futures import order_errors
from paper_exchange.dialects.binance_futures.answers.orders import ResponseType
from paper_exchange.dialects.binance_futures.endpoints.naming import new_id
from paper_exchange.engine.conditional_orders import ConditionalType
from paper_exchange.engine.futures_orders import NewFuturesOrder
from paper_exchange.engine.positions import PositionSide
from paper_exchange.enums import OrderType, TimeInForce


class PlainType(StrEnum):
    """The types that `POST order` has words for."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"


class Lifetime(StrEnum):
    """The values of timeInForce."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    GTX = "GTX"
    GTD = "GTD"


def new_order(parameters: Parameters) -> NewFuturesOrder:
    """Return the order of `POST order`."""
    symbol, side = parameters.symbol(), read_side(parameters)
    if parameters.required("type") in ConditionalType.__members__:
        raise order_errors.is_conditional()
    plain = parameters.required_choice("type", PlainType, invalid_type())
    position_side = read_position_side(parameters)
    reduce_only, quantity = parameters.flag("reduceOnly"), parameters.required_decimal("quantity")
    lifetime = _lifetime(parameters, plain)
    refuse_price_match(parameters)
    return NewFuturesOrder(
        symbol=symbol,
        side=side,
        type=OrderType.LIMIT_MAKER if lifetime is Lifetime.GTX else OrderType(plain),
        quantity=quantity,
        price=_price(parameters, plain),
        time_in_force=spot_time_in_force(lifetime),
        good_till_ms=_good_till(parameters, lifetime),
        position_side=position_side,
        reduce_only=reduce_only,
        client_order_id=new_id(parameters, "newClientOrderId"),
        self_trade_prevention=self_trade_prevention(parameters),
    )


def read_position_side(parameters: Parameters) -> PositionSide:
    """Return which position is meant. Raises -4060."""
    side = parameters.choice("positionSide", PositionSide, order_errors.invalid_position_side())
    return side or PositionSide.BOTH


def spot_time_in_force(lifetime: Lifetime | None) -> TimeInForce:
    """Return how long the order rests, as the engine knows it: GTX and GTD orders rest."""
    return TimeInForce(lifetime) if lifetime in (Lifetime.IOC, Lifetime.FOK) else TimeInForce.GTC


def response_type(parameters: Parameters) -> ResponseType | None:
    """Return how much the client wants to be told. Raises -1136."""
    return parameters.choice("newOrderRespType", ResponseType, order_errors.invalid_response_type())


def refuse_price_match(parameters: Parameters) -> None:
    """Refuse a price that the book is to give."""
    if parameters.text("priceMatch") not in (None, "NONE"):
        raise order_errors.invalid_price_match()


def _lifetime(parameters: Parameters, plain: PlainType) -> Lifetime | None:
    if plain is PlainType.MARKET:
        parameters.absent("timeInForce")
        return None
    return parameters.required_choice("timeInForce", Lifetime, invalid_time_in_force())


def _price(parameters: Parameters, plain: PlainType) -> Decimal | None:
    if plain is PlainType.MARKET:
        parameters.absent("price")
        return None
    return parameters.required_decimal("price")


def _good_till(parameters: Parameters, lifetime: Lifetime | None) -> int:
    if lifetime is not Lifetime.GTD:
        parameters.absent("goodTillDate")
        return 0
    until = parameters.integer("goodTillDate")
    if until is None:
        raise errors.missing_parameter("goodTillDate")
    return until
