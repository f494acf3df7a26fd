"""A signal keeps its age and its name through the dead-letter queue, whoever moves its letter there and back."""

import json

import pytest

from orderctl.sources.letters import LetterBox
from orderexec.domain.lifecycle import Reason, State
from tests.integration.days import Days
from tests.integration.stage import Stage, buy

NO_ID = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.001"}


def redriven(stage: Stage) -> list[str]:
    """By the console, and delivered; what stays in the queue."""
    stage.redrive()
    return stage.invoke(stage.receive())


def tries(stage: Stage) -> int:
    """How many order requests the exchange has seen."""
    return sum((each["method"], each["path"]) == ("POST", "/api/v3/order") for each in stage.paper.seen("requests"))


def orderctl_moves(stage: Stage, days: Days, max_age_seconds: int | None) -> list[str]:
    box = LetterBox(stage.sqs, stage.letters, stage.signals, 300_000, days.now_ms)
    with box.take(10) as letters:
        for letter in letters:
            box.redrive(letter, max_age_seconds)
    return stage.invoke(stage.receive())


@pytest.fixture
def refused(stage: Stage, days: Days) -> Stage:
    """A market order that died for want of money, and would be taken by now; its letter is three days old."""
    stage.paper.control("balances", {"USDT": "0"})
    stage.run(buy("signal-1"))
    stage.paper.control("balances", {"USDT": "1000"})
    assert stage.row("signal-1").reason is Reason.REJECTED
    days.passed = 3
    return stage


def test_a_market_order_that_expired_is_not_executed_days_later(stage: Stage, days: Days) -> None:
    stage.publish(buy("signal-1"))
    days.passed = 1
    stage.invoke(stage.receive())
    issued_at = stage.row("signal-1").issued_at
    days.passed = 3

    assert redriven(stage) == []

    row = stage.row("signal-1")
    assert (row.state, row.reason, row.issued_at) == (State.DEAD, Reason.EXPIRED, issued_at)
    assert stage.paper.seen("orders") == []
    assert len(stage.dead_letters()) == 1  # of the second death


def test_what_died_of_something_else_is_not_executed_days_later_either(refused: Stage) -> None:
    assert redriven(refused) == []

    assert refused.row("signal-1").reason is Reason.EXPIRED
    assert refused.paper.seen("orders") == []


def test_a_letter_without_a_row_is_as_old_as_it_says(refused: Stage) -> None:
    refused.dynamodb.delete_item(TableName="ledger", Key={"pk": {"S": "main/binance-spot/signal-1"}})

    assert redriven(refused) == []

    assert refused.row("signal-1").reason is Reason.EXPIRED
    assert refused.paper.seen("orders") == []


def test_what_was_no_signal_is_as_old_as_its_message(stage: Stage, days: Days) -> None:
    stage.run(buy("signal-1", side="HOLD"))
    days.passed = 3
    [(body, attributes)] = stage.dead_letters()

    assert stage.run(body.replace("HOLD", "BUY"), **attributes) == []

    assert stage.row("signal-1").reason is Reason.EXPIRED
    assert stage.paper.seen("orders") == []


def test_max_age_seconds_counts_from_the_issue_and_not_from_the_move(stage: Stage, days: Days) -> None:
    stage.paper.control("balances", {"USDT": "0"})
    stage.run(buy("signal-1", max_age_seconds=2 * 86_400))
    stage.paper.control("balances", {"USDT": "1000"})
    days.passed = 1

    assert redriven(stage) == []

    assert stage.row("signal-1").state is State.ACCEPTED


@pytest.mark.parametrize(("max_age_seconds", "state"), [(None, "DEAD"), (2 * 86_400, "DEAD"), (4 * 86_400, "ACCEPTED")])
def test_a_person_names_the_age_up_to_which_it_is_executed_all_the_same(
    refused: Stage,
    days: Days,
    max_age_seconds: int | None,
    state: str,
) -> None:
    issued_at = refused.row("signal-1").issued_at

    assert orderctl_moves(refused, days, max_age_seconds) == []

    row = refused.row("signal-1")
    assert (row.state.value, row.issued_at) == (state, issued_at)


