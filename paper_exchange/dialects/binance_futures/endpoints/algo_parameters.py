"""How a new conditional order is read from parameters, and what each type demands."""

from decimal import Decimal
from enum import StrEnum

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.order_errors import invalid_time_in_force, invalid_type
from paper_exchange.dialects.binance_common.order_parameters import read_side, self_trade_prevention
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.dialects.binance_futures import order_errors
from paper_exchange.dialects.binance_futures.endpoints.naming import new_id
from paper_exchange.dialects.binance_futures.endpoints.order_parameters import (
    read_position_side,
    refuse_price_match,
    response_type,
)
from paper_exchange.engine.conditional_orders import ConditionalType, NewConditional, WorkingType
from paper_exchange.enums import TimeInForce

LOWEST_CALLBACK_RATE, HIGHEST_CALLBACK_RATE = Decimal("0.1"), Decimal(10)


class AlgoLifetime(StrEnum):
    """The values of timeInForce."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    GTX = "GTX"
    GTD = "GTD"
    GTE_GTC = "GTE_GTC"


def new_conditional(parameters: Parameters) -> NewConditional:
    """Return the order of `POST algoOrder`."""
    read_algo_type(parameters, required=True)
    symbol, side = parameters.symbol(), read_side(parameters)
    kind = parameters.required_choice("type", ConditionalType, invalid_type())
    lifetime = parameters.choice("timeInForce", AlgoLifetime, invalid_time_in_force())
    closes = _closes_position(parameters, kind)
    trailing = kind is ConditionalType.TRAILING_STOP_MARKET
    refuse_price_match(parameters)
    response_type(parameters)
    return NewConditional(
        symbol=symbol,
        side=side,
        type=kind,
        quantity=None if closes else parameters.required_decimal("quantity"),
        price=_price(parameters, kind),
        trigger_price=None if trailing else parameters.required_decimal("triggerPrice"),
        activate_price=_activate_price(parameters, trailing=trailing),
        callback_rate=_callback_rate(parameters) if trailing else None,
        working_type=_working_type(parameters),
        price_protect=_flag(parameters, "priceProtect"),
        close_position=closes,
        reduce_only=_flag(parameters, "reduceOnly"),
        position_side=read_position_side(parameters),
        maker=lifetime is AlgoLifetime.GTX,
        ends_with_position=lifetime is AlgoLifetime.GTE_GTC,
        time_in_force=_rests(lifetime),
        good_till_ms=parameters.integer("goodTillDate") or 0,
        client_id=new_id(parameters, "clientAlgoId"),
        self_trade_prevention=self_trade_prevention(parameters),
    )


def read_algo_type(parameters: Parameters, *, required: bool) -> None:
    """Refuse what is not CONDITIONAL: the others are placed elsewhere."""
    sent = parameters.required("algoType") if required else parameters.text("algoType")
    if sent not in (None, "CONDITIONAL"):
        raise errors.invalid_value("algoType")


def _closes_position(parameters: Parameters, kind: ConditionalType) -> bool:
    if not _flag(parameters, "closePosition"):
        return False
    if kind not in (ConditionalType.STOP_MARKET, ConditionalType.TAKE_PROFIT_MARKET):
        raise order_errors.strategy_invalid(kind)
    if parameters.decimal("quantity"):
        raise order_errors.quantity_with_close_position()
    if parameters.peek("reduceOnly") == "false":
        raise order_errors.reduce_only_must_be_true()
    parameters.absent("reduceOnly")
    return True


def _price(parameters: Parameters, kind: ConditionalType) -> Decimal | None:
    if kind.at_market:
        parameters.absent("price")
        return None
    return parameters.required_decimal("price")


def _activate_price(parameters: Parameters, *, trailing: bool) -> Decimal | None:
    if not trailing:
        parameters.absent("activatePrice", "callbackRate")
        return None
    parameters.absent("triggerPrice")
    return parameters.decimal("activatePrice")


def _callback_rate(parameters: Parameters) -> Decimal:
    rate = parameters.required_decimal("callbackRate")
    if not LOWEST_CALLBACK_RATE <= rate <= HIGHEST_CALLBACK_RATE:
        raise errors.invalid_value("callbackRate")
    return rate


def _working_type(parameters: Parameters) -> WorkingType:
    working = parameters.choice("workingType", WorkingType, order_errors.invalid_working_type())
    return working or WorkingType.CONTRACT_PRICE


def _flag(parameters: Parameters, name: str) -> bool:
    """Flags are words here, and may be in capitals, as those of the SDK's priceProtect."""
    value = parameters.text(name)
    if value is None:
        return False
    if value.lower() not in ("true", "false"):
        raise errors.illegal_characters(name, "^(true|false)$")
    return value.lower() == "true"


def _rests(lifetime: AlgoLifetime | None) -> TimeInForce:
    immediate = lifetime in (AlgoLifetime.IOC, AlgoLifetime.FOK)
    return TimeInForce(lifetime) if lifetime is not None and immediate else TimeInForce.GTC
