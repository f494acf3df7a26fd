"""Every sample signal of `events/` ends as it says, on the deployed stack."""

from collections.abc import Mapping
from typing import Any

import pytest

from local import samples
from local.outcomes import Watch

NAMES = [sample.name for sample in samples.load()]


@pytest.fixture(scope="module")
def orders(watch: Watch) -> list[dict[str, Any]]:
    return watch.control.list_orders()


@pytest.mark.parametrize("name", NAMES)
def test_sample_ends_as_it_says(name: str, watch: Watch, orders: list[dict[str, Any]]) -> None:
    (outcome,) = [each for each in watch.outcomes if each.sample.name == name]

    assert outcome.find_deviations(orders) == []


def test_no_signal_of_any_test_has_two_orders(orders: list[dict[str, Any]]) -> None:
    held = [order["clientOrderId"] for order in orders]

    assert held
    assert len(held) == len(set(held))


def test_every_dead_letter_carries_what_a_person_needs(watch: Watch) -> None:
    letters = [letter for outcome in watch.outcomes for letter in outcome.dead_letters]

    assert letters
    for letter in letters:
        assert {"reason", "detail", "signal_id", "attempts"} <= letter.keys()


def test_a_deviation_would_be_noticed(watch: Watch, orders: list[dict[str, Any]]) -> None:
    (outcome,) = [each for each in watch.outcomes if each.sample.name == "market_buy"]
    doubled: list[Mapping[str, Any]] = [*orders, *(order for order in orders if outcome.count([order]))]

    assert outcome.find_deviations(doubled) == ["the exchange holds 2 orders, not 1"]
    assert outcome.find_deviations([]) == ["the exchange holds 0 orders, not 1"]
