"""An order that rests, followed by the real functions between SQS, DynamoDB, the bus and the paper exchange."""

import json
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest

from functions.execute_signals import app as execute_signals
from functions.reconcile_orders import app
from orderexec.domain.following import EARLY_LOOKS, is_resting
from tests.integration.reports import Reports
from tests.integration.stage import CONTEXT, Stage, buy

LIMIT = {"type": "LIMIT", "price": "60000"}
BRACKET = LIMIT | {"take_profit": "70000", "stop_loss": {"stop_price": "55000"}}


@pytest.fixture
def first_looks() -> tuple[int, ...]:
    return EARLY_LOOKS


@pytest.fixture(autouse=True)
def fresh_container() -> Iterator[None]:
    app.get_application.cache_clear()
    yield
    app.get_application.cache_clear()


def follow(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, float]]:
    """One minute's run: how many rows had news, and what it counted of orders that rest."""
    capsys.readouterr()
    answer = cast(Any, app.handler)({}, CONTEXT)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    names = ("OrdersResting", "OrdersClosed", "IssueToFill", "OldestUnseen")
    return answer["followed"], {name: sum(line[name]) for line in lines for name in names if name in line}


def updates(reports: Reports) -> list[dict[str, Any]]:
    """What the bus was told of orders, after every write so far."""
    assert reports.report() == []
    return [event["detail"] for event in reports.heard() if event["detail-type"] == "Order Update"]


def test_a_limit_order_that_fills_later_is_seen_told_and_then_followed_no_more(
    stage: Stage, reports: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.run(buy("rests", **LIMIT))
    assert follow(capsys)[0] == 0

    stage.paper.control("prices", {"BTCUSDT": "59000"})
    followed, counted = follow(capsys)

    row = stage.row("rests")
    assert row.report is not None
    assert (followed, row.state, row.report.status) == (1, "ACCEPTED", "FILLED")
    assert not is_resting(row)
    assert (counted["OrdersResting"], counted["OrdersClosed"]) == (1, 1)
    assert "IssueToFill" in counted
    assert counted["OldestUnseen"] < 60
    [told] = updates(reports)
    assert (told["order_status"], told["previous_status"], told["role"]) == ("FILLED", "NEW", "order")
    assert (told["order_closed"], told["signal_closed"], told["still_resting"]) == (True, True, [])
    assert follow(capsys) == (0, {})


def test_a_bracket_is_told_order_by_order_until_one_exit_has_ended_the_other(
    stage: Stage, reports: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.run(buy("bracket", **BRACKET))
    stage.paper.control("prices", {"BTCUSDT": "59000"})
    follow(capsys)
    entered = {told["role"]: told for told in updates(reports)}
    assert entered["entry"]["order_status"] == "FILLED"
    assert sorted(entered["entry"]["still_resting"]) == ["stop_loss", "take_profit"]
    assert not entered["entry"]["signal_closed"]

    stage.paper.control("prices", {"BTCUSDT": "54000"})
    follow(capsys)

    ended = {told["role"]: told["order_status"] for told in updates(reports) if told["signal_closed"]}
    assert ended == {"stop_loss": "FILLED", "take_profit": "EXPIRED"}
    assert not is_resting(stage.row("bracket"))


def test_the_signal_s_own_message_sees_a_fill_within_seconds(stage: Stage) -> None:
    [message] = stage.publish(buy("soon", **LIMIT))
    assert stage.invoke(stage.receive()) == [message]
    stage.paper.control("prices", {"BTCUSDT": "59000"})
    began = time.monotonic()

    assert stage.invoke(stage.next_delivery(within=5)) == []

    assert time.monotonic() - began < 5
    row = stage.row("soon")
    assert row.report is not None
    assert row.report.status == "FILLED"


def test_an_order_that_fills_at_once_leaves_no_message_and_no_entry(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stage.run(buy("at-once")) == []
    assert follow(capsys) == (0, {})


def test_a_message_that_cannot_be_hidden_is_deleted_and_the_schedule_looks(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.publish(buy("sample", **LIMIT))
    [record] = stage.receive()

    answer = cast(Any, execute_signals.handler)({"Records": [record | {"receiptHandle": "of a sample"}]}, CONTEXT)

    assert answer == {"batchItemFailures": []}
    stage.paper.control("prices", {"BTCUSDT": "59000"})
    assert follow(capsys)[0] == 1


def test_orders_of_one_symbol_cost_one_list_however_many_they_are(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(12):
        stage.run(buy(f"rests-{number}", **LIMIT))
    before = len(stage.paper.seen("requests"))

    follow(capsys)

    asked = [request["path"] for request in stage.paper.seen("requests")[before:]]
    assert asked.count("/api/v3/openOrders") == 1
    assert asked.count("/api/v3/order") == 0


def test_an_order_ends_by_itself_and_its_end_says_why(
    stage: Stage, reports: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.run(buy("brief", cancel_after_seconds=60, **LIMIT))
    follow(capsys)
    assert updates(reports) == []
    stage.paper.control("clock", {"offset_ms": 61_000})

    follow(capsys)
    follow(capsys)

    row = stage.row("brief")
    assert row.report is not None
    assert (row.state, row.report.status) == ("ACCEPTED", "CANCELED")
    [told] = [each for each in updates(reports) if each["signal_id"] == "brief"]
    assert (told["order_status"], told["canceled_by"]) == ("CANCELED", row.canceled_by)
    assert not is_resting(row)
