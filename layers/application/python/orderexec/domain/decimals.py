"""How amounts of money are read from text, rounded to a grid and written to the wire: `Decimal` throughout."""

import re
from decimal import ROUND_DOWN, ROUND_UP, Context, Decimal, Inexact, localcontext

_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER = 64
_EXACT = Context(prec=120, traps=[Inexact])
_QUOTIENT = Context(prec=60, rounding=ROUND_DOWN)
SMALLEST, LARGEST = Decimal("1e-18"), Decimal("1e18")


def parse_amount(text: str) -> Decimal | None:
    """Return the number that `text` is, from 10^-18 to 10^18, or None if it is not one.

    Stricter than `Decimal(text)`, which also takes `1_000`, ` 1 `, `NaN` and digits of other scripts.
    """
    if len(text) > _LONGEST_NUMBER or not _PLAIN_NUMBER.fullmatch(text):
        return None
    amount = Decimal(text)
    return amount if SMALLEST <= amount <= LARGEST else None


def format_plain(amount: Decimal) -> str:
    """Return `amount` as exchanges want it: no exponent, no trailing zeros (`1E-7` becomes `0.0000001`)."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def round_down(amount: Decimal, grid: Decimal) -> Decimal:
    """Return the largest multiple of `grid` that is not above `amount`; `grid` 0 means there is no grid."""
    return _round_to_grid(amount, grid, ROUND_DOWN)


def round_up(amount: Decimal, grid: Decimal) -> Decimal:
    """Return the smallest multiple of `grid` that is not below `amount`; `grid` 0 means there is no grid."""
    return _round_to_grid(amount, grid, ROUND_UP)


def is_on_grid(amount: Decimal, grid: Decimal) -> bool:
    """Return whether `amount` is a multiple of `grid`; anything is a multiple of 0 (the rule is off)."""
    return round_down(amount, grid) == amount


def multiply(one: Decimal, other: Decimal) -> Decimal:
    """Return the exact product; the default context would round it to 28 digits."""
    return _EXACT.multiply(one, other)


def add(one: Decimal, other: Decimal) -> Decimal:
    """Return the exact sum."""
    return _EXACT.add(one, other)


def divide(one: Decimal, other: Decimal) -> Decimal:
    """Return the quotient to 60 digits, never above the true one."""
    return _QUOTIENT.divide(one, other)


def _round_to_grid(amount: Decimal, grid: Decimal, rounding: str) -> Decimal:
    if not grid:
        return amount
    # The default context has 28 digits, which 10^18 with 18 decimals exceeds: an inexact product must not pass.
    with localcontext(_EXACT):
        steps = (amount - amount % grid) / grid
        if rounding == ROUND_UP and steps * grid != amount:
            steps += 1
        return steps * grid
