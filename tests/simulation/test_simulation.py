"""Exactly once under every fault that the simulation knows, and the same in weather of one kind at a time."""

import pytest

from orderexec.aws.day_counters import read_counter
from orderexec.domain.lifecycle import Reason, State

from . import days
from .mutants import MUTANTS, Mutant
from .run import SIGNALS, Run
from .world import Broken, Weather

FAULTY_SIGNALS = 20_000
_PARTS = 8
_SEEDS_FOR_A_MUTANT = 1_000  # the rarest mutant is met by one world in some hundred


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_signal_becomes_exactly_one_order_or_a_dead_letter(part: int) -> None:
    """20,000 signals in 800 worlds, each with a weather of its own."""
    for seed in range(part, FAULTY_SIGNALS // SIGNALS, _PARTS):
        Run(seed)()


def test_in_fair_weather_every_signal_is_placed_at_the_first_attempt() -> None:
    tally = Run(1, weather=Weather(), changes=0, limited=False)()
    assert (tally.placed, tally.deliveries) == (SIGNALS, SIGNALS)


def test_in_fair_weather_changes_find_what_they_are_about() -> None:
    run = Run(1, signals=200, weather=Weather(), changes=0.5, limited=False)
    run()

    rows = [row for key in run.keys if (row := run.table.row(key))]
    canceled = [row for row in rows if row.report is not None and row.report.status == "CANCELED"]
    refused = [row for row in rows if row.state == "DEAD"]
    assert len(canceled) >= 5
    assert {row.code for row in refused if row.reason != "RULES"} <= {"-2022", "-2011", "-2038", None}


def test_in_fair_weather_a_day_is_used_up_to_its_limits_and_not_beyond() -> None:
    """Else the invariants of daily limits would hold because nothing is ever counted."""
    limits = {seed: drawn for seed in range(60) if (drawn := days.drawn(seed)) is not None}
    reached = set()
    for seed, (limit, _) in limits.items():
        run = Run(seed, weather=Weather(), changes=0)
        run()
        rows = [row for key in run.keys if (row := run.table.row(key))]
        reached |= {
            name
            for row in rows
            if row.reason is Reason.LIMITS
            for name in ("max_daily_orders", "max_daily_notional")
            if name in (row.detail or "")
        }
        placed = sum(row.state is State.ACCEPTED for row in rows)
        assert sum(item_orders(run, day) for day in run.table.counters) == placed
        assert limit.max_daily_orders is None or placed <= 2 * limit.max_daily_orders
    assert reached == {"max_daily_orders", "max_daily_notional"}


def item_orders(run: Run, counter: str) -> int:
    return read_counter(run.table.counters[counter]).orders


def test_the_faults_do_happen() -> None:
    """Stormy worlds need far more deliveries and requests than fair ones; else the storms would prove nothing."""
    tallies = [Run(seed)() for seed in range(40)]
    assert sum(tally.deliveries for tally in tallies) > 3 * SIGNALS * len(tallies)
    assert sum(tally.dead for tally in tallies) > 0.1 * SIGNALS * len(tallies)


def test_a_seed_replays_exactly() -> None:
    first, second = Run(7, traced=True), Run(7, traced=True)
    assert first() == second()
    assert first.world.trace == second.world.trace


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broken_protocol_is_caught(mutant: Mutant) -> None:
    with mutant(), pytest.raises(Broken, match="seed"):
        for seed in range(_SEEDS_FOR_A_MUTANT):
            Run(seed, changes=0.6 if seed % 2 else 0.25)()
