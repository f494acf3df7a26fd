"""`drop`: held signals are ended by a person, exactly those that were meant, and never what may be at the exchange."""

import json
from typing import Any

import pytest

from orderctl.sources import rows
from orderexec.aws.ledger_item import FORMAT, make_item, read_row
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.row import DOUBTED, Row
from tests.orderctl.conftest import NOW, Ctl, Deployed, make_sent, make_waiting, parse_answer

HALTED = Failure(Meaning.RETRY, None, "halted (global): maintenance")


def make_held(signal_id: str, **fields: object) -> Row:
    return make_waiting(signal_id, **fields).wait(HALTED, retry_at=NOW + 5_000, token="t0", now=NOW)


@pytest.fixture
def ledger(deployed: Deployed) -> Deployed:
    for row in (
        make_held("one"),
        make_held("two", symbol="ETHUSDT"),
        make_held("three", strategy="night"),
        make_sent("may-be-there"),
    ):
        deployed.put(row)
    return deployed


def get_row(deployed: Deployed, signal_id: str) -> Row:
    key: Any = {"pk": {"S": f"main/binance-spot/{signal_id}"}}
    return read_row(deployed.dynamodb.get_item(TableName="ledger", Key=key)["Item"])


@pytest.mark.parametrize(
    ("options", "dropped"),
    [
        (["one"], {"one"}),
        (["--symbol", "ethusdt"], {"two"}),
        (["--strategy", "night"], {"three"}),
        (["--account", "main"], {"one", "two", "three"}),
        (["--all"], {"one", "two", "three"}),
        (["--all", "--symbol", "BTCUSDT"], {"one", "three"}),
        (["may-be-there"], set()),
        (["--account", "nobody"], set()),
    ],
)
def test_what_is_meant_is_dropped_and_nothing_else(
    ledger: Deployed, ctl: Ctl, options: list[str], dropped: set[str]
) -> None:
    result = ctl("drop", *options, "--why", "the market turned", "--yes", "--json")

    assert result.exit_code == (0 if dropped else 1)
    assert {key.rsplit("/", 1)[1] for key in parse_answer(result)["dropped"]} == dropped
    for name in ("one", "two", "three"):
        assert (get_row(ledger, name).reason is Reason.CANCELED) == (name in dropped)
    assert get_row(ledger, "may-be-there").state is State.SENT
    assert all("the market turned" in str(get_row(ledger, name).detail) for name in dropped)


def test_what_cancels_or_amends_is_dropped_only_if_it_is_named(deployed: Deployed, ctl: Ctl) -> None:
    """It waits for what becomes of its target; without it the order stays open."""
    for name, action in (("c", {"action": "cancel"}), ("a", {"action": "amend", "quantity": "0.005"})):
        no = {"side": None, "quantity": None}
        deployed.put(make_held(name, **(no | {"target": "one"} | action)))
    deployed.put(make_held("one"))

    every = ctl("drop", "--all", "--symbol", "BTCUSDT", "--yes", "--json")

    assert parse_answer(every)["dropped"] == ["main/binance-spot/one"]
    assert ctl("drop", "c", "--yes").exit_code == 0
    assert (get_row(deployed, "c").state, get_row(deployed, "a").state) == (State.DEAD, State.WAITING)


def test_what_was_in_doubt_says_so_when_it_is_dropped(deployed: Deployed, ctl: Ctl) -> None:
    doubted = make_sent("one").note_absence().wait(HALTED, retry_at=NOW, token="t3", now=NOW)
    deployed.put(doubted)

    assert ctl("drop", "one", "--yes").exit_code == 0

    assert str(get_row(deployed, "one").detail).endswith(DOUBTED)


def test_the_plan_is_shown_and_asked_about(ledger: Deployed, ctl: Ctl) -> None:
    declined = ctl("drop", "--all", given="n\n")

    assert declined.exit_code == 1
    assert "main/binance-spot/one" in declined.stdout
    assert get_row(ledger, "one").state is State.WAITING
    assert ctl("drop", "--all", given="y\n").exit_code == 0
    assert get_row(ledger, "one").state is State.DEAD


def test_with_json_and_without_yes_there_is_only_a_plan(ledger: Deployed, ctl: Ctl) -> None:
    result = ctl("drop", "--all", "--json")

    assert (result.exit_code, parse_answer(result)["dropped"], len(parse_answer(result)["chosen"])) == (1, [], 3)
    assert get_row(ledger, "one").state is State.WAITING


def test_nothing_named_is_no_everything(ledger: Deployed, ctl: Ctl) -> None:
    result = ctl("drop", "--yes")

    assert result.exit_code == 2
    assert "--all" in result.stderr


def test_what_went_on_meanwhile_is_left_alone(ledger: Deployed, ctl: Ctl, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = rows.replace

    def overtaken(stack: Any, ended: Row, *, over: Row) -> bool:
        ledger.put(make_sent(over.identity.id))
        return replace(stack, ended, over=over)

    monkeypatch.setattr(rows, "replace", overtaken)

    result = ctl("drop", "one", "--yes", "--json")

    assert (result.exit_code, parse_answer(result)["dropped"]) == (1, [])
    assert get_row(ledger, "one").state is State.SENT


@pytest.mark.parametrize("became", ["gone", "unreadable"])
def test_one_that_is_no_row_any_more_costs_the_others_nothing(
    ledger: Deployed, ctl: Ctl, monkeypatch: pytest.MonkeyPatch, became: str
) -> None:
    replace = rows.replace

    def meanwhile(stack: Any, ended: Row, *, over: Row) -> bool:
        if over.identity.id == "one":
            item = make_item(over) | {"format": {"N": str(FORMAT + 1)}, "token": {"S": "newer"}}
            ledger.dynamodb.delete_item(TableName="ledger", Key={"pk": item["pk"]})
            if became == "unreadable":
                ledger.dynamodb.put_item(TableName="ledger", Item=item)
        return replace(stack, ended, over=over)

    monkeypatch.setattr(rows, "replace", meanwhile)

    result = ctl("drop", "--all", "--yes", "--json")

    assert {key.rsplit("/", 1)[1] for key in parse_answer(result)["dropped"]} == {"two", "three"}


def test_a_held_signal_is_listed_and_shown_with_its_cause(ledger: Deployed, ctl: Ctl) -> None:
    listed = json.loads(ctl("list", "--open", "--state", "WAITING", "--json").stdout)["signals"]
    shown = json.loads(ctl("show", "one", "--offline", "--json").stdout)

    assert {signal["signal_id"] for signal in listed} == {"one", "two", "three"}
    assert {signal["detail"] for signal in listed} == {HALTED.detail}
    assert (shown["state"], shown["detail"]) == ("WAITING", HALTED.detail)
