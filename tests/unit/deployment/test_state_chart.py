"""The chart of states in docs/exactly-once.md is the table that the code goes by."""

import re

from local.state_chart import PAGE, draw_chart, insert_chart
from orderexec.domain.lifecycle import MOVES, Move, State


def test_the_chart_in_the_page_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert insert_chart(page) == page, "run `make pages`"
    assert draw_chart() in page


def test_the_chart_shows_every_move_between_states_and_no_other() -> None:
    drawn = {
        (source, target, move)
        for source, target, moves in re.findall(r"^    (\w+) --> (\w+): (.*)$", draw_chart(), flags=re.MULTILINE)
        for move in moves.split(", ")
    }

    assert drawn == {
        (source, each.target, move)
        for move, each in MOVES.items()
        for source in each.sources
        if each.target is not None
    }
    assert {state for source, target, _ in drawn for state in (source, target)} == set(State)
    assert all(f"| `{move}` |" in draw_chart() for move in Move)
