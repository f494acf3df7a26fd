"""Orders on the wire, answers and exchangeInfo, against the payloads that Binance's documentation shows."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.instruments import Feature, Instrument, NotionalRule, PriceBand, Range, TrailingRule
from orderexec.domain.orders import OrderReport
from orderexec.venues.binance.instruments import read_instrument
from orderexec.venues.binance.parameters import order_call
from orderexec.venues.binance.reports import read_order, read_placed
from orderexec.venues.binance.values import Unreadable
from tests.unit.examples import order

RECORDED = Path(__file__).parents[1] / "data" / "binance_spot"
SENT = order(side="SELL", quantity=Decimal(10), client_order_id="6gCrw2kRUAF9CvJDGP16IP")


def recorded(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return document


def test_a_market_order_names_its_quantity_and_nothing_that_does_not_go_with_it() -> None:
    assert order_call(order(quantity=Decimal("1E-7"))).parameters == {
        "symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.0000001",
        "newClientOrderId": order().client_order_id, "newOrderRespType": "RESULT",
    }  # fmt: skip


def test_a_quote_sized_order_names_its_quote_quantity_instead() -> None:
    parameters = order_call(order(quantity=None, quote_quantity=Decimal("25.10"))).parameters

    assert parameters["quoteOrderQty"] == "25.1"
    assert "quantity" not in parameters


def test_a_limit_order_names_price_and_time_in_force() -> None:
    parameters = order_call(order(type="LIMIT", price=Decimal("6.5E+4"), time_in_force="IOC")).parameters

    assert (parameters["price"], parameters["timeInForce"], parameters["quantity"]) == ("65000", "IOC", "0.5")


FILLED = OrderReport(
    order_id="28", client_order_id="6gCrw2kRUAF9CvJDGP16IP", symbol="BTCUSDT", side="SELL", status="FILLED",
    quantity=Decimal(10), executed_quantity=Decimal(10), average_price=Decimal(1), created_at=1507725176595,
)  # fmt: skip


@pytest.mark.parametrize("form", ["order_result", "order_full"])
def test_a_full_answer_to_a_placement_is_read(form: str) -> None:
    assert read_placed(recorded(form), SENT) == FILLED


def test_an_answer_that_only_acknowledges_is_filled_up_with_what_was_sent() -> None:
    report = read_placed(recorded("order_ack"), SENT)

    assert (report.order_id, report.symbol, report.side, report.status) == ("28", "BTCUSDT", "SELL", "NEW")
    assert (report.quantity, report.executed_quantity, report.average_price) == (Decimal(10), Decimal(0), None)
    assert report.created_at == 1507725176595


def test_an_order_that_was_looked_up_is_read() -> None:
    assert read_order(recorded("query_order")) == OrderReport(
        order_id="1", client_order_id="myOrder1", symbol="LTCBTC", side="BUY", status="NEW", quantity=Decimal(1),
        executed_quantity=Decimal(0), created_at=1499827319559,
    )  # fmt: skip


def test_an_expired_answer_is_no_fill() -> None:
    expired = recorded("order_result") | {
        "status": "EXPIRED", "executedQty": "0.00000000", "cummulativeQuoteQty": "0.00000000",
        "expiryReason": "INSUFFICIENT_LIQUIDITY",
    }  # fmt: skip

    report = read_placed(expired, SENT)

    assert (report.status, report.executed_quantity, report.average_price) == ("EXPIRED", Decimal(0), None)


@pytest.mark.parametrize(
    ("executed", "quote", "average"),
    [("3", "10", "3.333333333333333"), ("0.5", "-1", None), ("0", "0", None), ("8", "1", "0.125")],
)
def test_the_average_price_is_quote_by_base_where_both_are_known(
    executed: str, quote: str, average: str | None
) -> None:
    report = read_order(recorded("query_order") | {"executedQty": executed, "cummulativeQuoteQty": quote})

    assert report.average_price == (None if average is None else Decimal(average))


def test_a_quote_sized_order_reports_what_was_asked_for() -> None:
    assert read_order(recorded("query_order") | {"origQuoteOrderQty": "25.5"}).quote_quantity == Decimal("25.5")
    assert read_order(recorded("query_order")).quote_quantity is None


def test_the_answer_about_another_order_is_not_taken_for_ours() -> None:
    with pytest.raises(Unreadable, match="about order 6gCrw2kRUAF9CvJDGP16IP"):
        read_placed(recorded("order_ack"), order())


NEEDED = (
    "orderId",
    "clientOrderId",
    "symbol",
    "side",
    "status",
    "executedQty",
    "cummulativeQuoteQty",
    "time",
)
GARBLED: list[object] = [None, True, [], {}, "", "NaN", "Infinity", "x", 1.5]


@pytest.mark.parametrize("field", NEEDED)
def test_an_answer_that_lacks_a_field_is_unreadable(field: str) -> None:
    answer = recorded("query_order")
    del answer[field]

    with pytest.raises(Unreadable, match=field):
        read_order(answer)


@pytest.mark.parametrize("field", ["origQty", "executedQty", "cummulativeQuoteQty"])
@pytest.mark.parametrize("value", GARBLED, ids=repr)
def test_an_answer_with_a_garbled_amount_is_unreadable(field: str, value: object) -> None:
    with pytest.raises(Unreadable):
        read_order(recorded("query_order") | {field: value})


@pytest.mark.parametrize("field", ["orderId", "time"])
@pytest.mark.parametrize("value", [*GARBLED, "28"], ids=repr)
def test_an_answer_with_a_garbled_number_is_unreadable(field: str, value: object) -> None:
    with pytest.raises(Unreadable):
        read_order(recorded("query_order") | {field: value})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.decimals().map(str),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*NEEDED, "origQuoteOrderQty", "transactTime"]), VALUES))
def test_any_answer_is_a_report_or_unreadable(changes: dict[str, object]) -> None:
    try:
        assert read_order(recorded("query_order") | changes).order_id
        assert read_placed(recorded("order_full") | changes, SENT).client_order_id == SENT.client_order_id
    except Unreadable as unreadable:
        assert str(unreadable)


@given(st.dictionaries(st.sampled_from(["symbol", "status", "orderTypes", "quoteAssetPrecision", "filters"]), VALUES))
def test_any_exchange_info_is_an_instrument_or_unreadable(changes: dict[str, object]) -> None:
    try:
        instrument = read_instrument(recorded("exchange_info")["symbols"][0] | changes)
        assert instrument.tradable == (instrument.status == "TRADING")
    except Unreadable as unreadable:
        assert str(unreadable)


@given(
    st.integers(0, 11), st.dictionaries(st.sampled_from(["filterType", "minQty", "tickSize", "minNotional"]), VALUES)
)
def test_any_filter_is_understood_or_unreadable(index: int, changes: dict[str, object]) -> None:
    symbol = recorded("exchange_info")["symbols"][0]
    symbol["filters"][index] |= changes
    try:
        assert read_instrument(symbol).symbol == "ETHBTC"
    except Unreadable as unreadable:
        assert str(unreadable)


def test_exchange_info_as_documented_becomes_the_symbols_rules() -> None:
    lot = Range(Decimal("0.001"), Decimal("0.001"), Decimal(100_000))

    read = read_instrument(recorded("exchange_info")["symbols"][0])

    assert read.filters["LOT_SIZE"] == "minQty 0.00100000, maxQty 100000.00000000, stepSize 0.00100000"
    assert replace(read, filters={}) == Instrument(
        symbol="ETHBTC",
        status="TRADING",
        tradable=True,
        order_types=frozenset(
            {"LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"}
        ),
        base_asset="ETH",
        quote_asset="BTC",
        price=Range(Decimal("0.000001"), Decimal("0.000001"), Decimal(100_000)),
        lot=lot,
        market_lot=lot,
        notional=(
            NotionalRule("MIN_NOTIONAL", Decimal("0.001"), minimum_for_market=True),
            NotionalRule("NOTIONAL", Decimal(10), Decimal(10_000)),
        ),
        quote_step=Decimal("0.00000001"),
        band=PriceBand("PERCENT_PRICE_BY_SIDE", (Decimal("0.2"), Decimal("1.2")), (Decimal("0.8"), Decimal(5))),
        trailing=TrailingRule((10, 2000), (10, 2000)),
        iceberg_parts=10,
        lacks=frozenset({Feature.TRAILING_STOP, Feature.CANCEL_REPLACE, Feature.AMEND}),
        self_trade_prevention_modes=frozenset({"NONE"}),
    )


def symbol_with(filters: list[dict[str, object]], **changes: object) -> Instrument:
    return read_instrument(recorded("exchange_info")["symbols"][0] | {"filters": filters} | changes)


LOT_SIZE: dict[str, object] = {
    "filterType": "LOT_SIZE",
    "minQty": "0.00001000",
    "maxQty": "9000.00000000",
    "stepSize": "0.00001000",
}


def test_a_market_lot_without_a_step_leaves_that_of_the_lot() -> None:
    # As the live exchange has it for BTCUSDT.
    market: dict[str, object] = {
        "filterType": "MARKET_LOT_SIZE",
        "minQty": "0.00000000",
        "maxQty": "95.5",
        "stepSize": "0.00000000",
    }

    rules = symbol_with([LOT_SIZE, market])

    assert rules.market_lot == Range(Decimal("0.00001"), Decimal("0.00001"), Decimal("95.5"))
    assert rules.lot.maximum == Decimal(9000)


def test_a_market_order_keeps_the_stricter_of_both_lots() -> None:
    market: dict[str, object] = {"filterType": "MARKET_LOT_SIZE", "minQty": "0.5", "maxQty": "10000", "stepSize": "0.1"}

    assert symbol_with([LOT_SIZE, market]).market_lot == Range(Decimal("0.1"), Decimal("0.5"), Decimal(9000))


def test_filters_that_are_not_there_limit_nothing() -> None:
    rules = symbol_with([])

    assert (rules.price, rules.lot, rules.market_lot, rules.notional) == (Range(), Range(), Range(), ())


@pytest.mark.parametrize("status", ["BREAK", "HALT", "END_OF_DAY", "CANCEL_ONLY", "trading", ""])
def test_only_the_status_trading_can_be_traded(status: str) -> None:
    assert symbol_with([], status=status).tradable is False


def test_the_switches_and_precision_of_a_symbol_are_read() -> None:
    without = symbol_with([], quoteOrderQtyMarketAllowed=False).lacks - symbol_with([]).lacks
    assert without == {Feature.QUOTE_QUANTITY}
    assert symbol_with([], quoteAssetPrecision=2).quote_step == Decimal("0.01")
    notional = {"filterType": "NOTIONAL", "minNotional": "5", "applyMinToMarket": True, "applyMaxToMarket": True}
    assert symbol_with([notional | {"maxNotional": "9"}]).notional == (
        NotionalRule("NOTIONAL", Decimal(5), Decimal(9), True, True),
    )
