"""The live display fits every terminal of 20 lines and 80 columns or more, and no signal is missing from its counts."""

import re
import time
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from local.frame import FENCE_IN_SHORT, build_frame
from local.outcomes import Outcome
from orderctl import live
from orderctl.sources.pulse import Pulse
from orderctl.sources.queues import Depths
from orderexec.domain.controls import ClosedGate, Controls, Halt
from tests.unit.demo.conftest import MakeConsole
from tests.unit.demo.recorded import Moment, load_moments

SIZES = [(80, 20), (80, 24), (100, 40), (160, 50)]
RUN = load_moments()
NAMES = {outcome.sample.name for outcome in RUN[0].outcomes}


def make_head(gates: int = 0) -> RenderableType:
    closed = {f"pause/binance-spot/account-{number}": ClosedGate(9_000, "") for number in range(gates)}
    halts = {"strategy/night-shift": Halt(0, "nobody watches it tonight")} if gates else {}
    return live.render_head(Pulse(0, 0, Depths(1, 2, 0), Depths(3, 0, 0), {}, Controls(gates=closed, halts=halts)))


def render(moment: Moment, console: Console, gates: int = 0) -> list[str]:
    moment = moment.move_to(time.time())  # it was loaded when this file was imported, which may be minutes ago
    with console.capture() as captured:
        console.print(build_frame(make_head(gates), moment.outcomes, moment.orders, console))
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", captured.get()).splitlines()]


def find_shown(lines: list[str]) -> list[str]:
    return [line.split()[0] for line in lines if line.split() and line.split()[0] in NAMES]


def count_rest(lines: list[str]) -> int:
    (rest,) = [line for line in lines if line.startswith("and ")] or [""]
    return sum(map(int, re.findall(r"\d+", rest)))


@pytest.mark.parametrize("gates", [0, 12])
@pytest.mark.parametrize("moment", RUN)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_frame_is_lower_and_no_wider_than_the_terminal(
    width: int, height: int, moment: Moment, gates: int, make_console: MakeConsole
) -> None:
    lines = render(moment, make_console(width, height), gates)

    assert len(lines) < height
    assert max(map(len, lines)) <= width
    assert len(find_shown(lines)) + count_rest(lines) == len(moment.outcomes)
    assert len(find_shown(lines)) >= 6


@pytest.mark.parametrize("moment", RUN)
def test_a_terminal_of_ten_lines_shows_at_least_something(moment: Moment, make_console: MakeConsole) -> None:
    lines = render(moment, make_console(80, 10))

    assert len(lines) < 10
    assert len(find_shown(lines)) >= 1


@pytest.mark.parametrize("moment", RUN)
def test_a_tall_terminal_shows_every_signal(moment: Moment, make_console: MakeConsole) -> None:
    lines = render(moment, make_console(160, 72))

    assert set(find_shown(lines)) == NAMES
    assert count_rest(lines) == 0


def test_what_is_in_progress_is_shown_before_the_newest_results(make_console: MakeConsole) -> None:
    in_doubt = RUN[2]
    shown = find_shown(render(in_doubt, make_console(80, 24)))
    in_progress = [outcome.sample.name for outcome in in_doubt.outcomes if not outcome.is_closed]
    ended = sorted(
        (outcome for outcome in in_doubt.outcomes if outcome.is_closed), key=lambda each: each.row["updated_at"]
    )

    assert {"lost_request", "late_lookup"} <= set(in_progress)
    assert shown[: len(in_progress)] == in_progress
    assert shown[len(in_progress)] == ended[-1].sample.name


def test_the_newest_results_are_shown_although_more_signals_are_in_progress_than_fit(
    make_console: MakeConsole,
) -> None:
    end = RUN[-1]
    ended, left = end.outcomes[:10], [replace(outcome, row={}, dead_letters=[]) for outcome in end.outcomes[10:]]

    shown = find_shown(render(Moment(end.at, [*ended, *left], end.orders), make_console(80, 20)))

    newest = sorted(ended, key=lambda outcome: outcome.row["updated_at"], reverse=True)[:4]
    assert shown[-4:] == [outcome.sample.name for outcome in newest]
    assert set(shown[:-4]) < {outcome.sample.name for outcome in left}


def test_what_ended_otherwise_than_expected_is_shown_first(make_console: MakeConsole) -> None:
    end = RUN[-1]
    wrong = [spoil(outcome) if outcome.sample.name == "amend" else outcome for outcome in end.outcomes]

    lines = render(Moment(end.at, wrong, end.orders), make_console(80, 20))

    assert lines[0] == "54 of 54 signals have ended, 1 of them otherwise than expected."
    (row,) = [line for line in lines if line.startswith("amend ")]
    assert find_shown(lines)[0] == "amend"
    assert row.endswith("attempts is 2, not 1")


def spoil(outcome: Outcome) -> Outcome:
    """Return the outcome as if the signal had been sent twice, and had ended before all others."""
    return replace(outcome, row={**outcome.row, "attempts": 2, "updated_at": int(outcome.published_at * 1000)})


def test_a_signal_in_doubt_says_when_its_fence_is_and_what_that_is(make_console: MakeConsole) -> None:
    lines = render(RUN[2], make_console(80, 24))
    (row,) = [line for line in lines if line.startswith("lost_request ")]

    assert re.search(r"SENT +1 +[0-9.]+ no answer; fence in \d+ s$", row)
    assert lines[-1] == FENCE_IN_SHORT
    assert FENCE_IN_SHORT not in render(RUN[-1], make_console(80, 24))
