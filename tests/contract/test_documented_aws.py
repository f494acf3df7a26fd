"""The tests' AWS refuses what the real one is documented to refuse, and moves letters as the real one does."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient
from mypy_boto3_sqs import SQSClient

from tests.doubles.documented_aws import MOST_ITEM_BYTES, MOST_MESSAGE_BYTES

TEXT = {"DataType": "String", "StringValue": "x"}


@pytest.fixture
def sqs(aws_account: None) -> SQSClient:
    return boto3.client("sqs")


@pytest.fixture
def queue(sqs: SQSClient) -> str:
    return sqs.create_queue(QueueName="queue")["QueueUrl"]


def code_of(sqs: SQSClient, **message: Any) -> str:
    with pytest.raises(ClientError) as refused:
        sqs.send_message(**message)
    return refused.value.response["Error"]["Code"]


def attributes(length: int, kind: str = "String") -> dict[str, Any]:
    """One attribute that counts `length` bytes."""
    rest = length - len("name") - len(kind)
    value = {"StringValue": "x" * rest} if kind == "String" else {"BinaryValue": b"x" * rest}
    return {"name": {"DataType": kind} | value}


@pytest.mark.parametrize(("body", "kind"), [("b" * 100, "String"), ("é" * 50, "String"), ("b" * 100, "Binary")])
def test_attributes_count_towards_a_messages_size(sqs: SQSClient, queue: str, body: str, kind: str) -> None:
    fits, too_large = (attributes(MOST_MESSAGE_BYTES - 100 + more, kind) for more in (0, 1))

    sqs.send_message(QueueUrl=queue, MessageBody=body, MessageAttributes=fits)

    assert code_of(sqs, QueueUrl=queue, MessageBody=body, MessageAttributes=too_large) == "InvalidParameterValue"


@pytest.mark.parametrize(
    "named",
    [
        {"empty": TEXT | {"StringValue": ""}},
        {"control": TEXT | {"StringValue": "\x01"}},
        {"two..dots": TEXT},
        {".dot": TEXT},
        {"dot.": TEXT},
        {"AWS.mine": TEXT},
        {"a blank": TEXT},
        {"n" * 257: TEXT},
        {f"name{number}": TEXT for number in range(11)},
    ],
    ids=lambda named: next(iter(named))[:20],
)
def test_attributes_keep_their_rules(sqs: SQSClient, queue: str, named: Any) -> None:
    assert code_of(sqs, QueueUrl=queue, MessageBody="body", MessageAttributes=named) == "InvalidParameterValue"


def test_no_body_is_empty_and_none_is_delayed_too_long(sqs: SQSClient, queue: str) -> None:
    assert code_of(sqs, QueueUrl=queue, MessageBody="") == "MissingParameter"
    for delay in (-1, 901):
        assert code_of(sqs, QueueUrl=queue, MessageBody="b", DelaySeconds=delay) == "InvalidParameterValue"


def test_in_a_body_what_is_not_allowed_is_replaced(sqs: SQSClient, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="a\x01b")

    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "a\ufffdb"


def test_one_bad_message_of_a_batch_fails_alone(sqs: SQSClient, queue: str) -> None:
    entries: Any = [
        {"Id": "good", "MessageBody": "b"},
        {"Id": "bad", "MessageBody": "b", "MessageAttributes": {"empty": TEXT | {"StringValue": ""}}},
    ]

    answer = sqs.send_message_batch(QueueUrl=queue, Entries=entries)

    assert [sent["Id"] for sent in answer["Successful"]] == ["good"]
    assert [(failed["Id"], failed["SenderFault"]) for failed in answer["Failed"]] == [("bad", True)]


def arn_of(sqs: SQSClient, url: str) -> str:
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def test_a_redrive_makes_a_new_message_with_a_new_time(
    sqs: SQSClient, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = sqs.create_queue(QueueName="letters")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": arn_of(sqs, letters), "maxReceiveCount": "5"})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy})
    sent = sqs.send_message(QueueUrl=letters, MessageBody="b", MessageAttributes={"a": TEXT}, MessageGroupId="g")  # type: ignore[dict-item]
    (before,) = sqs.receive_message(QueueUrl=letters, AttributeNames=["All"])["Messages"]
    sqs.change_message_visibility(QueueUrl=letters, ReceiptHandle=before["ReceiptHandle"], VisibilityTimeout=0)
    later = int(before["Attributes"]["SentTimestamp"]) + 3_600_000
    monkeypatch.setattr("moto.sqs.models.unix_time_millis", lambda: later)

    sqs.start_message_move_task(SourceArn=arn_of(sqs, letters))

    (moved,) = sqs.receive_message(QueueUrl=queue, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]
    assert moved["MessageId"] != sent["MessageId"]
    assert moved["Attributes"]["SentTimestamp"] == str(later)
    assert moved["Attributes"]["ApproximateReceiveCount"] == "1"
    assert (moved["Body"], moved["MessageAttributes"], moved["Attributes"]["MessageGroupId"]) == ("b", {"a": TEXT}, "g")
    assert "Messages" not in sqs.receive_message(QueueUrl=letters)


def test_only_a_dead_letter_queue_is_redriven(sqs: SQSClient, queue: str) -> None:
    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        sqs.start_message_move_task(SourceArn=arn_of(sqs, queue))


def item(name: str, length: int) -> Any:
    """An item of exactly `length` bytes."""
    return {"pk": {"S": name}, "text": {"S": "x" * (length - len(f"pk{name}text"))}}


def test_an_item_has_400_kb(dynamodb: DynamoDBClient) -> None:
    dynamodb.put_item(TableName="shared", Item=item("a", MOST_ITEM_BYTES))

    with pytest.raises(ClientError, match="maximum allowed size"):
        dynamodb.put_item(TableName="shared", Item=item("b", MOST_ITEM_BYTES + 1))


def test_an_update_that_makes_its_item_too_large_changes_nothing(dynamodb: DynamoDBClient) -> None:
    dynamodb.put_item(TableName="shared", Item=item("a", MOST_ITEM_BYTES - 10))

    for value, fits in (("x" * 9, True), ("x" * 10, False)):
        call: Any = {
            "TableName": "shared",
            "Key": {"pk": {"S": "a"}},
            "UpdateExpression": "SET b = :b",
            "ExpressionAttributeValues": {":b": {"S": value}},
        }
        if fits:
            dynamodb.update_item(**call)
        else:
            with pytest.raises(ClientError, match="maximum allowed size"):
                dynamodb.update_item(**call)

    assert dynamodb.get_item(TableName="shared", Key={"pk": {"S": "a"}})["Item"]["b"] == {"S": "x" * 9}
