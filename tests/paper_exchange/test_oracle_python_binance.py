"""python-binance, unchanged but for its base URL, takes the paper exchange for Binance."""

import warnings
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it imports the old names of websockets
    from binance.exceptions import BinanceAPIException


def test_it_reads_rules_and_prices(client: Any) -> None:
    assert client.get_symbol_info("ETHBTC")["quoteAsset"] == "BTC"
    assert len(client.get_exchange_info()["rateLimits"]) == 4
    assert client.get_symbol_ticker(symbol="BTCUSDT") == {"symbol": "BTCUSDT", "price": "65000.00000000"}
    assert client.get_avg_price(symbol="BTCUSDT")["price"] == "65000.00000000"
    assert client.get_order_book(symbol="BTCUSDT", limit=1)["asks"] == [["65000.01000000", "5.00000000"]]


def test_it_places_orders_and_finds_them_by_client_id(client: Any) -> None:
    bought = client.order_market_buy(symbol="BTCUSDT", quantity="0.01", newClientOrderId="bought")
    client.order_market_sell(symbol="BTCUSDT", quoteOrderQty="100")
    client.order_limit_buy(symbol="BTCUSDT", quantity="0.01", price="60000", newClientOrderId="resting")

    assert bought["status"] == "FILLED"
    assert client.get_order(symbol="BTCUSDT", origClientOrderId="bought")["orderId"] == bought["orderId"]
    assert [order["clientOrderId"] for order in client.get_open_orders(symbol="BTCUSDT")] == ["resting"]
    assert len(client.get_all_orders(symbol="BTCUSDT")) == 3
    assert len(client.get_my_trades(symbol="BTCUSDT")) == 2
    assert client.cancel_order(symbol="BTCUSDT", origClientOrderId="resting")["status"] == "CANCELED"
    assert client.get_asset_balance("USDT")["locked"] == "0.00000000"


def test_it_tests_an_order(client: Any) -> None:
    assert client.create_test_order(symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01") == {}
    assert client.get_all_orders(symbol="BTCUSDT") == []


@pytest.mark.parametrize(
    ("call", "parameters", "code", "text"),
    [
        (
            "order_market_buy",
            {"symbol": "BTCUSDT", "quantity": "90"},
            -2010,
            "Account has insufficient balance for requested action.",
        ),
        ("order_market_buy", {"symbol": "BTCUSDT", "quantity": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
        ("order_market_buy", {"symbol": "NOSUCHPAIR", "quantity": "1"}, -1121, "Invalid symbol."),
        ("get_order", {"symbol": "BTCUSDT", "origClientOrderId": "nowhere"}, -2013, "Order does not exist."),
        ("cancel_order", {"symbol": "BTCUSDT", "orderId": 404}, -2011, "Unknown order sent."),
    ],
)
def test_it_understands_refusals(client: Any, call: str, parameters: dict[str, object], code: int, text: str) -> None:
    with pytest.raises(BinanceAPIException) as refusal:
        getattr(client, call)(**parameters)

    assert (refusal.value.status_code, refusal.value.code, refusal.value.message) == (400, code, text)


def test_it_understands_a_wrong_secret(client: Any) -> None:
    client.API_SECRET = "another"

    with pytest.raises(BinanceAPIException, match="Signature for this request is not valid"):
        client.get_account()
