"""A symbol's rules, one at a time: what an order becomes under each, and the words of a refusal."""

from decimal import Decimal

import pytest

from orderexec.domain.advice import Remedy
from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.instruments import Feature, Instrument, NotionalRule, Range
from orderexec.domain.order_words import Side, TimeInForce
from orderexec.domain.orders import Order, make_client_order_id
from orderexec.domain.signals import Signal
from orderexec.domain.spot_products import SpotType
from tests.unit.examples import LIMIT_SELL, instrument, signal

LOT = Range(step=Decimal("0.001"), minimum=Decimal("0.001"), maximum=Decimal("100"))
TICK = Range(step=Decimal("0.01"), minimum=Decimal("0.01"), maximum=Decimal("1000000"))
NOTIONAL = NotionalRule("NOTIONAL", Decimal(5), Decimal(9000), minimum_for_market=True, maximum_for_market=False)
PRICE = Decimal("60000.004")


def limit(**fields: object) -> Signal:
    return signal(**(LIMIT_SELL | fields))


def apply(requested: Signal, rules: Instrument, price: Decimal | None = PRICE) -> Order:
    order = apply_rules(make_requested_order(requested), rules, Market(average=price))
    assert isinstance(order, Order), order
    return order


def refused(requested: Signal, rules: Instrument, price: Decimal | None = PRICE) -> str:
    violation = apply_rules(make_requested_order(requested), rules, Market(average=price))
    assert isinstance(violation, RuleViolation), violation
    return violation.detail


def test_an_order_says_all_that_its_signal_does() -> None:
    order = apply(limit(id="s-1", time_in_force="IOC", dry_run=True), instrument())

    assert order == Order(
        symbol="BTCUSDT",
        side=Side.SELL,
        type=SpotType.LIMIT,
        client_order_id=make_client_order_id("main", "binance-spot", "s-1"),
        quantity=Decimal("0.5"),
        price=Decimal(65000),
        time_in_force=TimeInForce.IOC,
        dry_run=True,
    )


@pytest.mark.parametrize(("side", "price"), [("BUY", Decimal("65000.12")), ("SELL", Decimal("65000.13"))])
def test_a_price_is_rounded_so_that_it_is_never_worse_for_the_user(side: str, price: Decimal) -> None:
    assert apply(limit(side=side, price="65000.128"), instrument(price=TICK)).price == price


@pytest.mark.parametrize("side", ["BUY", "SELL"])
def test_a_quantity_is_rounded_down_on_either_side(side: str) -> None:
    assert apply(signal(side=side, quantity="0.5019"), instrument(lot=LOT, market_lot=LOT)).quantity == Decimal("0.501")


def test_a_quote_quantity_is_rounded_down_to_the_quote_assets_precision() -> None:
    requested = signal(quantity=None, quote_quantity="25.129")

    assert apply(requested, instrument(quote_step=Decimal("0.01"))).quote_quantity == Decimal("25.12")
    assert apply(requested, instrument()).quote_quantity == Decimal("25.129")


def test_a_market_order_keeps_the_market_lot_and_a_limit_order_the_lot() -> None:
    rules = instrument(lot=LOT, market_lot=Range(step=Decimal("0.1"), maximum=Decimal(1)))

    assert apply(signal(quantity="0.55"), rules).quantity == Decimal("0.5")
    assert apply(limit(quantity="0.55"), rules).quantity == Decimal("0.55")
    assert "above the maximum 1" in refused(signal(quantity="1.1"), rules)


@pytest.mark.parametrize(
    ("requested", "words"),
    [
        (limit(quantity="0.0009"), "quantity 0.0009 is too small for BTCUSDT: its step is 0.001"),
        (limit(quantity="100.001"), "quantity 100.001 is above the maximum 100 of BTCUSDT"),
        (limit(price="0.001", side="BUY"), "price 0.001 is too small for BTCUSDT: its step is 0.01"),
        (
            limit(price="1000000.001"),
            "price 1000000.01 (rounded from 1000000.001) is above the maximum 1000000 of BTCUSDT",
        ),
    ],
)
def test_what_rounding_cannot_mend_is_refused_with_wish_and_limit(requested: Signal, words: str) -> None:
    assert refused(requested, instrument(lot=LOT, market_lot=LOT, price=TICK)) == words


@pytest.mark.parametrize("quantity", ["0.001", "100"])
def test_the_limits_themselves_are_allowed(quantity: str) -> None:
    assert apply(limit(quantity=quantity), instrument(lot=LOT)).quantity == Decimal(quantity)
    worth = Decimal(quantity) * 65000
    exactly = NotionalRule("NOTIONAL", worth, worth)
    assert apply(limit(quantity=quantity), instrument(notional=(exactly,)))


def test_a_minimum_that_is_not_on_the_grid_still_holds() -> None:
    rules = instrument(lot=Range(step=Decimal("0.1"), minimum=Decimal("0.15")))

    assert "quantity 0.1 (rounded from 0.19) is below the minimum 0.15" in refused(limit(quantity="0.19"), rules)
    assert apply(limit(quantity="0.2"), rules).quantity == Decimal("0.2")


