"""What Bybit says of its symbols: names, rules and prices of each product, and what cannot be read of them."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.instruments import Contract, Instrument, Range
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Snapshot
from orderexec.venues.bybit.instruments import read_instrument
from orderexec.venues.bybit.products import INVERSE, LINEAR, SPOT, BybitProduct
from orderexec.venues.http import NoReply, Reply
from orderexec.venues.replies import Unreadable
from tests.unit.venues.bybit.scripted_bybit import LOST, error, failed, recorded, reply, success, venue


def published(name: str) -> dict[str, Any]:
    entry: dict[str, Any] = recorded(name)["result"]["list"][0]
    return entry


SPOT_ENTRY, LINEAR_ENTRY = published("instruments_spot"), published("instruments_linear")
NAMES = success({"list": [{"symbol": "BTCUSDT", "lastPrice": "60000", "markPrice": "60001"}]})


def test_the_published_rules_of_spot() -> None:
    rules = read_instrument(SPOT_ENTRY, SPOT)

    assert (rules.symbol, rules.base_asset, rules.quote_asset, rules.tradable) == ("BTCUSDT", "BTC", "USDT", True)
    assert rules.price == Range(Decimal("0.1"))
    assert rules.lot == Range(Decimal("0.000001"), Decimal(0), Decimal(60_000))
    assert rules.market_lot == Range(Decimal("0.000001"), Decimal(0), Decimal("41.5"))
    assert rules.quote_step == Decimal("0.0000001")
    assert [(rule.minimum, rule.minimum_for_market) for rule in rules.notional] == [(Decimal(5), True)]
    assert rules.contract is None


def test_the_published_rules_of_linear() -> None:
    rules = read_instrument(LINEAR_ENTRY, LINEAR)

    assert rules.price == Range(Decimal("0.1"), Decimal("0.1"), Decimal("1999999.8"))
    assert rules.lot == Range(Decimal("0.001"), Decimal("0.001"), Decimal(1_190))
    assert rules.market_lot == Range(Decimal("0.001"), Decimal("0.001"), Decimal(500))
    assert rules.notional[0].find_problem(Decimal(4), market=True) is not None
    assert rules.notional[0].find_problem(Decimal(4), market=True, reducing=True) is None
    assert rules.contract is None
    assert "priceLimitRatioX 0.01" in rules.filters["riskParameters"]


def test_inverse_counts_contracts_of_a_dollar() -> None:
    rules = read_instrument(LINEAR_ENTRY | {"symbol": "BTCUSD", "quoteCoin": "USD"}, INVERSE)

    assert rules.contract == Contract(Decimal(1))
    assert rules.notional == ()


@pytest.mark.parametrize("product", [SPOT, LINEAR, INVERSE])
def test_every_type_that_the_product_offers_can_be_had(product: BybitProduct) -> None:
    rules = read_instrument(SPOT_ENTRY if product.spot else LINEAR_ENTRY, product)

    assert rules.order_types == {str(each) for each in product.offers.fields}


def test_a_symbol_before_its_listing_cannot_be_traded() -> None:
    rules = read_instrument(published("instruments_pre_market"), LINEAR)

    assert (rules.status, rules.tradable) == ("PreLaunch", False)


@pytest.mark.parametrize("name", ["symbol", "status", "baseCoin", "quoteCoin", "priceFilter", "lotSizeFilter"])
@pytest.mark.parametrize("value", [None, 5, [], {"tickSize": "x"}])
def test_garbled_rules_are_unreadable(name: str, value: object) -> None:
    with pytest.raises(Unreadable):
        read_instrument(LINEAR_ENTRY | {name: value}, LINEAR)


def test_names_then_rules_then_prices() -> None:
    at, transport = venue(LINEAR, NAMES, success({"list": [LINEAR_ENTRY]}), NAMES, NAMES)

    rules = at.rules.get_instrument("BTCUSDT", not_before=0)
    mark, last = at.rules.get_market_price("BTCUSDT", not_before=0), at.rules.get_last_price("BTCUSDT", not_before=0)

    assert isinstance(rules, Snapshot)
    assert isinstance(rules.value, Instrument)
    assert isinstance(mark, Snapshot)
    assert isinstance(last, Snapshot)
    assert (mark.value, last.value) == (Decimal(60_001), Decimal(60_000))
    assert transport.requests == [
        "GET /v5/market/tickers",
        "GET /v5/market/instruments-info",
        *["GET /v5/market/tickers"] * 2,
    ]
    assert [transport.parameters(each) for each in (0, 1)] == [
        {"category": "linear"},
        {"category": "linear", "symbol": "BTCUSDT"},
    ]


def test_the_published_tickers_are_understood() -> None:
    rules = success({"list": [LINEAR_ENTRY | {"symbol": "BTCUSD"}]})
    at, _ = venue(INVERSE, reply(recorded("tickers_inverse")), rules, reply(recorded("tickers_inverse")))
    price = at.rules.get_market_price("BTCUSD", not_before=0)
    spot, _ = venue(
        SPOT, reply(recorded("tickers_spot")), success({"list": [SPOT_ENTRY]}), reply(recorded("tickers_spot"))
    )
    last = spot.rules.get_market_price("BTCUSDT", not_before=0)

    assert isinstance(price, Snapshot)
    assert isinstance(last, Snapshot)
    assert (price.value, last.value) == (Decimal("114898.43"), Decimal("20533.13"))


def test_no_request_names_a_symbol_that_is_not_listed() -> None:
    at, transport = venue(SPOT, NAMES)

    found = at.rules.get_instrument("DROP", not_before=0)

    assert isinstance(found, Snapshot)
    assert failed(found.value).meaning is Meaning.REJECT
    assert "'DROP' is none of the 1 symbols that the exchange lists for spot" in failed(found.value).detail
    assert transport.requests == ["GET /v5/market/tickers"]


def test_a_symbol_without_rules_cannot_be_traded() -> None:
    at, _ = venue(LINEAR, NAMES, success({"list": []}))

    found = at.rules.get_instrument("BTCUSDT", not_before=0)

    assert isinstance(found, Snapshot)
    assert "cannot be traded now" in failed(found.value).detail


@pytest.mark.parametrize(
    "answer",
    [LOST, error(10016), reply(b"", 503), success({"list": None}), success({"list": [{"symbol": "ETHUSDT"}]})],
)
def test_rules_that_cannot_be_had_are_a_failure(answer: Reply | NoReply) -> None:
    found = venue(LINEAR, NAMES, answer)[0].rules.get_instrument("BTCUSDT", not_before=0)

    assert isinstance(found, Failure)
    assert "order may exist" not in found.detail


@pytest.mark.parametrize(("product", "entry"), [(SPOT, SPOT_ENTRY), (LINEAR, LINEAR_ENTRY), (INVERSE, LINEAR_ENTRY)])
def test_a_listed_symbol_whose_rules_cannot_be_read_waits_and_is_asked_for_again(
    product: BybitProduct, entry: dict[str, Any]
) -> None:
    """Kept as "no such symbol", it would be refused for every container."""
    garbled = success({"list": [entry | {"lotSizeFilter": {}}]})
    at, transport = venue(product, NAMES, garbled, success({"list": [entry]}))

    first = at.rules.get_instrument("BTCUSDT", not_before=0)
    at.connection.clock.sleep(10)
    second = at.rules.get_instrument("BTCUSDT", not_before=0)

    assert isinstance(first, Failure)
    assert first.meaning is Meaning.UNKNOWN
    assert isinstance(second, Snapshot)
    assert isinstance(second.value, Instrument)
    assert not transport.replies


def test_other_symbols_that_cannot_be_read_hide_none() -> None:
    names = success({"list": [{"symbol": None}, {}, {"symbol": "BTCUSDT"}]})
    prices = success({"list": [{"symbol": "ETHUSDT", "lastPrice": 5}, {"symbol": "BTCUSDT", "lastPrice": "60000"}]})
    at, _ = venue(LINEAR, names, success({"list": [{"symbol": "ETHUSDT"}, LINEAR_ENTRY]}), prices)

    last = at.rules.get_last_price("BTCUSDT", not_before=0)

    assert isinstance(last, Snapshot)
    assert last.value == 60_000


@pytest.mark.parametrize("price", [None, "", "x", 5])
def test_a_price_that_cannot_be_read_is_a_failure(price: object) -> None:
    ticker = success({"list": [{"symbol": "BTCUSDT", "lastPrice": price}]})

    assert isinstance(
        venue(LINEAR, NAMES, success({"list": [LINEAR_ENTRY]}), ticker)[0].rules.get_last_price(
            "BTCUSDT", not_before=0
        ),
        Failure,
    )
