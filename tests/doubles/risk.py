"""Users' limits in memory, and the counters of their accounts' days."""

from dataclasses import dataclass, field

from orderexec.domain.daily_count import Counted, Move, Used, find_broken_day_limit, list_moves
from orderexec.domain.limits import UNLIMITED, Limits
from orderexec.ports import DayFull


@dataclass(slots=True)
class MemoryLimits:
    """Implements ports.AccountLimits."""

    by_account: dict[str, Limits | str] = field(default_factory=dict)

    def read_limits(self, account: str) -> Limits | str:
        return self.by_account.get(account, UNLIMITED)


@dataclass(slots=True)
class MemoryDays:
    """What each account has used of each day. The ledger in memory moves them, within its own lock."""

    used: dict[tuple[str, str], Used] = field(default_factory=dict)

    def of(self, account: str, day: str) -> Used:
        return self.used.get((account, day), Used())

    def full(self, account: str, before: Counted | None, attempt: Counted, limits: Limits) -> DayFull | None:
        """Why the attempt may not be counted in the place of what was counted before."""
        move = list_moves(before, attempt)[0]
        detail = find_broken_day_limit(self.of(account, attempt.day), move, attempt, limits)
        return None if detail is None else DayFull(detail)

    def move(self, account: str, before: Counted | None, after: Counted | None) -> None:
        for move in list_moves(before, after):
            self._apply(account, move)

    def _apply(self, account: str, move: Move) -> None:
        self.used[account, move.day] = self.of(account, move.day).apply_move(move)
