"""Rate limits as exchangeInfo lists them, and counting within their windows."""

from dataclasses import asdict, dataclass
from typing import Any

SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3_600, "DAY": 86_400}
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One element of exchangeInfo's `rateLimits`; field names are the exchange's."""

    rateLimitType: str  # noqa: N815
    interval: str
    intervalNum: int  # noqa: N815
    limit: int

    @property
    def key(self) -> tuple[str, str, int]:
        return self.rateLimitType, self.interval, self.intervalNum

    @property
    def label(self) -> str:
        """As header names have it: 1M, 10S."""
        return f"{self.intervalNum}{self.interval[0]}"

    @property
    def text(self) -> str:
        return f"{self.intervalNum} {self.interval}"

    @property
    def seconds(self) -> int:
        return SECONDS[self.interval] * self.intervalNum

    def window(self, now_us: int) -> int:
        return now_us // (self.seconds * SECOND_US)

    def seconds_left(self, now_us: int) -> int:
        """Until the running window ends, rounded up."""
        width = self.seconds * SECOND_US
        return -(-(width - now_us % width) // SECOND_US)

    def info(self) -> dict[str, Any]:
        return asdict(self)


DEFAULT_LIMITS = (
    RateLimit("REQUEST_WEIGHT", "MINUTE", 1, 6_000),
    RateLimit("ORDERS", "SECOND", 10, 50),
    RateLimit("ORDERS", "DAY", 1, 160_000),
    RateLimit("RAW_REQUESTS", "MINUTE", 5, 300_000),
)


class WindowCount:
    """A count that starts anew with each window of its limit."""

    def __init__(self) -> None:
        self._window = -1
        self._count = 0

    def get(self, limit: RateLimit, now_us: int) -> int:
        if self._window != (window := limit.window(now_us)):
            self._window, self._count = window, 0
        return self._count

    def add(self, limit: RateLimit, now_us: int, amount: int) -> None:
        """`amount` may be negative; the count never falls below zero."""
        self._count = max(self.get(limit, now_us) + amount, 0)
