"""The exchange's limits on how much may be asked of it, and the windows in which it counts."""

from dataclasses import dataclass
from enum import StrEnum


class Budget(StrEnum):
    """What is counted, and for whom."""

    WEIGHT = "weight"  # of requests, for the address that they come from
    ORDERS = "orders"  # for the account that places them


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `limit` of a budget in each window of `seconds`. Windows are aligned to the epoch."""

    budget: Budget
    seconds: int
    limit: int

    def window(self, now: int) -> int:
        """The number of the window that `now` (epoch ms) lies in."""
        return now // (self.seconds * 1000)

    def ends(self, now: int) -> int:
        """When that window ends, epoch ms."""
        return (self.window(now) + 1) * self.seconds * 1000


@dataclass(frozen=True, slots=True)
class Load:
    """How near a venue's limits are: percent used of each budget's nearest limit, seconds that a gate stays shut."""

    weight_percent: float
    orders_percent: float
    shut_seconds: float


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a budget the exchange has counted in the running window of so many seconds."""

    budget: Budget
    seconds: int
    amount: int
