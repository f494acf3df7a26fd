"""How long things take at the simulated exchange and on the way to it: data, each venue's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

Span = tuple[int, int]


class Source(Enum):
    """Where an order may be looked for."""

    LOOKUP = "the order's own lookup"
    LISTS = "open orders and the order history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All in ms; what is not slow takes the moment that the exchange gives it."""

    way: Span = (1, 30)
    """From the function to the exchange."""
    late_way: Span = (500, 60_000)
    way_back: Span = (1, 20)
    ahead: int = 1_000
    """How far a request may be signed ahead of the exchange's clock, exclusively."""
    before_engine: int
    """The longest that a request waits between the two looks at its window."""
    in_engine: int
    """The longest that the engine takes over a request."""
    lag: Mapping[Source, int]
    """The longest that each source does not show a new order."""
    stale: int
    """The longest that lookups show what an order was before it changed."""
    list_lag: int
    """The longest that a list is not found although its orders are."""
    rests: Span = (1_000, 200_000)
    """How long an order rests that is filled later."""
    judged: Span = (30_000, 50_000)
    """About when, after an order came to be, a doubt about it is judged."""
    conditional: "Timing | None" = None
    """That of orders that wait for a price, where they are shown otherwise."""
