"""The condition of each alarm on a metric of ours is brought about, and what the function then writes crosses it.

CloudWatch makes metrics of these lines; the local stack does not, nor does it evaluate alarms. So the line is compared
with the alarm in the template: namespace, name, dimensions, statistic and threshold. Of an alarm on a metric of AWS's
own there is nothing of ours to be compared.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import pytest

from functions.settle_orders import app as settle_orders
from orderexec.aws.ledger_item import to_item
from tests.integration.open_rows import abandoned, doubled
from tests.integration.stage import CONTEXT, Stage, buy
from tests.unit.deployed import load

STACK = "orderexec"  # the service in tests/conftest.py; in the template the name of the stack
ALARMS: dict[str, dict[str, Any]] = {
    name: each["Properties"] for name, each in load()["Resources"].items() if each["Type"] == "AWS::CloudWatch::Alarm"
}
STATISTICS: Mapping[str, Callable[[list[float]], float]] = {"Sum": sum, "Maximum": max}


@pytest.fixture(autouse=True)
def fresh_container() -> Iterator[None]:
    settle_orders.application.cache_clear()
    yield
    settle_orders.application.cache_clear()


def settle() -> None:
    cast(Any, settle_orders.handler)({}, CONTEXT)


def a_refused_key(stage: Stage, signals: int = 1) -> None:
    refusal = {"status": 401, "code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
    stage.paper.arm("answer_instead", count=2 * signals, **refusal)
    stage.run(*[buy(f"signal-{number}") for number in range(signals)])


def ten_refused_keys_in_a_row(stage: Stage) -> None:
    a_refused_key(stage, signals=10)


def a_ban_of_ten_minutes(stage: Stage) -> None:
    stage.paper.arm("rate_limit", seconds=600)
    stage.run(buy("signal-1"))


def a_ledger_that_is_gone(stage: Stage) -> None:
    stage.dynamodb.delete_table(TableName="ledger")
    stage.run(buy("signal-1"))


def a_row_that_the_exchange_does_not_settle(stage: Stage) -> None:
    abandoned(stage, "unclear", "lose_request")
    stage.paper.arm("answer_instead", match={"method": "GET", "path": "/api/v3/order"}, status=503, body="busy")
    settle()


def a_row_that_a_newer_version_wrote(stage: Stage) -> None:
    abandoned(stage, "newer", "lose_request")
    item = to_item(stage.row("newer")) | {"format": {"N": "99"}}
    stage.dynamodb.put_item(TableName="ledger", Item=item)
    settle()


def an_order_executed_twice(stage: Stage) -> None:
    doubled(stage)
    settle()


BROUGHT_ABOUT: dict[str, Callable[[Stage], None]] = {
    "CredentialFailuresAlarm": a_refused_key,
    "AutomaticHaltAlarm": ten_refused_keys_in_a_row,
    "GateClosedAlarm": a_ban_of_ten_minutes,
    "DeliveriesFailedAlarm": a_ledger_that_is_gone,
    "UnsettledAlarm": a_row_that_the_exchange_does_not_settle,
    "RowsUnreadableAlarm": a_row_that_a_newer_version_wrote,
    "SurplusOrdersAlarm": an_order_executed_twice,
}


def values(output: str, metric: Mapping[str, Any]) -> list[float]:
    """What was written of the very metric that an alarm watches."""
    dimensions = {
        each["Name"]: STACK if each["Value"] == {"Ref": "AWS::StackName"} else "?" for each in metric["Dimensions"]
    }
    found: list[float] = []
    for blob in (json.loads(line) for line in output.splitlines() if '"_aws"' in line):
        (directive,) = blob["_aws"]["CloudWatchMetrics"]
        written = [{name: blob[name] for name in names} for names in directive["Dimensions"]]
        if directive["Namespace"] == metric["Namespace"] and dimensions in written:
            found += blob.get(metric["MetricName"], [])
    return found


def crossed(output: str) -> set[str]:
    """The alarms whose threshold what was written lies above, in one period."""
    return {
        name
        for name in BROUGHT_ABOUT
        if (written := values(output, ALARMS[name]))
        and STATISTICS[ALARMS[name]["Statistic"]](written) > ALARMS[name]["Threshold"]
    }


@pytest.mark.parametrize("alarm", BROUGHT_ABOUT)
def test_its_condition_crosses_the_alarm(stage: Stage, alarm: str, capsys: pytest.CaptureFixture[str]) -> None:
    BROUGHT_ABOUT[alarm](stage)

    assert alarm in crossed(capsys.readouterr().out)


def test_when_all_is_well_no_alarm_is_crossed(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.run(buy("signal-1"), buy("signal-2"))
    settle()

    output = capsys.readouterr().out
    assert crossed(output) == set()
    assert values(output, ALARMS["UnsettledAlarm"]) == [0.0]


def test_dead_signals_among_placed_ones_cross_the_error_rate(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.run(*[buy(f"signal-{number}", **({"surprise": 1} if number < 3 else {})) for number in range(10)])

    output = capsys.readouterr().out
    rate, *sources = ALARMS["ErrorRateAlarm"]["Metrics"]
    assert "100 * FILL(dead, 0) / (FILL(dead, 0) + FILL(placed, 0))" in rate["Expression"]
    counted = {each["Id"]: sum(values(output, each["MetricStat"]["Metric"])) for each in sources}
    assert counted == {"dead": 3, "placed": 7}
    assert 100 * counted["dead"] / sum(counted.values()) > ALARMS["ErrorRateAlarm"]["Threshold"]


def test_every_alarm_on_a_metric_of_ours_is_brought_about() -> None:
    ours = {name for name, alarm in ALARMS.items() if alarm.get("Namespace") == "orderexec"}

    assert ours == BROUGHT_ABOUT.keys()
