"""How a signal ends without an order: first the row DEAD, then the dead letter, then the note that it was sent."""

from dataclasses import dataclass

from orderexec.domain.lifecycle import Reason, Row, make_row
from orderexec.domain.messages import Message
from orderexec.domain.signals import InvalidSignal, Signal
from orderexec.domain.verdicts import Done
from orderexec.ports import Clock, DeadLetters, Ledger, Randomness


@dataclass(frozen=True, slots=True)
class DeadLetterSignal:
    """Durable in every order of crashes: a letter may come twice, never not at all, and never before its row."""

    ledger: Ledger
    dead_letters: DeadLetters
    clock: Clock
    randomness: Randomness

    def __call__(self, message: Message, row: Row, reason: Reason, detail: str, code: str | None = None) -> Done | Row:
        """Done, or the row that somebody else wrote meanwhile."""
        dead = self._dead(message, row, reason, detail, code)
        current = self.ledger.write(dead, over=row)
        return current if current is not None else self.finish(message, dead)

    def finish(self, message: Message, row: Row) -> Done:
        """Send the letter of a row that is DEAD already, unless that was done."""
        if not row.letter_sent:
            self.dead_letters.send(message, row)
            noted = row.note_letter(token=self.randomness.token(), now=self.clock.now())
            self.ledger.write(noted, over=row)  # whoever wrote first knows better; the letter is sent either way
        return Done(row)

    def refuse_other_content(self, message: Message, signal: Signal | InvalidSignal, row: Row) -> Done:
        """A letter for a message that names a known id but asks for something else; the row stays as it is."""
        detail = (
            f"the id {signal.identity.id!r} is known for account {signal.identity.account} at {signal.identity.venue} "
            f"with other content (that signal is {row.state}); a new signal needs a new id"
        )
        if isinstance(signal, InvalidSignal):
            detail = f"{signal.detail}; and {detail}"
        nameless = make_row(signal, self.clock.now())
        letter = self._dead(message, nameless, Reason.INVALID_SIGNAL, detail, None)
        self.dead_letters.send(message, letter)
        return Done(letter)

    def owed_letter(self, row: Row) -> Row:
        """Send the letter of a row whose name another signal is about to take; the row that stands then."""
        self.finish(kept_message(row), row)
        return self.ledger.read(row.identity) or row

    def _dead(self, message: Message, row: Row, reason: Reason, detail: str, code: str | None) -> Row:
        return row.die(
            reason, detail, code=code, message_id=message.id, token=self.randomness.token(), now=self.clock.now()
        )


def kept_message(row: Row) -> Message:
    """The row's own copy of its message."""
    return Message(id=row.message_id or "", body=row.body, sent_at=row.issued_at)
