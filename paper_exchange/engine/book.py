"""The other traders: a small order book around a price, and the seeded walk that moves the price."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import NamedTuple

LEVELS = 20
MAX_STEPS = 60  # after a long pause the walk goes on from here instead of catching up for hours
SECOND_US = 1_000_000


class Level(NamedTuple):
    """A price, and how much is offered or wanted at it."""

    price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Book:
    """Bids best (highest) first, asks best (lowest) first. It refills after every order it serves."""

    bids: Sequence[Level]
    asks: Sequence[Level]


def book_around(price: Decimal, tick: Decimal, level_quantity: Decimal) -> Book:
    """Return one level a tick on both sides of `price`: the best bid is a tick below, the best ask a tick above."""
    steps = range(1, LEVELS + 1)
    bids = (price - number * tick for number in steps)
    asks = (price + number * tick for number in steps)
    return Book([Level(bid, level_quantity) for bid in bids if bid > 0], [Level(ask, level_quantity) for ask in asks])


class Walk:
    """A random walk of prices, one step a second of the exchange's clock; the same seed walks the same way."""

    def __init__(self, seed: int, now_us: int) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable on purpose
        self._second = now_us // SECOND_US

    def steps_until(self, now_us: int) -> int:
        """Return how many steps are due until now."""
        second = now_us // SECOND_US
        steps = min(max(second - self._second, 0), MAX_STEPS)
        self._second = second
        return steps

    def step(self, price: Decimal, tick: Decimal) -> Decimal:
        """Return the next price: up to three ten-thousandths up or down, on the grid of `tick`, never below it."""
        ticks = max(price // (tick * 10_000), Decimal(1))
        return max(price + self._random.randint(-3, 3) * ticks * tick, tick)
