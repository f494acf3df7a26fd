"""What an order type means: at which price it trades, and whether it waits for the market first.

A product calls its types by its own words (products.py). No other module asks for a word, each asks for the kind.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Self


class Trigger(Enum):
    """What an order waits for before it is an order like others."""

    NONE = auto()
    LOSS = auto()  # the market has moved against what the order ends: for a SELL it has fallen
    PROFIT = auto()  # the market has moved in favour of what the order ends: for a SELL it has risen
    TRAILING = auto()  # the market has turned by so much, since the order came or since it reached a price


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How an order of a type trades.

    `at_market`: at any price, once it is active; else at a limit price. `maker`: it rests, and is refused where it
    would trade at once. `pair`: it is no order of its own, it names a pair of exits without an entry.
    """

    at_market: bool = False
    maker: bool = False
    trigger: Trigger = Trigger.NONE
    pair: bool = False

    @property
    def triggered(self) -> bool:
        """Whether it waits for the market's price before it trades."""
        return self.trigger is not Trigger.NONE

    @property
    def has_limit(self) -> bool:
        """Whether it never trades at a worse price than the one that it names."""
        return not self.at_market and not self.pair


MARKET, LIMIT, MAKER, PAIR = Kind(at_market=True), Kind(), Kind(maker=True), Kind(pair=True)
TRAILING = Kind(at_market=True, trigger=Trigger.TRAILING)


class OrderType(StrEnum):
    """A product's word for a kind of order; each product has an enumeration of its own."""

    kind: Kind

    def __new__(cls, word: str, kind: Kind) -> Self:
        """Return the member that reads as `word`."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.kind = kind
        return member
