"""Where outcomes are kept that could not be published: an SQS queue, each as the function would take it again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .attributes import clean_text

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


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
                name: {"DataType": "String", "StringValue": clean_text(text)} for name, text in attributes.items()
            },
        )
