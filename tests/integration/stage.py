"""The function between a queue and an exchange: SQS, DynamoDB and Secrets Manager in memory, the exchange over HTTP."""

import base64
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from mypy_boto3_dynamodb import DynamoDBClient
from mypy_boto3_secretsmanager import SecretsManagerClient
from mypy_boto3_sqs import SQSClient

from functions.execute_signals import app
from orderexec.aws.ledger_item import read_row
from orderexec.domain.row import Row
from tests.paper_exchange.paper_client import PaperClient

Record = dict[str, Any]
CONTEXT = SimpleNamespace(
    function_name="execute-signals",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:execute-signals",
    aws_request_id="request-1",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything of one test. `signals` and `letters` are queue URLs."""

    sqs: SQSClient
    dynamodb: DynamoDBClient
    secretsmanager: SecretsManagerClient
    signals: str
    letters: str
    paper: PaperClient

    def publish(self, *bodies: object, **attributes: str) -> list[str]:
        """Message ids, in the order of `bodies`; a string goes out as it is."""
        given = {name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()}
        return [
            self.sqs.send_message(
                QueueUrl=self.signals,
                MessageBody=body if isinstance(body, str) else json.dumps(body),
                MessageAttributes=given,  # type: ignore[arg-type]
            )["MessageId"]
            for body in bodies
        ]

    def publish_in(self, group: str, *bodies: object) -> list[str]:
        """As `publish`, as messages of one group."""
        ids = []
        for body in bodies:
            place = {"MessageGroupId": group}
            if self.signals.endswith(".fifo"):
                place["MessageDeduplicationId"] = uuid.uuid4().hex
            sent = self.sqs.send_message(QueueUrl=self.signals, MessageBody=json.dumps(body), **place)  # type: ignore[arg-type]
            ids.append(sent["MessageId"])
        return ids

    def receive(self) -> list[Record]:
        """What the event source mapping would hand over now."""
        answer = self.sqs.receive_message(
            QueueUrl=self.signals,
            MaxNumberOfMessages=10,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        queue = self.signals.rpartition("/")[2]
        return [_record(cast(Record, message), queue) for message in answer.get("Messages", [])]

    def invoke(self, records: Sequence[Record], milliseconds_left: int = 45_000) -> list[str]:
        """Ids of the messages that stay; the others are deleted, as the event source mapping does it."""
        context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: milliseconds_left)
        response = cast(Any, app.handler)({"Records": list(records)}, context)
        assert set(response) == {"batchItemFailures"}
        assert all(set(failure) == {"itemIdentifier"} for failure in response["batchItemFailures"])
        staying = [failure["itemIdentifier"] for failure in response["batchItemFailures"]]
        for record in records:
            if record["messageId"] not in staying:
                self.sqs.delete_message(QueueUrl=self.signals, ReceiptHandle=record["receiptHandle"])
        return staying

    def new_container(self) -> None:
        """The next call meets one that has just started."""
        app.get_application.cache_clear()

    def run(self, *bodies: object, **attributes: str) -> list[str]:
        """Publish, deliver once, and say what stays."""
        self.publish(*bodies, **attributes)
        return self.invoke(self.receive())

    def next_delivery(self, within: float) -> list[Record]:
        """The next messages to become visible; fails if none does `within` so many seconds."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if records := self.receive():
                return records
            time.sleep(0.02)
        raise AssertionError(f"no message came back within {within} s")

    def row(self, signal_id: str, account: str = "main", venue: str = "binance-spot") -> Row:
        key = {"pk": {"S": f"{account}/{venue}/{signal_id}"}}
        return read_row(self.dynamodb.get_item(TableName="ledger", Key=key)["Item"])

    def dead_letters(self) -> list[tuple[str, dict[str, str]]]:
        """Body and attributes of each."""
        answer = self.sqs.receive_message(QueueUrl=self.letters, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return [
            (letter["Body"], {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()})
            for letter in answer.get("Messages", [])
        ]

    def redrive(self) -> None:
        """All letters, as "Start DLQ redrive" in the console does it."""
        asked = self.sqs.get_queue_attributes(QueueUrl=self.letters, AttributeNames=["QueueArn"])
        self.sqs.start_message_move_task(SourceArn=asked["Attributes"]["QueueArn"])

    def put_secret(self, text: str, account: str = "main") -> None:
        self.secretsmanager.put_secret_value(SecretId=f"orderexec/{account}", SecretString=text)


def buy(signal_id: str, **fields: object) -> dict[str, object]:
    return {"id": signal_id, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.001"} | fields


def _record(message: Record, queue: str) -> Record:
    """A received message in the shape in which Lambda gets it."""
    attributes = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{queue}",
    }


def _attribute(value: Record) -> Record:
    """Lambda hands a binary value over in base64."""
    if "BinaryValue" in value:
        return {"binaryValue": base64.b64encode(value["BinaryValue"]).decode(), "dataType": value["DataType"]}
    return {"stringValue": value["StringValue"], "dataType": value["DataType"]}
