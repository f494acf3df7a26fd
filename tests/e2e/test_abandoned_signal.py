"""The deployed reconcile function: a row whose message is gone ends with a dead letter, under its own IAM role."""

import json
from dataclasses import replace
from typing import Any

from local.exchange import Control
from local.run import wait_until
from local.stack import Stack
from orderexec.aws.ledger_item import make_item, read_row
from orderexec.domain.orders import make_client_order_id
from orderexec.domain.row import Row

SIGNAL = "abandoned"
AGO_MS = 3_600_000


def test_a_signal_whose_message_was_purged_ends_with_its_letter(running: Stack, control: Control) -> None:
    # GIVEN a request that was lost on the way, and a message that somebody purged
    named = {"client_order_id": make_client_order_id("main", "binance-spot", SIGNAL)}
    control.arm({"fault": "lose_request", "match": named})
    body = json.dumps({"id": SIGNAL, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"})
    running.client("sqs").send_message(QueueUrl=running.outputs["SignalQueueUrl"], MessageBody=body)
    assert wait_until(lambda: _row(running) is not None and not control.list_armed(), 30)
    running.client("sqs").purge_queue(QueueUrl=running.outputs["SignalQueueUrl"])
    _age(running)

    # WHEN the schedule comes round (here at once)
    answer = running.client("lambda").invoke(FunctionName=running.outputs["ReconcileOrdersFunction"], Payload=b"{}")

    # THEN the ledger says what became of it, and so does its letter
    assert json.loads(answer["Payload"].read()) == {"reconciled": 1, "unreconciled": 0, "unreadable": 0, "followed": 0}
    row = _row(running)
    assert row is not None
    assert (row.state, row.reason, row.letter_sent) == ("DEAD", "EXPIRED", True)
    assert wait_until(lambda: body in _letters(running), 10)


def _row(running: Stack) -> Row | None:
    key = {"pk": {"S": f"main/binance-spot/{SIGNAL}"}}
    item = running.client("dynamodb").get_item(TableName=running.outputs["LedgerTable"], Key=key).get("Item")
    return read_row(item) if item else None


def _age(running: Stack) -> None:
    row = _row(running)
    assert row is not None
    assert row.fence is not None
    aged = replace(row, fence=row.fence - AGO_MS, expires_at=row.expires_at - AGO_MS)
    running.client("dynamodb").put_item(TableName=running.outputs["LedgerTable"], Item=make_item(aged))


def _letters(running: Stack) -> list[str]:
    queue: Any = running.client("sqs")
    url = running.outputs["DeadLetterQueueUrl"]
    answer = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=1)
    return [message["Body"] for message in answer.get("Messages", [])]
