"""The queues: how long a message is hidden, what a dead letter carries, and what is kept of an unreported outcome."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from orderexec.aws.queues import DeadLetterQueue, SignalQueue
from orderexec.aws.unreported_outcomes import UnreportedOutcomes
from orderexec.domain.lifecycle import Reason
from orderexec.domain.row import Row, make_row
from tests.doubles.documented_aws import documented_aws
from tests.unit.examples import NOW, message, order, signal

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ISSUED_AT = "2026-09-21T14:13:19.000Z"
# Documented for SendMessage: what an attribute or body may hold.
TAKEN = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


def make_dead(detail: str, code: str | None = "-2010", id_: str = "signal-1") -> Row:
    sent = make_row(signal(id=id_), NOW).claim(order(), signed_at=NOW, fence=NOW, token="a", now=NOW)
    return sent.die(Reason.REJECTED, detail, code=code, message_id="message-1", token="b", now=NOW)


class HidingQueue:
    """As much of SQS as hiding a message takes: until when each receipt handle is hidden."""

    def __init__(self) -> None:
        self.hidden: dict[str, int] = {}

    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        assert QueueUrl == "https://sqs/signals"
        self.hidden[ReceiptHandle] = VisibilityTimeout


@pytest.mark.parametrize(
    ("requested", "hidden"),
    [(0, 0), (-3, 0), (0.001, 1), (7, 7), (7.2, 8), (43_140, 43_140), (43_141, 43_140), (259_200, 43_140)],
)
def test_a_message_is_hidden_for_whole_seconds_within_what_sqs_allows(requested: float, hidden: int) -> None:
    queue = HidingQueue()

    SignalQueue(cast("SQSClient", queue), "https://sqs/signals").delay("handle", requested)

    assert queue.hidden == {"handle": hidden}


@pytest.fixture(scope="module")
def sqs() -> "Iterator[SQSClient]":
    with mock_aws(), documented_aws():
        yield boto3.client(
            "sqs", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )


@pytest.fixture(scope="module")
def queue_url(sqs: "SQSClient") -> str:
    return sqs.create_queue(QueueName="dead")["QueueUrl"]


@pytest.fixture
def fifo_url(sqs: "SQSClient") -> Iterator[str]:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "false"}
    url = sqs.create_queue(QueueName="dead.fifo", Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]
    yield url
    sqs.delete_queue(QueueUrl=url)


def send_letter(sqs: "SQSClient", queue_url: str, row: Row, body: str = "{}") -> tuple[str, dict[str, str]]:
    """What arrives in the dead-letter queue: the body and the attributes."""
    DeadLetterQueue(sqs, queue_url).send(message(body), row)
    received = sqs.receive_message(QueueUrl=queue_url, MessageAttributeNames=["All"])["Messages"][0]
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=received["ReceiptHandle"])
    attributes = received.get("MessageAttributes", {})
    assert {each["DataType"] for each in attributes.values()} == {"String"}
    return received["Body"], {name: each["StringValue"] for name, each in attributes.items()}


def test_a_letter_holds_the_body_unchanged_and_says_why(sqs: "SQSClient", queue_url: str) -> None:
    body = ' {"symbol":"BTCUSDT" , "side": "ｘ"} \n'

    assert send_letter(sqs, queue_url, make_dead("no funds"), body) == (
        body,
        {
            "reason": "REJECTED",
            "code": "-2010",
            "detail": "no funds",
            "signal_id": "signal-1",
            "attempts": "1",
            "issued_at": ISSUED_AT,
            "orderexec.letter": "b",
        },
    )


def test_an_attribute_without_a_value_is_left_out(sqs: "SQSClient", queue_url: str) -> None:
    _, attributes = send_letter(sqs, queue_url, make_dead("", code=None))

    assert set(attributes) == {"reason", "signal_id", "attempts", "issued_at", "orderexec.letter"}


def test_a_long_detail_is_cut_where_its_beginning_has_said_enough(sqs: "SQSClient", queue_url: str) -> None:
    _, attributes = send_letter(sqs, queue_url, make_dead("why" + "x" * 100_000))

    assert attributes["detail"].startswith("whyx")
    assert len(attributes["detail"]) <= 2_000


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(detail=st.text(st.characters(), min_size=1))
def test_a_letter_holds_nothing_that_sqs_would_refuse(sqs: "SQSClient", queue_url: str, detail: str) -> None:
    _, attributes = send_letter(sqs, queue_url, make_dead(detail))

    assert TAKEN.fullmatch(attributes["detail"])
    assert len(attributes["detail"]) == len(detail)


def read_groups(sqs: "SQSClient", queue_url: str) -> list[str | None]:
    """Of the letters that are in the queue now."""
    received = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"])
    return [each["Attributes"].get("MessageGroupId") for each in received.get("Messages", [])]


def test_a_letter_keeps_the_group_of_its_message(sqs: "SQSClient", queue_url: str, fifo_url: str) -> None:
    for url in (queue_url, fifo_url):
        DeadLetterQueue(sqs, url).send(replace(message("{}"), group="desk-7"), make_dead("no funds"))

        assert read_groups(sqs, url) == ["desk-7"]


def test_a_letter_without_its_message_stands_in_the_accounts_group(sqs: "SQSClient", fifo_url: str) -> None:
    DeadLetterQueue(sqs, fifo_url).send(message("{}"), make_dead("no funds"))

    assert read_groups(sqs, fifo_url) == ["main"]


def test_a_fifo_queue_swallows_the_letter_that_a_crash_has_sent_again(sqs: "SQSClient", fifo_url: str) -> None:
    for _ in range(2):
        DeadLetterQueue(sqs, fifo_url).send(message("{}"), make_dead("no funds"))

    assert len(read_groups(sqs, fifo_url)) == 1


def test_a_fifo_queue_keeps_the_second_letter_of_a_signal_that_was_revived(sqs: "SQSClient", fifo_url: str) -> None:
    first = make_dead("no funds")
    again = first.revive(signal(id="signal-1")).die(
        Reason.REJECTED, "no funds", code="-2010", message_id="message-2", token="c", now=NOW
    )

    for row in (first, again):
        DeadLetterQueue(sqs, fifo_url).send(message("{}"), row)

    assert len(read_groups(sqs, fifo_url)) == 2


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(why=st.text(st.characters(), min_size=1), signal_id=st.text(min_size=1, max_size=128))
def test_an_unreported_outcome_is_kept_whole(sqs: "SQSClient", queue_url: str, why: str, signal_id: str) -> None:
    record = {"dynamodb": {"Keys": {"pk": {"S": signal_id}}, "NewImage": {"detail": {"S": "x" + why}}}}

    UnreportedOutcomes(sqs, queue_url).keep(record, why)

    [kept] = sqs.receive_message(QueueUrl=queue_url, MessageAttributeNames=["All"])["Messages"]
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=kept["ReceiptHandle"])
    assert json.loads(kept["Body"]) == {"Records": [record]}
    assert TAKEN.fullmatch(kept["Body"])
    assert {name for name, value in kept["MessageAttributes"].items() if TAKEN.fullmatch(value["StringValue"])} == {
        "why",
        "signal",
    }
