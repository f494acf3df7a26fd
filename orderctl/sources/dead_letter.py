"""One dead letter: the signal in it as it reads now, whether it is meant, and how it goes back under its own name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orderctl.sources.sending import FIFO
from orderexec.domain.lifecycle import Reason
from orderexec.domain.signals import Identity, InvalidSignal, Signal


@dataclass(frozen=True)
class DeadLetter:
    """One message of the dead-letter queue, and the signal in it as it reads now. `died_at` in epoch ms."""

    message_id: str
    body: str
    died_at: int
    signal: Signal | InvalidSignal
    attributes: Mapping[str, Any] = field(repr=False)  # as SQS has them, with their types
    group: str | None = None
    handle: str = field(repr=False, default="")

    def text(self, name: str) -> str | None:
        """The attribute that the function wrote: reason, code, detail, signal_id or attempts."""
        value: str | None = self.attributes.get(name, {}).get("StringValue")
        return value

    @property
    def identity(self) -> Identity:
        """Of its signal."""
        return self.signal.identity

    @property
    def symbol(self) -> str | None:
        """None where the body is no signal."""
        return self.signal.symbol if isinstance(self.signal, Signal) else None


@dataclass(frozen=True)
class Chosen:
    """Which letters are meant; None: whichever it is."""

    reason: str | None = None
    account: str | None = None
    symbol: str | None = None
    signal: str | None = None

    def holds(self, letter: DeadLetter) -> bool:
        """Whether the letter is one of them."""
        identity = letter.identity
        return (
            self.reason in (None, letter.text("reason"))
            and self.account in (None, identity.account)
            and self.symbol in (None, letter.symbol)
            and self.signal in (None, identity.id, identity.key)
        )


def known_by(letter: DeadLetter) -> dict[str, Any]:
    """Its attributes, and the signal's name where only the message id was it: SQS gives the copy a new one.

    Such a letter is one that the queue itself gave up. Without its old name the copy would be another signal, and if it
    were moved twice, two orders.
    """
    if letter.text("reason") is not None or letter.identity.id != letter.message_id:
        return dict(letter.attributes)
    named = {"signal_id": letter.message_id, "reason": Reason.EXHAUSTED.value}
    return dict(letter.attributes) | {name: {"DataType": "String", "StringValue": text} for name, text in named.items()}


def place(queue_url: str, letter: DeadLetter) -> dict[str, str]:
    """Its group. On a FIFO queue a deduplication id that only a repetition of this very move has."""
    group = letter.group or f"{letter.identity.account}/{letter.symbol or ''}"
    if not queue_url.endswith(FIFO):
        return {} if letter.group is None else {"MessageGroupId": letter.group}
    return {"MessageGroupId": group, "MessageDeduplicationId": letter.message_id}
