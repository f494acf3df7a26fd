"""How the exchange of one world keeps to the bounds that a fence assumes: mostly, or not, in one way of three.

What must hold then differs. While a single source is slow, or all are blind for a moment, nothing may be doubled. An
engine beyond every bound can double an order, since nobody can know of it in time; then it must be told.
"""

import random
from dataclasses import dataclass
from enum import Enum

from orderexec.domain.validity import Resend

BEYOND_MS = 150_000
BLINK_MS = 2_000  # shorter than the pause between two looks


class Breaks(Enum):
    """Which bound does not hold."""

    NONE = "none"
    LOOKUP = "lookup"  # the order's own lookup lags far beyond the bound, the lists keep to it
    BLINK = "blink"  # no source shows the order for a moment, some time after it came to be
    ENGINE = "engine"  # the engine takes far longer than assumed, and every source lags as far


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one world."""

    breaks: Breaks = Breaks.NONE
    resend: Resend = Resend.ONCE

    @classmethod
    def drawn(cls, seed: int) -> "Bounds":
        """Half of the worlds keep every bound."""
        rng = random.Random(f"bounds of {seed}")
        breaks = rng.choice((Breaks.NONE, Breaks.NONE, Breaks.NONE, Breaks.LOOKUP, Breaks.BLINK, Breaks.ENGINE))
        return cls(breaks, rng.choice(tuple(Resend)))

    @property
    def doubles_may_happen(self) -> bool:
        """Whether a second order is possible, and must then be told."""
        return self.breaks is Breaks.ENGINE
