"""When a run of refusals halts what they have in common without anybody's doing, until a person lifts it.

What they have in common is whom the exchange's answer is about (outcomes.Cause): one account, its orders of a symbol or
of a strategy, and only for what is the venue's own every account. What was refused before anything was sent does not
count, and an account without a secret is nobody.
"""

from dataclasses import dataclass, field

from orderexec.domain.lifecycle import Reason
from orderexec.domain.outcomes import Cause
from orderexec.domain.refusals import run, runs
from orderexec.domain.scopes import blamed
from orderexec.domain.signals import Signal
from orderexec.ports import ControlBoard

_MOST_REMEMBERED = 1_000  # runs; a name in a message must not fill the memory either


@dataclass(frozen=True, slots=True)
class AutomaticHalts:
    """After how many refusals in a row; 0 means never. Signals of a halted scope wait instead of dying one by one.

    A run ends when a container that has counted one of its refusals sees the exchange take a signal of the scope, or
    after an hour without a refusal. A container that has not counted any knows of no run: so what is accepted costs no
    read and, where nothing was refused, no write.
    """

    board: ControlBoard
    credential_failures: int
    rejections: int
    _counted: dict[str, None] = field(default_factory=dict, init=False, compare=False)  # runs, the oldest first

    def refused(self, signal: Signal, reason: Reason, detail: str, cause: Cause | None) -> tuple[str, ...]:
        """Count a dead signal; the scope that this has halted. Without a `cause` the refusal says nothing of others."""
        most = {Reason.CREDENTIALS: self.credential_failures, Reason.REJECTED: self.rejections}.get(reason, 0)
        if not most or cause is None:
            return ()
        scope = blamed(signal, cause)
        if self._one_more(run(scope, reason)) < most:
            return ()
        why = f"{most} refusals in a row; the last: {detail}"
        return (scope,) if self.board.halt(scope, why, automatic=True) else ()

    def accepted(self, signal: Signal) -> None:
        """The exchange took a signal: the runs that it belongs to are over. Costs nothing where there is none."""
        if not self._counted:
            return
        scopes = {blamed(signal, cause) for cause in Cause}
        over = tuple(each for scope in scopes for each in runs(scope) if each in self._counted)
        if over:
            self.board.forget_refusals(over)
            for each in over:
                self._counted.pop(each, None)

    def _one_more(self, counted: str) -> int:
        self._counted[counted] = None
        if len(self._counted) > _MOST_REMEMBERED:
            oldest = list(self._counted)[0]  # noqa: RUF015 - in one step, as other threads add to it
            self._counted.pop(oldest, None)
        return self.board.count_refusal(counted)
