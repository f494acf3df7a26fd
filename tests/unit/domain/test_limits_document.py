"""The document of limits: every problem named, nothing ignored, no amount through a binary float."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.limits import Limits
from orderexec.domain.limits_document import read_limits
from orderexec.domain.order_words import Side

WHOLE = """{"max_order_notional": {"USDT": "1000", "BTC": 0.1}, "max_daily_notional": {"USDT": 5000}, "sides": ["buy"],
"max_daily_orders": 20, "symbols": ["BTCUSDT"], "max_price_distance_percent": "2.5", "max_slippage_percent": 0.3}"""


def test_a_whole_document() -> None:
    assert read_limits(WHOLE) == Limits(
        max_order_notional={"USDT": Decimal(1000), "BTC": Decimal("0.1")},
        max_daily_notional={"USDT": Decimal(5000)},
        max_daily_orders=20,
        symbols=frozenset({"BTCUSDT"}),
        sides=frozenset({Side.BUY}),
        max_price_distance_percent=Decimal("2.5"),
        max_slippage_percent=Decimal("0.3"),
    )
    assert read_limits("{}") == Limits()


def test_a_symbol_of_any_venue_can_be_allowed() -> None:
    symbols = ["btcusdt", "BTCUSD_PERP", "BTC-26DEC25", "币安USDT"]

    assert read_limits(json.dumps({"symbols": symbols})) == Limits(
        symbols=frozenset({"BTCUSDT", "BTCUSD_PERP", "BTC-26DEC25", "币安USDT"})
    )


def test_no_amount_passes_through_a_binary_float() -> None:
    read = read_limits('{"max_order_notional": {"USDT": 0.1000000000000000055511151231257827}}')

    assert isinstance(read, Limits)
    assert str(read.max_order_notional["USDT"]) == "0.1000000000000000055511151231257827"


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "1", "null", "NaN", "[" * 100_000])
def test_what_is_no_object_is_refused_with_an_example(text: str) -> None:
    assert 'it must be a JSON object, such as {"max_order_notional": {"USDT": "1000"}' in str(read_limits(text))


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("max_order_notional", 1000, "must give an amount for each quote asset"),
        ("max_order_notional", {}, "must give an amount for each quote asset"),
        ("max_order_notional", {"USDT": "-1"}, "must be a number above 0"),
        ("max_order_notional", {"USDT": "0"}, "must be a number above 0"),
        ("max_order_notional", {"usdt": "1"}, "must be an asset in capital letters and digits"),
        ("max_daily_orders", "20", "must be a whole number from 0"),
        ("max_daily_orders", 1.5, "must be a whole number from 0"),
        ("max_daily_orders", -1, "must be a whole number from 0"),
        ("max_daily_orders", True, "must be a whole number from 0"),
        ("symbols", "BTCUSDT", "must be a list"),
        ("symbols", [""], "must be the exchange's own symbol"),
        ("symbols", ["BTC/USDT"], "must be the exchange's own symbol"),
        ("sides", ["LONG"], "must be BUY or SELL"),
        ("max_slippage_percent", 100, "must be below 100"),
        ("max_price_distance_percent", "five", "must be a number above 0"),
        ("max_order_notionel", {"USDT": "1"}, "is no limit; there are max_order_notional, "),
    ],
)
def test_each_wrong_limit_is_named_and_none_is_ignored(name: str, value: object, problem: str) -> None:
    told = read_limits(json.dumps({name: value, "max_daily_orders ": 1}))

    assert isinstance(told, str)
    assert f"{name} {problem}" in told
    assert "max_daily_orders  is no limit" in told


def test_a_number_of_thousands_of_digits_is_refused_in_words() -> None:
    told = read_limits('{"max_daily_orders": ' + "1" * 5_000 + "}")

    assert isinstance(told, str)
    assert "max_daily_orders must be a whole number from 0" in told


def test_a_limit_given_twice_is_refused() -> None:
    told = read_limits('{"max_daily_orders": 5, "max_daily_orders": 500, "max_order_notional": {"BTC": 1, "BTC": 9}}')

    assert "'max_daily_orders' stands there more than once" in str(told)
    assert "'BTC' stands there more than once" in str(told)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*json.loads(WHOLE), "USDT", "x"]), inner),
        max_leaves=10,
    )
)
def test_any_json_is_read_or_refused_in_words(document: object) -> None:
    read = read_limits(json.dumps(document))

    assert isinstance(read, Limits) or (isinstance(read, str) and len(read) > 10)


@given(st.text())
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    assert isinstance(read_limits(text), Limits | str)
