"""The dead-letter queue in memory."""

from dataclasses import dataclass, replace

from orderexec.aws.letters import make_letter, read_attributes
from orderexec.domain.messages import Message
from orderexec.domain.row import Row

from .stores import Faults


@dataclass(frozen=True, slots=True)
class Letter:
    """What the queue got: the message, and the row that said why."""

    message: Message
    row: Row

    def redriven(self, message_id: str, sent_at: int, allowed_age_ms: int | None = None) -> Message:
        """The message that a redrive makes of the letter: with a new id, and a new time."""
        body, attributes = make_letter(self.message, self.row)
        own, mark = read_attributes(attributes)
        assert mark is not None
        mark = replace(mark, allowed_age_ms=allowed_age_ms)
        return replace(
            self.message, id=message_id, body=body, sent_at=sent_at, receive_count=1, attributes=own, mark=mark
        )


class MemoryDeadLetters:
    """Implements ports.DeadLetters. `faults` are those of the next letters."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.faults = Faults()

    def send(self, message: Message, row: Row) -> None:
        fault = self.faults.take()
        self.letters.append(Letter(message, row))
        self.faults.after(fault)
