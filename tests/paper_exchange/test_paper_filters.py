"""The filters: each one's edges, and what must hold for any number."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_exchange.enums import OrderType, Side
from paper_exchange.rules.order_filters import Candidate, first_failure
from paper_exchange.rules.symbols import Symbol
from tests.paper_exchange.paper_client import PaperClient, error

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=8)
STEPS = st.integers(0, 8).map(lambda places: Decimal(1).scaleb(-places))


def limit_order(quantity: Decimal = Decimal(1), price: Decimal = Decimal(100), side: Side = Side.BUY) -> Candidate:
    return Candidate(
        side=side,
        type=OrderType.LIMIT,
        market=False,
        quantity=quantity,
        price=price,
        notional=quantity * price,
        average_price=Decimal(100),
    )


def market_order(quantity: Decimal | None = Decimal(1), notional: Decimal = Decimal(100)) -> Candidate:
    return Candidate(
        side=Side.BUY,
        type=OrderType.MARKET,
        market=True,
        quantity=quantity,
        price=None,
        notional=notional,
        average_price=Decimal(100),
    )


def passes(name: str, order: Candidate, **parameters: Any) -> bool:
    rules = {name: {key: Decimal(value) if isinstance(value, str) else value for key, value in parameters.items()}}
    return first_failure(rules, order) is None


@given(quantity=AMOUNTS, low=AMOUNTS, high=AMOUNTS, step=STEPS)
def test_a_lot_passes_exactly_when_it_is_in_range_and_a_whole_number_of_steps(
    quantity: Decimal, low: Decimal, high: Decimal, step: Decimal
) -> None:
    whole = int(quantity * 10**8) % int(step * 10**8) == 0

    passed = passes("LOT_SIZE", limit_order(quantity), minQty=low, maxQty=high, stepSize=step)

    assert passed == (low <= quantity <= high and whole)


@given(quantity=AMOUNTS, step=STEPS)
def test_a_quantity_rounded_down_to_the_step_always_passes(quantity: Decimal, step: Decimal) -> None:
    rounded = quantity // step * step

    assert passes("LOT_SIZE", limit_order(rounded), minQty="0", maxQty="1000000000", stepSize=step)


@given(price=AMOUNTS, low=AMOUNTS, high=AMOUNTS, tick=st.one_of(STEPS, st.just(Decimal(0))))
def test_each_part_of_the_price_filter_is_off_at_zero(
    price: Decimal, low: Decimal, high: Decimal, tick: Decimal
) -> None:
    on_tick = tick == 0 or int(price * 10**8) % int(tick * 10**8) == 0

    passed = passes("PRICE_FILTER", limit_order(price=price), minPrice=low, maxPrice=high, tickSize=tick)

    assert passed == (low <= price and (high == 0 or price <= high) and on_tick)


@given(notional=AMOUNTS, minimum=AMOUNTS, maximum=AMOUNTS, to_market=st.booleans(), market=st.booleans())
def test_notional_bounds_market_orders_only_if_its_switches_say_so(
    notional: Decimal, minimum: Decimal, maximum: Decimal, to_market: bool, market: bool
) -> None:
    order = market_order(notional=notional) if market else limit_order(notional, Decimal(1))

    passed = passes(
        "NOTIONAL",
        order,
        minNotional=minimum,
        maxNotional=maximum,
        applyMinToMarket=to_market,
        applyMaxToMarket=to_market,
    )

    assert passed == ((market and not to_market) or minimum <= notional <= maximum)


@pytest.mark.parametrize(
    ("name", "parameters", "fits", "breaks"),
    [
        ("MIN_NOTIONAL", {"minNotional": "100", "applyToMarket": False}, market_order(notional=Decimal(1)), None),
        (
            "MIN_NOTIONAL",
            {"minNotional": "100", "applyToMarket": True},
            market_order(notional=Decimal(100)),
            market_order(notional=Decimal(99)),
        ),
        (
            "MARKET_LOT_SIZE",
            {"minQty": "0", "maxQty": "2", "stepSize": "0"},
            limit_order(Decimal(3)),
            market_order(Decimal(3)),
        ),
        (
            "MARKET_LOT_SIZE",
            {"minQty": "0", "maxQty": "2", "stepSize": "0"},
            market_order(Decimal("0.123456789")),
            market_order(Decimal("2.1")),
        ),
        ("LOT_SIZE", {"minQty": "5", "maxQty": "9", "stepSize": "1"}, market_order(None), market_order(Decimal(1))),
        (
            "PERCENT_PRICE",
            {"multiplierUp": "1.3", "multiplierDown": "0.7", "avgPriceMins": 5},
            limit_order(price=Decimal(130)),
            limit_order(price=Decimal("130.01")),
        ),
        (
            "PERCENT_PRICE",
            {"multiplierUp": "1.3", "multiplierDown": "0.7", "avgPriceMins": 5},
            limit_order(price=Decimal(70)),
            limit_order(price=Decimal("69.99")),
        ),
        (
            "PERCENT_PRICE_BY_SIDE",
            {"bidMultiplierUp": "2", "bidMultiplierDown": "0.5", "askMultiplierUp": "5", "askMultiplierDown": "0.8"},
            limit_order(price=Decimal(60), side=Side.BUY),
            limit_order(price=Decimal(60), side=Side.SELL),
        ),
        (
            "PERCENT_PRICE_BY_SIDE",
            {"bidMultiplierUp": "2", "bidMultiplierDown": "0.5", "askMultiplierUp": "5", "askMultiplierDown": "0.8"},
            limit_order(price=Decimal(300), side=Side.SELL),
            limit_order(price=Decimal(300), side=Side.BUY),
        ),
    ],
)
def test_the_edges_of_a_filter(
    name: str, parameters: dict[str, Any], fits: Candidate, breaks: Candidate | None
) -> None:
    assert passes(name, fits, **parameters)
    assert breaks is None or not passes(name, breaks, **parameters)


def test_rules_can_be_changed_added_and_removed(paper: PaperClient) -> None:
    symbol = Symbol("AB", "A", "B", Decimal(1), Decimal(1), ({"filterType": "LOT_SIZE", "minQty": "1"},))

    changed = symbol.with_filters({"LOT_SIZE": {"maxQty": "9"}, "MAX_NUM_ORDERS": {"maxNumOrders": 1}})

    assert changed.rules["LOT_SIZE"] == {"filterType": "LOT_SIZE", "minQty": Decimal(1), "maxQty": Decimal(9)}
    assert changed.rules["MAX_NUM_ORDERS"]["maxNumOrders"] == 1
    assert list(changed.with_filters({"LOT_SIZE": None}).rules) == ["MAX_NUM_ORDERS"]


@pytest.mark.parametrize(
    ("order", "failed"),
    [
        ({"quantity": "0.000011"}, "LOT_SIZE"),
        ({"quantity": "0"}, "LOT_SIZE"),
        ({"price": "60000.001"}, "PRICE_FILTER"),
        ({"price": "0"}, "PRICE_FILTER"),
        ({"price": "400000"}, "PERCENT_PRICE_BY_SIDE"),
        ({"quantity": "0.00008"}, "NOTIONAL"),
    ],
)
def test_a_filter_failure_names_the_filter(paper: PaperClient, order: dict[str, str], failed: str) -> None:
    assert error(paper.limit(**order)) == (400, -1013, f"Filter failure: {failed}")


def test_market_orders_are_valued_at_the_average_price(paper: PaperClient) -> None:
    assert error(paper.market(quantity="0.00007")) == (400, -1013, "Filter failure: NOTIONAL")
    assert paper.market(quantity="0.00008").status_code == 200
    too_little = paper.signed(
        "POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quoteOrderQty="4.99"
    )
    assert error(too_little) == (400, -1013, "Filter failure: NOTIONAL")


def test_open_orders_are_limited_by_the_matching_engine(paper: PaperClient) -> None:
    paper.control("symbols", {"symbol": "BTCUSDT", "filters": {"MAX_NUM_ORDERS": {"maxNumOrders": 2}}})
    paper.limit(newClientOrderId="first")
    paper.limit()

    assert error(paper.limit()) == (400, -2010, "Filter failure: MAX_NUM_ORDERS")
    paper.cancel("first")
    assert paper.limit().status_code == 200


def test_a_position_is_what_one_has_and_what_one_bids_for(paper: PaperClient) -> None:
    paper.control("symbols", {"symbol": "BTCUSDT", "filters": {"MAX_POSITION": {"maxPosition": "101"}}})
    paper.limit("BUY", "0.5")

    assert error(paper.limit("BUY", "0.6")) == (400, -2010, "Filter failure: MAX_POSITION")
    assert paper.limit("BUY", "0.5").status_code == 200
    assert paper.limit("SELL", "5", "70000").status_code == 200
    quote_sized = paper.signed(
        "POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quoteOrderQty="100"
    )
    assert error(quote_sized) == (400, -2010, "Filter failure: MAX_POSITION")


def test_new_rules_hold_at_once_and_show_in_exchange_info(paper: PaperClient) -> None:
    paper.control("symbols", {"symbol": "BTCUSDT", "filters": {"LOT_SIZE": {"stepSize": "0.1", "minQty": "0.1"}}})

    assert error(paper.market(quantity="0.01")) == (400, -1013, "Filter failure: LOT_SIZE")
    info = paper.public("/api/v3/exchangeInfo", symbol="BTCUSDT").json()["symbols"][0]
    lot_size = next(each for each in info["filters"] if each["filterType"] == "LOT_SIZE")
    assert (lot_size["stepSize"], lot_size["maxQty"]) == ("0.1", "9000.00000000")
