"""How single values of Binance's answers are read: what has another form than documented raises."""

from decimal import Decimal
from typing import Any


class Unreadable(ValueError):
    """The exchange's answer is not what its documentation says; what it is about stays unknown."""


def number(value: object) -> Decimal:
    """An amount, which comes as text. Raises TypeError, ValueError, DecimalException."""
    amount = Decimal(text(value))
    if not amount.is_finite():
        raise ValueError(value)
    return amount


def text(value: object) -> str:
    """A string. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} where a string should be")
    return value


def whole(value: object) -> int:
    """A whole number. Raises TypeError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} where a whole number should be")
    return value


def items(value: object) -> list[dict[str, Any]]:
    """A list of objects. Raises Unreadable."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise Unreadable("there is no list of objects where one should be")
    return value
