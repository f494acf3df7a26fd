"""The two SQS queues: how a record reads, which go in turn, how one is sent back, and how a dead letter is written."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orderexec.domain.lifecycle import Row
from orderexec.domain.messages import Message

from .attributes import make_client_attributes, read_record_attributes
from .letters import make_letter, read_attributes

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY_SECONDS = 43_200 - 60  # SQS hides a message for 12 hours at the most, counted from its receipt
_FIFO = ".fifo"  # how the name of every FIFO queue ends, and of no other

Record = Mapping[str, Any]  # one message, as Lambda hands it to the function


def read_message(record: Record) -> Message:
    """The record as the inside knows it."""
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
    """The MessageGroupId: on a FIFO queue always, on a standard queue if the producer gave one."""
    found: str | None = record["attributes"].get("MessageGroupId")
    return found


def line_up(records: Sequence[Record]) -> list[list[Record]]:
    """Those that must be executed in turn stand in one line; on a standard queue a group is fairness, not order."""
    found: dict[str | None, list[Record]] = {}
    for record in records:
        ordered = record["eventSourceARN"].endswith(_FIFO)
        found.setdefault(read_group(record) if ordered else record["messageId"], []).append(record)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class SignalQueue:
    """Where signals come from."""

    client: "SQSClient"
    url: str

    def delay(self, receipt_handle: str, seconds: float) -> None:
        """Hide the message for `seconds` more; it keeps its receive count, and nothing is sent anew."""
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
        """The message's group is kept, so that the letter can go back into it.

        A FIFO queue demands one (a letter written without its message gets the account's) and swallows a second letter
        with the same deduplication id for five minutes. The mark is new with each death: a letter that a crash has sent
        again is swallowed, one of a signal that was revived and died again is not.
        """
        if self.url.endswith(_FIFO):
            once = row.mark or row.token
            return {"MessageGroupId": message.group or row.identity.account, "MessageDeduplicationId": once}
        return {"MessageGroupId": message.group} if message.group else {}
