"""The SQS queues: how a message is sent back for a while, how a dead letter is written, and an outcome kept."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orderexec.domain.lifecycle import Row
from orderexec.domain.messages import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY_SECONDS = 43_200 - 60  # SQS hides a message for 12 hours at the most, counted from its receipt
# What SQS takes in an attribute (the XML character set); a longer detail would only hide its beginning.
_NOT_TAKEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_DETAIL = 2_000


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
        attributes = {
            "reason": row.reason.value if row.reason else "",
            "code": row.code or "",
            "detail": _NOT_TAKEN.sub("?", row.detail or "")[:_LONGEST_DETAIL],
            "signal_id": row.identity.id,
            "attempts": str(row.attempts),
        }
        self.client.send_message(
            QueueUrl=self.url,
            MessageBody=message.body,
            # SQS takes no empty value: an attribute without one is left out.
            MessageAttributes={
                name: {"DataType": "String", "StringValue": text} for name, text in attributes.items() if text
            },
        )


@dataclass(frozen=True, slots=True)
class UnreportedOutcomes:
    """Where a record of the ledger's stream is kept whose outcome could not be published, for a person to look at."""

    client: "SQSClient"
    url: str

    def keep(self, record: Mapping[str, Any], why: str) -> None:
        """The record whole, in the shape in which the function takes it again; raises if it is not durable."""
        attributes = {"why": why, "signal": record["dynamodb"]["Keys"]["pk"]["S"]}
        self.client.send_message(
            QueueUrl=self.url,
            MessageBody=json.dumps({"Records": [record]}),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": _NOT_TAKEN.sub("?", text)[:_LONGEST_DETAIL]}
                for name, text in attributes.items()
            },
        )
