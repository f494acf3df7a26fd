"""Orders that wait for a price: how their trigger is rounded, and which rules they are held against before it comes."""

from decimal import Decimal

import pytest

from orderexec.domain.apply_rules import Market
from orderexec.domain.instruments import NotionalRule, PriceBand, Range, TrailingRule
from tests.unit.domain.requested import LOT, NOTHING_KNOWN, TICK, apply, make_signal, refused, symbol

WITHOUT_LIMIT = ("STOP_LOSS", "TAKE_PROFIT")
WITH_LIMIT = ("STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")


@pytest.mark.parametrize("kind", WITHOUT_LIMIT + WITH_LIMIT)
@pytest.mark.parametrize(("side", "trigger"), [("BUY", "59000.12"), ("SELL", "59000.13")])
def test_a_trigger_is_rounded_down_for_a_buyer_and_up_for_a_seller(kind: str, side: str, trigger: str) -> None:
    price = {"price": "59000.128"} if kind in WITH_LIMIT else {}

    order = apply(make_signal(kind, side, stop_price="59000.128", **price), symbol(price=TICK))

    assert order.stop_price == Decimal(trigger)
    assert order.price in (None, Decimal(trigger))


@pytest.mark.parametrize(
    ("stop_price", "words"),
    [
        ("0.001", "stop_price 0.001 is too small for BTCUSDT: its step is 0.01"),
        ("2000000", "stop_price 2000000 is above the maximum 1000000 of BTCUSDT"),
    ],
)
def test_a_trigger_keeps_the_price_filter(stop_price: str, words: str) -> None:
    assert refused(make_signal("TAKE_PROFIT", "BUY", stop_price=stop_price), symbol(price=TICK)) == words


@pytest.mark.parametrize("kind", WITHOUT_LIMIT)
def test_a_trigger_without_limit_price_becomes_a_market_order_and_keeps_its_lot(kind: str) -> None:
    rules = symbol(lot=LOT, market_lot=Range(step=Decimal("0.1"), maximum=Decimal(1)))

    assert apply(make_signal(kind, stop_price="59000", quantity="0.55"), rules).quantity == Decimal("0.5")
    assert "above the maximum 1" in refused(make_signal(kind, stop_price="59000", quantity="1.1"), rules)


@pytest.mark.parametrize("kind", WITH_LIMIT)
def test_a_trigger_with_limit_price_becomes_a_limit_order_and_keeps_the_lot(kind: str) -> None:
    rules = symbol(lot=LOT, market_lot=Range(step=Decimal("0.1"), maximum=Decimal(1)))

    assert apply(make_signal(kind, stop_price="59000", price="58000", quantity="1.55"), rules).quantity == Decimal(
        "1.55"
    )


@pytest.mark.parametrize(
    ("average", "stop_price", "worth"),
    [("60000", "4000", "4"), ("4000", "60000", "4"), (None, "4000", "4")],
)
def test_a_trigger_without_limit_price_is_worth_enough_both_now_and_when_it_is_reached(
    average: str | None, stop_price: str, worth: str
) -> None:
    rules = symbol(notional=(NotionalRule("NOTIONAL", Decimal(5), minimum_for_market=True),))
    market = Market(average=Decimal(average) if average else None)

    said = refused(make_signal("STOP_LOSS", quantity="0.001", stop_price=stop_price), rules, market)

    assert said == f"the order is worth {worth}, below NOTIONAL's minimum 5"
    assert apply(make_signal("STOP_LOSS", quantity="0.001", stop_price="5000"), rules, Market(average=Decimal(5000)))


def test_a_trigger_without_limit_price_is_measured_only_where_market_orders_are() -> None:
    for_limit_only = NotionalRule("NOTIONAL", Decimal(5), Decimal(9))

    assert apply(make_signal("STOP_LOSS", stop_price="1"), symbol(notional=(for_limit_only,)))


def test_a_trigger_with_limit_price_is_measured_at_that() -> None:
    rules = symbol(notional=(NotionalRule("NOTIONAL", Decimal(5)),))

    assert apply(make_signal("STOP_LOSS_LIMIT", quantity="0.001", stop_price="1", price="5000"), rules)
    assert "worth 4.999," in refused(
        make_signal("STOP_LOSS_LIMIT", quantity="0.001", stop_price="9000", price="4999"), rules
    )


def test_the_band_is_for_limit_prices_not_for_triggers() -> None:
    tight = (Decimal("0.9"), Decimal("1.1"))
    rules = symbol(bands=(PriceBand("PERCENT_PRICE", tight, tight),))

    assert apply(make_signal("STOP_LOSS", stop_price="1"), rules)
    assert apply(make_signal("STOP_LOSS_LIMIT", stop_price="1", price="60000"), rules)
    assert "outside PERCENT_PRICE's band" in refused(
        make_signal("STOP_LOSS_LIMIT", stop_price="60000", price="1"), rules
    )


ABOVE = [("STOP_LOSS", "BUY"), ("STOP_LOSS_LIMIT", "BUY"), ("TAKE_PROFIT", "SELL"), ("TAKE_PROFIT_LIMIT", "SELL")]
BELOW = [("STOP_LOSS", "SELL"), ("STOP_LOSS_LIMIT", "SELL"), ("TAKE_PROFIT", "BUY"), ("TAKE_PROFIT_LIMIT", "BUY")]


@pytest.mark.parametrize(
    ("kind", "side", "lowest", "highest"), [(*each, 10, 2000) for each in ABOVE] + [(*each, 30, 400) for each in BELOW]
)
def test_a_trailing_delta_keeps_the_range_of_its_direction(kind: str, side: str, lowest: int, highest: int) -> None:
    rules = symbol(trailing=TrailingRule(above=(10, 2000), below=(30, 400)))
    price = {"price": "60000"} if kind in WITH_LIMIT else {}

    for delta in (lowest, highest):
        assert apply(make_signal(kind, side, trailing_delta=delta, **price), rules).trailing_delta == delta
    for delta in (lowest - 1, highest + 1):
        said = refused(make_signal(kind, side, trailing_delta=delta, **price), rules)
        assert said == (
            f"trailing_delta {delta} is not in TRAILING_DELTA's range of {lowest} to {highest} basis points"
        )


def test_without_prices_of_the_market_their_checks_are_left_to_the_exchange() -> None:
    tight = (Decimal("0.9"), Decimal("1.1"))
    rules = symbol(
        bands=(PriceBand("PERCENT_PRICE", tight, tight),),
        notional=(NotionalRule("NOTIONAL", Decimal(5), minimum_for_market=True),),
    )

    assert apply(make_signal("STOP_LOSS_LIMIT", stop_price="1", price="9999999"), rules, NOTHING_KNOWN)
    assert apply(make_signal("TAKE_PROFIT", trailing_delta=100, quantity="0.00001"), rules, NOTHING_KNOWN)
