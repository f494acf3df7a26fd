"""ccxt, unchanged but for its address, takes the paper exchange for Bybit, in each category."""

from typing import Any

import ccxt
import pytest

from tests.paper_exchange.paper_client import PaperClient

SPOT, LINEAR, INVERSE = ("BTC/USDT", 0.01), ("BTC/USDT:USDT", 0.01), ("BTC/USD:BTC", 300)
EACH = pytest.mark.parametrize(("symbol", "amount"), [SPOT, LINEAR, INVERSE], ids=["spot", "linear", "inverse"])
CONTRACTS = pytest.mark.parametrize(("symbol", "amount"), [LINEAR, INVERSE], ids=["linear", "inverse"])


def test_it_reads_the_markets(ccxt_bybit: Any) -> None:
    markets = ccxt_bybit.load_markets()

    spot, linear, inverse = (markets[symbol] for symbol, _ in (SPOT, LINEAR, INVERSE))
    assert (spot["precision"]["amount"], spot["precision"]["price"], spot["limits"]["cost"]["min"]) == (1e-05, 0.01, 5)
    assert (linear["precision"]["amount"], linear["precision"]["price"]) == (0.001, 0.1)
    assert (inverse["contractSize"], inverse["precision"]["amount"], inverse["active"]) == (1, 1, True)


@EACH
def test_it_places_finds_amends_and_cancels(ccxt_bybit: Any, symbol: str, amount: float) -> None:
    ccxt_bybit.load_markets()
    resting = ccxt_bybit.create_order(symbol, "limit", "buy", amount, 60000, {"clientOrderId": "mine"})

    found = ccxt_bybit.fetch_open_order(resting["id"], symbol)
    assert (found["clientOrderId"], found["status"], found["price"]) == ("mine", "open", 60000)

    ccxt_bybit.edit_order(resting["id"], symbol, "limit", "buy", amount * 2, 60100)
    (found,) = ccxt_bybit.fetch_open_orders(symbol)
    assert (found["id"], found["amount"], found["price"]) == (resting["id"], amount * 2, 60100)

    ccxt_bybit.cancel_order(resting["id"], symbol)
    (ended,) = ccxt_bybit.fetch_canceled_orders(symbol)
    assert (ended["id"], ended["status"]) == (resting["id"], "canceled")
    assert ccxt_bybit.fetch_open_orders(symbol) == []


@EACH
def test_it_trades_at_the_market(ccxt_bybit: Any, symbol: str, amount: float) -> None:
    ccxt_bybit.load_markets()
    ccxt_bybit.options["createMarketBuyOrderRequiresPrice"] = True
    placed = ccxt_bybit.create_order(symbol, "market", "sell", amount)

    closed = ccxt_bybit.fetch_closed_order(placed["id"], symbol)
    (fill,) = ccxt_bybit.fetch_my_trades(symbol)
    assert (closed["status"], closed["filled"], fill["order"]) == ("closed", amount, placed["id"])


@CONTRACTS
def test_it_places_triggers_and_exits(ccxt_bybit: Any, paper: PaperClient, symbol: str, amount: float) -> None:
    category = "linear" if symbol == LINEAR[0] else "inverse"
    name = "BTCUSDT" if category == "linear" else "BTCUSD"
    exits = {"takeProfit": {"triggerPrice": 70000}, "stopLoss": {"triggerPrice": 60000}}
    ccxt_bybit.create_order(symbol, "market", "buy", amount, params=exits)
    trigger = {"triggerPrice": 62000, "triggerDirection": "descending", "reduceOnly": True}
    ccxt_bybit.create_order(symbol, "market", "sell", amount, params=trigger)
    assert len(ccxt_bybit.fetch_open_orders(symbol)) == 3

    paper.control(f"bybit/{category}/prices", {name: "62000"})

    assert ccxt_bybit.fetch_positions([symbol])[0]["contracts"] in (0, None)
    assert ccxt_bybit.fetch_open_orders(symbol) == []


def test_it_reads_the_balance(ccxt_bybit: Any) -> None:
    assert ccxt_bybit.fetch_balance()["USDT"]["total"] == 1_000_000


@EACH
def test_it_understands_refusals(ccxt_bybit: Any, paper: PaperClient, symbol: str, amount: float) -> None:
    ccxt_bybit.load_markets()
    with pytest.raises(ccxt.OrderNotFound):
        ccxt_bybit.fetch_open_order("404", symbol)
    with pytest.raises(ccxt.OrderNotFound):
        ccxt_bybit.cancel_order("404", symbol)
    paper.control("bybit/balances", {"USDT": "1", "BTC": "0.00001"})
    with pytest.raises(ccxt.InsufficientFunds):
        ccxt_bybit.create_order(symbol, "limit", "buy", amount, 60000)
    paper.arm("rate_limit", seconds=1)
    with pytest.raises(ccxt.RateLimitExceeded):
        ccxt_bybit.create_order(symbol, "limit", "buy", amount, 60000)


def test_it_does_not_know_what_became_of_a_lost_answer(ccxt_bybit: Any, paper: PaperClient) -> None:
    ccxt_bybit.load_markets()
    paper.arm("lose_answer")

    with pytest.raises(ccxt.NetworkError):
        ccxt_bybit.create_order(LINEAR[0], "market", "buy", 0.01, params={"clientOrderId": "lost"})

    found = ccxt_bybit.fetch_closed_orders(LINEAR[0])
    assert [each["clientOrderId"] for each in found] == ["lost"]
