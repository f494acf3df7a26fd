"""Orders for derivatives keep the symbol's rules: contracts, prices at the mark price, what only reduces."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.apply_rules import Market, allows_older_average, needs_average
from orderexec.domain.instruments import NotionalRule, Range
from tests.unit.domain.derivatives import INVERSE, MARK_AT_60000, PERPETUAL, apply, coin, signal, violation

SELL = {"side": "SELL"}
STOP = SELL | {"type": "STOP_MARKET", "stop_price": "57000.005"}
CLOSE = STOP | {"quantity": None, "close_position": True}


def test_contracts_are_whole_and_within_their_lot() -> None:
    assert apply(coin(contracts="1000000"), INVERSE).contracts == 1_000_000
    assert violation(coin(contracts="1000001"), INVERSE) == (
        "contracts 1000001 is above the maximum 1000000 of BTCUSD_PERP"
    )
    tens = replace(INVERSE, lot=Range(Decimal(10), Decimal(10)), market_lot=Range(Decimal(10), Decimal(10)))
    assert apply(coin(contracts=27), tens).contracts == 20
    assert violation(coin(contracts=7), tens) == "contracts 7 is too small for BTCUSD_PERP: its step is 10"


def test_what_contracts_are_worth_is_measured_without_a_price() -> None:
    rules = replace(INVERSE, notional=(NotionalRule("NOTIONAL", minimum=Decimal(500), minimum_for_market=True),))

    assert violation(coin(contracts=4), rules, Market()) == ("the order is worth 400, below NOTIONAL's minimum 500")
    assert apply(coin(contracts=5), rules, Market()).contracts == 5


@pytest.mark.parametrize(
    "fields",
    [{"reduce_only": True}, {"position_side": "LONG"}, {"type": "LIMIT", "price": "60000", "reduce_only": True}],
)
def test_what_only_reduces_may_be_worth_too_little_but_not_too_much(fields: dict[str, Any]) -> None:
    small = signal(quantity="0.001", **(SELL | fields))
    large = signal(quantity="10", **(SELL | fields))
    most = NotionalRule("NOTIONAL", Decimal(100), Decimal(500_000), True, True, spares_reducing=True)
    rules = replace(PERPETUAL, notional=(most,))

    assert apply(small, rules).only_reduces
    assert violation(large, rules) == "the order is worth 600000, above NOTIONAL's maximum 500000"


def test_what_opens_must_be_worth_enough() -> None:
    assert violation(signal(quantity="0.001")) == "the order is worth 60, below MIN_NOTIONAL's minimum 100"
    opens = signal(quantity="0.001", position_side="SHORT", side="SELL")
    assert violation(opens) == "the order is worth 60, below MIN_NOTIONAL's minimum 100"


@pytest.mark.parametrize(
    ("side", "price", "allowed"),
    [("BUY", "63000", True), ("BUY", "63000.01", False), ("SELL", "57000", True), ("SELL", "56999.99", False)],
)
def test_a_limit_price_keeps_the_band_around_the_mark_price(side: str, price: str, allowed: bool) -> None:
    asked = signal(type="LIMIT", side=side, price=price)

    if allowed:
        assert apply(asked).price == Decimal(price)
    else:
        assert "lies outside PERCENT_PRICE" in violation(asked)
    assert apply(asked, market=Market())  # where it is not known, the exchange decides


STOP_LIMIT = {"type": "STOP", "side": "SELL", "stop_price": "45000", "reduce_only": True}


def test_a_stop_may_lie_far_from_the_market_and_its_limit_price_near_the_stop() -> None:
    asked = signal(**STOP_LIMIT, price="42750")

    assert apply(asked).price == 42_750
    assert "(mark price 60000)" in violation(asked, replace(PERPETUAL, bands_at_trigger=False))
    assert violation(signal(**STOP_LIMIT, price="42749.99")) == (
        "price 42749.99 lies outside PERCENT_PRICE's lowest price 42750 (stop_price 45000)"
    )


def test_a_stop_that_closes_all_has_no_size_and_no_flag() -> None:
    order = apply(signal(**CLOSE))

    assert (order.close_position, order.reduce_only, order.size, order.only_reduces) == (True, False, None, True)
    assert order.stop_price == Decimal("57000.01")  # never to the worse for a seller


def test_a_sized_stop_that_reduces_says_so() -> None:
    order = apply(signal(**STOP, reduce_only=True))

    assert (order.close_position, order.reduce_only, order.size) == (False, True, Decimal("0.5"))


def test_modes_that_are_checked_are_no_part_of_an_order() -> None:
    assert apply(signal(margin_mode="isolated", leverage=20)).margin_mode is None


@pytest.mark.parametrize(
    ("asked", "rules", "needed", "older"),
    [
        (signal(), PERPETUAL, True, True),  # what it is worth is measured at it, and at a far too old one on both sides
        (signal(type="LIMIT", price="60000"), PERPETUAL, True, False),  # a band is never kept by an older price
        (signal(stop_loss="57000"), PERPETUAL, True, False),  # an exit may name a price
        (signal(**STOP), PERPETUAL, True, True),
        (signal(**CLOSE), PERPETUAL, False, True),  # nobody knows its size
        (coin(), INVERSE, False, True),  # contracts are worth what they are
        (coin(type="LIMIT", price="60000"), INVERSE, True, False),
    ],
)
def test_an_average_is_asked_for_where_a_rule_is_measured_at_it(
    asked: Any, rules: Any, needed: bool, older: bool
) -> None:
    assert (needs_average(asked, rules), allows_older_average(asked)) == (needed, older)


def test_an_older_average_places_only_what_it_would_place_at_both_ends_of_its_range() -> None:
    uncertain = replace(MARK_AT_60000, spread=Decimal(4))

    assert apply(signal(quantity="0.007"), market=uncertain)  # at least 105
    assert violation(signal(quantity="0.006"), market=uncertain) == (
        "the order is worth 90, below MIN_NOTIONAL's minimum 100"
    )
