"""When a run of refusals halts an account, a symbol or a strategy without anybody's doing, until a person lifts it."""

from dataclasses import dataclass

from orderexec.domain.controls import account_scope, market_scopes
from orderexec.domain.lifecycle import Reason
from orderexec.domain.signals import Signal
from orderexec.ports import ControlBoard


@dataclass(frozen=True, slots=True)
class AutomaticHalts:
    """After how many refusals in a row; 0 means never. Signals of a halted scope wait instead of dying one by one."""

    board: ControlBoard
    credential_failures: int
    rejections: int

    def refused(self, signal: Signal, reason: Reason, detail: str) -> tuple[str, ...]:
        """Count a dead signal; the scopes that this has halted."""
        if reason is Reason.CREDENTIALS:
            return self._counted((account_scope(signal.identity.account),), self.credential_failures, detail)
        if reason is Reason.REJECTED:
            return self._counted(market_scopes(signal), self.rejections, detail)
        return ()

    def _counted(self, scopes: tuple[str, ...], most: int, detail: str) -> tuple[str, ...]:
        if not most:
            return ()
        why = f"{most} refusals in a row; the last: {detail}"
        counts = {scope: self.board.count_refusal(scope) for scope in scopes}
        return tuple(scope for scope, count in counts.items() if count >= most and self.board.halt(scope, why))

    def accepted(self, signal: Signal) -> None:
        """The exchange took a signal: its scopes' runs are over. Costs nothing where there is none."""
        scopes = (account_scope(signal.identity.account), *market_scopes(signal))
        counted = tuple(scope for scope in scopes if scope in self.board.known().refusals)
        if counted:
            self.board.forget_refusals(counted)
