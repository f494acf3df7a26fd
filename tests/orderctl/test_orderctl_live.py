"""`watch`: each outcome is told once, however often the log is read; what is shown is what is there."""

import json
from typing import Any, cast

import pytest
from rich.console import Console, Group

from orderctl import live
from orderctl.sources.logs import Line
from orderctl.sources.pulse import Outcome, Outcomes, Pulse, parse_outcome, read_pulse
from orderctl.sources.queues import Depths
from orderctl.target import Stack
from orderexec.domain.controls import ClosedGate, Controls, Halt
from tests.orderctl.conftest import NOW, Ctl, Deployed, make_dead, make_sent, parse_answer


class Logs:
    """Log lines of two functions, as Lambda and CloudWatch offer them."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def log(self, time: int, **facts: object) -> None:
        document = {"level": "INFO", "message": "m", "timestamp": "no time", **facts}
        self.events.append({"timestamp": time, "message": json.dumps(document)})

    def output(self, key: str) -> str:
        return key

    def client(self, _: str) -> "Logs":
        return self

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        return {"LoggingConfig": {"LogGroup": FunctionName}}

    def get_paginator(self, _: str) -> "Logs":
        return self

    def paginate(self, *, logGroupName: str, startTime: int, filterPattern: str) -> Any:  # noqa: N803
        found = self.events if logGroupName == "ExecuteSignalsFunction" else []
        words = json.loads(filterPattern)
        yield {"events": [each for each in found if each["timestamp"] >= startTime and words in each["message"]]}


def follow(logs: Logs) -> Outcomes:
    return Outcomes(cast(Stack, logs), NOW)


def test_each_outcome_is_told_once_also_one_that_shows_late() -> None:
    logs = Logs()
    log = follow(logs)
    logs.log(NOW + 1_000, signal="a", state="ACCEPTED", order_id="7", order_status="FILLED")
    first = log.read_fresh(NOW + 2_000)
    logs.log(NOW + 500, signal="b", state="DEAD", reason="RULES")  # written before, shown after
    second = log.read_fresh(NOW + 3_000)
    third = log.read_fresh(NOW + 4_000)

    assert [each.words for each in first] == ["ACCEPTED, order 7 FILLED"]
    assert [each.signal for each in second] == ["b"]
    assert third == []
    assert log.ended == {"ACCEPTED": 1, "RULES": 1}


def test_what_happened_before_is_left_out() -> None:
    logs = Logs()
    logs.log(NOW - 1, signal="a", state="ACCEPTED")

    assert follow(logs).read_fresh(NOW) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "ACCEPTED"}, "ACCEPTED, no order"),
        ({"state": "DEAD", "reason": "REJECTED", "code": "-2010"}, "REJECTED, -2010"),
        ({"state": "SENT", "delay_s": 21.9}, "SENT, again in 22 s"),
        ({"state": "WAITING"}, "WAITING"),
    ],
)
def test_a_log_line_in_words(facts: dict[str, Any], words: str) -> None:
    told = parse_outcome(Line("raw", NOW, "INFO", "m", {"signal": "a", **facts}))

    assert told is not None
    assert told.words == words


def test_other_lines_are_no_outcomes() -> None:
    assert parse_outcome(Line("raw", NOW, "INFO", "row not reconciled", {"signal": "a", "why": "x"})) is None
    assert parse_outcome(Line("raw", NOW, "ERROR", "delivery failed", {})) is None


def test_a_look_counts_what_is_open_and_what_waits(deployed: Deployed) -> None:
    deployed.put(make_sent("a"))
    deployed.put(make_sent("b"))
    deployed.put(make_dead("c").note_letter(token="t", now=NOW))
    deployed.send_letter({"id": "c"}, reason="RULES")
    stack = Deployment(deployed)

    pulse = read_pulse(cast(Stack, stack), NOW)

    assert pulse.read_open_rows == {"SENT": 2}
    assert (pulse.letters.total, pulse.signals.total) == (1, 0)


class Deployment:
    """The stack in memory without CloudFormation."""

    options = ""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed

    def client(self, service: str) -> Any:
        return self._deployed.sqs if service == "sqs" else self._deployed.dynamodb

    def output(self, key: str) -> str:
        return self._deployed.outputs[key]


def test_the_head_says_what_keeps_signals_from_the_exchange() -> None:
    current = Controls(
        gates={
            "ban/binance-spot": ClosedGate(NOW + 90_000, "x"),
            "pause/binance-spot": ClosedGate(NOW - 1, "over"),
            "crowd/binance-spot/main": ClosedGate(NOW + 9_000, "many"),
        },
        halts={"symbol/BTCUSDT": Halt(NOW, "[news]")},
    )
    pulse = Pulse(
        NOW, NOW - 60_000, Depths(3, 2, 0), Depths(1, 0, 0), {"SENT": 2}, current, {"ACCEPTED": 4, "RULES": 1}
    )
    console = Console(markup=False, width=160)
    with console.capture() as captured:
        console.print(Group(*live.list_parts(pulse)))

    words = " ".join(captured.get().split())
    assert "open 2 SENT last 1.0 min 4 ACCEPTED 1 RULES" in words
    assert "queue 3 waiting 2 being executed" in words
    assert "dead letters 1" in words
    assert "exchange halted symbol/BTCUSDT ([news]) ban/binance-spot closed for 1.5 min more at" in words


def test_json_is_for_one_look(deployed: Deployed, ctl: Ctl) -> None:
    assert ctl("watch", "--json").exit_code == 2
    missing = ctl("watch", "--once", "--json")  # a stack whose functions are not there

    assert missing.exit_code == 3
    assert "deploy the stack again" in parse_answer(missing)["error"]["message"]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 40), (160, 50)])
def test_the_live_picture_never_needs_more_lines_than_the_terminal_has(width: int, height: int) -> None:
    halt = Halt(NOW, "the strategy sold what it should have bought, twice in one hour")
    outcomes = tuple(
        Outcome(NOW + number, f"main/binance-spot/signal-{number}", "DEAD", "REJECTED, -2010", "no money " * 20)
        for number in range(20)
    )
    pulse = Pulse(
        NOW,
        NOW,
        Depths(3, 2, 0),
        Depths(1, 0, 0),
        {"SENT": 2},
        Controls(halts={"account/main/strategy/breakout": halt}),
        outcomes=outcomes,
    )
    console = Console(markup=False, width=width, height=height)
    with console.capture() as captured:
        console.print(live.render_fitting(pulse, console))

    lines = captured.get().splitlines()
    shown = sum("main/binance-spot/signal-" in line for line in lines)
    assert len(lines) < height
    assert "main/binance-spot/signal-19 " in captured.get()
    assert shown == min(20, height - 1 - (len(lines) - shown))
