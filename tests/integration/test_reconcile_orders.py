"""The function that looks after open rows, between DynamoDB, SQS and the exchange."""

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest

from functions.reconcile_orders import app
from tests.integration.open_rows import abandoned, doubled
from tests.integration.stage import CONTEXT, Stage, buy


@pytest.fixture(autouse=True)
def fresh_container() -> Iterator[None]:
    app.get_application.cache_clear()
    yield
    app.get_application.cache_clear()


def run(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, int], dict[str, float]]:
    """The function's answer and its metrics; those by venue and account are left out."""
    capsys.readouterr()
    answer = cast(Any, app.handler)({}, CONTEXT)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return answer, {
        name: sum(line[name])
        for line in lines
        if "venue" not in line
        for name in (metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"])
    }


def test_when_nothing_is_overdue_nothing_is_told_and_nothing_costs(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.run(buy("fine"))

    answer, metrics = run(capsys)

    assert answer == {"reconciled": 0, "unreconciled": 0, "unreadable": 0, "followed": 0}
    assert metrics == {}


def test_an_order_that_was_executed_is_noted(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    abandoned(stage, "executed", "lose_answer")
    stage.paper.control("clock", {"offset_ms": 5_000})  # lookups show it by now

    answer, metrics = run(capsys)

    assert answer == {"reconciled": 1, "unreconciled": 0, "unreadable": 0, "followed": 0}
    assert stage.row("executed").state == "ACCEPTED"
    assert metrics["SignalsAccepted"] == 1


def test_one_that_came_to_nothing_gets_its_dead_letter(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    body = abandoned(stage, "lost", "lose_request")

    answer, metrics = run(capsys)

    assert answer == {"reconciled": 1, "unreconciled": 0, "unreadable": 0, "followed": 0}
    assert (metrics["SignalsDead"], metrics["SignalsDeadEXPIRED"]) == (1, 1)
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

    assert answer == {"reconciled": 0, "unreconciled": 1, "unreadable": 0, "followed": 0}
    assert metrics["RowsUnreconciled"] == 1
    assert metrics["OldestUnreconciled"] > 900
    assert stage.row("unclear").state == "SENT"


def test_more_orders_than_there_should_be_raise_an_alarm_of_their_own(
    stage: Stage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    doubled(stage)

    _, metrics = run(capsys)

    assert metrics["SurplusOrders"] == 1
    assert "2 orders" in str(stage.row("doubled").detail)
    assert [record.levelname for record in caplog.records if record.name == "orderexec"][-1] == "CRITICAL"


def test_a_fault_of_ours_with_one_row_leaves_the_others_reconciled(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    abandoned(stage, "first", "lose_request")
    abandoned(stage, "second", "lose_request")
    stage.sqs.delete_queue(QueueUrl=stage.letters)

    answer, metrics = run(capsys)

    assert answer == {"reconciled": 0, "unreconciled": 2, "unreadable": 0, "followed": 0}
    assert metrics["RowsUnreconciled"] == 2
    assert {stage.row(name).state for name in ("first", "second")} == {"DEAD"}, "the letters are still due"
    assert all(stage.row(name).due for name in ("first", "second"))