def test_without_a_row_the_named_age_counts_as_well(refused: Stage, days: Days) -> None:
    refused.dynamodb.delete_item(TableName="ledger", Key={"pk": {"S": "main/binance-spot/signal-1"}})

    assert orderctl_moves(refused, days, 4 * 86_400) == []

    assert refused.row("signal-1").state is State.ACCEPTED


def test_a_later_copy_of_a_waiting_signal_does_not_make_it_younger(stage: Stage, days: Days) -> None:
    stage.paper.arm("rate_limit", seconds=1)
    [staying] = stage.run(buy("signal-1"))
    assert stage.row("signal-1").state is State.WAITING
    days.passed = 1

    assert staying not in stage.run(buy("signal-1"))

    assert stage.row("signal-1").reason is Reason.EXPIRED


def test_a_signal_without_an_id_keeps_its_name(stage: Stage) -> None:
    stage.paper.control("balances", {"USDT": "0"})
    [name] = stage.publish(NO_ID)
    stage.invoke(stage.receive())
    stage.paper.control("balances", {"USDT": "1000"})

    assert redriven(stage) == []

    assert stage.row(name).state is State.ACCEPTED


def test_a_letter_that_came_twice_is_tried_once_for_each_death(stage: Stage) -> None:
    stage.paper.control("balances", {"USDT": "0"})
    stage.run(buy("signal-1"))
    [(body, attributes)] = stage.dead_letters()
    assert tries(stage) == 1

    for _ in range(2):  # the second copy is of a death that the row has not died last
        assert stage.run(body, **attributes) == []

    assert tries(stage) == 2
    assert len(stage.dead_letters()) == 1


# ------------------------------------------------------------------ what a producer calls its own attributes


EVERYDAY = {
    "reason": "breakout",
    "signal_id": "strategy-8",
    "code": "7",
    "detail": "d",
    "attempts": "1",
    "issued_at": "today",
}


def test_two_signals_without_id_are_two_whatever_labels_they_carry(stage: Stage) -> None:
    for _ in range(2):
        stage.run(NO_ID, **EVERYDAY)

    assert len(stage.paper.seen("orders")) == 2


def test_a_labelled_duplicate_does_not_revive_a_dead_signal(stage: Stage) -> None:
    stage.paper.control("balances", {"USDT": "0"})
    stage.run(buy("signal-1"))
    stage.paper.control("balances", {"USDT": "1000"})

    stage.run(buy("signal-1"), **EVERYDAY | {"signal_id": "signal-1", "reason": "REJECTED"})

    assert stage.row("signal-1").state is State.DEAD
    assert tries(stage) == 1


def test_a_producers_attributes_are_kept_on_the_letter_and_over_a_redrive(stage: Stage) -> None:
    stage.paper.control("balances", {"USDT": "0"})
    own: dict[str, object] = {name: {"DataType": "String", "StringValue": text} for name, text in EVERYDAY.items()}
    own |= {
        "trace": {"DataType": "Binary.gzip", "BinaryValue": b"\x00\xff"},
        "score": {"DataType": "Number", "StringValue": "-7.25"},
    }
    stage.sqs.send_message(QueueUrl=stage.signals, MessageBody=json.dumps(buy("signal-1")), MessageAttributes=own)  # type: ignore[arg-type]

    for _ in range(3):
        stage.invoke(stage.receive())
        box = LetterBox(stage.sqs, stage.letters, stage.signals, 300_000, lambda: 0)
        [letter] = box.look(10)
        assert (letter.get("reason"), letter.get("signal_id")) == ("REJECTED", "signal-1")
        kept = {name: (each.type, each.value) for name, each in letter.message.attributes.items()}
        assert kept == {name: ("String", text) for name, text in EVERYDAY.items()} | {
            "trace": ("Binary.gzip", "AP8="),
            "score": ("Number", "-7.25"),
        }
        stage.redrive()
