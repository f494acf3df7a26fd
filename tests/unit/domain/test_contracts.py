"""Sizes of derivatives: contracts, base units and worth agree, and never come to more than was asked for."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.advice import NO_POSITION
from orderexec.domain.apply_rules import RuleViolation, make_requested_order
from orderexec.domain.decimals import multiply
from orderexec.domain.instruments import Contract
from orderexec.domain.limits import Limits, bound_slippage
from orderexec.domain.sizing import needs_price_to_size, size_as_sent, size_at_price, size_by_position
from tests.unit.domain.derivatives import COINM, INVERSE, PERPETUAL, apply, coin, signal, size

CONTRACTS = st.builds(Contract, st.sampled_from([Decimal(10), Decimal(100), Decimal("0.5")]))
COUNTS = st.integers(1, 10**9).map(Decimal)
AMOUNTS = st.decimals("0.000001", "1000000", places=6)
PRICES = st.decimals("0.01", "1000000", places=2)
BOUND = Limits(max_slippage_percent=Decimal(1))


@given(CONTRACTS, COUNTS)
def test_contracts_are_worth_what_counts_as_so_many(contract: Contract, count: Decimal) -> None:
    assert contract.count_for_quote(contract.measure_worth(count)) == count


@given(CONTRACTS, AMOUNTS)
def test_a_worth_becomes_the_most_contracts_that_it_pays_for(contract: Contract, worth: Decimal) -> None:
    count = contract.count_for_quote(worth)

    assert count == int(count)
    assert contract.measure_worth(count) <= worth < contract.measure_worth(count + 1)


@given(CONTRACTS, AMOUNTS, PRICES)
def test_base_units_never_become_contracts_that_are_worth_more(
    contract: Contract, quantity: Decimal, price: Decimal
) -> None:
    count = contract.count_for_base(quantity, price)

    assert contract.measure_worth(count) <= multiply(quantity, price) < contract.measure_worth(count + 1)


@given(AMOUNTS, PRICES)
def test_a_linear_order_for_quote_units_is_never_worth_more_than_they_are(quote: Decimal, price: Decimal) -> None:
    sized = size(signal(quantity=None, quote_quantity=str(quote)), PERPETUAL, str(price))

    assert sized.quote_quantity is None
    assert multiply(sized.quantity or Decimal(0), price) <= quote


@given(st.integers(1, 10**6), PRICES, st.sampled_from(["BUY", "SELL"]))
def test_a_bound_takes_no_contract_away(count: int, last: Decimal, side: str) -> None:
    """A worth in quote units is so many contracts, at whatever price the order may trade."""
    asked = coin(contracts=None, quote_quantity=str(100 * count), side=side)
    bound = bound_slippage(asked, BOUND, last)

    assert (bound.type, bound.time_in_force) == ("LIMIT", "IOC")
    assert size(bound, INVERSE, str(last)).contracts == count


@pytest.mark.parametrize(
    ("fields", "last", "contracts"),
    [
        ({"contracts": 3}, None, "3"),
        ({"quote_quantity": "399.99"}, None, "3"),
        ({"quote_quantity": "300", "type": "LIMIT", "price": "7"}, None, "3"),
        ({"quantity": "0.01"}, "60000", "6"),
        ({"quantity": "0.01", "type": "LIMIT", "price": "50000"}, None, "5"),
        ({"quantity": "0.01", "type": "STOP_MARKET", "stop_price": "70000"}, None, "7"),
        ({"quantity": "0.01", "type": "STOP", "stop_price": "70000", "price": "80000"}, None, "8"),
        ({"quantity": "0.01", "type": "TRAILING_STOP_MARKET", "trailing_delta": 10}, "60000", "6"),
    ],
)
def test_what_is_asked_for_at_coin_m_becomes_contracts_once(
    fields: dict[str, Any], last: str | None, contracts: str
) -> None:
    asked = coin(**({"contracts": None} | fields))

    assert needs_price_to_size(asked, INVERSE) is (last is not None)
    sized = size(asked, INVERSE, last)
    assert (sized.contracts, sized.quantity, sized.quote_quantity) == (Decimal(contracts), None, None)


@pytest.mark.parametrize("side", ["BUY", "SELL"])
def test_base_units_are_counted_at_the_last_price_though_the_order_is_bounded(side: str) -> None:
    bound = bound_slippage(coin(contracts=None, quantity="0.01", side=side), BOUND, Decimal(60_000))

    assert bound.price == (60_600 if side == "BUY" else 59_400)
    assert size(bound, INVERSE, "60000").contracts == 6


@pytest.mark.parametrize(("side", "at"), [("BUY", 60_600), ("SELL", 60_000)])
def test_quote_units_buy_and_sell_no_more_than_they_are_worth_though_the_order_is_bounded(side: str, at: int) -> None:
    bound = bound_slippage(signal(quantity=None, quote_quantity="606000", side=side), BOUND, Decimal(60_000))

    sized = size(bound, PERPETUAL, "60000").quantity
    assert sized is not None
    assert round(sized, 6) == round(Decimal(606_000) / at, 6)


def test_less_than_one_contract_is_refused_in_words() -> None:
    refused = size_at_price(coin(contracts=None, quote_quantity="99.99"), INVERSE, None)

    assert isinstance(refused, RuleViolation)
    assert refused.detail == "it is less than one contract of BTCUSD_PERP, which is worth 100 USD"


def test_what_is_in_the_venues_own_unit_stays_as_it_is() -> None:
    assert size(signal(), PERPETUAL, "60000") == signal()
    assert size(coin(), INVERSE, "60000") == coin()
    assert not needs_price_to_size(signal(), PERPETUAL)
    assert not needs_price_to_size(signal(quantity=None, quote_quantity="5", type="LIMIT", price="9"), PERPETUAL)


def test_a_market_entry_with_exits_is_bounded_whole_or_not_at_all() -> None:
    assert bound_slippage(signal(stop_loss="57000"), BOUND, Decimal(60_000)).time_in_force == "FOK"


@pytest.mark.parametrize(
    ("fields", "held", "expected"),
    [
        ({"quantity_percent": "50", "side": "SELL"}, "0.8", "0.4"),
        ({"quantity_percent": "12.5", "side": "BUY"}, "-0.8", "0.1"),
        ({"close_position": True, "side": "SELL"}, "0.8", "0.8"),
        ({"close_position": True, "side": "BUY"}, "-0.8", "0.8"),
    ],
)
@pytest.mark.parametrize("hedged", [False, True])
def test_a_share_of_the_position_only_reduces_it(
    fields: dict[str, Any], held: str, expected: str, hedged: bool
) -> None:
    side = ("LONG" if Decimal(held) > 0 else "SHORT") if hedged else None
    asked = signal(quantity=None, position_side=side, **fields)
    sized = size_by_position(asked, Decimal(held), PERPETUAL)

    assert not isinstance(sized, RuleViolation)
    assert (sized.quantity, sized.contracts) == (Decimal(expected), None)
    assert (sized.reduce_only, sized.only_reduces, sized.close_position) == (not hedged, True, False)
    assert make_requested_order(sized).reduce_only is not hedged


def test_a_share_of_a_position_in_contracts_is_in_contracts() -> None:
    sized = size_by_position(coin(contracts=None, quantity_percent=50, side="SELL"), Decimal(7), INVERSE)

    assert not isinstance(sized, RuleViolation)
    assert (sized.contracts, apply(sized, INVERSE).contracts) == (Decimal("3.5"), Decimal(3))


@given(st.decimals("0.001", "100", places=3), st.decimals("0.01", "100", places=2), st.booleans())
def test_no_share_is_larger_than_the_position(held: Decimal, percent: Decimal, long: bool) -> None:
    asked = signal(quantity=None, quantity_percent=str(percent), side="SELL" if long else "BUY")
    sized = size_by_position(asked, held if long else -held, PERPETUAL)

    assert not isinstance(sized, RuleViolation)
    assert 0 < (sized.quantity or 0) <= held


def test_no_position_is_refused_and_looked_at() -> None:
    refused = size_by_position(signal(quantity=None, close_position=True, side="SELL"), Decimal(0), PERPETUAL)

    assert refused == RuleViolation("there is no open position in BTCUSDT to reduce", NO_POSITION)


@pytest.mark.parametrize(
    ("side", "held", "words"),
    [
        ("BUY", "0.8", "the open position in BTCUSDT is long, 0.8 BTC: a BUY would not reduce it"),
        ("SELL", "-0.8", "the open position in BTCUSDT is short, 0.8 BTC: a SELL would not reduce it"),
    ],
)
def test_the_side_that_would_enlarge_the_position_is_refused(side: str, held: str, words: str) -> None:
    refused = size_by_position(signal(quantity=None, close_position=True, side=side), Decimal(held), PERPETUAL)

    assert isinstance(refused, RuleViolation)
    assert refused.detail == words


def test_a_position_in_contracts_is_told_in_contracts() -> None:
    refused = size_by_position(coin(contracts=None, close_position=True), Decimal(7), INVERSE)

    assert isinstance(refused, RuleViolation)
    assert refused.detail == "the open position in BTCUSD_PERP is long, 7 contracts: a BUY would not reduce it"


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({"close_position": True, "side": "SELL"}, "0.8"),
        ({"quantity_percent": "50", "side": "BUY", "position_side": "SHORT"}, "-0.8"),
    ],
)
def test_a_retry_has_the_size_that_was_sent_whatever_is_open_now(fields: dict[str, Any], held: str) -> None:
    asked = signal(quantity=None, **fields)
    first = size_by_position(asked, Decimal(held), PERPETUAL)
    assert not isinstance(first, RuleViolation)
    order = apply(first)

    assert apply(size_as_sent(asked, order)) == order


def test_a_retry_counts_no_contracts_anew() -> None:
    asked = coin(contracts=None, quantity="0.01", venue=COINM)
    order = apply(size(asked, INVERSE, "60000"), INVERSE)

    again = size_as_sent(asked, order)
    assert size(again, INVERSE, "90000") == again
    assert apply(again, INVERSE) == order
