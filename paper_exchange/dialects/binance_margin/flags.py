"""The parameters that only requests to margin accounts have: whose account it is, what an order does beside trading."""

from dataclasses import replace

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.engine.orders import NewOrder
from paper_exchange.enums import BORROWING, SideEffect

# Spot's orders have them, margin's have not.
SPOT_ONLY = ("pegpricetype", "pegoffsettype", "pegoffsetvalue", "strategyid", "strategytype")


def isolated(parameters: Parameters) -> bool:
    """Return whether the request is for an isolated account, without counting the flag as read or checking it."""
    return (parameters.peek("isIsolated") or "").upper() == "TRUE"


def read_isolated(parameters: Parameters) -> bool:
    """Return whether the request is for an isolated account. Raises -1130."""
    return _flag(parameters, "isIsolated", default=False)


def borrows(parameters: Parameters) -> bool:
    """Return whether the request asks for an order that may borrow, which weighs more."""
    return parameters.peek("sideEffectType") in BORROWING


def with_side_effect(parameters: Parameters, *orders: NewOrder) -> list[NewOrder]:
    """Return the orders with what the request says of borrowing and repaying. Raises -1130 and -1106."""
    _refuse_spot_only(parameters)
    effect = parameters.choice("sideEffectType", SideEffect, errors.invalid_value("sideEffectType"))
    effect = effect or SideEffect.NO_SIDE_EFFECT
    repays = _flag(parameters, "autoRepayAtCancel", default=True) and effect in BORROWING
    return [replace(order, side_effect=effect, repays_at_cancel=repays) for order in orders]


def _flag(parameters: Parameters, name: str, *, default: bool) -> bool:
    """TRUE and FALSE are documented; ccxt sends `true`."""
    value = parameters.text(name)
    if value is None:
        return default
    if value.upper() not in ("TRUE", "FALSE"):
        raise errors.invalid_value(name)
    return value.upper() == "TRUE"


def _refuse_spot_only(parameters: Parameters) -> None:
    for name in parameters.ending_with(""):
        if name.lower().endswith(SPOT_ONLY):
            raise errors.parameter_not_required(name)
