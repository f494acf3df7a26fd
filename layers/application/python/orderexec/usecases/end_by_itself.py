"""`cancel_after_seconds`: an order that still rests then is cancelled through the ledger, as by a signal.

Whoever looks at orders that rest calls this for each of their rows, after the look. The id of the cancellation comes
from the order's, so that however often it is called, one cancellation is made, and it is finished by a later call where
this one dies. What has ended is never cancelled: an order that filled in the meantime makes the cancellation come too
late, and it says so.
"""

from dataclasses import dataclass

from orderexec.domain.endings import Ended, Ending, EndResult, NotEnded
from orderexec.domain.lifecycle import State
from orderexec.domain.messages import Message
from orderexec.domain.parts import describe_wait, make_end, must_end
from orderexec.domain.row import Row
from orderexec.domain.signals import Signal
from orderexec.domain.verdicts import Later
from orderexec.ports import Ports, RowChanged

from .cancel_before import Execute


@dataclass(frozen=True, slots=True)
class EndByItself:
    """Ends one order. `execute` is how any signal is executed. Raises only when a store of ours fails."""

    ports: Ports
    execute: Execute

    def __call__(self, row: Row) -> EndResult | None:
        """Return what was done about the row's order; None if nothing is to be done, at least not yet."""
        if row.market not in self.ports.venues or not must_end(row, self.ports.venues[row.market].now()):
            return None
        cancel = make_end(row)
        try:
            row = self._note(row, cancel)
        except RowChanged:  # somebody has seen something new of its orders: the next call goes by that
            return None
        return self._cancel(row, cancel)

    def _note(self, row: Row, cancel: Signal) -> Row:
        """The row says by which signal its order ends before that is sent, so that every later news can say why."""
        if row.canceled_by == cancel.identity.id:
            return row
        noted = row.note_end(cancel.identity.id, token=self.ports.randomness.token())
        self.ports.ledger.write(noted, over=row)
        return noted

    def _cancel(self, row: Row, cancel: Signal) -> EndResult:
        # Never as a first delivery: its row may stand there from an earlier call, and says how far that came.
        message = Message(id=cancel.identity.id, body=cancel.body, sent_at=cancel.issued_at, receive_count=2)
        began = self.ports.clock.now()
        verdict = self.execute(message, cancel)
        if isinstance(verdict, Later):
            return Ending(row, verdict.row, verdict.why)
        if verdict.row.state is State.ACCEPTED:
            return Ended(row, verdict.row, repeated=verdict.row.updated_at < began)
        return NotEnded(self._tell(row, verdict.row), verdict.row)

    def _tell(self, row: Row, cancel: Row) -> Row:
        rested = describe_wait(row.cancel_after or 0)
        words = f"its order should have ended {rested} after it came, and could not be cancelled: {cancel.detail}"
        if row.detail == words:
            return row
        told = row.note_finding(words, token=self.ports.randomness.token())
        try:
            self.ports.ledger.write(told, over=row)
        except RowChanged as changed:
            return changed.current
        return told
