"""How a signal ends without an order: first the row DEAD, then the dead letter, then the note that it was sent."""

from contextlib import suppress
from dataclasses import dataclass

from orderexec.domain.lifecycle import Reason
from orderexec.domain.messages import Message
from orderexec.domain.row import Row, make_row
from orderexec.domain.signals import InvalidSignal, Signal
from orderexec.domain.verdicts import Done
from orderexec.ports import Clock, DeadLetters, Ledger, Randomness, RowChanged

from .restore import restore_message


@dataclass(frozen=True, slots=True)
class DeadLetterSignal:
    """Durable in every order of crashes: a letter may come twice, never not at all, and never before its row."""

    ledger: Ledger
    dead_letters: DeadLetters
    clock: Clock
    randomness: Randomness

    def __call__(self, message: Message, row: Row, reason: Reason, detail: str, code: str | None = None) -> Done:
        """End the signal and send its letter. Raises RowChanged if somebody else wrote the row meanwhile."""
        dead = self._end(message, row, reason, detail, code)
        self.ledger.write(dead, over=row)
        return self.finish(message, dead)

    def finish(self, message: Message, row: Row) -> Done:
        """Send the letter of a row that is DEAD already, unless that was done."""
        if not row.letter_sent:
            self.dead_letters.send(message, row)
            noted = row.note_letter(token=self.randomness.token(), now=self.clock.now())
            with suppress(RowChanged):  # whoever wrote first knows better; the letter is sent either way
                self.ledger.write(noted, over=row)
        return Done(row)

    def refuse_other_content(self, message: Message, signal: Signal | InvalidSignal, row: Row) -> Done:
        """Send a letter for a message that names a known id but asks for something else; the row stays as it is."""
        detail = (
            f"the id {signal.identity.id!r} is known for account {signal.identity.account} at {signal.identity.venue} "
            f"with other content (that signal is {row.state}); a new signal needs a new id"
        )
        if isinstance(signal, InvalidSignal):
            detail = f"{signal.detail}; and {detail}"
        nameless = make_row(signal, self.clock.now())
        letter = self._end(message, nameless, Reason.INVALID_SIGNAL, detail, None)
        if letter.part_of is None:  # else the signal that made it tells
            self.dead_letters.send(message, letter)
        return Done(letter)

    def send_owed_letter(self, row: Row) -> Row:
        """Send the letter of a row whose name another signal is about to take; return the row as it is then."""
        self.finish(restore_message(row), row)
        return self.ledger.read(row.identity) or row

    def _end(self, message: Message, row: Row, reason: Reason, detail: str, code: str | None) -> Row:
        token, now = self.randomness.token(), self.clock.now()
        return row.die(reason, detail, code=code, message_id=message.id, token=token, now=now)
