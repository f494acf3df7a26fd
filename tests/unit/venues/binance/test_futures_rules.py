"""What futures say of their symbols: filters become rules, and many threads that ask at once share one answer."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules
from orderexec.domain.futures_products import FuturesType
from orderexec.domain.instruments import Contract, Instrument, Range
from orderexec.domain.order_words import Side, TimeInForce
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.rate_limits import Budget, RateLimit
from orderexec.ports import Snapshot
from orderexec.venues.binance.futures_instruments import read_instrument
from orderexec.venues.binance.futures_rules import FuturesMarketData
from orderexec.venues.replies import Unreadable
from tests.doubles.metered import metered
from tests.doubles.virtual_time import VirtualTime
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_futures import PRODUCTS, futures
from tests.unit.venues.binance.scripted_venue import error, reply

USDM, COINM = "binance-usdm", "binance-coinm"
INFO = {USDM: recorded("exchange_info", "binance_usdm"), COINM: recorded("exchange_info", "binance_coinm")}
NAMES = {USDM: "BLZUSDT", COINM: "BTCUSD_200925"}
ORDER = Order(
    symbol="BLZUSDT",
    side=Side.BUY,
    type=FuturesType.LIMIT,
    client_order_id="ours",
    quantity=Decimal(10),
    price=Decimal(1),
    time_in_force=TimeInForce.GTC,
)


def read(name: str, **changes: Any) -> Instrument:
    return read_instrument(INFO[name]["symbols"][0] | changes)


def find_problem(order: Order, mark: str = "1") -> str:
    judged = apply_rules(order, read(USDM), Market(average=Decimal(mark)))
    return judged.detail if isinstance(judged, RuleViolation) else ""


def test_the_documented_symbol_of_usdm_is_read() -> None:
    instrument = read(USDM)

    assert (instrument.symbol, instrument.base_asset, instrument.quote_asset) == ("BLZUSDT", "BLZ", "USDT")
    assert (instrument.tradable, instrument.contract) == (True, None)
    assert instrument.lot == instrument.market_lot == Range(Decimal("0.001"), Decimal("0.001"), Decimal(100_000))
    assert instrument.price.step == Decimal("0.000001")
    assert {name: instrument.filters[name] for name in ("triggerProtect", "marketTakeBound")} == {
        "triggerProtect": "triggerProtect 0.15",
        "marketTakeBound": "marketTakeBound 0.30",
    }


def test_the_documented_symbol_of_coinm_counts_contracts() -> None:
    instrument = read(COINM)

    assert (instrument.symbol, instrument.contract) == ("BTCUSD_200925", Contract(Decimal(100)))
    assert (instrument.tradable, instrument.notional) == (True, ())
    assert read(COINM, contractStatus="PRE_DELIVERING").tradable is False


def test_conditional_types_are_taken_whether_they_are_listed_or_not() -> None:
    assert read(USDM).order_types == {
        "LIMIT",
        "STOP",
        "STOP_MARKET",
        "TAKE_PROFIT",
        "TAKE_PROFIT_MARKET",
        "TRAILING_STOP_MARKET",
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"price": Decimal("1.15")}, ""),
        ({"price": Decimal("1.150001")}, "outside PERCENT_PRICE's band of 0 to 1.15 (mark price 1)"),
        ({"price": Decimal("0.6")}, ""),
        ({"side": Side.SELL, "price": Decimal("9")}, ""),
        ({"side": Side.SELL, "price": Decimal("0.849999")}, "outside PERCENT_PRICE's lowest price 0.85 (mark price 1)"),
        ({"quantity": Decimal("4.999")}, "below MIN_NOTIONAL's minimum 5"),
        ({"quantity": Decimal("4.999"), "reduce_only": True}, ""),
    ],
)
def test_filters_are_kept_as_common_definition_says(changes: dict[str, Any], words: str) -> None:
    problem = find_problem(replace(ORDER, **changes))

    assert words in problem
    assert bool(words) is bool(problem)


def test_a_market_order_is_measured_at_the_mark_price() -> None:
    market = replace(ORDER, type=FuturesType.LIMIT, price=None, time_in_force=None)

    assert find_problem(market, mark="0.5") == ""
    assert "worth 4.9, below MIN_NOTIONAL" in find_problem(market, mark="0.49")


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (10, ""),
        (150, ""),
        (1_000, ""),
        (9, "not in TRAILING_DELTA's range of 10 to 1000"),
        (1_010, "not in TRAILING_DELTA's range"),
        (155, "trailing_delta 155 is not a multiple of 10 basis points"),
    ],
)
def test_a_callback_rate_has_one_decimal(delta: int, words: str) -> None:
    trailing = replace(
        ORDER, type=FuturesType.TRAILING_STOP_MARKET, price=None, time_in_force=None, trailing_delta=delta
    )

    assert words in find_problem(trailing)
    assert bool(words) is bool(find_problem(trailing))


@pytest.mark.parametrize("missing", ["symbol", "filters", "orderTypes", "baseAsset", "quoteAsset"])
def test_a_symbol_without_a_field_is_not_guessed(missing: str) -> None:
    entry = {name: value for name, value in INFO[USDM]["symbols"][0].items() if name != missing}

    with pytest.raises(Unreadable):
        read_instrument(entry)


@pytest.mark.parametrize("kind", ["PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE"])
def test_a_symbol_without_a_grid_is_not_guessed(kind: str) -> None:
    filters = [each for each in INFO[USDM]["symbols"][0]["filters"] if each["filterType"] != kind]

    with pytest.raises(Unreadable):
        read(USDM, filters=filters)


TICKERS = {
    USDM: [{"symbol": "BLZUSDT", "price": "1.5"}],
    COINM: [{"symbol": "BTCUSD_200925", "ps": "BTCUSD", "price": "9647.8"}],
}
PREMIUMS: dict[str, Any] = {
    USDM: {"symbol": "BLZUSDT", "markPrice": "1.4"},
    COINM: recorded("index_price_and_mark_price", "binance_coinm"),
}


@pytest.mark.parametrize("name", [USDM, COINM])
def test_rules_and_limits_come_from_one_answer_about_all_symbols(name: str) -> None:
    venue, transport = futures(name, reply(TICKERS[name]), reply(INFO[name]))

    found = venue.rules.get_instrument(NAMES[name], not_before=0)

    assert isinstance(found, Snapshot)
    assert isinstance(found.value, Instrument)
    assert [sent["query"] for sent in transport.sent] == ["", ""]
    assert venue.traffic.counts.limits == (RateLimit(Budget.WEIGHT, 60, 2_400),)


def test_both_prices_are_those_of_the_symbol() -> None:
    mark = {"symbol": "BLZUSDT", "markPrice": "1.4", "indexPrice": "1.3"}
    venue, transport = futures(
        USDM, reply(TICKERS[USDM]), reply(INFO[USDM]), reply(mark), reply({"symbol": "BLZUSDT", "price": "1.5"})
    )

    prices = [get("BLZUSDT", not_before=0) for get in (venue.rules.get_market_price, venue.rules.get_last_price)]

    assert [price.value for price in prices if isinstance(price, Snapshot)] == [Decimal("1.4"), Decimal("1.5")]
    assert [sent["request"] for sent in transport.sent[2:]] == [
        "GET /fapi/v1/premiumIndex",
        "GET /fapi/v2/ticker/price",
    ]


def test_of_a_list_of_prices_that_of_the_symbol_is_taken() -> None:
    premium = [{"symbol": "BTCUSD_200925", "markPrice": "9650.1"}, {"symbol": "BTCUSD_PERP", "markPrice": "1"}]
    venue, _ = futures(COINM, reply(TICKERS[COINM]), reply(INFO[COINM]), reply(premium))

    price = venue.rules.get_market_price("BTCUSD_200925", not_before=0)

    assert isinstance(price, Snapshot)
    assert price.value == Decimal("9650.1")


def test_a_symbol_that_is_listed_but_has_no_rules_is_the_exchanges_word() -> None:
    venue, _ = futures(USDM, reply([{"symbol": "NEWUSDT", "price": "1"}]), reply(INFO[USDM]))

    found = venue.rules.get_instrument("NEWUSDT", not_before=0)

    assert isinstance(found, Snapshot)
    assert isinstance(found.value, Failure)
    assert (found.value.meaning, found.value.code) == (Meaning.REJECT, "-1121")


def test_a_listed_symbol_whose_rules_cannot_be_read_is_not_refused_for_all() -> None:
    """Its order waits; the word that there is no such symbol would be kept for every container."""
    [symbol, *others] = INFO[USDM]["symbols"]
    garbled = INFO[USDM] | {"symbols": [symbol | {"filters": "new"}, *others]}
    venue, _ = futures(USDM, reply(TICKERS[USDM]), reply(garbled), reply(INFO[USDM]))

    found = venue.rules.get_instrument("BLZUSDT", not_before=0)

    assert isinstance(found, Failure)
    assert (found.meaning, found.code) == (Meaning.UNKNOWN, None)
    assert "the rules of BLZUSDT cannot be read" in found.detail


@pytest.mark.parametrize("answer", [error(-1003, "Too many requests", 429), reply(b"<html>", 200), reply({}, 200)])
def test_rules_that_cannot_be_had_are_a_failure(answer: Any) -> None:
    venue, _ = futures(USDM, reply(TICKERS[USDM]), answer)

    assert isinstance(venue.rules.get_instrument("BLZUSDT", not_before=0), Failure)


class SlowTransport:
    """Answers exchangeInfo only once it is let, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.waiting, self.let = threading.Event(), threading.Event()

    def send(self, method: str, path: str, **_: Any) -> Any:
        assert path == "/fapi/v1/exchangeInfo"
        self.asked += 1
        self.waiting.set()
        assert self.let.wait(10)
        return reply(INFO[USDM])


def test_threads_that_ask_at_the_same_time_share_an_answer_that_is_new_to_each_of_them() -> None:
    time, transport = VirtualTime(), SlowTransport()
    data = FuturesMarketData(metered(transport, time.clock()), PRODUCTS[USDM])
    with ThreadPoolExecutor(9) as threads:
        first = threads.submit(data.fetch_instrument, "BLZUSDT")
        assert transport.waiting.wait(10)
        time.advance(5)
        others = [threads.submit(data.fetch_instrument, "BLZUSDT") for _ in range(8)]
        transport.let.set()
        texts = [each.result(10) for each in (first, *others)]

    assert all(json.loads(str(text))["symbol"] == "BLZUSDT" for text in texts)
    assert transport.asked == 2  # the first one's answer may be older than the question of the others
