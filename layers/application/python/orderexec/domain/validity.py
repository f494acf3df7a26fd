"""For how long a request may still take effect at a venue, and what may follow when it is found nowhere after that."""

from dataclasses import dataclass
from enum import StrEnum

CLOCK_MARGIN_MS = 2_000  # the servers of one exchange do not share one clock to the millisecond


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The parts of a request's fence, in milliseconds. docs/exactly-once.md says which are documented, which assumed.

    `window_ms`: the exchange lets the request in for so long after the instant that it is signed with.
    `processing_ms`: the exchange may work so long on a request that it has let in.
    `lag_ms`: lookups may miss an order for so long after it came to be.
    `horizon_ms`: the exchange forgets an order that came to nothing so long after it; None if it says so in other words
    than those of an order that never was.
    """

    window_ms: int
    processing_ms: int
    lag_ms: int
    horizon_ms: int | None = None

    def compute_fence(self, signed_at: int) -> int:
        """Return from when on (exchange's clock, epoch ms) "no such order" is taken to mean that there is none."""
        return signed_at + self.window_ms + self.processing_ms + self.lag_ms + CLOCK_MARGIN_MS

    def shows_absence(self, signed_at: int, now: int) -> bool:
        """Return whether "no such order" still says that there never was one (exchange's clock, epoch ms)."""
        return self.horizon_ms is None or now - signed_at < self.horizon_ms


class Resend(StrEnum):
    """How often an order may be sent again after a request that got no answer and was found nowhere past its fence."""

    NEVER = "never"
    ONCE = "once"
    ALWAYS = "always"

    def allows(self, doubts: int) -> bool:
        """Return whether a signal that was in doubt `doubts` times, this time included, may be sent again."""
        return self is Resend.ALWAYS or (self is Resend.ONCE and doubts <= 1)
