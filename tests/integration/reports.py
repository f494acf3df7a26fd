"""The stage of the function that reports outcomes: the ledger's stream, a listener at the bus, what is put aside."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import boto3

from functions.report_outcomes import app
from tests.conftest import REGION
from tests.integration.stage import CONTEXT, Record, Stage

STREAMS = f"https://streams.dynamodb.{REGION}.amazonaws.com"  # moto does not know the service's newer addresses


@dataclass(frozen=True, slots=True)
class Reports:
    """The stream of the stage's ledger, a queue that listens to the bus, and the queue of unreported outcomes."""

    stage: Stage
    listener: str
    unreported: str

    def records(self) -> list[Record]:
        """Every write so far, as Lambda would hand it over."""
        streams = boto3.client("dynamodbstreams", endpoint_url=STREAMS)
        (stream,) = streams.list_streams(TableName="ledger")["Streams"]
        (shard,) = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
        start = streams.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        found = streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
        return [_as_lambda_has_it(cast(Record, record)) for record in found]

    def report(self, records: Sequence[Record] | None = None) -> list[str]:
        """Invoke the function; the sequence numbers that it wants again."""
        event = {"Records": self.records() if records is None else list(records)}
        return [failure["itemIdentifier"] for failure in cast(Any, app.handler)(event, CONTEXT)["batchItemFailures"]]

    def heard(self) -> list[dict[str, Any]]:
        """The events that the listener has got since it was last asked."""
        return [json.loads(message["Body"]) for message in self._received(self.listener)]

    def outcomes(self) -> list[tuple[str, str]]:
        return [(event["detail"]["signal_id"], event["detail"]["state"]) for event in self.heard()]

    def kept(self) -> list[dict[str, Any]]:
        return self._received(self.unreported)

    def _received(self, queue: str) -> list[dict[str, Any]]:
        found: list[Any] = []
        while messages := self.stage.sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            found += messages
        return found


def _as_lambda_has_it(record: Record) -> Record:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    return {**record, "dynamodb": change}
