"""What the demo leaves on the screen: a final table whose rows are whole, nothing of the live display, the truth."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

import pytest

from local import demo, tables
from local.outcomes import Watch
from orderctl.target import Stack
from tests.unit.demo.conftest import LETTERS_LEFT, SCOPE, MakeConsole, Replayed
from tests.unit.demo.recorded import Moment
from tests.unit.demo.screen import Screen

# An order's line: only its id and its type may be cut.
ORDER = r"…?\w+ +\w+ +[A-Z_]+ +(BUY|SELL) +[A-Za-z_]+…? +[0-9.]+ +([0-9.]+ )?[A-Z]+ *$"
SIZES = [(80, 24), (100, 40), (160, 50)]
FOLLOWED = cast(Stack, None)  # nothing is read of it here


def run_demo(watch: Watch) -> bool:
    return demo.report(watch, demo.follow(watch, FOLLOWED))


def read_output(console: Any) -> str:
    text: str = console.file.getvalue()
    return text


def find_rows(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(("✓", "✗"))]


def count_signals(moments: list[Moment]) -> int:
    return len(moments[-1].outcomes)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_of_the_live_display_is_left(
    width: int, height: int, watch: Watch, moments: list[Moment], make_console: MakeConsole
) -> None:
    console, screen = make_console(width, height), Screen(width, height)

    assert run_demo(watch)
    screen.write(read_output(console))

    lines = screen.read()
    assert lines[0] == f"The halt of {SCOPE} is lifted; its signals go on."
    assert lines[1].startswith("How each signal ended")
    assert [line for line in lines if "signals have ended" in line or "dead letters  " in line] == []
    assert len(find_rows(lines)) == count_signals(moments)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_name_is_whole_and_begins_a_row_of_its_own(
    width: int, height: int, watch: Watch, moments: list[Moment], make_console: MakeConsole
) -> None:
    console, screen = make_console(width, height), Screen(width, height)

    run_demo(watch)
    screen.write(read_output(console))

    assert [row.split()[1] for row in find_rows(screen.read())] == [each.sample.name for each in moments[-1].outcomes]
    assert max(map(len, screen.read())) <= width


@pytest.mark.parametrize("width", [80, 100])
def test_a_narrow_terminal_has_one_line_a_signal_and_cuts_its_detail_at_the_end(
    width: int, watch: Watch, moments: list[Moment], make_console: MakeConsole
) -> None:
    lines = render_final(moments[-1], width, make_console)

    assert len(lines) == 2 + count_signals(moments)
    (cut,) = [line for line in lines if "insufficient_balance" in line]
    assert re.fullmatch(r"✓ insufficient_balance +DEAD REJECTED -2010 +1 +[0-9.]+ Account has [a-z ]+…", cut)


@pytest.mark.parametrize("width", [160, demo.WHOLE_LINE])
def test_a_wide_terminal_has_the_whole_detail(
    width: int, watch: Watch, moments: list[Moment], make_console: MakeConsole
) -> None:
    lines = render_final(moments[-1], width, make_console)
    words = " ".join(" ".join(lines).split())

    assert "…" not in words
    for outcome in moments[-1].outcomes:
        assert outcome.row.get("detail", "") in words


def render_final(moment: Moment, width: int, make_console: MakeConsole) -> list[str]:
    console = make_console(width, 50, is_terminal=False)
    console.print(tables.build_final_table(moment.outcomes, moment.orders, width))
    return read_output(console).splitlines()


def test_the_orders_of_the_exchange_fit_in_80_columns(moments: list[Moment], make_console: MakeConsole) -> None:
    console = make_console(80, 24, is_terminal=False)
    console.print(tables.build_order_table(moments[-1].outcomes, moments[-1].orders, 80))
    lines = read_output(console).splitlines()

    assert len(lines) == 2 + len(moments[-1].orders)
    assert all(re.match(ORDER, line) for line in lines[2:])
    assert any(re.fullmatch(r"\d+ +bracket +BTCUSDT +SELL STOP_\w*… +0.01 +59900 NEW +", line) for line in lines)


def test_of_the_orders_nothing_but_a_long_id_is_cut_in_100_columns(
    moments: list[Moment], make_console: MakeConsole
) -> None:
    console = make_console(100, 24, is_terminal=False)
    console.print(tables.build_order_table(moments[-1].outcomes, moments[-1].orders, 100))
    lines = read_output(console).splitlines()

    assert {line.rindex("…") for line in lines if "…" in line} == {0}
    assert any(
        re.fullmatch(r"…\d{5} +bybit_linear_exits +BTCUSDT +SELL PartialStopLoss +0.01 +60000 UNTRIGGERED *", line)
        for line in lines
    )


def test_the_display_counts_the_letters_that_the_demo_took_and_those_still_there(
    watch: Watch, moments: list[Moment], make_console: MakeConsole
) -> None:
    console = make_console(80, 24)

    run_demo(watch)

    shown = re.findall(r"dead letters\S*  +\S*?(\d+)(?:\x1b|\s)", read_output(console))
    taken = [sum(len(outcome.dead_letters) for outcome in moment.outcomes) for moment in moments]
    assert taken[0] == 0 < taken[-1]
    assert without_repeats(map(int, shown)) == without_repeats(LETTERS_LEFT + each for each in taken)


def without_repeats(numbers: Iterable[int]) -> list[int]:
    """Return the numbers, each run of one number only once: a frame may be drawn again as it is."""
    return [number for number, _ in itertools.groupby(numbers)]


def test_in_a_pipe_each_signal_is_a_plain_line_when_it_ends_and_a_whole_one_at_the_end(
    watch: Watch, moments: list[Moment], make_console: MakeConsole
) -> None:
    console = make_console(120, 25, is_terminal=False)

    assert run_demo(watch)

    text = read_output(console)
    lines = text.splitlines()
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f]", text) == []
    assert [line for line in lines if line != line.rstrip()] == []
    assert f"The halt of {SCOPE} is lifted; its signals go on." in lines
    assert [len(line) for line in lines if set(line) == {demo.RULE}] == [120, 120]
    for outcome in moments[-1].outcomes:
        name = outcome.sample.name
        news = [line for line in lines if re.match(rf"  [0-9.]+ s  {name}: (ACCEPTED|DEAD)", line)]
        (row,) = [line for line in find_rows(lines) if line.split()[1] == name]
        assert len(news) == 1
        assert str(outcome.row.get("detail", "")) in row
    assert any(re.fullmatch(r"  [0-9.]+ s  lost_request: no answer; it waits for its fence", line) for line in lines)


def test_a_deviation_is_marked_and_named(watch: Watch, moments: list[Moment], make_console: MakeConsole) -> None:
    console = make_console(80, 24, is_terminal=False)
    end = moments[-1]
    spoilt = [
        replace(outcome, row={**outcome.row, "attempts": 3}) if outcome.sample.name == "banned" else outcome
        for outcome in end.outcomes
    ]

    assert not demo.report(cast(Watch, Replayed([Moment(end.at, spoilt, end.orders)])), True)

    lines = read_output(console).splitlines()
    assert [line.split()[1] for line in find_rows(lines) if line.startswith("✗")] == ["banned", "banned:"]
    assert "✗ banned: attempts is 3, not 2" in lines
    assert lines[-1] == "53 of 54 signals ended as their samples say."


def test_an_order_of_nobody_is_a_deviation(moments: list[Moment], make_console: MakeConsole) -> None:
    console = make_console(80, 24, is_terminal=False)
    end = moments[-1]
    stranger = {**end.orders[0], "orderId": 99, "clientOrderId": "of-nobody"}

    assert not demo.report(cast(Watch, Replayed([Moment(end.at, end.outcomes, [*end.orders, stranger])])), True)
    assert "✗ order 99 of the exchange belongs to no signal" in read_output(console).splitlines()


def test_a_run_that_does_not_end_is_a_deviation(
    moments: list[Moment], make_console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = make_console(80, 24, is_terminal=False)
    monkeypatch.setattr(demo, "DEADLINE_SECONDS", 0.0)
    unended = cast(Watch, Replayed([moments[2], moments[2], moments[2]]))

    assert not demo.report(unended, demo.follow(unended, FOLLOWED))

    lines = read_output(console).splitlines()
    assert "✗ not every signal had ended after 0 s" in lines
    assert "✗ lost_request: state is SENT, not ACCEPTED" in lines
