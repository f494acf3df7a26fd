"""The function that looks after open rows, between DynamoDB, SQS and the exchange."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from functions.settle_orders import app
from orderexec.aws.ledger_item import to_item
from orderexec.domain.lifecycle import Row
from tests.integration.stage import CONTEXT, Stage, buy

AGO_MS = 3_600_000


@pytest.fixture(autouse=True)
def fresh_container() -> Iterator[None]:
    app.application.cache_clear()
    yield
    app.application.cache_clear()


def abandoned(stage: Stage, signal_id: str, fault: str) -> str:
    """The body of a signal whose answer was lost an hour ago, and whose message is gone; its row still says SENT."""
    body = json.dumps(buy(signal_id))
    stage.paper.arm(fault, hide_seconds=1)
    assert stage.run(body)
    _age(stage, stage.row(signal_id))
    return body


def _age(stage: Stage, row: Row) -> None:
    aged = replace(
        row,
        signed_at=(row.signed_at or 0) - AGO_MS,
        earliest_signed_at=(row.earliest_signed_at or 0) - AGO_MS,
        fence=(row.fence or 0) - AGO_MS,
        expires_at=row.expires_at - AGO_MS,
        updated_at=row.updated_at - AGO_MS,
    )
    stage.dynamodb.put_item(TableName="ledger", Item=to_item(aged))


def run(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, int], dict[str, float]]:
    """The function's answer and its metrics."""
    capsys.readouterr()
    answer = cast(Any, app.handler)({}, CONTEXT)
    [emf] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return answer, {name: emf[name][0] for name in ("RowsUnsettled", "OldestUnsettled", "SurplusOrders")}


def test_nothing_overdue_is_told_as_zero(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.run(buy("fine"))

    answer, metrics = run(capsys)

    assert answer == {"settled": 0, "unsettled": 0}
    assert metrics == {"RowsUnsettled": 0, "OldestUnsettled": 0, "SurplusOrders": 0}


def test_an_order_that_was_executed_is_noted(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    abandoned(stage, "executed", "lose_answer")
    stage.paper.control("clock", {"offset_ms": 5_000})  # lookups show it by now

    answer, _ = run(capsys)

    assert answer == {"settled": 1, "unsettled": 0}
    assert stage.row("executed").state == "PLACED"


def test_one_that_came_to_nothing_gets_its_dead_letter(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    body = abandoned(stage, "lost", "lose_request")

    answer, _ = run(capsys)

    assert answer == {"settled": 1, "unsettled": 0}
    [(letter, attributes)] = stage.dead_letters()
    assert letter == body
    assert (attributes["reason"], attributes["signal_id"]) == ("EXPIRED", "lost")
    assert stage.row("lost").state == "DEAD"


def test_what_the_exchange_does_not_say_stays_open_and_raises_the_metric(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    abandoned(stage, "unclear", "lose_request")
    stage.paper.arm("answer_instead", match={"method": "GET", "path": "/api/v3/order"}, status=503, body="busy")

    answer, metrics = run(capsys)

    assert answer == {"settled": 0, "unsettled": 1}
    assert metrics["RowsUnsettled"] == 1
    assert metrics["OldestUnsettled"] > 900
    assert stage.row("unclear").state == "SENT"


def test_more_orders_than_there_should_be_raise_an_alarm_of_their_own(
    stage: Stage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    # GIVEN a doubt that ended PLACED, and an exchange that has executed the first request after all
    stage.run(buy("doubled"))
    row = stage.row("doubled")
    assert row.request is not None
    assert stage.paper.market(quantity="0.001", newClientOrderId=row.request.client_order_id).ok
    doubted = replace(row, doubted=True, updated_at=row.updated_at - AGO_MS)
    stage.dynamodb.put_item(TableName="ledger", Item=to_item(doubted))

    _, metrics = run(capsys)

    assert metrics["SurplusOrders"] == 1
    assert "2 orders" in str(stage.row("doubled").detail)
    assert [record.levelname for record in caplog.records if record.name == "orderexec"][-1] == "CRITICAL"


def test_a_fault_of_ours_with_one_row_leaves_the_others_settled(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    abandoned(stage, "first", "lose_request")
    abandoned(stage, "second", "lose_request")
    stage.sqs.delete_queue(QueueUrl=stage.letters)

    answer, metrics = run(capsys)

    assert answer == {"settled": 0, "unsettled": 2}
    assert metrics["RowsUnsettled"] == 2
    assert {stage.row(name).state for name in ("first", "second")} == {"DEAD"}, "the letters are still due"
    assert all(stage.row(name).due for name in ("first", "second"))
