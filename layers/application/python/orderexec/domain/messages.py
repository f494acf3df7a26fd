"""A queue message as the function gets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery. `sent_at` in epoch ms; `attributes` are the string message attributes.

    `group` is what the queue orders by (FIFO) or is fair between (standard).
    """

    id: str
    body: str
    sent_at: int
    receive_count: int = 1
    group: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def redriven(self) -> bool:
        """Whether it comes from the dead-letter queue: it still carries the letter's attributes."""
        return "reason" in self.attributes and "signal_id" in self.attributes
