"""The comparison with what people use instead: its faults bite, and the function stands them."""

import pytest

from benchmarks.duplicates.run import Result, run
from benchmarks.duplicates.schedule import Kind, Schedule

SIGNALS, SEED = 60, 0
pytestmark = pytest.mark.xdist_group("duplicates")  # one worker, one run of the fixture


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {each: run(each, SIGNALS, SEED) for each in ("retry_loop", "this_function")}


def test_the_function_places_every_signal_once(results: dict[str, Result]) -> None:
    ours = results["this_function"]

    assert (ours.twice, ours.surplus, ours.lost, ours.called_dead_but_placed) == (0, 0, 0, 0)
    assert ours.placed_once + ours.dead_and_not_placed == SIGNALS
    assert ours.failed_calls == {}


def test_the_same_faults_make_who_sends_blindly_buy_twice(results: dict[str, Result]) -> None:
    assert results["retry_loop"].twice > 0


def test_a_run_repeats_itself(results: dict[str, Result]) -> None:
    assert run("retry_loop", SIGNALS, SEED) == results["retry_loop"]
    assert run("this_function", SIGNALS, SEED) == results["this_function"]


def test_first_requests_of_all_contestants_meet_the_same_faults() -> None:
    schedule = Schedule(SEED)
    first = [schedule.draw_fault(Kind.PLACE, number, 0) for number in range(1000)]

    assert first == [Schedule(SEED).draw_fault(Kind.PLACE, number, 0) for number in range(1000)]
    assert first != [Schedule(SEED + 1).draw_fault(Kind.PLACE, number, 0) for number in range(1000)]
    assert 250 < sum(bool(fault.name) for fault in first) < 350
