"""What one dead letter is: its signal as the function would read it now, its age, and the attributes of a redrive."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from orderctl.sources.sending import FIFO
from orderexec.aws.attributes import Attributes, read_answer_attributes
from orderexec.aws.letters import add_mark, read_attributes
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Mark, Message
from orderexec.domain.row import Row
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.signals import Identity, InvalidSignal, Signal
from orderexec.domain.unreadable import Unreadable


@dataclass(frozen=True)
class DeadLetter:
    """One message of the dead-letter queue, as the function would read it if it were redriven now.

    `attributes` are those of a redrive. `given_up` is true if the queue itself gave the message up, so that nothing on
    it says why. `age_known` is false if the queue has forgotten when the message was first sent. `died_at`: epoch ms.
    """

    message: Message
    died_at: int
    signal: Signal | InvalidSignal
    attributes: Attributes = field(repr=False)
    given_up: bool = False
    age_known: bool = True
    handle: str = field(repr=False, default="")

    def get(self, name: str) -> str | None:
        """Return what the function wrote on it: reason, code, detail, signal_id, attempts or issued_at; else None."""
        return self.attributes[name].value if name in self.attributes and not self.given_up else None

    @property
    def message_id(self) -> str:
        """Its id in the dead-letter queue."""
        return self.message.id

    @property
    def body(self) -> str:
        """The body of the message."""
        return self.message.body

    @property
    def identity(self) -> Identity:
        """The identity of its signal."""
        return self.signal.identity

    @property
    def symbol(self) -> str | None:
        """The symbol of its signal; None if the body is not a valid signal."""
        return self.signal.symbol if isinstance(self.signal, Signal) else None

    @property
    def issued_at(self) -> int | None:
        """When its signal was issued (epoch ms); None if that is not known any more."""
        return self.signal.issued_at if self.age_known else None

    def bind_to(self, row: Row | Unreadable | None) -> "DeadLetter":
        """Return the letter with the mark of the row's death if the queue gave it up before that letter was sent."""
        if not isinstance(row, Row) or row.state is not State.DEAD or row.letter_sent:
            return self
        if not (self.given_up and row.mark and self.message.mark):
            return self
        mark = replace(self.message.mark, death=row.mark, issued_at=row.issued_at)
        attributes = add_mark(self.message.attributes, mark, Reason.EXHAUSTED.value, self.body)
        return replace(self, message=replace(self.message, mark=mark), attributes=attributes, age_known=True)


@dataclass(frozen=True)
class Selection:
    """Which letters a command is about; a field of None does not restrict them."""

    reason: str | None = None
    account: str | None = None
    symbol: str | None = None
    signal: str | None = None

    def holds(self, letter: DeadLetter) -> bool:
        """Return whether the letter is one of them."""
        identity = letter.identity
        return (
            self.reason in (None, letter.get("reason"))
            and self.account in (None, identity.account)
            and self.symbol in (None, letter.symbol)
            and self.signal in (None, identity.id, identity.key)
        )


def read_letter(received: Mapping[str, Any], *, fifo: bool, max_age_ms: int, now: int) -> DeadLetter:
    """Return the letter in a message that SQS's client received; `now` in epoch ms.

    A message that the queue itself gave up has no mark. It gets one here, with the message's id as its name and the
    message's time as its age, because the copy that goes back gets another id and another time from SQS. On a FIFO
    queue the message's time is that of its move to the dead-letter queue ("Setting-up dead-letter queue retention in
    Amazon SQS"), so that its age is not known.
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


def choose_group(queue_url: str, letter: DeadLetter) -> dict[str, str]:
    """Return the message group for a redrive; on a FIFO queue also a deduplication id that only its repetition has."""
    group = letter.message.group or f"{letter.identity.account}/{letter.symbol or ''}"
    if not queue_url.endswith(FIFO):
        return {} if letter.message.group is None else {"MessageGroupId": letter.message.group}
    return {"MessageGroupId": group, "MessageDeduplicationId": letter.message_id}
