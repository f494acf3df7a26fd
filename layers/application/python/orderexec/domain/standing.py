"""What an account has at one venue: how many orders are open, what it holds and owes. For a person who ends it all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .order_words import MarginMode, PositionSide


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """So many orders of a symbol are open, in one account of a venue that has several."""

    symbol: str
    count: int
    margin_mode: MarginMode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An asset, free or behind open orders, or an open position; below zero if it is owed, or short.

    `symbol` is what it trades as: of an asset only in an account that is set apart for one symbol.
    """

    quantity: Decimal
    asset: str | None = None
    symbol: str | None = None
    position_side: PositionSide | None = None
    margin_mode: MarginMode | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it, as the exchange lists it now. Lists lag by seconds."""

    orders: tuple[OpenOrders, ...]
    held: tuple[Held, ...]


def count_open(symbols: Iterable[str], margin_mode: MarginMode | None = None) -> tuple[OpenOrders, ...]:
    """Return how many orders there are of each symbol, `symbols` being that of each order."""
    return tuple(OpenOrders(symbol, count, margin_mode) for symbol, count in sorted(Counter(symbols).items()))
