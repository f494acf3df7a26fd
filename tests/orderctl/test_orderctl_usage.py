"""A wrong call is told to a person and to a program; help, version and completion are where people look for them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from orderctl.program import app

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {"limits": ("show", "set", "check"), "accounts": ("add", "rotate", "check"), "gates": ("open",)}
COMMANDS = (
    "publish",
    "show",
    "explain",
    "list",
    "watch",
    "dead",
    "redrive",
    "discard",
    "close",
    "cancel",
    "flatten",
    "halt",
    "resume",
    "drop",
    "doctor",
    *GROUPS,
)


def call(words: str) -> Result:
    return CliRunner(env={"COLUMNS": "80"}).invoke(app, words.split(), catch_exceptions=False)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("show --json", "Missing argument 'signal'."),
        ("nope --json", "No such command 'nope'."),
        ("list --json --state nope", "'nope' is not one of 'sent', 'waiting', 'accepted', 'dead'"),
        ("list --limit 0 --json", "Invalid value for '--limit'"),
        ("--nope list --json", "No such option: --nope"),
        ("close x --json", "Missing option '--as'"),
        ("limits show --json", "Missing argument 'account'."),
        ("gates --json open x", "--stack, --local and --json belong after open"),
        ("resume --json", "say which halt to lift; `halt` without a scope lists them"),
    ],
)
def test_a_wrong_call_is_told_to_a_program_as_well(words: str, says: str) -> None:
    result = call(words)

    error = json.loads(result.stdout)["error"]
    assert result.exit_code == 2
    assert error["exit_code"] == 2
    assert says in error["message"]
    assert says in " ".join(result.stderr.split())


@pytest.mark.parametrize("words", ["show", "nope", "list --state nope", "limits show"])
def test_without_json_a_wrong_call_writes_nothing_to_standard_output(words: str) -> None:
    result = call(words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ")


def list_calls() -> Iterator[str]:
    yield ""
    for name in COMMANDS:
        yield name
        yield from (f"{name} {inner}" for inner in GROUPS.get(name, ()))


@pytest.mark.parametrize("words", [*list_calls()])
def test_every_command_has_a_short_and_a_long_help(words: str) -> None:
    short, long = call(f"{words} -h"), call(f"{words} --help")

    assert short.exit_code == long.exit_code == 0
    assert short.stdout == long.stdout
    assert "-h, --help" in short.stdout
    assert "..." not in short.stdout.replace("[ARGS]...", "").replace("ban/...", "").replace(": ...", "")
    assert [line for line in short.stdout.splitlines() if len(line) > 100] == []


def test_the_version_is_that_of_the_installed_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderctl.program.version", {"orderexec": "7.8.9"}.__getitem__)

    assert call("--version").stdout == "orderctl 7.8.9\n"


def complete(words: str) -> list[str]:
    """Return what a shell offers after `orderctl` and the words, as it asks for it."""
    code = "from orderctl.program import app; app(prog_name='orderctl')"
    asked = {"_ORDERCTL_COMPLETE": "complete_bash", "COMP_WORDS": f"orderctl {words}"}
    position = {"COMP_CWORD": str(len(f"orderctl {words}".split(" ")) - 1)}
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'application' / 'python'}", "PATH": os.environ["PATH"]}
    done = subprocess.run(  # noqa: S603 - the tool under test
        [sys.executable, "-c", code], env=asked | position | paths, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("re", ["redrive", "resume"]),
        ("limits ", ["show", "set", "check"]),
        ("list --state D", ["DEAD"]),
        ("show --of", ["--offline"]),
    ],
)
def test_a_shell_completes_commands_options_and_values(words: str, offered: list[str]) -> None:
    assert complete(words) == offered


def test_completion_offers_each_command() -> None:
    assert set(complete("")) == set(COMMANDS)
    assert set(getattr(get_command(app), "commands", {})) == set(COMMANDS)


def test_the_page_of_the_tool_names_each_command_and_how_to_get_completion() -> None:
    page = (ROOT / "docs" / "orderctl.md").read_text()
    rows = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("|"))

    for words in list_calls():
        assert f"`{words}" in rows or words in {"", "accounts", "limits"}, words
    assert "orderctl --install-completion" in page
