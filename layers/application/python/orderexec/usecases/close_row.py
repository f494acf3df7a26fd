"""A person closes a row: one compare-and-swap as by anybody else, and the dead letter of a signal that is dead."""

from dataclasses import dataclass

from orderexec.domain.closing import close_by_person
from orderexec.domain.lifecycle import State
from orderexec.domain.orders import OrderReport
from orderexec.domain.row import Row
from orderexec.ports import Clock, Ledger, Randomness

from .dead_letter_signal import DeadLetterSignal
from .restore import restore_message


@dataclass(frozen=True, slots=True)
class CloseRow:
    """Durable as any death: first the row, then its letter; if that fails the function sends it within minutes."""

    ledger: Ledger
    dead_letter: DeadLetterSignal
    clock: Clock
    randomness: Randomness

    def __call__(self, row: Row, state: State, words: str, report: OrderReport | None = None) -> Row:
        """Return the row as it is closed now. What a person may close says domain/closing.py.

        Raises RowChanged if somebody else wrote the row meanwhile; nothing was changed then.
        """
        token, now = self.randomness.token(), self.clock.now()
        ended = close_by_person(row, state, words, report=report, token=token, now=now)
        self.ledger.write(ended, over=row)
        if ended.state is State.DEAD:
            self.dead_letter.finish(restore_message(ended), ended)
        return ended
