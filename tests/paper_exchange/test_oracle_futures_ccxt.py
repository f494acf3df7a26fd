"""ccxt, unchanged but for its base URLs, takes the paper exchange for Binance's futures, both products of them."""

from typing import Any

import ccxt
import pytest

from tests.paper_exchange.paper_client import PaperClient

LINEAR, INVERSE = ("BTC/USDT:USDT", 0.01), ("BTC/USD:BTC", 3)
BOTH = pytest.mark.parametrize(("symbol", "amount"), [LINEAR, INVERSE], ids=["linear", "inverse"])
TRIGGER = {"trigger": True}


def test_it_reads_the_markets(swaps: Any) -> None:
    markets = swaps.load_markets()

    linear, inverse = markets["BTC/USDT:USDT"], markets["BTC/USD:BTC"]
    assert (linear["contractSize"], inverse["contractSize"]) == (1, 100)
    assert (linear["precision"]["amount"], inverse["precision"]["amount"]) == (0.001, 1)
    assert (linear["precision"]["price"], inverse["precision"]["price"]) == (0.1, 0.1)
    assert (linear["limits"]["cost"]["min"], linear["active"], inverse["active"]) == (100, True, True)


@BOTH
def test_it_places_finds_amends_and_cancels(swaps: Any, symbol: str, amount: float) -> None:
    bought = swaps.create_order(symbol, "market", "buy", amount, params={"clientOrderId": "bought"})
    resting = swaps.create_order(symbol, "limit", "buy", amount, 60000)

    edited = swaps.edit_order(resting["id"], symbol, "limit", "buy", amount * 2, 60100)

    found = swaps.fetch_order(None, symbol, {"clientOrderId": "bought"})
    assert (bought["status"], found["id"], found["average"]) == ("closed", bought["id"], 65000.1)
    assert (edited["id"], edited["price"], edited["amount"]) == (resting["id"], 60100, amount * 2)
    assert [each["id"] for each in swaps.fetch_open_orders(symbol)] == [resting["id"]]
    assert swaps.cancel_order(resting["id"], symbol)["status"] == "canceled"
    assert [each["status"] for each in swaps.fetch_orders(symbol)] == ["closed", "canceled"]
    assert [each["order"] for each in swaps.fetch_my_trades(symbol)] == [bought["id"]]


@BOTH
def test_it_places_finds_and_cancels_conditional_orders(
    swaps: Any, paper: PaperClient, symbol: str, amount: float
) -> None:
    kind, own_name = ("linear", "BTCUSDT") if symbol == LINEAR[0] else ("inverse", "BTCUSD_PERP")
    swaps.create_order(symbol, "market", "buy", amount)
    stop = {"stopLossPrice": 60000, "reduceOnly": True, "clientOrderId": "stop"}
    placed = swaps.create_order(symbol, "market", "sell", amount, params=stop)
    profit = {"takeProfitPrice": 70000, "reduceOnly": True}
    swaps.create_order(symbol, "limit", "sell", amount, 70500, params=profit)
    trailing = swaps.create_order(symbol, "market", "sell", amount, params={"trailingPercent": 1})

    assert len(swaps.fetch_open_orders(symbol, params=TRIGGER)) == 3
    assert swaps.fetch_order(placed["id"], symbol, TRIGGER)["clientOrderId"] == "stop"
    assert swaps.cancel_order(trailing["id"], symbol, TRIGGER)["id"] == trailing["id"]
    paper.control(f"{kind}/prices", {own_name: "60000"})

    ended = {each["id"]: each["info"]["algoStatus"] for each in swaps.fetch_orders(symbol, params=TRIGGER)}
    assert (ended[placed["id"]], ended[trailing["id"]]) == ("FINISHED", "CANCELED")
    assert paper.seen(f"{kind}/positions") == []
    swaps.cancel_all_orders(symbol, TRIGGER)
    assert swaps.fetch_open_orders(symbol, params=TRIGGER) == []


@BOTH
def test_it_reads_and_sets_positions(swaps: Any, symbol: str, amount: float) -> None:
    swaps.create_order(symbol, "market", "sell", amount)
    product = {"subType": "linear" if symbol == LINEAR[0] else "inverse"}
    position = swaps.fetch_positions([symbol], product)[0]

    assert (position["side"], position["contracts"], position["entryPrice"]) == ("short", amount, 64999.9)
    assert swaps.set_leverage(7, symbol)["leverage"] == 7
    assert swaps.fetch_position_mode(symbol)["hedged"] is False
    assert swaps.create_order(symbol, "market", "buy", amount, params={"reduceOnly": True})["status"] == "closed"
    assert swaps.set_position_mode(True, symbol)["code"] == 200


def test_it_reads_the_wallets(swaps: Any) -> None:
    assert swaps.fetch_balance({"type": "future"})["USDT"]["total"] == 1_000_000
    assert swaps.fetch_balance({"type": "delivery", "subType": "inverse"})["BTC"]["total"] == 100


@BOTH
def test_it_understands_refusals(swaps: Any, paper: PaperClient, symbol: str, amount: float) -> None:
    """Which product a code is of it tells by the host, so that here it knows those that all products share."""
    swaps.load_markets()
    with pytest.raises(ccxt.OrderNotFound):
        swaps.fetch_order("404", symbol)
    with pytest.raises(ccxt.OrderNotFound):
        swaps.cancel_order("404", symbol)
    with pytest.raises(ccxt.ExchangeError, match="-2021"):
        swaps.create_order(symbol, "market", "sell", amount, params={"stopLossPrice": 66000})
    with pytest.raises(ccxt.ExchangeError, match="-2022"):
        swaps.create_order(symbol, "market", "sell", amount, params={"reduceOnly": True})
    paper.control("linear/wallet", {"USDT": "1"})
    paper.control("inverse/wallet", {"BTC": "0.0001"})
    with pytest.raises(ccxt.ExchangeError, match="-2019"):
        swaps.create_order(symbol, "market", "buy", amount)
    paper.arm("rate_limit", seconds=1)
    with pytest.raises(ccxt.DDoSProtection):
        swaps.create_order(symbol, "market", "buy", amount)


def test_it_does_not_know_what_became_of_a_lost_answer(swaps: Any, paper: PaperClient) -> None:
    swaps.load_markets()
    paper.arm("lose_answer")

    with pytest.raises(ccxt.NetworkError):
        swaps.create_order(LINEAR[0], "market", "buy", 0.01, params={"clientOrderId": "lost"})

    assert swaps.fetch_order(None, LINEAR[0], {"clientOrderId": "lost"})["status"] == "closed"
