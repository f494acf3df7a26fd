"""The exchange's limits on how much may be asked of it, and the windows in which it counts."""

from dataclasses import dataclass
from enum import StrEnum

_CLOCK_OFF_MS = 1_000
_DATE_STEP_MS = 1_000  # a Date header has whole seconds


class Budget(StrEnum):
    """What is counted, and for whom."""

    WEIGHT = "weight"  # of requests, for the address that they come from
    ACCOUNT_WEIGHT = "account weight"  # of requests, for the account that they are made for
    ORDERS = "orders"  # for the account that places them

    @property
    def by_account(self) -> bool:
        """Whether each account has its own."""
        return self is not Budget.WEIGHT


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `limit` of a budget in each window of `seconds`.

    Windows are aligned to the epoch; of a `rolling` limit, one ends at every instant: what was counted in any of them
    is free again after their whole length.
    """

    budget: Budget
    seconds: int
    limit: int
    rolling: bool = False

    def find_window(self, now: int) -> int:
        """Return the number of the window that `now` (exchange's clock, epoch ms) lies in."""
        return now // (self.seconds * 1000)

    def find_end(self, now: int) -> int:
        """Return when what was counted up to `now` is free again (exchange's clock, epoch ms)."""
        if self.rolling:
            return now + self.seconds * 1000
        return (self.find_window(now) + 1) * self.seconds * 1000


@dataclass(frozen=True, slots=True)
class Heard:
    """When an answer was given, by the exchange's clock (epoch ms): `now` is when it came, as well as that is known.

    What it says had been counted was counted between `earliest` and `latest`. `ours` is the local clock as it came.
    """

    now: int
    earliest: int
    latest: int
    ours: int

    @property
    def counted(self) -> int:
        """The likeliest instant of the count."""
        return min(self.now, self.latest)

    def convert_to_local(self, instant: int) -> int:
        """Return an instant of the exchange's clock on the local one."""
        return self.ours + instant - self.now

    def find_window(self, limit: RateLimit) -> int | None:
        """Return the window of the limit that the count belongs to, None if it may be either of two."""
        first, last = limit.find_window(self.earliest), limit.find_window(self.latest)
        return first if first == last else None

    def find_certain_instant(self, limit: RateLimit) -> int:
        """Return the local time from which on a new answer can only belong to the window that has begun."""
        return self.convert_to_local(limit.find_end(self.earliest) + self.latest - self.earliest + 1)


def time_answer(date: int | None, asked_at: int, now: int) -> Heard:
    """Return when an answer with that Date header (epoch ms, whole seconds) was given; it was asked for at `asked_at`.

    The local clock, which `asked_at` and `now` are of, is believed where the header does not contradict it, else the
    header's second has just begun: a gate may open late, never early. Without a header ours may be off by a second, as
    far as a timestamp may lie ahead.
    """
    took = max(0, now - asked_at)
    if date is None:
        return Heard(now, now - took - _CLOCK_OFF_MS, now + _CLOCK_OFF_MS, now)
    latest = date + _DATE_STEP_MS - 1
    return Heard(now if date <= now <= latest + took else date, date - took, latest, now)


@dataclass(frozen=True, slots=True)
class Load:
    """How near a venue's limits are: percent used of each budget's nearest limit, seconds that a gate stays closed."""

    weight_percent: float
    orders_percent: float
    closed_seconds: float


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a budget the exchange has counted in the running window of so many seconds.

    `limit` is where the same answer says how much is allowed: such windows roll. Else that is published elsewhere.
    """

    budget: Budget
    seconds: int
    amount: int
    limit: int | None = None
