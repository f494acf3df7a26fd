"""ccxt, unchanged but for its base URL, takes the paper exchange for Binance."""

from typing import Any

import ccxt
import pytest

from tests.paper_exchange.paper_client import PaperClient

BTC = "BTC/USDT"


def test_it_reads_the_markets(binance: Any) -> None:
    markets = binance.load_markets()

    assert markets[BTC]["precision"] == {"amount": 0.00001, "price": 0.01, "base": 1e-8, "quote": 1e-8}
    assert markets[BTC]["limits"]["cost"]["min"] == 5
    assert markets["DOGE/USDT"]["precision"]["amount"] == 1
    assert markets["SHIB/USDT"]["precision"]["price"] == 1e-8
    assert (markets["BTT/USDT"]["active"], markets[BTC]["active"]) == (False, True)


def test_it_reads_prices_and_the_book(binance: Any) -> None:
    assert binance.fetch_order_book(BTC)["asks"][0] == [65000.01, 5.0]
    assert binance.public_get_ticker_price({"symbol": "BTCUSDT"})["price"] == "65000.00000000"


def test_it_places_a_market_order_and_finds_it_by_client_id(binance: Any) -> None:
    placed = binance.create_order(BTC, "market", "buy", 0.01, params={"newClientOrderId": "by-ccxt"})

    found = binance.fetch_order(None, BTC, {"origClientOrderId": "by-ccxt"})

    assert (placed["status"], placed["filled"], placed["average"]) == ("closed", 0.01, 65000.01)
    assert placed["fees"] == [{"currency": "BTC", "cost": 0.00001}]
    assert (found["id"], found["clientOrderId"], found["status"]) == (placed["id"], "by-ccxt", "closed")
    assert [trade["order"] for trade in binance.fetch_my_trades(BTC)] == [placed["id"]]


def test_it_spends_a_quote_amount(binance: Any) -> None:
    placed = binance.create_market_buy_order_with_cost(BTC, 100)

    assert 99 < placed["cost"] <= 100


def test_it_cancels_a_limit_order(binance: Any) -> None:
    placed = binance.create_order(BTC, "limit", "sell", 0.01, 70000)
    assert [order["id"] for order in binance.fetch_open_orders(BTC)] == [placed["id"]]
    assert binance.fetch_balance()["BTC"] == {"free": 99.99, "used": 0.01, "total": 100.0}

    cancelled = binance.cancel_order(placed["id"], BTC)

    assert cancelled["status"] == "canceled"
    assert binance.fetch_open_orders(BTC) == []
    assert [order["status"] for order in binance.fetch_orders(BTC)] == ["canceled"]


@pytest.mark.parametrize(
    ("amount", "price", "refusal", "text"),
    [
        (99, 60000, ccxt.InsufficientFunds, "Account has insufficient balance"),
        (0.00001, 60000, ccxt.BadRequest, "Filter failure: NOTIONAL"),
    ],
)
def test_it_understands_a_refused_order(
    binance: Any, amount: float, price: float, refusal: type[Exception], text: str
) -> None:
    with pytest.raises(refusal, match=text):
        binance.create_order(BTC, "limit", "buy", amount, price)


def test_it_understands_other_refusals(binance: Any, paper: PaperClient) -> None:
    with pytest.raises(ccxt.OrderNotFound):
        binance.fetch_order("404", BTC)
    with pytest.raises(ccxt.OrderNotFound):
        binance.cancel_order("404", BTC)
    with pytest.raises(ccxt.MarketClosed):
        binance.create_order("BTT/USDT", "market", "sell", 10_000)
    paper.arm("rate_limit", seconds=1)
    with pytest.raises(ccxt.DDoSProtection):
        binance.create_order(BTC, "market", "buy", 0.01)
    paper.control("clock", {"offset_ms": 60_000})
    with pytest.raises(ccxt.InvalidNonce):
        binance.create_order(BTC, "market", "buy", 0.01)


def test_it_understands_a_rejected_key(binance: Any) -> None:
    binance.load_markets()
    binance.apiKey = "someone-else"

    with pytest.raises(ccxt.AuthenticationError):
        binance.fetch_balance()


def test_it_does_not_know_what_became_of_a_lost_answer(binance: Any, paper: PaperClient) -> None:
    binance.load_markets()
    paper.arm("lose_answer")

    with pytest.raises(ccxt.NetworkError):
        binance.create_order(BTC, "market", "buy", 0.01, params={"newClientOrderId": "lost"})

    assert binance.fetch_order(None, BTC, {"origClientOrderId": "lost"})["status"] == "closed"
