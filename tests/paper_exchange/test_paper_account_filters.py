"""The filters that look at what the account already has, at assets, and at the reference price."""

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_lists import LIST, OCO, OTOCO

STOP = {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", "quantity": "1", "stopPrice": "60000"}
NAMELESS_OCO = {name: value for name, value in OCO.items() if not name.endswith("ClientOrderId")}
ICEBERG = {"icebergQty": "0.001"}


def limit_to(paper: PaperClient, name: str, parameter: str, most: int) -> None:
    filters = {name: {parameter: most}}
    if name.startswith("EXCHANGE_"):
        paper.control("filters", {"exchangeFilters": filters})
    else:
        paper.control("symbols", {"symbol": "BTCUSDT", "filters": filters})


@pytest.mark.parametrize("scope", ["", "EXCHANGE_"])
def test_stops_are_counted_apart(paper: PaperClient, scope: str) -> None:
    limit_to(paper, f"{scope}MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", 1)
    paper.signed("POST", "/api/v3/order", **STOP, newClientOrderId="first")

    text = f"Filter failure: {scope}MAX_NUM_ALGO_ORDERS"
    assert error(paper.signed("POST", "/api/v3/order", **STOP)) == (400, -2010, text)
    assert error(paper.signed("POST", f"{LIST}/oco", **OCO)) == (400, -2010, text)
    assert paper.limit().status_code == 200
    paper.cancel("first")
    assert paper.signed("POST", f"{LIST}/oco", **OCO).status_code == 200


@pytest.mark.parametrize("scope", ["", "EXCHANGE_"])
def test_icebergs_are_counted_apart(paper: PaperClient, scope: str) -> None:
    limit_to(paper, f"{scope}MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders", 1)
    assert paper.limit(**ICEBERG).status_code == 200

    assert error(paper.limit(**ICEBERG)) == (400, -2010, f"Filter failure: {scope}MAX_NUM_ICEBERG_ORDERS")
    assert paper.limit().status_code == 200


@pytest.mark.parametrize("scope", ["", "EXCHANGE_"])
def test_lists_are_counted_whatever_their_size(paper: PaperClient, scope: str) -> None:
    limit_to(paper, f"{scope}MAX_NUM_ORDER_LISTS", "maxNumOrderLists", 1)
    assert paper.signed("POST", f"{LIST}/otoco", **OTOCO).status_code == 200

    text = f"Filter failure: {scope}MAX_NUM_ORDER_LISTS"
    assert error(paper.signed("POST", f"{LIST}/oco", **NAMELESS_OCO)) == (400, -2010, text)
    assert paper.limit().status_code == 200


@pytest.mark.parametrize("scope", ["", "EXCHANGE_"])
def test_every_order_of_a_list_is_counted(paper: PaperClient, scope: str) -> None:
    limit_to(paper, f"{scope}MAX_NUM_ORDERS", "maxNumOrders", 2)

    text = f"Filter failure: {scope}MAX_NUM_ORDERS"
    assert error(paper.signed("POST", f"{LIST}/otoco", **OTOCO)) == (400, -2010, text)
    assert paper.signed("POST", f"{LIST}/oco", **OCO).status_code == 200
    assert error(paper.limit()) == (400, -2010, text)


def test_an_asset_has_a_limit_that_only_my_filters_tells(paper: PaperClient) -> None:
    paper.control("filters", {"maxAsset": {"BTC": "0.5", "USDT": "10000"}})
    refused = (400, -1013, "Filter failure: MAX_ASSET")

    assert error(paper.limit("SELL", "0.6", "70000")) == refused
    assert error(paper.limit("BUY", "0.2", "60000")) == refused
    assert paper.limit("BUY", "0.1", "60000").status_code == 200
    told = paper.signed("GET", "/api/v3/myFilters", symbol="BTCUSDT")
    assert told.json()["assetFilters"] == [
        {"filterType": "MAX_ASSET", "asset": "BTC", "limit": "0.50000000"},
        {"filterType": "MAX_ASSET", "asset": "USDT", "limit": "10000.00000000"},
    ]
    assert told.headers["X-MBX-USED-WEIGHT-1M"] == "42", "the two refusals before were charged"
    assert "MAX_ASSET" not in paper.public("/api/v3/exchangeInfo").text


def test_a_reference_price_is_measured_by_while_there_is_one(paper: PaperClient) -> None:
    symbol = {"symbol": "BTCUSDT"}
    assert error(paper.public("/api/v3/referencePrice", **symbol)) == (
        400,
        -2043,
        "This symbol doesn't have a reference price.",
    )

    paper.control("referencePrices", {"BTCUSDT": "10000"})
    assert paper.public("/api/v3/referencePrice", **symbol).json()["referencePrice"] == "10000.00000000"
    assert error(paper.limit(price="60000")) == (400, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE")

    paper.control("referencePrices", {"BTCUSDT": None})
    assert paper.public("/api/v3/referencePrice", **symbol).json()["referencePrice"] is None
    assert paper.limit(price="60000").status_code == 200


def test_one_symbol_takes_everything(paper: PaperClient) -> None:
    symbol = paper.public("/api/v3/exchangeInfo", symbol="BTCUSDT").json()["symbols"][0]

    allowed = {name: value for name, value in symbol.items() if name.endswith("Allowed")}
    assert set(allowed) - {name for name, value in allowed.items() if value} == set()
    assert symbol["allowTrailingStop"]
    assert len(symbol["orderTypes"]) == 7
    assert len(symbol["allowedSelfTradePreventionModes"]) == 6
