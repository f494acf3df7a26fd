"""A queue message as the function gets it, and what tells that it is a dead letter which came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that a producer gave its message: SQS's type and the value, a binary one in base64.

    `cut` says in words what the value was where there was no room for it; `value` is empty then.
    """

    type: str
    value: str
    cut: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What only a dead letter has. A message with it was redriven, whoever did it and however.

    `death` names the death that the letter tells of: only a row that died this very death is revived by it.
    `signal_id` is the name of the letter's signal, `issued_at` (epoch ms) its age: SQS makes a new message of a letter
    that is moved, with a new id and a new time. 0 means that the age cannot be read.
    `allowed_age_ms` is up to what age a person wants it executed although its own limit is lower.
    """

    death: str
    signal_id: str
    issued_at: int
    allowed_age_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery. `sent_at` in epoch ms; `attributes` are the producer's own, whatever they are called.

    `group` is what the queue orders by (FIFO) or is fair between (standard). `mark`: it is a dead letter that was
    redriven.
    """

    id: str
    body: str
    sent_at: int
    receive_count: int = 1
    group: str | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    mark: Mark | None = None

    @property
    def redriven(self) -> bool:
        """Whether it comes from the dead-letter queue."""
        return self.mark is not None

    @property
    def first_sent_at(self) -> int:
        """How old it is (epoch ms): moving it from queue to queue does not make it younger."""
        return self.sent_at if self.mark is None else min(self.mark.issued_at, self.sent_at)