@pytest.mark.parametrize(
    ("requested", "price", "words"),
    [
        (limit(quantity="0.001", price="4999"), None, "the order is worth 4.999, below NOTIONAL's minimum 5"),
        (limit(quantity="0.2"), None, "the order is worth 13000, above NOTIONAL's maximum 9000"),
        (signal(quantity="0.001"), Decimal("4999"), "the order is worth 4.999, below NOTIONAL's minimum 5"),
        (signal(quantity=None, quote_quantity="4.99"), None, "the order is worth 4.99, below NOTIONAL's minimum 5"),
    ],
)
def test_an_order_outside_the_notional_limits_is_refused(requested: Signal, price: Decimal | None, words: str) -> None:
    assert refused(requested, instrument(notional=(NOTIONAL,)), price) == words


def test_market_orders_are_measured_only_where_the_rule_says_so() -> None:
    for_limit_only = NotionalRule("NOTIONAL", Decimal(5), Decimal(9000))
    maximum_too = NotionalRule("NOTIONAL", Decimal(5), Decimal(9000), maximum_for_market=True)

    assert apply(signal(quantity="0.00001"), instrument(notional=(for_limit_only,)))
    assert apply(signal(quantity="1"), instrument(notional=(NOTIONAL,)))
    assert "above NOTIONAL's maximum" in refused(signal(quantity="1"), instrument(notional=(maximum_too,)))
    assert apply(signal(quantity="0.00001"), instrument(notional=(maximum_too,)))
    measured = [
        instrument(notional=(rule,)).measures_market_orders() for rule in (for_limit_only, NOTIONAL, maximum_too)
    ]
    assert measured == [False, True, True]


def test_without_a_price_the_notional_of_a_market_order_is_left_to_the_exchange() -> None:
    assert apply(signal(quantity="0.00001"), instrument(notional=(NOTIONAL,)), None)


def test_the_notional_is_measured_after_rounding() -> None:
    rules = instrument(lot=Range(step=Decimal(1)), notional=(NOTIONAL,))

    assert "worth 4.99, below" in refused(limit(quantity="1.9", price="4.99"), rules)


def test_the_notional_is_exact_to_the_last_digit() -> None:
    requested = limit(price="1.000000000000000001", quantity="4.999999999999999995")

    assert "below NOTIONAL's minimum 5" in refused(requested, instrument(notional=(NOTIONAL,)))


def test_a_symbol_that_cannot_be_traded_says_its_status() -> None:
    halted = instrument(status="BREAK", tradable=False)

    assert refused(signal(), halted) == "BTCUSDT cannot be traded now: its status is BREAK"


def test_only_where_the_symbol_is_halted_a_redrive_can_help() -> None:
    halted = apply_rules(make_requested_order(signal()), instrument(tradable=False), Market())
    too_small = apply_rules(make_requested_order(limit(quantity="0.0009")), instrument(lot=LOT), Market())

    assert isinstance(halted, RuleViolation)
    assert isinstance(too_small, RuleViolation)
    assert (halted.do.remedy, too_small.do.remedy) == (Remedy.REDRIVE, Remedy.NEW_SIGNAL)
    assert halted.explain().endswith("its status is TRADING; wait until it can be traded, then redrive it")
    assert too_small.explain().endswith("its step is 0.001; publish a corrected signal under a new id")


def test_an_order_type_that_the_symbol_does_not_take_is_refused() -> None:
    rules = instrument(order_types=frozenset({"LIMIT", "LIMIT_MAKER"}))

    assert refused(signal(), rules) == "BTCUSDT takes no MARKET orders, only LIMIT, LIMIT_MAKER"
    assert apply(limit(), rules)


def test_a_symbol_may_refuse_market_orders_by_quote_quantity() -> None:
    rules = instrument(lacks=frozenset({Feature.QUOTE_QUANTITY}))

    assert "sized by quote_quantity; give quantity" in refused(signal(quantity=None, quote_quantity="10"), rules)
    assert apply(signal(), rules)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (Range(Decimal("0.01")), Range(Decimal(0)), Range(Decimal("0.01"))),
        (Range(Decimal(0)), Range(Decimal("0.01")), Range(Decimal("0.01"))),
        (Range(Decimal("0.01")), Range(Decimal("0.1")), Range(Decimal("0.1"))),
        (Range(Decimal("0.02")), Range(Decimal("0.05")), Range(Decimal("0.1"))),
        (Range(Decimal("1E+1")), Range(Decimal("4")), Range(Decimal(20))),
        (
            Range(minimum=Decimal(1), maximum=Decimal(9)),
            Range(minimum=Decimal(2), maximum=Decimal(8)),
            Range(minimum=Decimal(2), maximum=Decimal(8)),
        ),
        (Range(maximum=Decimal(9)), Range(), Range(maximum=Decimal(9))),
        (Range(), Range(), Range()),
    ],
)
def test_two_ranges_narrow_to_what_both_allow(one: Range, other: Range, common: Range) -> None:
    assert one.narrow(other) == other.narrow(one) == common
