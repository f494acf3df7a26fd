"""A hint names the stack at hand, whoever wrote the sentence, and the account that a signal really has."""

import json
import re
from pathlib import Path

import pytest

from orderctl import target
from orderctl.hints import name_stack
from tests.orderctl.conftest import Ctl, Deployed, make_dead, make_sent, parse_answer


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("`orderctl dead` says why", "`orderctl dead --stack demo` says why"),
        ("`orderctl show x`, or `make up`", "`orderctl show x --stack demo`, or `make up`"),
        ("`orderctl dead --local`", "`orderctl dead --local`"),
        ("`orderctl dead --stack other`", "`orderctl dead --stack other`"),
        ("orderctl", "orderctl"),
    ],
)
def test_a_command_in_a_sentence_gets_the_stack_at_hand(text: str, named: str) -> None:
    assert name_stack(text, " --stack demo") == named
    assert name_stack(text, "") == text


def test_an_unknown_signal_of_another_account_is_named_with_its_account(deployed: Deployed, ctl: Ctl) -> None:
    for name in ("main", "second", "third"):
        deployed.secrets.create_secret(Name=f"orderexec/{name}", SecretString="{}")
    deployed.put(make_dead("a b", account="second"))

    result = ctl("show", "a b")

    assert result.exit_code == 1
    assert (
        "another account has one of that id: `orderctl show 'second/binance-spot/a b' --stack orderexec`"
        in result.stdout
    )
    assert parse_answer(ctl("show", "a b", "--json"))["elsewhere"] == ["second/binance-spot/a b"]
    assert ctl("show", "second/binance-spot/a b", "--offline").exit_code == 0


def test_what_doctor_advises_is_about_the_stack_at_hand(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_sent("late", account="second"))
    deployed.send_letter({"id": "x"}, reason="RULES")
    ctl("halt", "account/second")

    findings = parse_answer(ctl("doctor", "--json"))["findings"]
    advice = " ".join(str(each["to_do"]) for each in findings)

    assert "`orderctl dead --stack orderexec`" in advice
    assert "`orderctl resume account/second --stack orderexec`" in advice
    assert re.findall(r"`orderctl [^`]*`", advice) == re.findall(r"`orderctl [^`]* --stack orderexec`", advice)


def test_what_went_wrong_is_told_with_a_command_for_the_stack_at_hand(deployed: Deployed, ctl: Ctl) -> None:
    missing = ctl("accounts", "check", "second")
    unset = ctl("gates", "open", "pause/binance-spot")

    assert "`orderctl accounts add second --stack orderexec`" in missing.stderr
    assert "`orderctl gates --stack orderexec`" in unset.stdout


def test_after_publishing_the_command_that_shows_the_signal_is_named(deployed: Deployed, ctl: Ctl) -> None:
    signal = {"id": "x", "account": "second", "symbol": "BTCUSDT", "side": "BUY", "quantity": "1"}

    result = ctl("publish", "-", given=json.dumps(signal))

    assert "`orderctl show second/binance-spot/x --stack orderexec` tells what becomes of it" in result.stderr
    assert "second/binance-spot/x\t" in result.stdout


def test_the_local_stack_is_named_as_such(ctl: Ctl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({"aws_endpoint_url": "http://127.0.0.1:9", "aws_region": "us-east-1"}))

    monkeypatch.setattr(target, "_describe", lambda *_: target.Stack(None, None, "orderexec", "", {}))  # type: ignore[arg-type]
    assert target.find(None, local=True, outputs=outputs).options == " --local"
    assert target.find("my stack", local=False, outputs=outputs).options == " --stack 'my stack'"
    assert target.find(None, local=False, outputs=tmp_path / "none").options == ""
