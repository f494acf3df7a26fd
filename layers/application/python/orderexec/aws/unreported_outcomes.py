"""The SQS queue that keeps outcomes which could not be published, each in the form in which the function takes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .attributes import clean_text

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class UnreportedOutcomes:
    """Keeps records of the ledger's stream whose outcome could not be published, for a person to look at."""

    client: "SQSClient"
    url: str

    def keep(self, record: Mapping[str, Any], why: str) -> None:
        """Send the whole record to the queue, with why it is there and which signal it is about.

        Its body is an event that the function takes again. Raises what SQS's client raises.
        """
        attributes = {"why": why, "signal": record["dynamodb"]["Keys"]["pk"]["S"]}
        self.client.send_message(
            QueueUrl=self.url,
            MessageBody=json.dumps({"Records": [record]}),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": clean_text(text)} for name, text in attributes.items()
            },
        )
