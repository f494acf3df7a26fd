"""How much a client may ask for in how long, and counting within such windows."""

from dataclasses import dataclass
from enum import StrEnum

SECOND_US = 1_000_000


class Counted(StrEnum):
    """What a limit counts."""

    REQUEST_WEIGHT = "REQUEST_WEIGHT"
    ORDERS = "ORDERS"
    RAW_REQUESTS = "RAW_REQUESTS"


class Interval(StrEnum):
    """The unit of a window's length."""

    SECOND = "SECOND"
    MINUTE = "MINUTE"
    HOUR = "HOUR"
    DAY = "DAY"


SECONDS = {Interval.SECOND: 1, Interval.MINUTE: 60, Interval.HOUR: 3_600, Interval.DAY: 86_400}
Key = tuple[Counted, Interval, int]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many of what is counted in a window of so many intervals; windows follow one another without a gap."""

    counted: Counted
    interval: Interval
    intervals: int
    limit: int

    @property
    def key(self) -> Key:
        """What tells the limit from others; its number may change."""
        return self.counted, self.interval, self.intervals

    @property
    def seconds(self) -> int:
        """Return how long a window is."""
        return SECONDS[self.interval] * self.intervals

    def window(self, now_us: int) -> int:
        """Return the number of the running window."""
        return now_us // (self.seconds * SECOND_US)

    def seconds_left(self, now_us: int) -> int:
        """Return when the running window ends, in seconds from now, rounded up."""
        width = self.seconds * SECOND_US
        return -(-(width - now_us % width) // SECOND_US)


DEFAULT_LIMITS = (
    RateLimit(Counted.REQUEST_WEIGHT, Interval.MINUTE, 1, 6_000),
    RateLimit(Counted.ORDERS, Interval.SECOND, 10, 50),
    RateLimit(Counted.ORDERS, Interval.DAY, 1, 160_000),
    RateLimit(Counted.RAW_REQUESTS, Interval.MINUTE, 5, 300_000),
)


class WindowCount:
    """Counts anew with each window of its limit."""

    def __init__(self) -> None:
        self._window = -1
        self._count = 0

    def get(self, limit: RateLimit, now_us: int) -> int:
        """Return the count of the running window."""
        if self._window != (window := limit.window(now_us)):
            self._window, self._count = window, 0
        return self._count

    def add(self, limit: RateLimit, now_us: int, amount: int) -> None:
        """Count `amount` more; it may be negative, and the count never falls below zero."""
        self._count = max(self.get(limit, now_us) + amount, 0)
