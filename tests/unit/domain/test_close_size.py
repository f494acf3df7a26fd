"""What a close trades, and when that is less than the exchange does."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.close_size import describe_held, explain_too_little, size_close, size_close_as_sent
from orderexec.domain.instruments import Instrument, NotionalRule, Range
from orderexec.domain.orders import Order
from orderexec.domain.signals import Signal
from tests.unit.domain.derivatives import INVERSE, PERPETUAL
from tests.unit.examples import parse

SPOT = Instrument(
    symbol="BTCUSDT",
    status="TRADING",
    tradable=True,
    order_types=frozenset({"MARKET"}),
    base_asset="BTC",
    quote_asset="USDT",
    lot=Range(Decimal("0.00001"), Decimal("0.0001"), Decimal(9000)),
    market_lot=Range(Decimal("0.00001"), Decimal("0.0001"), Decimal(100)),
    notional=(NotionalRule("NOTIONAL", minimum=Decimal(5), minimum_for_market=True),),
)
PRICE = Decimal(60_000)


def close(venue: str = "binance-spot", symbol: str = "BTCUSDT", **fields: object) -> Signal:
    read = parse({"id": "c", "action": "close", "venue": venue, "symbol": symbol} | fields)
    assert isinstance(read, Signal), read
    return read


def order(sized: Signal, rules: Instrument) -> Order:
    made = apply_rules(make_requested_order(sized), rules, Market(average=PRICE))
    assert isinstance(made, Order), made
    return made


def test_what_is_free_is_sold_and_never_more() -> None:
    sold = order(size_close(close(), Decimal("0.012345678"), SPOT), SPOT)

    assert (sold.side, sold.type, sold.quantity) == ("SELL", "MARKET", Decimal("0.01234"))
    assert (sold.closes, sold.reduce_only) == (True, False)


@pytest.mark.parametrize(("held", "side"), [("0.3", "SELL"), ("-0.3", "BUY")])
def test_a_position_is_closed_by_what_only_reduces(held: str, side: str) -> None:
    ended = order(size_close(close("binance-usdm"), Decimal(held), PERPETUAL), PERPETUAL)

    assert (ended.side, ended.quantity, ended.reduce_only, ended.closes) == (side, Decimal("0.3"), True, True)


def test_in_hedge_mode_the_side_says_that_it_reduces() -> None:
    short = size_close(close("binance-usdm", position_side="SHORT"), Decimal("-0.3"), PERPETUAL)

    ended = order(short, PERPETUAL)
    assert (ended.side, ended.position_side, ended.reduce_only) == ("BUY", "SHORT", False)
    assert ended.only_reduces


def test_contracts_are_closed_as_contracts() -> None:
    sized = size_close(close("binance-coinm", INVERSE.symbol), Decimal(-7), INVERSE)

    assert (sized.side, sized.contracts, sized.quantity) == ("BUY", Decimal(7), None)


def test_a_retry_has_the_size_of_the_first_request() -> None:
    first = order(size_close(close(), Decimal("0.5"), SPOT), SPOT)

    assert order(size_close_as_sent(close(), first), SPOT) == first


@pytest.mark.parametrize("held", ["7", "-7"])
def test_a_retry_goes_the_way_of_the_first_request(held: str) -> None:
    signal = close("binance-coinm", INVERSE.symbol)
    first = order(size_close(signal, Decimal(held), INVERSE), INVERSE)

    assert order(size_close_as_sent(signal, first), INVERSE) == first


@pytest.mark.parametrize(
    ("held", "price", "words"),
    [
        ("0.5", PRICE, None),
        ("0.000009", PRICE, "the exchange trades no less than 0.0001 BTC"),
        ("0.00009", PRICE, "the exchange trades no less than 0.0001 BTC"),
        ("0.0001", Decimal(49_999), "it is worth 4.9999 USDT, and the exchange trades no less than 5 USDT"),
        ("0.0001", Decimal(50_000), None),
        ("0.0001", None, None),
    ],
)
def test_less_than_the_exchange_trades_is_told(held: str, price: Decimal | None, words: str | None) -> None:
    assert explain_too_little(size_close(close(), Decimal(held), SPOT), SPOT, price) == words


def test_a_position_has_no_least_worth_where_the_exchange_spares_what_reduces() -> None:
    spared = NotionalRule("MIN_NOTIONAL", minimum=Decimal(100), minimum_for_market=True, spares_reducing=True)
    rules = replace(PERPETUAL, notional=(spared,))

    assert explain_too_little(size_close(close("binance-usdm"), Decimal("0.001"), rules), rules, PRICE) is None


@given(st.decimals("0.0000001", "200", places=8), st.decimals("1", "100000", places=2))
def test_what_is_refused_though_it_is_not_too_little_is_too_much(held: Decimal, price: Decimal) -> None:
    """Nothing that the exchange would trade is called nothing, and what it would not is told from what is too much."""
    sized = size_close(close(), held, SPOT)
    made = apply_rules(make_requested_order(sized), SPOT, Market(average=price))

    too_little = explain_too_little(sized, SPOT, price) is not None
    assert isinstance(made, RuleViolation) == (too_little or held >= Decimal("100.00001"))


@pytest.mark.parametrize(
    ("venue", "held", "fields", "words"),
    [
        ("binance-spot", "0.5", {}, "what is free of BTC is 0.5"),
        ("binance-usdm", "0", {}, "there is no open position in BTCUSDT"),
        ("binance-usdm", "0", {"position_side": "LONG"}, "there is no open LONG position in BTCUSDT"),
        ("binance-usdm", "-0.5", {}, "the open position in BTCUSDT is -0.5 BTC"),
    ],
)
def test_what_there_is_is_told_in_words(venue: str, held: str, fields: dict[str, Any], words: str) -> None:
    assert describe_held(close(venue, **fields), Decimal(held), SPOT) == words
