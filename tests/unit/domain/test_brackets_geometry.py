"""Where the exits of a list must lie: around the price at which they become active, and each on its side."""

from decimal import Decimal

import pytest

from orderexec.domain.apply_rules import Market
from orderexec.domain.signals import Signal
from tests.unit.domain.requested import NOTHING_KNOWN, apply_to_list, bracket, oco, refused_list, symbol

EXPECTED = "the price expected when the exits become active"


@pytest.mark.parametrize(
    ("requested", "words"),
    [
        (bracket(take_profit="54000", stop_loss="66000"), "take_profit 54000 must lie above stop_loss 66000"),
        (
            bracket(take_profit="60000"),
            f"take_profit 60000 must lie above 60000, {EXPECTED}",
        ),
        (
            bracket(stop_loss="60000"),
            f"stop_loss 60000 must lie below 60000, {EXPECTED}",
        ),
        (
            oco(take_profit="60000"),
            f"take_profit 60000 must lie above 60000, {EXPECTED}",
        ),
        (
            oco(stop_loss="60000"),
            f"stop_loss 60000 must lie below 60000, {EXPECTED}",
        ),
        (
            oco("BUY", take_profit="60000"),
            f"take_profit 60000 must lie below 60000, {EXPECTED}",
        ),
        (
            oco("BUY", stop_loss="60000"),
            f"stop_loss 60000 must lie above 60000, {EXPECTED}",
        ),
    ],
)
def test_an_exit_on_the_wrong_side_of_the_market_is_refused(requested: Signal, words: str) -> None:
    assert refused_list(requested, symbol()) == words


@pytest.mark.parametrize(
    ("side", "price", "last", "expected"),
    [
        ("BUY", "50000", 60000, 50000),
        ("BUY", "70000", 60000, 60000),
        ("BUY", "50000", None, 50000),
        ("SELL", "70000", 60000, 70000),
        ("SELL", "50000", 60000, 60000),
        ("SELL", "70000", None, 70000),
    ],
)
def test_exits_are_placed_around_the_price_at_which_the_entry_fills(
    side: str, price: str, last: int | None, expected: int
) -> None:
    market = Market(last=None if last is None else Decimal(last))
    above, below = ("take_profit", "stop_loss") if side == "BUY" else ("stop_loss", "take_profit")

    def exits(high: int, low: int) -> Signal:
        return bracket(side=side, price=price, **{above: str(high), below: str(low)})

    assert apply_to_list(exits(expected + 1, expected - 1), symbol(), market)
    assert f"must lie above {expected}, {EXPECTED}" in refused_list(exits(expected, expected - 1), symbol(), market)
    assert f"must lie below {expected}, {EXPECTED}" in refused_list(exits(expected + 1, expected), symbol(), market)


def test_an_oco_at_an_unknown_market_is_held_only_against_itself() -> None:
    assert apply_to_list(oco(take_profit="2", stop_loss="1"), symbol(), NOTHING_KNOWN)
    assert "must lie above stop_loss 1" in refused_list(oco(take_profit="1", stop_loss="1"), symbol(), NOTHING_KNOWN)


LATE = {"stop_price": "66000", "price": "59000"}  # once 66000 is reached, sells down to 59000


def test_in_a_pair_the_limit_of_a_take_profit_is_bound_too() -> None:
    assert refused_list(oco(take_profit=LATE), symbol()) == (f"take_profit 59000 must lie above 60000, {EXPECTED}")
    assert "take_profit 59000" in refused_list(bracket(take_profit=LATE), symbol())
    assert apply_to_list(bracket(take_profit=LATE, stop_loss=None), symbol())
    assert apply_to_list(oco(take_profit={"stop_price": "66000", "price": "60000.01"}), symbol())


def test_the_limit_of_a_stop_loss_is_free_and_so_is_what_only_trails() -> None:
    assert apply_to_list(oco(stop_loss={"stop_price": "54000", "price": "70000"}), symbol())
    assert apply_to_list(bracket(stop_loss={"trailing_delta": 100, "price": "70000"}), symbol())
    assert apply_to_list(oco(take_profit={"trailing_delta": 100}), symbol())
