"""Which fields of a signal for a derivative go together, beyond what holds for every order."""

from collections.abc import Iterator, Mapping
from typing import Any

from .order_types import MARKET, TRAILING, OrderType
from .order_words import PositionSide, Side, TimeInForce, WorkingType
from .product import EXITS, ExitStyle
from .signals import Exit

Values = Mapping[str, Any]

_RESTING = (TimeInForce.GTC, TimeInForce.GTX, None)
_OF_THE_POSITION = ("quantity_percent", "close_position")


def check_derivative(given: Values, order_type: OrderType, style: ExitStyle) -> Iterator[str]:
    """Yield every reason why the fields of one order do not go together. What is false was not asked for."""
    yield from _check_trigger(given, order_type)
    if "reduce_only" in given and "position_side" in given:
        yield "reduce_only does not go with position_side: there the side says whether the position is reduced"
    for name in _OF_THE_POSITION:
        if name in given and _opens(given) is True:
            yield f"{name} of a {given['position_side']} position needs side {given['side'].opposite}, which reduces it"
    if EXITS & given.keys():
        yield from _check_entry(given)
        if style is ExitStyle.STEPPED:
            yield from _check_steps(given, order_type)


def _opens(given: Values) -> bool | None:
    """Whether the order opens or enlarges its position, for an account in hedge mode; None: that cannot be told."""
    position, side = given.get("position_side"), given.get("side")
    return side == position.opened_by if isinstance(position, PositionSide) and isinstance(side, Side) else None


def _check_trigger(given: Values, order_type: OrderType) -> Iterator[str]:
    kind = order_type.kind
    if kind == TRAILING:
        if "trailing_delta" not in given:
            yield f"trailing_delta is missing, type {order_type} needs it (stop_price is where it begins)"
    elif kind.triggered and "stop_price" not in given:
        yield f"stop_price is missing, type {order_type} needs it"


def _check_entry(given: Values) -> Iterator[str]:
    """Check that there is something to protect."""
    for name in ("reduce_only", "quantity_percent", "close_position", "dry_run"):
        if name in given:
            yield f"{name} does not go with take_profit and stop_loss, which protect an entry that opens a position"
    if _opens(given) is False:  # its exits would take the other side, and open what they shall end
        yield (
            f"take_profit and stop_loss protect an entry that opens a position, and side {given['side']} reduces the "
            f"position_side {given['position_side']}"
        )


def _check_steps(given: Values, order_type: OrderType) -> Iterator[str]:
    """Check what an entry needs to be protected where its exits are sent by us, one after the other."""
    stop = given.get("stop_loss")
    if "stop_loss" not in given:
        yield "take_profit needs a stop_loss beside it; a take-profit alone is a signal of its own, with reduce_only"
    elif isinstance(stop, Exit) and stop.trailing_delta is not None and stop.stop_price is not None:
        yield (
            "stop_loss takes a stop_price or a trailing_delta, not both: one that begins to follow the market at "
            "stop_price protects nothing before"
        )
    if order_type.kind != MARKET and given.get("time_in_force", TimeInForce.GTC) in _RESTING:
        yield from _check_exits_of_resting(given)


def _check_exits_of_resting(given: Values) -> Iterator[str]:
    if "take_profit" in given:
        yield (
            "take_profit does not go with an entry that rests, since the profit may be reached before the entry is: "
            "give time_in_force IOC or FOK, or type MARKET, or leave take_profit out"
        )
    stop = given.get("stop_loss")
    if isinstance(stop, Exit) and not _cannot_fire_first(stop):
        yield (
            "stop_loss of an entry that rests needs a stop_price and working_type LAST, so that it cannot trigger "
            "before the entry trades"
        )


def _cannot_fire_first(stop: Exit) -> bool:
    """Whether no trade can set off the stop before a resting order of a better price has filled."""
    return stop.trailing_delta is None and stop.working_type in (None, WorkingType.LAST)
