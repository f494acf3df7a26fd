"""What a container knows of one pool of limits: who published which, what the exchange has counted, what is under way.

All venues of the pool that a container has built share one of these.
"""

import sys
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field

from orderexec.domain.outcomes import SendTiming
from orderexec.domain.rate_limits import Budget, RateLimit

_KEPT = 100  # of how requests went: more than the records of a batch can send, as many as one metric takes


@dataclass(slots=True)
class Orders:
    """One account's orders in the running window. `senders` is how many containers seem to share the limit.

    `window` is the exchange's, `ends` is when that is over by the local clock.
    """

    senders: int = sys.maxsize  # until an answer tells: all that there may be
    window: int = -1
    ends: int = 0
    under_way: int = 0
    answered: int = 0
    used: int = 0


@dataclass(slots=True)
class Counts:
    """`heard` is until when a count holds, and how much it was; `sent` is how requests went, the newest.

    `limits` are those that hold now: of those that venues published the strictest of each kind, and all that came with
    a count. `lock` is held by whoever changes what several threads count.
    """

    limits: tuple[RateLimit, ...] = ()
    accounts: defaultdict[str, Orders] = field(default_factory=lambda: defaultdict(Orders))
    heard: dict[tuple[str, RateLimit], tuple[int, int]] = field(default_factory=dict)
    sent: deque[SendTiming] = field(default_factory=lambda: deque(maxlen=_KEPT))
    lock: threading.Lock = field(default_factory=threading.Lock)
    _published: dict[str, tuple[RateLimit, ...]] = field(default_factory=dict)
    _told: tuple[RateLimit, ...] = ()

    def publish(self, venue: str, limits: tuple[RateLimit, ...]) -> None:
        """Keep the limits that a venue's exchange publishes, in place of those that it published before."""
        if self._published.get(venue) != limits:
            with self.lock:
                self._published[venue] = limits
                self._find_strictest()

    def tell(self, limit: RateLimit) -> None:
        """Keep a limit that came with a count."""
        with self.lock:
            if limit not in self._told:
                self._told = (*self._told, limit)
                self._find_strictest()

    def _find_strictest(self) -> None:
        strictest: dict[tuple[Budget, int], RateLimit] = {}
        for each in (limit for limits in self._published.values() for limit in limits):
            kind = each.budget, each.seconds
            strictest[kind] = min(each, strictest.get(kind, each), key=lambda limit: limit.limit)
        self.limits = (*strictest.values(), *self._told)
