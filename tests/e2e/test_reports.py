"""What the deployed stack publishes of its signals: every outcome, each under one id, and nothing else."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from local.outcomes import Watch
from local.run import ROOT, wait_until
from local.stack import NAME, Stack
from tests.e2e.listener import Listener

SCHEMA = json.loads((ROOT / "docs" / "outcome.schema.json").read_text())
SECONDS = 20.0


@pytest.fixture(scope="module")
def told(watch: Watch, listener: Listener) -> list[dict[str, Any]]:
    """Everything heard, once the samples are over and nothing more is due."""
    wait_until(lambda: listener.due() == listener.last(), SECONDS)
    return listener.heard()


def test_the_outcome_of_every_signal_of_every_test_is_told_as_its_row_stands(
    told: list[dict[str, Any]], listener: Listener
) -> None:
    due = listener.due()

    assert listener.last() == due


def test_each_sample_ends_once(told: list[dict[str, Any]], watch: Watch) -> None:
    ended = {
        outcome.signal_id: [(one["state"], one.get("reason")) for one in told if one["signal_id"] == outcome.signal_id]
        for outcome in watch.outcomes
    }

    assert ended == {
        outcome.signal_id: [(outcome.row["state"], outcome.row.get("reason"))] for outcome in watch.outcomes
    }


def test_every_report_is_as_its_schema_says(told: list[dict[str, Any]]) -> None:
    wrong = [error.message for one in told for error in Draft202012Validator(SCHEMA).iter_errors(one)]

    assert told
    assert wrong == []


def test_nothing_was_put_aside(told: list[dict[str, Any]], running: Stack) -> None:
    queue = running.client("sqs").receive_message(QueueUrl=running.outputs["UnreportedOutcomesUrl"])

    assert queue.get("Messages", []) == []


def test_a_row_that_cannot_be_read_is_put_aside_and_holds_nothing_up(running: Stack, listener: Listener) -> None:
    # GIVEN a row that somebody wrote by hand
    ledger, key = running.outputs["LedgerTable"], {"pk": {"S": "main/binance-spot/by-hand"}}
    running.client("dynamodb").put_item(TableName=ledger, Item=key | {"state": {"S": "DEAD"}})

    # WHEN the next signal ends
    body = {"id": "after-by-hand", "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.001"}
    running.client("sqs").send_message(QueueUrl=running.outputs["SignalQueueUrl"], MessageBody=json.dumps(body))

    # THEN its outcome is told, and the other one's record waits for a person
    assert wait_until(lambda: len(listener.of("after-by-hand")) == 1, SECONDS)
    (kept,) = running.client("sqs").receive_message(
        QueueUrl=running.outputs["UnreportedOutcomesUrl"], MessageAttributeNames=["All"]
    )["Messages"]
    assert kept["MessageAttributes"]["signal"]["StringValue"] == "main/binance-spot/by-hand"
    running.client("dynamodb").delete_item(TableName=ledger, Key=key)


def test_each_pattern_of_the_page_matches_what_it_is_for(running: Stack) -> None:
    page = (ROOT / "docs" / "reports.md").read_text()
    patterns = [line.split("'")[1] for line in page.splitlines() if "--event-pattern" in line]
    event = {
        "id": "1",
        "account": "0",
        "region": "us-east-1",
        "time": "2026-11-24T10:00:00Z",
        "resources": [],
        "source": "orderexec",
        "detail-type": "Signal Outcome",
    }
    dead = {"stack": NAME, "state": "DEAD", "detail": "the exchange says no"}
    of_the_strategy = {"stack": NAME, "state": "ACCEPTED", "strategy": "breakout"}
    surplus = {"stack": NAME, "state": "ACCEPTED", "detail": "the exchange has 2 orders for it, not 1: 28, 29"}
    another_stacks = {"stack": f"{NAME}-demo", "state": "DEAD", "strategy": "breakout", "detail": surplus["detail"]}

    events = running.client("events")
    matched = [
        [
            events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event | {"detail": detail}))["Result"]
            for detail in (dead, of_the_strategy, surplus, another_stacks)
        ]
        for pattern in patterns
    ]

    assert matched == [[True, False, False, False], [False, True, False, False], [False, False, True, False]]
