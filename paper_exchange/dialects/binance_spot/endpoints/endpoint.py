"""What the table of endpoints says of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paper_exchange.dialects.binance_spot.parameters import Parameters
from paper_exchange.exchange import Exchange

Handler = Callable[[Exchange, Parameters], Any]
"""Reads its parameters, calls `finish` on them, acts, and returns what becomes the JSON body."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table."""

    handler: Callable[[Any, Parameters], Any]
    """Takes what the gateway finds for the request's key: a Handler, unless the dialect's table says otherwise."""
    weight: int | Callable[[Parameters], int]
    signed: bool = False
    free_on_success: bool = False
    """Its weight is charged only when it is refused (CHANGELOG.md, 2026-03-27)."""
    orders: int = 0
    """How many it adds to the unfilled order count."""

    def weight_of(self, parameters: Parameters) -> int:
        """Return what a request with these parameters weighs."""
        return self.weight if isinstance(self.weight, int) else self.weight(parameters)
