"""`cancel_after_seconds` with the real function and exchange: what still rests then ends, by one cancellation, told."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from functions.execute_signals import app
from orderexec.domain.endings import Ended, Ending, EndResult, NotEnded
from orderexec.domain.following import index_reports
from orderexec.domain.lifecycle import State
from orderexec.domain.order_updates import make_order_updates
from orderexec.domain.parts import name_part
from orderexec.domain.resting_groups import gather_groups
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.usecases.end_by_itself import EndByItself
from orderexec.usecases.follow_group import FollowGroup
from tests.integration.stage import Stage
from tests.integration.test_changes import resting, statuses

SAID = "signal 'a' said that its order ends 1 s after it came"
CANCELS = {"method": "DELETE", "path": "/api/v3/order"}


def end(stage: Stage, signal_id: str = "a") -> EndResult | None:
    """What whoever follows the order does about it, by the row as it stands."""
    built = app.get_application()
    return EndByItself(built.ports, built.execute.execute)(stage.row(signal_id))


def end_in_time(stage: Stage, signal_id: str = "a") -> EndResult:
    """As `end`, asked until its time has come."""
    deadline = time.monotonic() + 3
    while (done := end(stage, signal_id)) is None:
        assert time.monotonic() < deadline, "it rests, and is not ended"
        time.sleep(0.05)
    return done


def cancel_row(stage: Stage, signal_id: str = "a") -> Row:
    return stage.row(name_part(Identity(id=signal_id), "ends").id)


def write(stage: Stage, row: Row, over: Row) -> Row:
    app.get_application().ports.ledger.write(row, over=over)
    return stage.row(row.identity.id)


def take_news(stage: Stage, signal_id: str = "a") -> tuple[Row, Row]:
    """The row before and after a look at its orders."""
    ports, before = app.get_application().ports, stage.row(signal_id)
    for group in gather_groups([before], {before.market: False}):
        FollowGroup(ports)(group, lambda _: True)
    return before, stage.row(signal_id)


def test_an_order_that_still_rests_is_cancelled_once_and_all_say_why(stage: Stage) -> None:
    stage.run(resting("a", cancel_after_seconds=1))
    assert (end(stage), statuses(stage)) == (None, ["NEW"]), "its time has not come"

    first, second = end_in_time(stage), end(stage)

    assert isinstance(first, Ended)
    assert isinstance(second, Ended)
    assert (first.repeated, second.repeated) == (False, True)
    assert statuses(stage) == ["CANCELED"]
    cancel = cancel_row(stage)
    assert (cancel.state, cancel.attempts, cancel.part_of, cancel.detail) == (State.ACCEPTED, 1, "a", SAID)
    before, after = take_news(stage)
    [update] = make_order_updates(before, after, "stack")
    assert (update["order_status"], update["canceled_by"]) == ("CANCELED", cancel.identity.id)
    assert end(stage) is None, "it has ended, and nothing is left to be done"
    assert [request["method"] for request in stage.paper.seen("requests")].count("DELETE") == 1


def test_an_order_that_has_ended_is_left_alone(stage: Stage) -> None:
    stage.run(resting("a", cancel_after_seconds=1), resting("b"))
    stage.paper.control("prices", {"BTCUSDT": "59000"})
    take_news(stage)
    time.sleep(1)  # the time at which it would end

    assert (end(stage), end(stage, "b")) == (None, None)

    assert [request["method"] for request in stage.paper.seen("requests")].count("DELETE") == 0


def test_an_order_that_fills_in_between_makes_the_cancellation_come_too_late(stage: Stage) -> None:
    stage.run(resting("a", cancel_after_seconds=1))
    stage.paper.control("prices", {"BTCUSDT": "59000"})

    assert isinstance(end_in_time(stage), Ended)

    assert statuses(stage) == ["FILLED"]
    assert (cancel_row(stage).detail or "").startswith(f"{SAID}; too late: order 1 was FILLED before; nothing was")
    before, after = take_news(stage)
    [update] = make_order_updates(before, after, "stack")
    assert "canceled_by" not in update


def test_of_a_bracket_only_the_entry_ends_by_itself(stage: Stage) -> None:
    bracket = {"take_profit": "70000", "stop_loss": "55000", "cancel_after_seconds": 1}
    stage.run(resting("a", **bracket), resting("b", price="64000", **bracket))
    stage.paper.control("prices", {"BTCUSDT": "63000"})
    _, filled = take_news(stage, "b")
    assert [report.status for report in index_reports(filled).values()] == ["FILLED", "NEW", "NEW"]

    assert isinstance(end_in_time(stage), Ended)

    assert end(stage, "b") is None, "its exits protect what it bought"
    assert sorted(statuses(stage)) == ["CANCELED"] * 3 + ["FILLED", "NEW", "NEW"]


def test_a_pair_without_an_entry_ends_as_a_whole(stage: Stage) -> None:
    stage.paper.control("balances", {"BTC": "1"})
    pair = {"side": "SELL", "type": "OCO", "price": None, "take_profit": "70000", "stop_loss": "55000"}
    fields = {name: value for name, value in resting("a", **pair).items() if value is not None}
    stage.run(fields | {"cancel_after_seconds": 1})

    assert isinstance(end_in_time(stage), Ended)

    assert statuses(stage) == ["CANCELED", "CANCELED"]


@pytest.mark.parametrize("fault", ["lose_answer", "lose_request"])
def test_whatever_is_lost_a_later_call_finishes_it(stage: Stage, fault: str) -> None:
    stage.run(resting("a", cancel_after_seconds=1))
    stage.paper.arm(fault, match=CANCELS)
    stage.paper.arm("answer_instead", status=503, body="", match={"method": "GET", "path": "/api/v3/order"})

    waits = end_in_time(stage)

    assert isinstance(waits, Ending)
    assert (waits.cancel.state, stage.row("a").canceled_by) == (State.SENT, waits.cancel.identity.id)
    row = waits.cancel  # as it is once its fence has passed
    write(stage, replace(row, token="later", fence=(row.signed_at or 0) - 1), row)
    stage.new_container()
    assert isinstance(end(stage), Ended)
    assert statuses(stage) == ["CANCELED"]


def test_a_cancellation_that_dies_is_told_once_on_the_row_and_by_no_letter(stage: Stage) -> None:
    stage.run(resting("a", cancel_after_seconds=1))
    refusal = '{"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}'
    stage.paper.arm("answer_instead", status=401, body=refusal, match=CANCELS)

    assert isinstance(end_in_time(stage), NotEnded)

    told = stage.row("a")
    assert (told.state, cancel_row(stage).state) == (State.ACCEPTED, State.DEAD)
    assert (told.detail or "").startswith(
        "its order should have ended 1 s after it came, and could not be cancelled: Invalid API-key"
    )
    assert isinstance(end(stage), NotEnded)
    assert (stage.row("a").token, stage.dead_letters()) == (told.token, [])


def test_a_replacement_ends_by_itself_as_any_order(stage: Stage) -> None:
    stage.run(resting("old"))
    stage.run(resting("a", cancel_after_seconds="1") | {"action": "replace", "target": "old", "price": "61000"})

    assert isinstance(end_in_time(stage), Ended)

    assert statuses(stage) == ["CANCELED", "CANCELED"]


def test_what_has_traded_in_part_is_not_replaced(stage: Stage) -> None:
    stage.paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["60000", "0.004"], ["66000", "9"]]}})
    stage.run(resting("a"))
    assert statuses(stage) == ["PARTIALLY_FILLED"]

    stage.run(resting("b", price="61000") | {"action": "replace", "target": "a"})

    row = stage.row("b")
    assert (row.state, row.code, statuses(stage)) == (State.DEAD, "-2022", ["PARTIALLY_FILLED"])
    assert (row.detail or "").startswith(
        "the old order was filled in part, so nothing was replaced: a new one would trade its whole quantity on top"
    )
    assert "with action cancel, and place what is left of it with a second signal" in (row.detail or "")


def test_what_is_sold_by_percent_after_a_partial_fill_is_what_was_bought(stage: Stage) -> None:
    """As docs/signals.md says it: a percentage is of what is free then, not of what was ordered."""
    stage.paper.control("balances", {"BTC": "0", "USDT": "10000"})
    stage.paper.control("books", {"BTCUSDT": {"bids": [["59000", "9"]], "asks": [["60000", "0.004"], ["66000", "9"]]}})
    stage.run(resting("a"))

    stage.run({"id": "out", "symbol": "BTCUSDT", "side": "SELL", "quantity_percent": "100"})

    report = stage.row("out").report
    assert report is not None
    assert Decimal("0.0039") <= report.executed_quantity <= Decimal("0.004")
