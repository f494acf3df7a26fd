"""Exactly once under every fault that the simulation knows, at every venue; and what each kind of weather brings."""

from decimal import Decimal

import pytest

from orderexec.aws.day_counters import read_counter
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.protected import Protected, Step
from orderexec.domain.validity import Resend

from . import days
from .bounds import Bounds
from .follow_mutants import FOLLOW_MUTANTS
from .margin_mutants import MARGIN_MUTANTS
from .mutants import MUTANTS, Mutant
from .protected_mutants import PROTECTED_MUTANTS
from .run import SIGNALS, Run
from .venues import BINANCE_COINM, BINANCE_MARGIN, BINANCE_SPOT, BINANCE_USDM, VENUES, SimVenue, draw_venue
from .world import Broken, Weather

FAULTY_SIGNALS = 20_000
_PARTS = 8
_SEEDS_FOR_A_MUTANT = 1_000  # the rarest mutant is met by one world in some hundred
_WORLDS_ELSEWHERE = 30  # of each venue but Spot
ELSEWHERE = [venue for venue in VENUES.values() if venue is not BINANCE_SPOT]
_DOUBTS = Weather(
    answer_lost=0.5, lookup_lags=0.4, request_late=0.3, refused=0.1, server_error=0.1, limited=0.05, dies=0.02
)
FUTURES = [BINANCE_USDM, BINANCE_COINM]


def name_venue(venue: SimVenue) -> str:
    return venue.name


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_signal_becomes_exactly_one_order_or_a_dead_letter(part: int) -> None:
    """20,000 signals in 800 worlds, each with a weather of its own."""
    for seed in range(part, FAULTY_SIGNALS // SIGNALS, _PARTS):
        Run(seed, venue=BINANCE_SPOT)()


@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("venue", ELSEWHERE, ids=name_venue)
def test_the_same_holds_at_every_other_venue(venue: SimVenue, part: int) -> None:
    for seed in range(part, _WORLDS_ELSEWHERE, 2):
        Run(seed, venue=venue)()


def test_where_nobody_names_a_venue_most_worlds_are_of_spot_and_some_of_each_other() -> None:
    drawn = [draw_venue(seed).name for seed in range(1_000)]
    assert drawn.count(BINANCE_SPOT.name) > 600
    assert all(drawn.count(venue.name) > 50 for venue in ELSEWHERE)


@pytest.mark.parametrize("venue", FUTURES, ids=name_venue)
def test_in_fair_weather_protected_entries_end_in_every_way_that_they_can(venue: SimVenue) -> None:
    run = Run(1, signals=100, weather=Weather(), changes=0, venue=venue)
    run()

    rows = [row for key in run.keys if (row := run.table.row(key))]
    plans = [row.request for row in rows if isinstance(row.request, Protected)]
    assert {plan.step for plan in plans} == {Step.ENTRY, Step.PROFIT, Step.UNDO}
    assert {plan.take_profit.size for plan in plans if plan.take_profit and plan.step is Step.PROFIT} == {
        plan.entry.size * share for plan in plans[:1] if plan.entry.size for share in (Decimal("0.5"), Decimal(1))
    }
    # A GTX order that would trade at once, and an order that only reduces while nothing is open.
    assert {row.code for row in rows if row.state is State.DEAD} <= {"-5022", "-2022"}


def test_in_fair_weather_margin_trades_in_both_of_its_accounts() -> None:
    run = Run(1, signals=100, weather=Weather(), changes=0, venue=BINANCE_MARGIN)
    assert run().placed == 100
    assert len(set(run.exchange.book.owners.values())) == 2


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
    tallies = [Run(seed, venue=BINANCE_SPOT)() for seed in range(40)]
    assert sum(tally.deliveries for tally in tallies) > 3 * SIGNALS * len(tallies)
    assert sum(tally.dead for tally in tallies) > 0.1 * SIGNALS * len(tallies)


@pytest.mark.parametrize("venue", VENUES.values(), ids=name_venue)
def test_a_seed_replays_exactly(venue: SimVenue) -> None:
    first, second = Run(7, traced=True, venue=venue), Run(7, traced=True, venue=venue)
    assert first() == second()
    assert first.world.trace == second.world.trace


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broken_protocol_is_caught(mutant: Mutant) -> None:
    with mutant(), pytest.raises(Broken, match="seed"):
        run_worlds(BINANCE_SPOT)


@pytest.mark.parametrize("mutant", PROTECTED_MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broken_protocol_of_futures_is_caught(mutant: Mutant) -> None:
    """Every other world has many doubts that come to an end within the bounds: what follows a doubt is the subject."""
    with mutant(), pytest.raises(Broken, match="seed"):
        for seed in range(_SEEDS_FOR_A_MUTANT):
            venue = FUTURES[seed // 2 % 2]
            if seed % 2:
                bounds = Bounds(resend=tuple(Resend)[seed // 2 % 3])
                Run(seed, weather=_DOUBTS, bounds=bounds, changes=0.6, limited=False, venue=venue)()
            else:
                Run(seed, limited=False, venue=venue)()


@pytest.mark.parametrize("mutant", MARGIN_MUTANTS, ids=lambda mutant: mutant.__name__)
def test_accounts_of_margin_that_are_mixed_up_are_caught(mutant: Mutant) -> None:
    with mutant(), pytest.raises(Broken, match="seed"):
        run_worlds(BINANCE_MARGIN)


@pytest.mark.parametrize("mutant", FOLLOW_MUTANTS, ids=lambda mutant: mutant.__name__)
def test_news_that_is_not_true_is_caught(mutant: Mutant) -> None:
    """Nothing but lists and lookups that lag, in worlds in which the first looks come with the message."""
    with mutant(), pytest.raises(Broken, match="seed"):
        for seed in range(0, 2 * _SEEDS_FOR_A_MUTANT, 2):
            Run(seed, weather=Weather(lookup_lags=0.9), changes=0, limited=False, venue=BINANCE_SPOT)()


def test_in_fair_weather_orders_fill_in_parts_and_every_end_is_told() -> None:
    run = Run(2, signals=100, weather=Weather(), changes=0.3, limited=False)
    run()

    assert len(run.followed.ends) > 10
    assert run.deliveries > 100  # the first looks
    assert run.followed.parts, "no order was told as filled in part"


def run_worlds(venue: SimVenue) -> None:
    for seed in range(_SEEDS_FOR_A_MUTANT):
        Run(seed, changes=0.6 if seed % 2 else 0.25, venue=venue)()
