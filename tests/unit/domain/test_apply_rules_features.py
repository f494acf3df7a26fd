"""What else an order may ask for: icebergs, pegs, trailing, self-trade prevention; and the band around the market."""

from decimal import Decimal

import pytest

from orderexec.domain.apply_rules import needs_average
from orderexec.domain.instruments import Feature, NotionalRule, PriceBand, Range
from orderexec.domain.signals import Signal
from tests.unit.domain.requested import LOT, NOTHING_KNOWN, apply, make_signal, refused, symbol

BY_SIDE = PriceBand("PERCENT_PRICE_BY_SIDE", buy=(Decimal("0.2"), Decimal("1.2")), sell=(Decimal("0.8"), Decimal("5")))


@pytest.mark.parametrize(
    ("feature", "requested", "words"),
    [
        (Feature.ICEBERG, make_signal("LIMIT", price="60000", iceberg_quantity="0.1"), "iceberg orders"),
        (
            Feature.TRAILING_STOP,
            make_signal("STOP_LOSS", trailing_delta=100),
            "trailing stops; give stop_price instead",
        ),
        (Feature.PEGGED, make_signal("LIMIT", peg_price_type="PRIMARY_PEG"), "pegged orders; give price instead"),
    ],
)
def test_a_feature_that_the_symbol_lacks_is_named_with_what_to_do(
    feature: Feature, requested: Signal, words: str
) -> None:
    assert refused(requested, symbol(lacks=frozenset({feature}))).startswith(f"BTCUSDT takes no {words}")
    others = frozenset(Feature) - {feature}
    assert apply(requested, symbol(lacks=others))


def test_a_self_trade_prevention_mode_must_be_one_of_the_symbols() -> None:
    rules = symbol(self_trade_prevention_modes=frozenset({"NONE", "EXPIRE_MAKER"}))
    requested = make_signal("MARKET", self_trade_prevention_mode="DECREMENT")

    assert refused(requested, rules) == "BTCUSDT takes no self_trade_prevention_mode DECREMENT, only EXPIRE_MAKER, NONE"
    assert apply(make_signal("MARKET", self_trade_prevention_mode="EXPIRE_MAKER"), rules)
    assert apply(requested, symbol()).self_trade_prevention_mode == "DECREMENT"


def iceberg(quantity: str, visible: str) -> Signal:
    return make_signal("LIMIT", price="60000", quantity=quantity, iceberg_quantity=visible)


def test_the_visible_quantity_keeps_the_lot_like_the_whole() -> None:
    assert apply(iceberg("0.5", "0.1239"), symbol(lot=LOT)).iceberg_quantity == Decimal("0.123")
    assert refused(iceberg("0.5", "0.0001"), symbol(lot=LOT)) == (
        "iceberg_quantity 0.0001 is too small for BTCUSDT: its step is 0.001"
    )


def test_the_visible_quantity_is_a_part_of_the_whole() -> None:
    assert refused(iceberg("0.5", "0.6"), symbol()) == "iceberg_quantity 0.6 exceeds the quantity 0.5"
    assert apply(iceberg("0.5", "0.5"), symbol())


@pytest.mark.parametrize(("quantity", "visible", "parts"), [("1", "0.1", 10), ("1.001", "0.1", 11), ("1", "0.099", 11)])
def test_an_iceberg_has_no_more_parts_than_allowed_the_last_smaller_one_counted(
    quantity: str, visible: str, parts: int
) -> None:
    requested, exactly, fewer = iceberg(quantity, visible), symbol(iceberg_parts=parts), symbol(iceberg_parts=parts - 1)

    assert apply(requested, exactly)
    assert apply(requested, symbol(iceberg_parts=0))
    assert refused(requested, fewer) == (
        f"iceberg_quantity {visible} makes {parts} parts, and ICEBERG_PARTS allows {parts - 1}"
    )


def test_the_parts_are_counted_to_the_last_digit() -> None:
    requested = iceberg("1000000000000000000", "999999999999999999.999999999999999999")

    assert "makes 2 parts" in refused(requested, symbol(iceberg_parts=1))


@pytest.mark.parametrize(("side", "price"), [("BUY", "12000"), ("BUY", "72000"), ("SELL", "48000"), ("SELL", "300000")])
def test_the_edges_of_a_band_are_inside(side: str, price: str) -> None:
    assert apply(make_signal("LIMIT", side, price=price), symbol(bands=(BY_SIDE,)))


@pytest.mark.parametrize(
    ("side", "price", "band"),
    [
        ("BUY", "11999.99", "12000 to 72000"),
        ("BUY", "72000.01", "12000 to 72000"),
        ("SELL", "47999.99", "48000 to 300000"),
        ("SELL", "300000.01", "48000 to 300000"),
    ],
)
def test_a_price_outside_its_sides_band_is_refused(side: str, price: str, band: str) -> None:
    assert refused(make_signal("LIMIT", side, price=price), symbol(bands=(BY_SIDE,))) == (
        f"price {price} lies outside PERCENT_PRICE_BY_SIDE's band of {band} (average price 60000)"
    )


def test_every_band_of_a_symbol_holds() -> None:
    tight = (Decimal("0.9"), Decimal("1.1"))
    rules = symbol(bands=(BY_SIDE, PriceBand("PERCENT_PRICE", tight, tight)))

    assert "outside PERCENT_PRICE's band" in refused(make_signal("LIMIT", "BUY", price="50000"), rules)


def test_a_pegged_order_is_measured_at_its_own_price_if_it_has_one() -> None:
    rules = symbol(bands=(BY_SIDE,), notional=(NotionalRule("NOTIONAL", Decimal(5), minimum_for_market=True),))
    pegged = {"peg_price_type": "PRIMARY_PEG", "quantity": "0.00001"}

    assert apply(make_signal("LIMIT", **pegged), rules).price is None
    assert "worth 0.5, below" in refused(make_signal("LIMIT", price="50000", **pegged), rules)
    assert "outside" in refused(make_signal("LIMIT", price="1", peg_price_type="PRIMARY_PEG"), rules)


@pytest.mark.parametrize(
    ("requested", "with_band", "with_notional"),
    [
        (make_signal("MARKET"), False, True),
        (make_signal("MARKET", quantity=None, quote_quantity="10"), False, False),
        (make_signal("LIMIT", price="60000"), True, False),
        (make_signal("LIMIT", peg_price_type="PRIMARY_PEG"), False, False),
        (make_signal("STOP_LOSS", stop_price="59000"), False, True),
        (make_signal("STOP_LOSS_LIMIT", stop_price="59000", price="58000"), True, False),
    ],
)
def test_an_average_price_is_asked_for_only_if_a_rule_needs_it(
    requested: Signal, with_band: bool, with_notional: bool
) -> None:
    measured = symbol(notional=(NotionalRule("NOTIONAL", Decimal(5), minimum_for_market=True),))

    assert needs_average(requested, symbol()) is False
    assert needs_average(requested, symbol(bands=(BY_SIDE,))) is with_band
    assert needs_average(requested, measured) is with_notional


def test_a_limit_of_a_symbol_without_step_is_checked_all_the_same() -> None:
    rules = symbol(price=Range(maximum=Decimal(100)))

    assert "above the maximum 100" in refused(make_signal("LIMIT", price="100.1"), rules, NOTHING_KNOWN)
