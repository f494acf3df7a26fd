"""When a run of refusals halts what they have in common without anybody's doing, until a person lifts it.

What they have in common is whom the exchange's answer is about (outcomes.Cause): one account, its orders of a symbol or
of a strategy, and only for what is the venue's own every account. What was refused before anything was sent does not
count, and an account without a secret is nobody.
"""

from dataclasses import dataclass, field

from orderexec.domain.lifecycle import Reason
from orderexec.domain.outcomes import Cause
from orderexec.domain.refusals import find_slot, list_runs, name_run
from orderexec.domain.scopes import find_blamed_scope
from orderexec.domain.signals import Signal
from orderexec.ports import ControlBoard

_MOST_REMEMBERED = 1_000  # runs; a name in a message must not fill the memory either


@dataclass(frozen=True, slots=True)
class AutomaticHalts:
    """After how many refusals in a row; 0 means never. Signals of a halted scope wait instead of dying one by one.

    A run ends when the exchange takes a signal of its scope, in any container that knows by then that something was
    refused (the board tells within a second), or after an hour without a refusal.
    """

    board: ControlBoard
    credential_failures: int
    rejections: int
    # Of each run that this container has ended the mark that it knew: nothing is written again until there is another.
    _ended: dict[str, int] = field(default_factory=dict, init=False, compare=False)

    def count_refusal(self, signal: Signal, reason: Reason, detail: str, cause: Cause | None) -> tuple[str, ...]:
        """Count a dead signal; the scope that this has halted. Without a `cause` the refusal says nothing of others."""
        most = {Reason.CREDENTIALS: self.credential_failures, Reason.REJECTED: self.rejections}.get(reason, 0)
        if not most or cause is None:
            return ()
        scope = find_blamed_scope(signal, cause)
        if self.board.count_refusal(name_run(scope, reason)) < most:
            return ()
        why = f"{most} refusals in a row; the last: {detail}"
        return (scope,) if self.board.halt(scope, why, automatic=True) else ()

    def end_runs(self, signal: Signal) -> None:
        """The exchange took a signal: the runs that it belongs to are over.

        It costs nothing where nothing was refused: what the board told anyway says so.
        """
        marks = self.board.recall().refused
        if not marks:
            return
        belongs = [each for scope in {find_blamed_scope(signal, cause) for cause in Cause} for each in list_runs(scope)]
        over = {
            each: marks[find_slot(each)]
            for each in belongs
            if marks.get(find_slot(each)) not in (None, self._ended.get(each))
        }
        if over:
            self.board.forget_refusals(tuple(over))
            if len(self._ended) > _MOST_REMEMBERED:
                self._ended.clear()
            self._ended.update(over)
