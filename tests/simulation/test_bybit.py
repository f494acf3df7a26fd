"""Bybit in the simulation: each rule catches what breaks it, and of two barriers one is enough."""

import re

import pytest

from orderexec.domain.lifecycle import State

from .bounds import Bounds, Breaks
from .bybit_barriers import Harm, measure
from .bybit_book import BybitBook
from .bybit_mutants import BYBIT_MUTANTS, Caught
from .run import Run
from .venues import BYBIT, BYBIT_LINEAR, BYBIT_SPOT, SimVenue
from .world import Broken, Weather

_SEEDS_FOR_A_MUTANT = 400
_WORLDS = 24


@pytest.mark.parametrize("caught", BYBIT_MUTANTS, ids=lambda caught: caught.mutant.__name__)
def test_a_broken_protocol_is_caught_by_the_rule_that_names_it(caught: Caught) -> None:
    with caught.mutant(), pytest.raises(Broken, match=caught.by):
        for seed in range(_SEEDS_FOR_A_MUTANT):
            venue = BYBIT[seed % len(BYBIT)]
            Run(
                seed,
                weather=caught.weather,
                bounds=caught.bounds,
                changes=caught.changes,
                limited=False,
                venue=venue,
            )()


@pytest.mark.parametrize("bounds", Breaks)
@pytest.mark.parametrize("weather", dict.fromkeys(caught.weather for caught in BYBIT_MUTANTS))
def test_the_same_worlds_break_nothing_by_themselves(weather: Weather, bounds: Breaks) -> None:
    for seed, venue in enumerate(BYBIT):
        Run(seed, weather=weather, bounds=Bounds(bounds), changes=0.5, limited=False, venue=venue)()


def test_without_the_fence_the_id_alone_doubles_nothing_and_what_is_there_is_called_absent() -> None:
    harm = measure(_WORLDS, fence=False, unique=True)
    assert (harm.doubled, harm.lost) == (0, 0)
    assert harm.turned_away > 0
    assert harm.misjudged > 0


def test_without_the_id_the_fence_alone_doubles_nothing_and_misjudges_nothing() -> None:
    harm = measure(_WORLDS, fence=True, unique=False)
    assert harm == Harm(signals=harm.signals)


def test_without_both_signals_are_doubled() -> None:
    assert measure(_WORLDS, fence=False, unique=False).doubled > 0


def test_an_exchange_beyond_every_bound_doubles_only_what_has_no_unique_id() -> None:
    assert measure(_WORLDS, fence=True, unique=True, breaks=Breaks.ENGINE).doubled == 0
    assert measure(_WORLDS, fence=True, unique=False, breaks=Breaks.ENGINE).doubled > 0


@pytest.mark.parametrize("venue", BYBIT, ids=lambda venue: venue.name)
def test_in_fair_weather_each_order_is_placed_and_ends_in_every_way_that_it_can(venue: SimVenue) -> None:
    run = Run(1, signals=120, weather=Weather(), changes=0, limited=False, venue=venue)
    run()

    rows = [row for key in run.keys if (row := run.table.row(key))]
    told = {row.report.status for row in rows if row.report is not None}
    assert {"NEW", "FILLED", "CANCELED", "REJECTED", "UNTRIGGERED"} - told <= {"UNTRIGGERED"}
    # An order that only reduces while nothing is open.
    assert {row.code for row in rows if row.state is State.DEAD} <= {"110017"}


@pytest.mark.parametrize("venue", [BYBIT_SPOT, BYBIT_LINEAR], ids=lambda venue: venue.name)
def test_in_fair_weather_exits_are_as_large_as_what_was_traded(venue: SimVenue) -> None:
    run = Run(2, signals=120, weather=Weather(), changes=0, limited=False, venue=venue)
    run()

    book = run.exchange.book
    assert isinstance(book, BybitBook)
    exits = [order for order in book.orders.values() if order.nameless]
    assert len(exits) >= 5
    for order in exits:
        entry = book.orders[re.sub(r"^..-[^-]+-", "", order.name)]
        assert float(order.quantity) <= float(entry.executed)


def test_what_was_sent_is_acknowledged_before_it_is_there() -> None:
    """Else no rule about acknowledgements could ever be broken."""
    seen = []
    run = Run(3, signals=60, weather=Weather(request_late=0.5), changes=0, limited=False, venue=BYBIT_LINEAR)
    run.table.watch.append(lambda item: seen.append((item["state"]["S"], item.get("order_status", {}).get("S"))))
    run()
    assert ("ACCEPTED", "ACCEPTED") in seen
