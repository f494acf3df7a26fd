"""A signal keeps its age wherever its letter goes; no letter that says more than the ledger is deleted unseen."""

import errno
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orderctl.command import Run
from orderctl.lengths import parse_length
from orderctl.trouble import Misused
from orderexec.aws.letters import format_instant
from orderexec.domain.kept import pack_for_row
from orderexec.domain.lifecycle import Reason
from orderexec.domain.messages import Attribute
from tests.orderctl.conftest import NOW, Ctl, Deployed, make_dead, make_waiting, parse_answer

DAY_MS = 86_400_000
BUY = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}


def buy(signal_id: str, **fields: object) -> dict[str, object]:
    return {"id": signal_id} | BUY | fields


@pytest.fixture(autouse=True)
def three_days_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Than NOW, when the signals died."""
    monkeypatch.setattr(Run, "now", lambda _: NOW + 3 * DAY_MS)


@pytest.fixture
def expired(deployed: Deployed) -> Deployed:
    """A market order without issued_at that nobody could send in time, and its letter."""
    deployed.put(make_dead("stale", Reason.EXPIRED))
    deployed.send_letter(buy("stale"), reason="EXPIRED", signal_id="stale", detail="issued 301.0 s ago", attempts="0")
    return deployed


def test_what_was_cancelled_since_it_died_stays(expired: Deployed, ctl: Ctl) -> None:
    """A person who moves many letters back does not know what their producer has given up."""
    expired.put(make_dead("stale", Reason.EXPIRED).forbid_redrive("canceled by signal 'other' since", token="t3"))

    result = ctl("redrive", "--max-age", "4d", "--yes")

    assert result.exit_code == 1
    assert "its signal was cancelled by another signal or by a person" in " ".join(result.stdout.split())
    assert expired.receive(expired.signals) == []


def test_a_letter_that_died_of_its_age_stays_where_it_is(expired: Deployed, ctl: Ctl) -> None:
    result = ctl("redrive", "--yes")

    words = " ".join(result.stdout.split())
    assert result.exit_code == 1
    assert "1 EXPIRED 3.0 d stays: its signal is older than its maximum age; --max-age" in words
    assert expired.receive(expired.signals) == []
    assert len(expired.receive(expired.letters)) == 1


@pytest.mark.parametrize("age", ["2d", "71h", "30s"])
def test_an_age_that_it_has_passed_moves_it_no_more_than_none(expired: Deployed, ctl: Ctl, age: str) -> None:
    assert parse_answer(ctl("redrive", "--yes", "--json", "--max-age", age))["done"] == 0
    assert expired.receive(expired.signals) == []


def test_an_age_that_it_has_not_reached_moves_it_and_goes_with_it(expired: Deployed, ctl: Ctl) -> None:
    result = ctl("redrive", "--max-age", "4d", given="y\n")

    assert result.exit_code == 0
    assert "the oldest is 3.0 d old. This executes 1 signal above the maximum age." in result.stderr
    (message,) = expired.receive(expired.signals)
    assert message["MessageAttributes"]["orderexec.letter"]["StringValue"] == f"t2;max_age_seconds={4 * 86_400}"
    assert message["MessageAttributes"]["issued_at"]["StringValue"] == format_instant(NOW)


def test_a_program_learns_of_each_letter_how_old_its_signal_is(expired: Deployed, ctl: Ctl) -> None:
    plan = parse_answer(ctl("redrive", "--json", "--max-age", "4d"))

    assert (plan["done"], plan["oldest_issued_at"]) == (0, NOW)
    assert [(each["issued_at"], each["older_than_allowed"]) for each in plan["chosen"]] == [(NOW, True)]


def test_a_letter_without_a_row_is_as_old_as_it_says(deployed: Deployed, ctl: Ctl) -> None:
    deployed.send_letter(buy("unknown"), reason="INVALID_SIGNAL", signal_id="unknown")

    assert parse_answer(ctl("redrive", "--yes", "--json"))["left"][0]["issued_at"] == NOW


def test_a_letter_whose_age_somebody_has_taken_away_is_no_signal_any_more(deployed: Deployed, ctl: Ctl) -> None:
    deployed.send_letter(buy("unknown"), reason="EXPIRED", signal_id="unknown", issued_at="long ago")

    (left,) = parse_answer(ctl("redrive", "--yes", "--json", "--max-age", "14d"))["left"]

    assert left["issued_at"] is None
    assert "still not a valid signal" in left["why"]


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15min", 900), ("2h", 7_200), ("3d", 259_200)])
def test_an_age_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse_length(text) == seconds


@pytest.mark.parametrize("text", ["3", "0s", "-1h", "1.5h", "3 days", "15d", "", "d"])
def test_what_is_no_age_is_refused_before_anything_is_looked_at(expired: Deployed, ctl: Ctl, text: str) -> None:
    with pytest.raises(Misused):
        parse_length(text)
    result = ctl("redrive", "--yes", f"--max-age={text}")

    assert (result.exit_code, "such as 90s, 15min, 2h or 3d" in result.stderr) == (2, True)
    assert len(expired.receive(expired.letters)) == 1


@pytest.fixture
def unknown_to_the_ledger(deployed: Deployed) -> Deployed:
    """Letters that say more than the ledger: of no row, of a cut body, of other content under a known id."""
    big = buy("big", note="x" * 20_000)
    deployed.put(make_dead("big", Reason.INVALID_SIGNAL, note="x" * 20_000))
    deployed.put(make_waiting("known", side="SELL"))
    for body, signal_id in ((buy("no-row"), "no-row"), (big, "big"), (buy("known"), "known")):
        deployed.send_letter(body, reason="INVALID_SIGNAL", signal_id=signal_id, source="desk-7")
    return deployed


def test_what_the_ledger_does_not_hold_is_not_deleted(unknown_to_the_ledger: Deployed, ctl: Ctl) -> None:
    result = ctl("discard", "--yes", "--json")

    assert result.exit_code == 1
    assert {each["why"] for each in parse_answer(result)["left"]} == {
        "the ledger does not hold all that it says, which would be lost; --save FILE keeps it"
    }
    assert len(unknown_to_the_ledger.receive(unknown_to_the_ledger.letters)) == 3


def test_attributes_that_the_row_had_no_room_for_are_not_deleted(deployed: Deployed, ctl: Ctl) -> None:
    chart = "x" * 3_000
    kept = pack_for_row({"chart": Attribute("String", chart), "source": Attribute("String", "desk-7")})
    deployed.put(replace(make_dead("labelled"), attributes=kept))
    deployed.send_letter(buy("labelled"), reason="RULES", signal_id="labelled", chart=chart, source="desk-7")

    assert ctl("discard", "--yes").exit_code == 1
    assert len(deployed.receive(deployed.letters)) == 1


def test_what_is_saved_is_deleted_and_stands_in_the_file_whole(
    unknown_to_the_ledger: Deployed, ctl: Ctl, tmp_path: Path
) -> None:
    file = tmp_path / "letters.jsonl"
    file.write_text('{"an": "earlier one"}\n')

    assert parse_answer(ctl("discard", "--yes", "--json", "--save", str(file)))["done"] == 3

    _, *saved = [json.loads(line) for line in file.read_text().splitlines()]
    assert {json.loads(each["body"])["id"] for each in saved} == {"no-row", "big", "known"}
    assert all(each["attributes"]["source"]["value"] == "desk-7" for each in saved)
    assert all(each["issued_at"] == NOW for each in saved)
    assert unknown_to_the_ledger.receive(unknown_to_the_ledger.letters) == []


def test_a_file_that_cannot_be_written_costs_no_letter(
    unknown_to_the_ledger: Deployed, ctl: Ctl, tmp_path: Path
) -> None:
    result = ctl("discard", "--yes", "--save", str(tmp_path / "no" / "such" / "folder"))

    assert (result.exit_code, "cannot be written" in result.stderr) == (2, True)
    assert len(unknown_to_the_ledger.receive(unknown_to_the_ledger.letters)) == 3


def test_a_disk_that_fills_up_costs_no_letter(
    unknown_to_the_ledger: Deployed, ctl: Ctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("orderctl.sources.saved_letters.os.fsync", full)

    result = ctl("discard", "--yes", "--save", str(tmp_path / "letters.jsonl"))

    assert (result.exit_code, "No space left on device; this letter and the rest stay" in result.stderr) == (1, True)
    assert len(unknown_to_the_ledger.receive(unknown_to_the_ledger.letters)) == 3


def test_what_the_ledger_holds_whole_is_deleted_without_a_file(expired: Deployed, ctl: Ctl) -> None:
    assert parse_answer(ctl("discard", "--yes", "--json"))["done"] == 1
    assert expired.receive(expired.letters) == []


def test_dead_tells_the_producers_own_attributes_and_the_age(expired: Deployed, ctl: Ctl) -> None:
    expired.send_letter(buy("labelled"), reason="RULES", signal_id="labelled", source="desk-7")

    groups: list[Any] = parse_answer(ctl("dead", "--json"))["groups"]

    told = {each["signal_id"]: each for group in groups for each in group["letters"]}
    assert told["labelled"]["attributes"] == {"source": {"type": "String", "value": "desk-7", "cut": ""}}
    assert told["stale"]["issued_at"] == NOW
    assert "oldest its signal is 3.0 d old" in " ".join(ctl("dead").stdout.split())
