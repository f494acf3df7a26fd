"""What the demo tells a newcomer is true: what is slow, what can be typed next, how it ended and where the logs are."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
import typer
from rich.console import Console

from local import demo, newcomer, samples, stack
from local.run import ROOT
from orderctl.program import app
from tests.unit.demo.conftest import MakeConsole
from tests.unit.demo.recorded import Moment

BIN = ".venv/bin/orderctl "
COMMANDS = [line.partition("#")[0].strip() for line in newcomer.NEXT.splitlines() if line.startswith("  ")]


def read_introduction(console: Console) -> list[str]:
    with console.capture() as captured:
        console.print(newcomer.introduce(samples.load()))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_the_introduction_leaves_room_for_the_first_steps_on_a_small_terminal(make_console: MakeConsole) -> None:
    lines = read_introduction(make_console(80, 24, is_terminal=False))

    assert len(lines) <= 21
    assert max(map(len, lines)) <= 80


def test_the_introduction_says_what_is_slow_and_why(make_console: MakeConsole, moments: list[Moment]) -> None:
    lines = read_introduction(make_console(80, 24, is_terminal=False))
    named = {found[1]: int(found[2]) for line in lines if (found := re.match(r"  (\w+) +(\d+) s  ", line))}
    took = {outcome.sample.name: outcome.latency or 0 for outcome in moments[-1].outcomes}
    waited = {outcome.sample.name for outcome in moments[-1].outcomes if outcome.sample.waits_for_fence}

    assert named == {"late_lookup": 40, "lost_request": 40, "halted": 10, "banned": 4}
    assert waited == {"late_lookup", "lost_request"}
    assert all(took[name] >= seconds for name, seconds in named.items())
    assert "its fence: the moment after which a request without an answer can no longer" in " ".join(
        " ".join(lines).split()
    )


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith(BIN)])
def test_orderctl_has_the_commands_that_are_named(command: str) -> None:
    tool = typer.main.get_command(app)
    name, *arguments = command.removeprefix(BIN).split()
    with tool.make_context("orderctl", [name, *arguments]) as context:
        found = tool.get_command(context, name)  # type: ignore[attr-defined]

        found.make_context(name, arguments, parent=context)  # fails on an unknown option


def test_the_signal_that_is_shown_is_the_one_that_was_published() -> None:
    published, shown = [command.split() for command in COMMANDS if " publish " in command or " show " in command]
    event = json.loads((ROOT / published[-1]).read_text())

    assert json.loads(event["Records"][0]["body"])["id"] == shown[-1]


def test_make_has_the_targets_that_are_named() -> None:
    named = {command.split()[1] for command in COMMANDS if command.startswith("make ")}
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert named == {"up", "down"}
    assert named <= set(targets)


def test_no_line_of_what_is_next_is_wider_than_a_small_terminal() -> None:
    assert max(map(len, newcomer.NEXT.splitlines())) <= 80


def test_a_demo_that_went_well_exits_with_0_and_says_what_is_next(
    make_console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = run_main(make_console, monkeypatch, succeeded=True)

    assert code == 0
    assert text.endswith(f"\n{newcomer.NEXT}\n")


def test_a_demo_that_did_not_exits_with_1_and_names_the_logs(
    make_console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = run_main(make_console, monkeypatch, succeeded=False)

    assert code == 1
    assert newcomer.NEXT not in text
    assert ".local/log/demo.ministack.log" in text
    assert ".local/log/demo.exchange.log" in text


def test_a_demo_whose_exchange_fails_says_so_and_names_the_logs(
    make_console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _ = run_main(make_console, monkeypatch, succeeded=requests.ConnectionError("connection refused"))

    assert re.match(r"make demo: the local AWS or the exchange failed: connection refused\n", str(code))
    assert ".local/log/demo.exchange.log" in str(code)


def run_main(
    make_console: MakeConsole, monkeypatch: pytest.MonkeyPatch, succeeded: bool | Exception
) -> tuple[object, str]:
    """Return the exit code of the demo and what it printed, when its signals end like that."""

    @contextmanager
    def run_stack(_name: str) -> Iterator[None]:
        yield

    def demonstrate(_running: object, _chosen: object) -> bool:
        if isinstance(succeeded, Exception):
            raise succeeded
        return succeeded

    monkeypatch.setattr(stack, "run_stack", run_stack)
    monkeypatch.setattr(demo, "demonstrate", demonstrate)
    console = make_console(80, 24, is_terminal=False)
    with console.capture() as captured, pytest.raises(SystemExit) as exit_:
        demo.main()
    return exit_.value.code, captured.get()
