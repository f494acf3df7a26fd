"""A hint can be typed as it stands: its command exists, and it names the stack and the account at hand."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from orderctl.hints import name_stack
from orderctl.program import app
from tests.orderctl.conftest import NOW, Ctl, Deployed, make_dead, make_sent, parse_answer

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path
    for folder in ("orderctl", "local", "layers/application/python/orderexec")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
IN_BACKTICKS, ON_A_LINE = re.compile(r"`(?:\.venv/bin/)?orderctl ([^`]+)`"), re.compile(r"(?m)^\$? ?orderctl (.+)$")


def list_texts(source: str) -> Iterator[str]:
    """Every text in the source; what is put into a text when it is used is an X."""
    tree = ast.parse(source)
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else " X " for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield re.sub(r"\{\w*\}", " X ", node.value)


def list_commands() -> Iterator[tuple[str, str]]:
    for path in SOURCES:
        for text in list_texts(path.read_text()):
            yield from ((path.name, found) for found in IN_BACKTICKS.findall(text))
    for path in PAGES:
        text = path.read_text()
        yield from ((path.name, " ".join(found.split())) for found in IN_BACKTICKS.findall(text))
        yield from ((path.name, found.partition(" #")[0]) for found in ON_A_LINE.findall(text))


def find_fault(command: str) -> str | None:
    """What orderctl would say of the words after its name, as far as they are words of its own; None if nothing."""
    known: Any = get_command(app)
    words = command.split()
    while words and hasattr(known, "commands") and re.fullmatch("[a-z]+", words[0]):
        if words[0] not in known.commands:
            return f"no command {words[0]}"
        known = known.commands[words.pop(0)]
    options = {option for each in known.params for option in each.opts}
    wrong = [word for word in words if re.match("--[a-z]", word) and word.rstrip(".,;") not in options | {"--help"}]
    return f"no option {', '.join(wrong)}" if wrong else None


def test_every_command_that_a_hint_or_a_page_names_exists() -> None:
    found = list(list_commands())

    assert len(found) > 60
    assert {(where, command): fault for where, command in found if (fault := find_fault(command))} == {}


@pytest.mark.parametrize("command", ["nope", "limits nope", "show x --nope", "gates nope X"])
def test_a_command_that_does_not_exist_would_be_found(command: str) -> None:
    assert find_fault(command) is not None


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


def test_what_doctor_advises_is_about_the_stack_and_the_signal_at_hand(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_sent("late", account="second"))
    deployed.send_letter({"id": "x"}, reason="RULES")
    ctl("halt", "strategy/a b")

    findings = parse_answer(ctl("doctor", "--json"))["findings"]
    advice = " ".join(str(each["to_do"]) for each in findings)

    assert NOW < 1_800_000_000_000  # so that the row is overdue
    assert "`orderctl dead --stack orderexec`" in advice
    assert "`orderctl show second/binance-spot/late --stack orderexec`" in advice
    assert "`orderctl resume 'strategy/a b' --stack orderexec`" in advice
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

    from orderctl import target

    monkeypatch.setattr(target, "_describe", lambda *_: target.Stack(None, None, "orderexec", "", {}))  # type: ignore[arg-type]
    assert target.find(None, local=True, outputs=outputs).options == " --local"
    assert target.find("my stack", local=False, outputs=outputs).options == " --stack 'my stack'"
    assert target.find(None, local=False, outputs=tmp_path / "none").options == ""
