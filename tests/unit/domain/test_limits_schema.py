"""The published schema of an account's limits and their reader agree, but for what a schema cannot express."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.limits import Limits, find_forbidden
from orderexec.domain.limits_document import READERS, read_limits
from tests.unit.domain import schemas
from tests.unit.examples import signal

SCHEMA = schemas.published("limits")
JUNK: st.SearchStrategy[object] = st.sampled_from(
    [None, True, "", "x", "0", "-1", "BUY\n", "٣", 0, -1, 1.5, 99.9, 100, 10**9, 10**9 + 1, 10**20, 1e-30, [], {}, [1]]
)
AMOUNTS = st.integers(1, 10**18) | st.decimals("1e-18", "1e18", allow_nan=False).map(str) | st.floats(1e-18, 1e18)
BY_ASSET = st.dictionaries(st.sampled_from(["USDT", "BTC", "1INCH", "usdt", "A-B", "", "X" * 21]), AMOUNTS | JUNK)
PERCENTS = st.integers(1, 99) | st.decimals("0.001", "99.999").map(str)
NAMES = st.lists(
    st.sampled_from(
        ["BTCUSDT", "btcusdt", "BTC-USDT", "BTCUSD_PERP", "币安人生USDT", "buy", "SELL", "ſell", 1, "X" * 41]
    )
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "max_order_notional": BY_ASSET,
    "max_daily_notional": BY_ASSET,
    "max_daily_orders": st.integers(0, 2 * 10**9),
    "symbols": NAMES,
    "sides": NAMES,
    "max_price_distance_percent": PERCENTS,
    "max_slippage_percent": PERCENTS,
    "max_slipage_percent": PERCENTS,
}
# What the reader refuses although the schema cannot: strings of digits outside of the range.
BEYOND_A_SCHEMA = ("must be a number above 0, not '", "must be below 100, not '")


@given(st.fixed_dictionaries({}, optional={name: value | JUNK for name, value in VALUES.items()}))
def test_schema_and_reader_agree(document: dict[str, Any]) -> None:
    read, objected = read_limits(json.dumps(document)), schemas.objections(SCHEMA, document)

    if isinstance(read, Limits):
        assert not objected
    else:
        assert objected or any(words in read for words in BEYOND_A_SCHEMA), read


@given(st.from_regex(r"[^\W_]{1,40}", fullmatch=True) | st.just("币安人生USDT"))
def test_every_symbol_that_a_signal_may_name_can_be_named_in_limits(symbol: str) -> None:
    document = {"symbols": [symbol]}

    read = read_limits(json.dumps(document, ensure_ascii=False))

    assert isinstance(read, Limits)
    assert find_forbidden(signal(symbol=symbol), read) is None
    assert find_forbidden(signal(symbol="ETHUSDT"), read) is not None or symbol.upper() == "ETHUSDT"
    assert not schemas.objections(SCHEMA, document)


@given(st.from_regex(r"[^\W_a-z]{1,20}", fullmatch=True) | st.just("币安人生"))
def test_every_asset_can_be_named_in_limits(asset: str) -> None:
    document = {"max_order_notional": {asset: "1"}, "max_daily_notional": {asset: "1"}}

    assert isinstance(read_limits(json.dumps(document)), Limits)
    assert not schemas.objections(SCHEMA, document)


@pytest.mark.parametrize("example", SCHEMA["examples"])
def test_the_schemas_examples_are_limits(example: dict[str, Any]) -> None:
    assert isinstance(read_limits(json.dumps(example)), Limits)
    assert schemas.objections(SCHEMA, example) == set()


def test_the_schema_names_exactly_the_limits_that_are_read() -> None:
    assert list(SCHEMA["properties"]) == list(READERS)
