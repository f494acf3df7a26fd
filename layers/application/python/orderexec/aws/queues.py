"""The two SQS queues: what a record says, which go in turn, how one comes back later, how a dead letter is sent."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orderexec.domain.messages import Message
from orderexec.domain.row import Row

from .attributes import make_client_attributes, read_record_attributes
from .letters import make_letter, read_attributes

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# SQS hides a message for 12 hours at the most, counted from its receipt ("Amazon SQS visibility timeout").
LONGEST_DELAY_SECONDS = 43_200 - 60
_FIFO = ".fifo"  # the end of every FIFO queue's name, and of no other's

Record = Mapping[str, Any]  # one message, as Lambda hands it to the function


def read_message(record: Record) -> Message:
    """Return the message that the record holds."""
    attributes, mark = read_attributes(read_record_attributes(record.get("messageAttributes") or {}))
    return Message(
        id=record["messageId"],
        body=record["body"],
        sent_at=int(record["attributes"]["SentTimestamp"]),
        receive_count=int(record["attributes"]["ApproximateReceiveCount"]),
        group=read_group(record),
        attributes=attributes,
        mark=mark,
    )


def read_group(record: Record) -> str | None:
    """Return the MessageGroupId: a FIFO queue always has one, a standard queue only if the producer gave one."""
    found: str | None = record["attributes"].get("MessageGroupId")
    return found


def is_ordered(record: Record) -> bool:
    """Return whether the record is of a FIFO queue."""
    return bool(record["eventSourceARN"].endswith(_FIFO))


def line_up(records: Sequence[Record]) -> list[list[Record]]:
    """Return the records in lines: those of one line must be executed one after the other.

    On a FIFO queue, each group is a line. On a standard queue each record is a line of its own, because there a group
    stands for fairness and not for order.
    """
    found: dict[str | None, list[Record]] = {}
    for record in records:
        found.setdefault(read_group(record) if is_ordered(record) else record["messageId"], []).append(record)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class SignalQueue:
    """The queue that signals come from."""

    client: "SQSClient"
    url: str

    def delay(self, receipt_handle: str, seconds: float) -> None:
        """Hide the message for so many seconds from now; it keeps its receive count, and nothing is sent again."""
        timeout = min(max(math.ceil(seconds), 0), LONGEST_DELAY_SECONDS)
        self.client.change_message_visibility(
            QueueUrl=self.url, ReceiptHandle=receipt_handle, VisibilityTimeout=timeout
        )


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    """Implements ports.DeadLetters."""

    client: "SQSClient"
    url: str

    def send(self, message: Message, row: Row) -> None:
        """See ports.DeadLetters."""
        body, attributes = make_letter(message, row)
        self.client.send_message(
            QueueUrl=self.url,
            MessageBody=body,
            MessageAttributes=make_client_attributes(attributes),
            **self._choose_group(message, row),  # type: ignore[arg-type]
        )

    def _choose_group(self, message: Message, row: Row) -> dict[str, str]:
        """Return the letter's group and deduplication id, as far as its queue takes them.

        The group is the message's, so that the letter can go back into it. A FIFO queue demands a group: a letter that
        was made without its message gets its account as group. Such a queue also drops a second letter with the same
        deduplication id within five minutes ("Exactly-once processing in Amazon SQS"). The id is the mark, which is new
        with each death: so a letter that a crash sends again is dropped, but not the letter of a signal that was
        revived and died again.
        """
        if self.url.endswith(_FIFO):
            once = row.mark or row.token
            return {"MessageGroupId": message.group or row.identity.account, "MessageDeduplicationId": once}
        return {"MessageGroupId": message.group} if message.group else {}
