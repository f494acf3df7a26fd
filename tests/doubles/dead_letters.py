"""The dead-letter queue in memory."""

from dataclasses import dataclass, replace

from orderexec.domain.lifecycle import Row
from orderexec.domain.messages import Message

from .stores import Faults


@dataclass(frozen=True, slots=True)
class Letter:
    """What the queue got: the message, and the row that said why."""

    message: Message
    row: Row

    def redriven(self, message_id: str, sent_at: int) -> Message:
        """The message that an operator's move back to the signal queue makes of the letter."""
        attributes = {"reason": str(self.row.reason), "signal_id": self.row.identity.id}
        return replace(self.message, id=message_id, sent_at=sent_at, receive_count=1, attributes=attributes)


class MemoryDeadLetters:
    """Implements ports.DeadLetters. `faults` are those of the next letters."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.faults = Faults()

    def send(self, message: Message, row: Row) -> None:
        fault = self.faults.take()
        self.letters.append(Letter(message, row))
        self.faults.after(fault)
