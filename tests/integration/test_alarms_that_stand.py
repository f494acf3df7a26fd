"""Alarms over time: one lasts as long as what it is about, and none that rings already keeps another one silent."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from moto.events.models import EventsBackend

from functions.execute_signals import app as execute_signals
from functions.reconcile_orders import app as reconcile_orders
from orderexec.aws.ledger_item import make_item
from tests.integration import alarm_scenes as scenes
from tests.integration.alarm_scenes import reconcile
from tests.integration.cloudwatch import ALARMS, CloudWatch
from tests.integration.open_rows import abandoned
from tests.integration.reports import Reports
from tests.integration.stage import Stage, buy


@pytest.fixture(autouse=True)
def fresh_container() -> Iterator[None]:
    reconcile_orders.get_application.cache_clear()
    yield
    reconcile_orders.get_application.cache_clear()


@pytest.fixture
def cloudwatch() -> CloudWatch:
    return CloudWatch()


def run_for(minutes: int, cloudwatch: CloudWatch, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(minutes):
        reconcile()
        cloudwatch.minute(capsys.readouterr().out)


def test_a_halt_rings_for_as_long_as_it_stands(
    stage: Stage, cloudwatch: CloudWatch, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN an automatic halt, and three minutes later one in which the board cannot be read
    scenes.ten_refused_keys_in_a_row(stage)
    cloudwatch.minute(capsys.readouterr().out)
    run_for(3, cloudwatch, capsys)
    with monkeypatch.context() as patch:
        scenes.unreadable_board(patch)
        run_for(1, cloudwatch, capsys)
    run_for(6, cloudwatch, capsys)

    # THEN the alarm rings from the first look on, and is over some minutes after a person has lifted it
    assert cloudwatch.states("HaltInForceAlarm") == [False] + [True] * 10
    execute_signals.get_application().ports.board.resume("account/main")
    reconcile_orders.get_application.cache_clear()
    run_for(6, cloudwatch, capsys)
    assert cloudwatch.states("HaltInForceAlarm")[-1] is False
    assert "OKActions" in ALARMS["HaltInForceAlarm"]
    # What only happened says that it has, and never that it is over.
    assert cloudwatch.calls("AutomaticHaltAlarm") == [0]
    assert "OKActions" not in ALARMS["AutomaticHaltAlarm"]


def test_what_cannot_be_measured_is_told_and_keeps_no_row_from_being_reconciled(
    stage: Stage, cloudwatch: CloudWatch, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    abandoned(stage, "lost", "lose_request")
    capsys.readouterr()
    scenes.unreadable_board(monkeypatch)
    run_for(3, cloudwatch, capsys)

    assert stage.row("lost").state == "DEAD"
    assert cloudwatch.calls("MeasureAlarm") == [2]


def test_a_ban_rings_once_while_it_lasts(
    stage: Stage, cloudwatch: CloudWatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenes.a_ban_of_two_minutes(stage)
    cloudwatch.minute(capsys.readouterr().out)
    run_for(2, cloudwatch, capsys)

    assert cloudwatch.calls("BanAlarm") == [0]
    assert cloudwatch.calls("PauseAlarm") == []


def test_a_new_letter_calls_somebody_while_an_old_one_lies_there(
    stage: Stage, cloudwatch: CloudWatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # GIVEN a letter that nobody fetches, so that the queue holds one for a day
    stage.run(buy("old", surprise=1))
    cloudwatch.minute(capsys.readouterr().out, LettersForgottenAlarm=1)
    for _ in range(25 * 60):
        cloudwatch.minute(LettersForgottenAlarm=1)

    # WHEN another signal dies, by the function that nobody delivers anything to
    abandoned(stage, "new", "lose_request")
    capsys.readouterr()
    reconcile()
    assert len(stage.dead_letters()) == 2
    cloudwatch.minute(capsys.readouterr().out, LettersForgottenAlarm=2)

    assert cloudwatch.calls("DeadLettersAlarm") == [0, 25 * 60 + 1]
    assert len(cloudwatch.calls("LettersForgottenAlarm")) == 1


def test_a_doubt_that_stands_does_not_hide_what_waits(
    stage: Stage, cloudwatch: CloudWatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenes.a_doubt_of_an_hour(stage)
    cloudwatch.minute(capsys.readouterr().out)
    stage.paper.control("reset", {})
    scenes.a_signal_that_waits_for_an_hour(stage)
    cloudwatch.minute(capsys.readouterr().out)

    assert cloudwatch.calls("WaitingAlarm") == [1]


def test_execution_that_fails_calls_somebody_while_reports_have_been_failing_for_hours(
    reports: Reports, cloudwatch: CloudWatch, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN a bus that is gone: each call of the reporting function ends in an error, which Lambda counts
    def gone(_self: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"ErrorCode": "InternalFailure", "ErrorMessage": "gone"} for _ in events]

    monkeypatch.setattr(EventsBackend, "put_events", gone)
    monkeypatch.setattr("orderexec.bootstrap.time.sleep", lambda _seconds: None)
    reports.stage.run(buy("1"))
    for _ in range(20):
        with pytest.raises(BatchProcessingError):
            reports.report(reports.records()[-1:])  # of the order; the mapping brings no other
        cloudwatch.minute(capsys.readouterr().out, ReportErrorsAlarm=1)

    # WHEN deliveries fail as well
    for number in range(2):
        if not number:
            reports.stage.dynamodb.delete_table(TableName="ledger")
        reports.stage.run(buy(f"new-{number}"))
        cloudwatch.minute(capsys.readouterr().out, ReportErrorsAlarm=1)

    assert cloudwatch.calls("ReportErrorsAlarm") == [5]
    assert cloudwatch.calls("DeliveriesFailedAlarm") == [21]


def test_a_signal_that_a_halt_holds_before_its_first_try_is_measured(
    stage: Stage, cloudwatch: CloudWatch, capsys: pytest.CaptureFixture[str]
) -> None:
    execute_signals.get_application().ports.board.halt("account/main", "looking")
    assert stage.run(buy("held", max_age_seconds=86_400))
    assert stage.row("held").attempts == 0
    capsys.readouterr()
    run_for(1, cloudwatch, capsys)
    scenes.age(stage, "held", "issued_at")
    run_for(1, cloudwatch, capsys)

    assert cloudwatch.calls("WaitingAlarm") == [1]


def test_what_waits_is_measured_however_many_rows_are_open(
    stage: Stage, cloudwatch: CloudWatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # GIVEN more rows than are looked at, all of them young, and one that may wait for a day and has for an hour
    scenes.a_signal_that_waits_for_an_hour(stage)
    capsys.readouterr()
    old = stage.row("waits")
    for number in range(150):
        young = replace(
            old,
            identity=replace(old.identity, id=f"{number}"),
            issued_at=old.updated_at + 3_600_000,
            expires_at=old.updated_at + 3_700_000 + number,
        )
        stage.dynamodb.put_item(TableName="ledger", Item=make_item(young))
    run_for(1, cloudwatch, capsys)

    assert cloudwatch.calls("WaitingAlarm") == [0]
