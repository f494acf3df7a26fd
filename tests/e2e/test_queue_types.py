"""Both types of queue, deployed from the same template: what a message group means on each."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from local.exchange import Control
from local.run import wait_until
from local.stack import NAME, Stack
from orderexec.domain.orders import make_client_order_id

WAIT_SECONDS = 2


@pytest.fixture(scope="module")
def fifo(running: Stack) -> Iterator[Stack]:
    """A second stack beside the session's, at the same exchange."""
    client, name = running.client("cloudformation"), f"{NAME}-fifo"
    (standard,) = client.describe_stacks(StackName=NAME)["Stacks"]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in standard["Parameters"]} | {
        "QueueType": "fifo",
        "EventBusName": name,
    }
    running.client("events").create_event_bus(Name=name)  # the session's bus shall tell of the session's signals alone
    bucket, body = f"{NAME}-artifacts", client.get_template(StackName=NAME, TemplateStage="Original")["TemplateBody"]
    # By its address, since CloudFormation takes only 51,200 bytes of a template in the call itself.
    running.client("s3").put_object(Bucket=bucket, Key=f"{name}.yaml", Body=_text(body).encode())
    client.create_stack(
        StackName=name,
        TemplateURL=f"{running.aws_endpoint_url}/{bucket}/{name}.yaml",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    (deployed,) = client.describe_stacks(StackName=name)["Stacks"]
    yield replace(running, outputs={output["OutputKey"]: output["OutputValue"] for output in deployed["Outputs"]})
    client.delete_stack(StackName=name)


def test_on_a_fifo_queue_a_delayed_signal_holds_back_its_group_and_no_other(fifo: Stack, control: Control) -> None:
    # GIVEN an account whose first signal is told to wait, and another account, on one queue
    _arm_delay(control, "fifo-a1")
    _publish(fifo, {"fifo-a1": "a", "fifo-a2": "a", "fifo-b1": "b", "fifo-a3": "a", "fifo-b2": "b"})
    assert wait_until(lambda: _row(fifo, "fifo-a1").get("state") == "WAITING", 30)
    # ... and a signal that only comes when its group waits already
    _publish(fifo, {"fifo-a4": "a"})
    names = ["fifo-a1", "fifo-a2", "fifo-a3", "fifo-a4", "fifo-b1", "fifo-b2"]

    # WHEN everything is over
    assert wait_until(lambda: {_row(fifo, name).get("state") for name in names} == {"ACCEPTED"}, 30)

    # THEN each group has kept its order, and the other group did not wait
    executed = _executed(control, names)
    assert [name for name in executed if "-a" in name] == ["fifo-a1", "fifo-a2", "fifo-a3", "fifo-a4"]
    assert executed[:2] == ["fifo-b1", "fifo-b2"]
    assert [_row(fifo, name)["attempts"] for name in names] == [2, 1, 1, 1, 1, 1]
    # ... and what was held back did not wait for the queue's visibility timeout
    assert _row(fifo, "fifo-a4")["updated_at"] - _row(fifo, "fifo-a1")["updated_at"] < 10_000


def test_on_a_standard_queue_a_delayed_signal_holds_nobody_back(running: Stack, control: Control) -> None:
    _arm_delay(control, "fair-1")
    names = ["fair-1", "fair-2", "fair-3"]
    _publish(running, dict.fromkeys(names, "a"))

    assert wait_until(lambda: {_row(running, name).get("state") for name in names} == {"ACCEPTED"}, 30)

    assert _executed(control, names)[-1] == "fair-1"


def test_a_letter_can_go_back_into_its_group_and_come_again(fifo: Stack) -> None:
    # GIVEN a signal that died, and its letter
    _publish(fifo, {"fifo-dead": "desk"}, symbol="NOSUCHPAIR")
    first = _letter(fifo)
    assert (first["Attributes"]["MessageGroupId"], _attributes(first)["signal_id"]) == ("desk", "fifo-dead")

    # WHEN it is redriven at once, its cause not mended
    fifo.client("sqs").send_message(
        QueueUrl=fifo.outputs["SignalQueueUrl"],
        MessageBody=first["Body"],
        MessageAttributes=first["MessageAttributes"],
        MessageGroupId=first["Attributes"]["MessageGroupId"],
        MessageDeduplicationId=first["MessageId"],
    )

    # THEN it is tried again, and its second letter is not taken for a copy of the first
    second = _letter(fifo)
    assert (second["Attributes"]["MessageGroupId"], second["Body"]) == ("desk", first["Body"])


def _publish(stack: Stack, groups: dict[str, str], **fields: str) -> None:
    """In one request, so that they arrive together and in this order."""
    url = stack.outputs["SignalQueueUrl"]
    body = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"} | fields
    entries = [
        {"Id": name, "MessageBody": json.dumps(body | {"id": name}), "MessageGroupId": group}
        | ({"MessageDeduplicationId": uuid.uuid4().hex} if url.endswith(".fifo") else {})
        for name, group in groups.items()
    ]
    assert not stack.client("sqs").send_message_batch(QueueUrl=url, Entries=entries).get("Failed")


def _arm_delay(control: Control, signal_id: str) -> None:
    """This signal alone has to wait: a limit would hold all of them."""
    control.arm(
        {
            "fault": "answer_instead",
            "status": 400,
            "code": -1016,
            "msg": "This service is no longer available.",
            "headers": {"Retry-After": str(WAIT_SECONDS)},
            "match": {"client_order_id": make_client_order_id("main", "binance-spot", signal_id)},
        }
    )


def _row(stack: Stack, signal_id: str) -> dict[str, Any]:
    key = {"pk": {"S": f"main/binance-spot/{signal_id}"}}
    item = stack.client("dynamodb").get_item(TableName=stack.outputs["LedgerTable"], Key=key).get("Item", {})
    return {name: int(value["N"]) if "N" in value else value.get("S") for name, value in item.items()}


def _executed(control: Control, names: list[str]) -> list[str]:
    """Those that have an order, as the exchange took them."""
    known = {make_client_order_id("main", "binance-spot", name): name for name in names}
    return [known[order["clientOrderId"]] for order in control.list_orders() if order["clientOrderId"] in known]


def _letter(stack: Stack) -> dict[str, Any]:
    """The next dead letter, taken out of its queue."""
    sqs, url = stack.client("sqs"), stack.outputs["DeadLetterQueueUrl"]
    found: list[dict[str, Any]] = []

    def received() -> bool:
        answer = sqs.receive_message(QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"])
        found.extend(answer.get("Messages", []))
        return bool(found)

    assert wait_until(received, 30)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
    return found[0]


def _attributes(message: dict[str, Any]) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def _text(template: object) -> str:
    return template if isinstance(template, str) else json.dumps(template)
