"""One run over all orders that rest: which are looked at now, and how much of the exchange's limits that may cost."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from orderexec.domain.resting_groups import Group, GroupKey, gather_groups, take_turns
from orderexec.domain.row import Row
from orderexec.domain.unreadable import Unreadable
from orderexec.ports import Ports

from .follow_group import FollowGroup, Looked, NotLooked
from .once_a_run import OnceARun


@dataclass(frozen=True, slots=True)
class FollowFailed:
    """A fault of ours while these orders were looked at. The next run tries again."""

    group: Group
    error: Exception


FollowResult = Looked | NotLooked | FollowFailed


@dataclass(slots=True)
class FollowRun:
    """What one run has before it and what it has done. As many threads may `work` as shall work side by side.

    `left` is what each pool of limits may still be asked, `until` (epoch ms) is when no more looks begin.
    """

    follow: FollowGroup
    groups: Iterator[Group]
    looked_at: dict[GroupKey, int]
    left: dict[str, int]
    until: int
    lock: AbstractContextManager[object]
    unreadable: tuple[Unreadable, ...] = ()

    def work(self) -> Iterator[FollowResult]:
        """Look at one group after the other, as long as the run lasts; tells what came of each."""
        while (group := self._take_next()) is not None:
            yield self._look_at(group)

    def _take_next(self) -> Group | None:
        with self.lock:
            return next(self.groups, None) if self.follow.ports.clock.now() < self.until else None

    def _look_at(self, group: Group) -> FollowResult:
        pool = self.follow.ports.venues[group.key.market].traffic.pool
        try:
            result = self.follow(group, lambda cost: self._spend(pool, cost))
        except Exception as error:  # noqa: BLE001 - told by the caller; one group's trouble is not the others'
            return FollowFailed(group, error)
        if isinstance(result, Looked):
            self.looked_at[group.key] = self.follow.ports.clock.now()
        return result

    def _spend(self, pool: str, cost: int) -> bool:
        with self.lock:
            if self.left[pool] < cost:
                return False
            self.left[pool] -= cost
            return True


@dataclass(frozen=True, slots=True)
class FollowOrders:
    """Begins runs. `share` (0 to 1) of each limit may be spent on following.

    `looked_at` is when each group was looked at last (epoch ms), as far as this container knows; `known_since` when it
    first saw the group rest.
    """

    ports: Ports
    share: float
    looked_at: dict[GroupKey, int] = field(default_factory=dict)
    known_since: dict[GroupKey, int] = field(default_factory=dict)

    def begin(self, until: int, lock: Callable[[], AbstractContextManager[object]] = nullcontext) -> FollowRun:
        """Return a run that begins no look at `until` (epoch ms) or later. `lock` makes one, for who has threads."""
        found = list(self.ports.ledger.find_resting())
        rows = [row for row in found if isinstance(row, Row) and row.market in self.ports.venues]
        groups = gather_groups(rows, {row.market: self._lists_apart(row.market) for row in rows})
        self._remember({group.key for group in groups})
        follow = FollowGroup(replace(self.ports, secrets=OnceARun(self.ports.secrets, lock)))
        return FollowRun(
            follow,
            take_turns(groups, self.looked_at),
            self.looked_at,
            self._make_budgets({row.market for row in rows}),
            until,
            lock(),
            tuple(row for row in found if isinstance(row, Unreadable)),
        )

    def find_longest_unseen(self) -> int:
        """Return for how many ms the group that was looked at longest ago has not been; 0 if none rests."""
        now = self.ports.clock.now()
        return max((now - self.looked_at.get(key, since) for key, since in self.known_since.items()), default=0)

    def _remember(self, resting: set[GroupKey]) -> None:
        now = self.ports.clock.now()
        for known in (self.looked_at, self.known_since):
            for key in known.keys() - resting:
                del known[key]
        for key in resting:
            self.known_since.setdefault(key, now)

    def _lists_apart(self, market: str) -> bool:
        return self.ports.venues[market].look_costs.conditionals_apart

    def _make_budgets(self, markets: set[str]) -> dict[str, int]:
        venues = [self.ports.venues[market] for market in markets]
        return {venue.traffic.pool: venue.look_costs.get_budget(self.share) for venue in venues}
