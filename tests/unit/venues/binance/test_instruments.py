"""exchangeInfo, as Binance's documentation shows it and garbled, becomes a symbol's rules."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.instruments import Feature, Instrument, NotionalRule, PriceBand, Range, TrailingRule
from orderexec.venues.binance.instruments import read_instrument
from orderexec.venues.replies import Unreadable
from tests.unit.venues.binance.recorded import VALUES, recorded


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


IN_WORDS = {
    "PRICE_FILTER": "minPrice 0.00000100, maxPrice 100000.00000000, tickSize 0.00000100",
    "LOT_SIZE": "minQty 0.00100000, maxQty 100000.00000000, stepSize 0.00100000",
    "ICEBERG_PARTS": "limit 10",
    "MARKET_LOT_SIZE": "minQty 0.00100000, maxQty 100000.00000000, stepSize 0.00100000",
    "TRAILING_DELTA": (
        "minTrailingAboveDelta 10, maxTrailingAboveDelta 2000, minTrailingBelowDelta 10, maxTrailingBelowDelta 2000"
    ),
    "PERCENT_PRICE_BY_SIDE": (
        "bidMultiplierUp 1.2, bidMultiplierDown 0.2, askMultiplierUp 5, askMultiplierDown 0.8, avgPriceMins 1"
    ),
    "NOTIONAL": (
        "minNotional 10.00000000, applyMinToMarket False, maxNotional 10000.00000000, applyMaxToMarket False, "
        "avgPriceMins 5"
    ),
    "MAX_NUM_ORDERS": "maxNumOrders 25",
    "MAX_NUM_ORDER_LISTS": "maxNumOrderLists 20",
    "MAX_NUM_ALGO_ORDERS": "maxNumAlgoOrders 5",
    "MAX_NUM_ORDER_AMENDS": "maxNumOrderAmends 10",
    "MIN_NOTIONAL": "minNotional 0.00100000, applyToMarket True, avgPriceMins 5",
}


def test_exchange_info_as_documented_becomes_the_symbols_rules() -> None:
    lot = Range(Decimal("0.001"), Decimal("0.001"), Decimal(100_000))

    assert read_instrument(recorded("exchange_info")["symbols"][0]) == Instrument(
        symbol="ETHBTC",
        status="TRADING",
        tradable=True,
        order_types=frozenset(
            {"LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"}
        ),
        price=Range(Decimal("0.000001"), Decimal("0.000001"), Decimal(100_000)),
        lot=lot,
        market_lot=lot,
        notional=(
            NotionalRule("MIN_NOTIONAL", Decimal("0.001"), minimum_for_market=True),
            NotionalRule("NOTIONAL", Decimal(10), Decimal(10_000)),
        ),
        bands=(PriceBand("PERCENT_PRICE_BY_SIDE", (Decimal("0.2"), Decimal("1.2")), (Decimal("0.8"), Decimal(5))),),
        trailing=TrailingRule(above=(10, 2000), below=(10, 2000)),
        iceberg_parts=10,
        quote_step=Decimal("0.00000001"),
        base_asset="ETH",
        quote_asset="BTC",
        lacks=frozenset({Feature.TRAILING_STOP, Feature.CANCEL_REPLACE, Feature.AMEND}),
        self_trade_prevention_modes=frozenset({"NONE"}),
        filters=IN_WORDS,
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

    digits = Range(Decimal("0.00000001"))  # of the two assets
    assert (rules.price, rules.lot, rules.market_lot) == (digits, digits, digits)
    assert (rules.notional, rules.bands, rules.trailing, rules.iceberg_parts) == ((), (), None, 0)


@pytest.mark.parametrize("status", ["BREAK", "HALT", "END_OF_DAY", "CANCEL_ONLY", "trading", ""])
def test_only_the_status_trading_can_be_traded(status: str) -> None:
    assert symbol_with([], status=status).tradable is False


FLAGS = {
    "quoteOrderQtyMarketAllowed": Feature.QUOTE_QUANTITY,
    "icebergAllowed": Feature.ICEBERG,
    "allowTrailingStop": Feature.TRAILING_STOP,
    "pegInstructionsAllowed": Feature.PEGGED,
    "ocoAllowed": Feature.OCO,
    "otoAllowed": Feature.OTO,
    "opoAllowed": Feature.OPO,
    "cancelReplaceAllowed": Feature.CANCEL_REPLACE,
    "amendAllowed": Feature.AMEND,
}


@pytest.mark.parametrize(("flag", "feature"), FLAGS.items())
def test_a_flag_that_is_off_is_a_feature_that_the_symbol_lacks(flag: str, feature: Feature) -> None:
    everything = dict.fromkeys(FLAGS, True)

    assert symbol_with([], **everything).lacks == frozenset()
    assert symbol_with([], **(everything | {flag: False})).lacks == {feature}
    assert symbol_with([], **(everything | {flag: None})).lacks == frozenset()


def test_the_digits_of_both_assets_are_read() -> None:
    rules = symbol_with([], baseAssetPrecision=3, quoteAssetPrecision=2)

    assert (rules.lot.step, rules.quote_step) == (Decimal("0.001"), Decimal("0.01"))


NOTIONAL: dict[str, object] = {
    "filterType": "NOTIONAL",
    "minNotional": "5",
    "applyMinToMarket": True,
    "applyMaxToMarket": True,
}
PERCENT: dict[str, object] = {"filterType": "PERCENT_PRICE", "multiplierUp": "1.3", "multiplierDown": "0.7"}


def test_a_notional_rule_says_whether_market_orders_are_meant() -> None:
    assert symbol_with([NOTIONAL | {"maxNotional": "9"}]).notional == (
        NotionalRule("NOTIONAL", Decimal(5), Decimal(9), True, True),
    )


def test_a_symbol_may_have_a_band_for_both_sides_and_one_for_each() -> None:
    by_side = next(
        rule for rule in recorded("exchange_info")["symbols"][0]["filters"] if "BY_SIDE" in rule["filterType"]
    )
    factors = (Decimal("0.7"), Decimal("1.3"))

    bands = symbol_with([by_side, PERCENT]).bands

    assert bands[0] == PriceBand("PERCENT_PRICE", factors, factors)
    assert [band.name for band in bands] == ["PERCENT_PRICE", "PERCENT_PRICE_BY_SIDE"]


def test_what_is_measured_at_the_very_last_price_is_left_to_the_exchange() -> None:
    at_last_price: dict[str, object] = {"avgPriceMins": 0}

    assert symbol_with([PERCENT | at_last_price]).bands == ()
    assert symbol_with([PERCENT | {"avgPriceMins": 1}]).bands != ()
    assert symbol_with([NOTIONAL | at_last_price]).measures_market_orders() is False


@pytest.mark.parametrize(
    ("filters", "precision", "step"),
    [
        ([{"filterType": "PRICE_FILTER", "minPrice": "0", "maxPrice": "0", "tickSize": "0.00000000"}], {}, "1e-8"),
        ([], {"quotePrecision": 6}, "1e-6"),
        ([], {"quotePrecision": None, "quoteAssetPrecision": 4}, "1e-4"),
        ([], {"quotePrecision": None, "quoteAssetPrecision": None}, "1e-8"),
        ([{"filterType": "PRICE_FILTER", "minPrice": "0", "maxPrice": "0", "tickSize": "0.05"}], {}, "0.05"),
    ],
)
def test_a_price_has_no_more_digits_than_its_asset_where_there_is_no_tick(
    filters: list[dict[str, str]], precision: dict[str, object], step: str
) -> None:
    given = recorded("exchange_info")["symbols"][0] | {"filters": filters} | precision

    instrument = read_instrument({name: value for name, value in given.items() if value is not None})

    assert instrument.price.step == Decimal(step)
