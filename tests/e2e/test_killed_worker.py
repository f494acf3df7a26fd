"""A worker that dies in the middle of a delivery leaves exactly one order behind, and a ledger that knows it."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.exchange import Control
from local.run import wait_until
from local.stack import Stack
from orderexec.domain.orders import make_client_order_id
from tests.e2e.workers import workers

VISIBILITY_SECONDS = 3
HELD_SECONDS = 20
# The exchange holds the answer back: in the one case the order is already executed, in the other it never will be.
CASES = {
    "killed-after-execution": {"fault": "delay", "seconds": HELD_SECONDS},
    "killed-before-execution": {"fault": "delay", "seconds": HELD_SECONDS, "before": True},
}

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")


@pytest.fixture
def quick_return(running: Stack) -> Iterator[None]:
    """The message of a dead worker comes back after seconds instead of the template's minute and a half."""
    queue, url = running.client("sqs"), running.outputs["SignalQueueUrl"]
    before = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    queue.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS)})
    yield
    queue.set_queue_attributes(QueueUrl=url, Attributes=before)


@pytest.mark.usefixtures("quick_return")
def test_a_worker_killed_while_the_exchange_works_leaves_one_order(running: Stack, control: Control) -> None:
    # GIVEN two signals whose requests have reached the exchange, and whose answers have not come back
    for signal_id, fault in CASES.items():
        control.arm({**fault, "match": {"client_order_id": _client_order_id(signal_id)}})
        _publish(running, signal_id)
    assert wait_until(lambda: all(_row(running, signal_id).get("state") == {"S": "SENT"} for signal_id in CASES), 20)
    assert wait_until(lambda: _orders(control, "killed-after-execution"), 10)
    assert wait_until(lambda: not control.list_armed(), 10)

    # WHEN every worker dies at once
    for pid in workers(running):
        os.kill(pid, signal.SIGKILL)

    # THEN each signal ends ACCEPTED with exactly one order; only the one that never arrived was sent again
    assert wait_until(
        lambda: all(_row(running, signal_id).get("state") == {"S": "ACCEPTED"} for signal_id in CASES), 60
    )
    assert {signal_id: len(_orders(control, signal_id)) for signal_id in CASES} == dict.fromkeys(CASES, 1)
    assert _row(running, "killed-after-execution")["attempts"] == {"N": "1"}
    assert _row(running, "killed-before-execution")["attempts"] == {"N": "2"}


def _publish(running: Stack, signal_id: str) -> None:
    body = {"id": signal_id, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
    running.client("sqs").send_message(QueueUrl=running.outputs["SignalQueueUrl"], MessageBody=json.dumps(body))


def _row(running: Stack, signal_id: str) -> dict[str, Any]:
    key = {"pk": {"S": f"main/binance-spot/{signal_id}"}}
    row: dict[str, Any] = (
        running.client("dynamodb").get_item(TableName=running.outputs["LedgerTable"], Key=key).get("Item", {})
    )
    return row


def _orders(control: Control, signal_id: str) -> list[dict[str, Any]]:
    return [order for order in control.list_orders() if order["clientOrderId"] == _client_order_id(signal_id)]


def _client_order_id(signal_id: str) -> str:
    return make_client_order_id("main", "binance-spot", signal_id)
