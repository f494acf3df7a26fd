"""One run over all orders that rest: which are looked at now, and how much of the exchange's limits that may cost."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from orderexec.domain.endings import EndResult, NotEnded
from orderexec.domain.looks import Following, Look, Looked, LookFailed
from orderexec.domain.parts import get_end
from orderexec.domain.resting_groups import Group, GroupKey, gather_groups, take_turns
from orderexec.domain.row import Row
from orderexec.domain.unreadable import Unreadable
from orderexec.ports import Ports

from .end_by_itself import EndByItself
from .follow_group import FollowGroup
from .once_a_run import OnceARun


@dataclass(frozen=True, slots=True)
class Memory:
    """What a container remembers of groups that rest, in epoch ms. A new container begins with none.

    `asked_at` is when the exchange was asked about one last. `seen_at` is when all of it was seen last; before that,
    when the container first knew of it.
    """

    asked_at: dict[GroupKey, int] = field(default_factory=dict)
    seen_at: dict[GroupKey, int] = field(default_factory=dict)

    def keep(self, resting: set[GroupKey], now: int) -> None:
        """Forget all groups but these."""
        for known in (self.asked_at, self.seen_at):
            for key in known.keys() - resting:
                del known[key]
        for key in resting:
            self.seen_at.setdefault(key, now)


@dataclass(slots=True)
class FollowRun:
    """What one run has before it and what it has done. As many threads may `work` as shall work side by side.

    `left` is what each pool of limits may still be asked, `until` (epoch ms) is when no more requests begin, also of a
    look that is under way. `untold` are rows that nobody can follow, and why.
    """

    follow: FollowGroup
    groups: tuple[Group, ...]
    memory: Memory
    left: dict[str, int]
    until: int
    lock: AbstractContextManager[object]
    end: EndByItself
    untold: tuple[Unreadable, ...]
    ended: list[EndResult] = field(default_factory=list)  # what came of orders that had rested for as long as they may
    _line: Iterator[Group] = field(init=False)

    def __post_init__(self) -> None:
        self._line = take_turns(self.groups, self.memory.asked_at)

    def work(self) -> Iterator[Look]:
        """Look at one group after the other, as long as the run lasts; tells what came of each."""
        while (group := self._take_next()) is not None:
            result = self._look_at(group)
            yield result
            if (failed := self._end_due(group, result)) is not None:
                yield failed

    def measure(self) -> Following:
        """Return what stands now.

        An order that is shown as it cannot be counts as not seen, and so does one since when it should have ended.
        """
        now = self.follow.ports.clock.now()
        since = [self.memory.seen_at[group.key] for group in self.groups]
        since += [row.unclear_since for group in self.groups for row in group.rows if row.unclear_since is not None]
        since += [get_end(ending.row) or now for ending in self.ended if isinstance(ending, NotEnded)]
        return Following(sum(group.count for group in self.groups), now - min(since, default=now))

    def _take_next(self) -> Group | None:
        with self.lock:
            return None if self._is_over() else next(self._line, None)

    def _look_at(self, group: Group) -> Look:
        try:
            result = self.follow(group, lambda cost: self._spend(group.key, cost))
        except Exception as error:  # noqa: BLE001 - told by the caller; one group's trouble is not the others'
            return LookFailed(group, error)
        if isinstance(result, Looked):
            self.memory.seen_at[group.key] = self.follow.ports.clock.now()
        return result

    def _end_due(self, group: Group, result: Look) -> LookFailed | None:
        """End what has rested for as long as it may, by the news of this look."""
        fresh = {change.after.identity: change.after for change in result.changed}
        for row in group.rows:
            if self._is_over():
                break  # the next run ends the others
            try:
                ending = self.end(fresh.get(row.identity, row))
            except Exception as error:  # noqa: BLE001 - as above
                return LookFailed(group, error)
            if ending is not None:
                self.ended.append(ending)
        return None

    def _is_over(self) -> bool:
        return self.follow.ports.clock.now() >= self.until

    def _spend(self, key: GroupKey, cost: int) -> bool:
        """Who has been asked about, however little came of it, is asked about again after all the others."""
        pool = self.follow.ports.venues[key.market].traffic.pool
        with self.lock:
            if self.left[pool] < cost or self._is_over():
                return False
            self.left[pool] -= cost
            self.memory.asked_at[key] = self.follow.ports.clock.now()
            return True


@dataclass(frozen=True, slots=True)
class FollowOrders:
    """Begins runs. `share` (0 to 1) of each limit may be spent on following."""

    ports: Ports
    share: float
    end: EndByItself
    memory: Memory = field(default_factory=Memory)

    def begin(self, until: int, lock: Callable[[], AbstractContextManager[object]] = nullcontext) -> FollowRun:
        """Return a run that asks nothing at `until` (epoch ms) or later. `lock` makes one, for who has threads."""
        found = [self._check(row) for row in self.ports.ledger.find_resting()]
        rows = [row for row in found if isinstance(row, Row)]
        venues = {market: self.ports.venues[market] for market in {row.market for row in rows}}
        groups = gather_groups(rows, {name: venue.look_costs.conditionals_apart for name, venue in venues.items()})
        self.memory.keep({group.key for group in groups}, self.ports.clock.now())
        return FollowRun(
            follow=FollowGroup(replace(self.ports, secrets=OnceARun(self.ports.secrets, lock))),
            groups=tuple(groups),
            memory=self.memory,
            left={venue.traffic.pool: venue.look_costs.get_budget(self.share) for venue in venues.values()},
            until=until,
            lock=lock(),
            end=self.end,
            untold=tuple(row for row in found if isinstance(row, Unreadable)),
        )

    def _check(self, row: Row | Unreadable) -> Row | Unreadable:
        if isinstance(row, Unreadable) or row.market in self.ports.venues:
            return row
        return Unreadable(row.identity.key, f"this stack does not trade at {row.market}")
