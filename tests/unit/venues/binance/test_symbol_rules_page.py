"""docs/symbol-rules.md says of each filter where it is checked: before the order is sent, or by the exchange."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from orderexec.domain.instruments import Instrument
from orderexec.venues.binance.error_texts import FILTER_FAILURE, TEXTS
from orderexec.venues.binance.instruments import read_instrument

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "symbol-rules.md").read_text()
LINES = re.findall(r"^\| (.+?) \| (before|exchange) \| (.*) \|$", PAGE, re.MULTILINE)
# Where each filter is said to be checked, by the first line that names it.
SAID = {
    name: where
    for rule, where, _ in reversed(LINES)
    for name in re.findall(r"`([A-Z_]+)`", rule.partition(", also of")[0])
}
FILTERS = {text.removeprefix(FILTER_FAILURE) for text in TEXTS if text.startswith(FILTER_FAILURE)}
DOCUMENTED = json.loads((ROOT / "tests" / "data" / "binance_spot" / "exchange_info.json").read_text())
SYMBOL: dict[str, Any] = DOCUMENTED["symbols"][0]
# filters.md shows it, and no symbol of the sample has it any more.
PERCENT_PRICE = {"filterType": "PERCENT_PRICE", "multiplierUp": "1.3", "multiplierDown": "0.7", "avgPriceMins": 5}
SAMPLES: dict[str, dict[str, Any]] = {each["filterType"]: each for each in (*SYMBOL["filters"], PERCENT_PRICE)}


def read_rules(*filters: dict[str, Any]) -> Instrument:
    """Return the rules of a symbol that has these filters, without the words that a refusal repeats."""
    return dataclasses.replace(read_instrument({**SYMBOL, "filters": list(filters)}), filters={})


def test_the_page_names_exactly_the_filters_that_the_exchange_can_refuse_by() -> None:
    assert SAID.keys() == FILTERS


@pytest.mark.parametrize("name", sorted(FILTERS & SAMPLES.keys()))
def test_a_filter_is_checked_where_the_page_says(name: str) -> None:
    """What is checked before an order is sent is in the rules that are read; what the exchange checks is not."""
    is_read = read_rules(SAMPLES[name]) != read_rules()

    assert is_read == (SAID[name] == "before")


def test_a_filter_of_which_no_sample_is_documented_is_the_exchanges() -> None:
    assert {SAID[name] for name in FILTERS - SAMPLES.keys()} <= {"exchange"}


@pytest.mark.parametrize("name", ["PERCENT_PRICE", "PERCENT_PRICE_BY_SIDE"])
def test_a_price_band_at_the_very_last_trade_is_the_exchanges(name: str) -> None:
    assert read_rules(SAMPLES[name] | {"avgPriceMins": 0}) == read_rules()
    assert ("the same with `avgPriceMins` 0", "exchange") in [line[:2] for line in LINES]
