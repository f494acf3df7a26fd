"""One dead letter: its signal as it reads now, how old that is, whether it is meant, and what it goes back with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from orderctl.sources.sending import FIFO
from orderexec.aws.attributes import Attributes, read_answer_attributes
from orderexec.aws.letters import add_mark, read_attributes
from orderexec.domain.lifecycle import Reason, Row, State
from orderexec.domain.messages import Mark, Message
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.signals import Identity, InvalidSignal, Signal
from orderexec.domain.unreadable import Unreadable


@dataclass(frozen=True)
class DeadLetter:
    """One message of the dead-letter queue, as the function would read it if it were redriven now.

    `attributes` are those that it goes back with. `given_up`: the queue itself gave it up, and nothing on it says why.
    `age_known` is false where the queue has forgotten when the message was first sent. `died_at` in epoch ms.
    """

    message: Message
    died_at: int
    signal: Signal | InvalidSignal
    attributes: Attributes = field(repr=False)
    given_up: bool = False
    age_known: bool = True
    handle: str = field(repr=False, default="")

    def text(self, name: str) -> str | None:
        """What the function wrote on it: reason, code, detail, signal_id, attempts or issued_at."""
        return self.attributes[name].value if name in self.attributes and not self.given_up else None

    @property
    def message_id(self) -> str:
        """In the dead-letter queue."""
        return self.message.id

    @property
    def body(self) -> str:
        """As it stands there."""
        return self.message.body

    @property
    def identity(self) -> Identity:
        """Of its signal."""
        return self.signal.identity

    @property
    def symbol(self) -> str | None:
        """None where the body is no signal."""
        return self.signal.symbol if isinstance(self.signal, Signal) else None

    @property
    def issued_at(self) -> int | None:
        """Of its signal (epoch ms); None if that is not known any more."""
        return self.signal.issued_at if self.age_known else None

    def bound_to(self, row: Row | Unreadable | None) -> "DeadLetter":
        """If the queue gave it up when its letter was due, it is the letter of the death that the row died."""
        if not isinstance(row, Row) or row.state is not State.DEAD or row.letter_sent:
            return self
        if not (self.given_up and row.mark and self.message.mark):
            return self
        mark = replace(self.message.mark, death=row.mark, issued_at=row.issued_at)
        attributes = add_mark(self.message.attributes, mark, Reason.EXHAUSTED.value, self.body)
        return replace(self, message=replace(self.message, mark=mark), attributes=attributes, age_known=True)


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


def read_letter(received: Mapping[str, Any], *, fifo: bool, max_age_ms: int, now: int) -> DeadLetter:
    """The letter in a message as SQS's client answers with it.

    One that the queue itself gave up has no mark. It gets one, with its message's id as its name and the time of its
    message as its age: SQS gives the copy that goes back another id and another time. On a FIFO queue its own time
    is that of its move to the dead-letter queue ("Setting-up dead-letter queue retention in Amazon SQS").
    """
    attributes = read_answer_attributes(received.get("MessageAttributes", {}))
    sent_at = int(received["Attributes"]["SentTimestamp"])
    own, mark = read_attributes(attributes)
    message = Message(
        id=received["MessageId"],
        body=received["Body"],
        sent_at=sent_at,
        attributes=own,
        mark=mark or Mark(death=received["MessageId"], signal_id=received["MessageId"], issued_at=sent_at),
        group=received["Attributes"].get("MessageGroupId"),
    )
    signal = parse_signal(message, max_age_ms=max_age_ms, now=now)
    if mark is None and message.mark is not None:
        named = replace(message.mark, signal_id=signal.identity.id, issued_at=signal.issued_at)
        message, attributes = replace(message, mark=named), add_mark(own, named, Reason.EXHAUSTED.value, message.body)
    return DeadLetter(
        message=message,
        died_at=sent_at,
        signal=signal,
        attributes=attributes,
        given_up=mark is None,
        age_known=bool(mark.issued_at) if mark else not fifo or signal.issued_at < sent_at,
        handle=received["ReceiptHandle"],
    )


def place(queue_url: str, letter: DeadLetter) -> dict[str, str]:
    """Its group. On a FIFO queue a deduplication id that only a repetition of this very move has."""
    group = letter.message.group or f"{letter.identity.account}/{letter.symbol or ''}"
    if not queue_url.endswith(FIFO):
        return {} if letter.message.group is None else {"MessageGroupId": letter.message.group}
    return {"MessageGroupId": group, "MessageDeduplicationId": letter.message_id}
