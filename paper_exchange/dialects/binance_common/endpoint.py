"""What the table of a product's endpoints says of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from paper_exchange.dialects.binance_common.parameters import Parameters

Floor = TypeVar("Floor")
"""What the endpoints of a product act on: the exchange of spot money, or that of one kind of contract."""

Handler = Callable[[Floor, Parameters], Any]
"""Reads its parameters, calls `finish` on them, acts, and returns what becomes the JSON body."""


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Floor]):
    """One row of the table."""

    handler: Handler[Floor]
    weight: int | Callable[[Parameters], int]
    signed: bool = False
    free_on_success: bool = False
    """Its weight is charged only when it is refused (Spot's CHANGELOG.md, 2026-03-27)."""
    orders: int = 0
    """How many it adds to the count of orders."""
    checked_again: bool = True
    """A signed request's receive window is checked once more just before the engine."""

    def weight_of(self, parameters: Parameters) -> int:
        """Return what a request with these parameters weighs."""
        return self.weight if isinstance(self.weight, int) else self.weight(parameters)
