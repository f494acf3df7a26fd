"""A person closes a row: one compare-and-swap as by anybody else, and the dead letter of a signal that is dead."""

from dataclasses import dataclass

from orderexec.domain.closing import close_by_person
from orderexec.domain.lifecycle import Row, State
from orderexec.domain.orders import OrderReport
from orderexec.ports import Clock, Ledger

from .dead_letter_signal import DeadLetterSignal, kept_message


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody wrote the row meanwhile; nothing was changed. `row` is what stands."""

    row: Row


@dataclass(frozen=True, slots=True)
class CloseRow:
    """Durable as any death: first the row, then its letter; if that fails the function sends it within minutes."""

    ledger: Ledger
    dead_letter: DeadLetterSignal
    clock: Clock

    def __call__(self, row: Row, state: State, words: str, report: OrderReport | None = None) -> Row | Overtaken:
        """The row as it is closed now. What a person may close says domain/closing.py."""
        ended = close_by_person(row, state, words, report=report, token=self.clock.token(), now=self.clock.now())
        current = self.ledger.write(ended, over=row)
        if current is not None:
            return Overtaken(current)
        if ended.state is State.DEAD:
            self.dead_letter.finish(kept_message(ended), ended)
        return ended
