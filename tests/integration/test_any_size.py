"""A message of any size that SQS takes ends as an order or as a letter: nothing is too large to be dead-lettered."""

import base64
import hashlib
import json
import os
from typing import Any

import pytest

from functions.reconcile_orders import app as reconcile_orders
from orderexec.domain.kept import MOST_SIGNAL_BYTES
from orderexec.domain.lifecycle import Reason, State
from tests.doubles.documented_aws import MOST_MESSAGE_BYTES, message_bytes
from tests.integration.stage import Stage, buy

Letter = dict[str, Any]


def padded(size: int, signal_id: str = "big", letter: str = "x") -> str:
    """A signal with one field too many, `size` bytes in all."""
    head = json.dumps(buy(signal_id))[:-1] + ', "note": "'
    count, rest = divmod(size - len(head) - 2, len(letter.encode()))
    return f'{head}{letter * count}{"x" * rest}"}}'


def letters(stage: Stage) -> list[Letter]:
    return stage.sqs.receive_message(QueueUrl=stage.letters, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
        "Messages", []
    )  # type: ignore[return-value]


@pytest.mark.parametrize("letter", ["x", "é", "€", "💥"])
def test_the_largest_message_gets_a_letter_that_says_what_was_cut(stage: Stage, letter: str) -> None:
    body = padded(MOST_MESSAGE_BYTES, letter=letter)
    stage.publish(body)

    assert stage.invoke(stage.receive()) == []

    [found] = letters(stage)
    row = stage.row("big")
    assert (row.reason, row.letter_sent) == (Reason.INVALID_SIGNAL, True)
    assert f"the message body has {MOST_MESSAGE_BYTES} bytes, a signal has 16384 at the most" in (row.detail or "")
    assert body.startswith(found["Body"])
    assert len(found["Body"].encode()) > MOST_MESSAGE_BYTES - 10_000
    cut = found["MessageAttributes"]["orderexec.body"]["StringValue"]
    assert cut == (
        f"cut: the first {len(found['Body'].encode())} of {MOST_MESSAGE_BYTES} bytes; "
        f"SHA-256 of the whole body: {hashlib.sha256(body.encode()).hexdigest()}"
    )
    assert len(row.body.encode()) <= MOST_SIGNAL_BYTES


def test_a_body_that_fits_beside_the_attributes_is_not_cut(stage: Stage) -> None:
    body = padded(500_000)

    stage.run(body)

    [found] = letters(stage)
    assert found["Body"] == body
    assert "orderexec.body" not in found["MessageAttributes"]


@pytest.mark.parametrize(("size", "state"), [(MOST_SIGNAL_BYTES, State.ACCEPTED), (MOST_SIGNAL_BYTES + 1, State.DEAD)])
def test_a_signals_size_is_bounded_in_bytes(stage: Stage, size: int, state: State) -> None:
    body = json.dumps(buy("big", strategy="é" * 64), ensure_ascii=False)

    assert stage.run(body + " " * (size - len(body.encode()))) == []

    assert stage.row("big").state is state


def attributes(count: int, size: int, kind: str) -> dict[str, Any]:
    """`count` of them, named as ours are first, `size` bytes each; the text is what JSON makes twice as long."""
    names = ["reason", "detail", "code", "signal_id", "issued_at", "attempts", "orderexec.body", "a", "b", "c"][:count]
    value: dict[str, Any] = {"BinaryValue": os.urandom(size)} if kind == "Binary" else {"StringValue": '"' * size}
    return {name: {"DataType": kind} | value for name in names}


@pytest.mark.parametrize("kind", ["Binary", "String"])
@pytest.mark.parametrize(("count", "size"), [(1, 1_048_000), (3, 349_000), (10, 104_000), (10, 1_000), (10, 1)])
def test_whatever_attributes_a_message_has_its_letter_says_what_each_was(
    stage: Stage, kind: str, count: int, size: int
) -> None:
    own = attributes(count, size, kind)
    body = json.dumps(buy("small", quantity="0.00001"))
    assert message_bytes(body, own) <= MOST_MESSAGE_BYTES
    stage.sqs.send_message(QueueUrl=stage.signals, MessageBody=body, MessageAttributes=own)

    assert stage.invoke(stage.receive()) == []

    [found] = letters(stage)
    assert found["Body"] == body  # what could be a signal's is never cut
    packed = json.loads(found["MessageAttributes"].get("orderexec.attributes", {}).get("StringValue", "{}"))
    for name, each in own.items():
        kept = found["MessageAttributes"].get(name)
        if name in packed:
            assert stands(packed[name], each)
        else:
            assert kept == each


def stands(packed: dict[str, str], each: dict[str, Any]) -> bool:
    value: bytes = each.get("BinaryValue") or each["StringValue"].encode()
    if "cut" in packed:
        return packed["cut"] == f"{len(value)} bytes, SHA-256 {hashlib.sha256(value).hexdigest()}"
    text = packed["value"]
    return (base64.b64decode(text) if packed["type"] == "Binary" else text.encode()) == value


def test_on_a_row_whose_message_is_gone_the_letter_says_what_it_does_not_hold(stage: Stage) -> None:
    # GIVEN a large message whose letter could not be sent, and which nobody has any more
    stage.sqs.delete_queue(QueueUrl=stage.letters)
    stage.publish(padded(150_000), source="desk-7")
    [staying] = stage.invoke(stage.receive())
    assert staying
    assert stage.row("big").letter_sent is False
    stage.sqs.create_queue(QueueName="letters")

    # WHEN the reconcile function looks after the row
    reconcile_orders.get_application.cache_clear()
    reconcile_orders.get_application().reconcile(stage.row("big"))

    # THEN its letter has what the row holds, and says that this is not all
    [found] = letters(stage)
    assert len(found["Body"].encode()) == MOST_SIGNAL_BYTES
    assert "of 150000 bytes" in found["MessageAttributes"]["orderexec.body"]["StringValue"]
    assert found["MessageAttributes"]["source"]["StringValue"] == "desk-7"
    assert stage.row("big").letter_sent is True


def test_a_row_without_a_body_gets_its_letter(stage: Stage) -> None:
    stage.run(buy("small", quantity="0.00001"))
    item = stage.dynamodb.get_item(TableName="ledger", Key={"pk": {"S": "main/binance-spot/small"}})["Item"]
    del item["body"]
    item["letter_sent"] = {"BOOL": False}
    stage.dynamodb.put_item(TableName="ledger", Item=item)
    letters(stage)

    reconcile_orders.get_application.cache_clear()
    reconcile_orders.get_application().reconcile(stage.row("small"))

    [found] = letters(stage)
    assert found["Body"] == "(The body of this message was not kept.)"
    assert found["MessageAttributes"]["orderexec.body"]["StringValue"] == "not kept"


def test_a_placed_signals_row_keeps_nothing_of_its_message(stage: Stage) -> None:
    stage.run(buy("signal-1"), source="desk-7")

    item = stage.dynamodb.get_item(TableName="ledger", Key={"pk": {"S": "main/binance-spot/signal-1"}})["Item"]
    assert item["state"] == {"S": "ACCEPTED"}
    assert not {"body", "body_cut", "attributes"} & item.keys()
