"""The condition of each alarm on a metric of ours is brought about, and what the functions then write makes it ring.

Of an alarm on a metric of AWS's own there is nothing of ours to be compared.
"""

from collections.abc import Callable, Iterator

import pytest

from functions.reconcile_orders import app as reconcile_orders
from tests.integration import alarm_scenes as scenes
from tests.integration.alarm_scenes import reconcile
from tests.integration.cloudwatch import ALARMS, CloudWatch, watched, written
from tests.integration.reports import Reports
from tests.integration.stage import Stage, buy

BROUGHT_ABOUT: dict[str, Callable[[Stage], None]] = {
    "DeadLettersAlarm": scenes.a_dead_signal,
    "CredentialFailuresAlarm": scenes.a_refused_key,
    "AutomaticHaltAlarm": scenes.ten_refused_keys_in_a_row,
    "HaltInForceAlarm": scenes.a_halt_by_a_person,
    "BanAlarm": scenes.a_ban_of_two_minutes,
    "PauseAlarm": scenes.the_orders_of_a_day_are_used_up,
    "DeliveriesFailedAlarm": scenes.a_ledger_that_is_gone,
    "DoubtAlarm": scenes.a_doubt_of_an_hour,
    "WaitingAlarm": scenes.a_signal_that_waits_for_an_hour,
    "LetterUnsentAlarm": scenes.a_letter_that_cannot_be_sent,
    "UnreconciledAlarm": scenes.a_row_that_the_exchange_does_not_reconcile,
    "RowsUnreadableAlarm": scenes.a_row_that_a_newer_version_wrote,
    "SurplusOrdersAlarm": scenes.an_order_executed_twice,
    "OrdersUnseenAlarm": scenes.an_order_that_is_shown_as_it_cannot_be,
}
OURS = {name for name, alarm in ALARMS.items() if alarm.get("Namespace") == "orderexec"}


@pytest.fixture(autouse=True)
def fresh_container() -> Iterator[None]:
    reconcile_orders.get_application.cache_clear()
    yield
    reconcile_orders.get_application.cache_clear()


@pytest.mark.parametrize("alarm", BROUGHT_ABOUT)
def test_its_condition_makes_it_ring(stage: Stage, alarm: str, capsys: pytest.CaptureFixture[str]) -> None:
    BROUGHT_ABOUT[alarm](stage)

    output, cloudwatch = capsys.readouterr().out, CloudWatch()
    # As long as the longest alarm looks back: each minute is as this one, since nothing changes.
    for _ in range(10):
        cloudwatch.minute(output)
    assert alarm in cloudwatch.rings(OURS)


def test_when_all_is_well_no_alarm_rings_and_nothing_is_told_that_costs(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudwatch = CloudWatch()
    stage.run(buy("signal-1"), buy("signal-2"))
    cloudwatch.minute(capsys.readouterr().out)
    for _ in range(10):
        reconcile()
    idle = capsys.readouterr().out
    cloudwatch.minute(idle)

    assert cloudwatch.rings(OURS) == set()
    assert written(idle) == {}


def test_dead_signals_among_placed_ones_cross_the_error_rate(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.run(*[buy(f"signal-{number}", **({"surprise": 1} if number < 3 else {})) for number in range(10)])

    told = written(capsys.readouterr().out)
    rate, *sources = ALARMS["ErrorRateAlarm"]["Metrics"]
    assert "100 * FILL(dead, 0) / (FILL(dead, 0) + FILL(placed, 0))" in rate["Expression"]
    counted = {each["Id"]: sum(told[watched(each["MetricStat"]["Metric"])]) for each in sources}
    assert counted == {"dead": 3, "placed": 7}
    assert 100 * counted["dead"] / sum(counted.values()) > ALARMS["ErrorRateAlarm"]["Threshold"]


def test_an_outcome_that_cannot_be_published_calls_somebody(
    reports: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    reports.stage.run(buy("1"))
    records = reports.records()
    del records[0]["dynamodb"]["NewImage"]["content"]
    reports.report(records)

    cloudwatch = CloudWatch()
    cloudwatch.minute(capsys.readouterr().out)
    assert cloudwatch.rings(OURS) == {"UnreportedOutcomesAlarm"}


def test_every_alarm_on_a_metric_of_ours_is_brought_about() -> None:
    elsewhere = {"UnreportedOutcomesAlarm", "MeasureAlarm"}  # above, and in test_alarms_that_stand.py

    assert BROUGHT_ABOUT.keys() | elsewhere == OURS
