"""ccxt, unchanged but for its base URLs, trades with margin accounts of the paper exchange."""

from typing import Any

import ccxt
import pytest

from tests.paper_exchange.paper_client import PaperClient

BTC = "BTC/USDT"
MODES = ["cross", "isolated"]


def test_it_knows_which_markets_have_margin(margin_binance: Any) -> None:
    markets = margin_binance.load_markets()

    assert markets[BTC]["margin"]
    assert markets[BTC]["marginModes"] == {"cross": True, "isolated": True}
    assert not markets["SHIB/USDT"]["margin"]
    assert markets["SHIB/USDT"]["marginModes"] == {"cross": False, "isolated": False}


@pytest.mark.parametrize("mode", MODES)
def test_it_places_finds_and_cancels_an_order(margin_binance: Any, mode: str) -> None:
    margin = {"marginMode": mode}
    placed = margin_binance.create_order(BTC, "limit", "buy", 0.1, 60000, {"newClientOrderId": "mine", **margin})
    found = margin_binance.fetch_order(None, BTC, {"origClientOrderId": "mine", **margin})

    assert (found["id"], found["status"], found["info"]["isIsolated"]) == (placed["id"], "open", mode == "isolated")
    assert [each["id"] for each in margin_binance.fetch_open_orders(BTC, params=margin)] == [placed["id"]]
    assert margin_binance.cancel_order(placed["id"], BTC, margin)["status"] == "canceled"
    assert [each["status"] for each in margin_binance.fetch_orders(BTC, params=margin)] == ["canceled"]


@pytest.mark.parametrize("mode", MODES)
def test_it_does_not_find_an_order_in_the_other_account(margin_binance: Any, mode: str) -> None:
    other = {"marginMode": next(each for each in MODES if each != mode)}
    placed = margin_binance.create_order(BTC, "limit", "buy", 0.1, 60000, {"marginMode": mode})

    with pytest.raises(ccxt.OrderNotFound):
        margin_binance.fetch_order(placed["id"], BTC, other)
    with pytest.raises(ccxt.OrderNotFound):
        margin_binance.cancel_order(placed["id"], BTC, other)
    with pytest.raises(ccxt.OrderNotFound):
        margin_binance.fetch_order(placed["id"], BTC)


@pytest.mark.parametrize("mode", MODES)
def test_it_borrows_and_repays(margin_binance: Any, paper: PaperClient, mode: str) -> None:
    paper.control("margin", {"cross": {"BTC": "0"}, "BTCUSDT": {"BTC": "0"}})
    margin = {"marginMode": mode}
    margin_binance.create_order(BTC, "market", "sell", 0.01, params={"sideEffectType": "MARGIN_BUY", **margin})
    assert debt(margin_binance, mode) == 0.01

    margin_binance.create_order(BTC, "market", "buy", 0.02, params={"reduceOnly": True, **margin})  # AUTO_REPAY

    assert debt(margin_binance, mode) == 0
    assert [each["side"] for each in margin_binance.fetch_my_trades(BTC, params=margin)] == ["sell", "buy"]


def debt(binance: Any, mode: str) -> float:
    told = binance.fetch_balance({"marginMode": mode, **({"symbols": [BTC]} if mode == "isolated" else {})})
    owed: float = told["BTC"]["debt"]
    return owed


@pytest.mark.parametrize("mode", MODES)
def test_it_cancels_all_orders_of_a_symbol(margin_binance: Any, mode: str) -> None:
    margin = {"marginMode": mode}
    for _ in range(2):
        margin_binance.create_order(BTC, "limit", "buy", 0.05, 60000, margin)

    assert len(margin_binance.cancel_all_orders(BTC, margin)) == 2
    assert margin_binance.fetch_open_orders(BTC, params=margin) == []


@pytest.mark.parametrize("mode", MODES)
def test_it_places_an_oco(margin_binance: Any, mode: str) -> None:
    flag = {"isIsolated": "TRUE"} if mode == "isolated" else {}
    oco = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "0.1", "price": "70000", "stopPrice": "60000", **flag}
    placed = margin_binance.sapi_post_margin_order_oco(oco)

    named = {"orderListId": placed["orderListId"], **({"symbol": "BTCUSDT", **flag} if flag else {})}
    assert margin_binance.sapi_get_margin_orderlist(named)["orders"] == placed["orders"]
    cancel = {"symbol": "BTCUSDT", "orderListId": placed["orderListId"], **flag}
    assert margin_binance.sapi_delete_margin_orderlist(cancel)["listOrderStatus"] == "ALL_DONE"


def test_it_understands_refusals(margin_binance: Any, paper: PaperClient) -> None:
    """Codes that margin alone has it knows by the host of the address, which is another here."""
    with pytest.raises(ccxt.InsufficientFunds):
        margin_binance.create_order(BTC, "market", "buy", 5, params={"marginMode": "isolated"})
    paper.control("lending", {"limits": {"USDT": "1"}})
    with pytest.raises(ccxt.ExchangeError, match="exceed maximum borrow amount"):
        margin_binance.create_order(
            BTC, "market", "buy", 5, params={"marginMode": "isolated", "sideEffectType": "MARGIN_BUY"}
        )
    with pytest.raises(ccxt.ExchangeError, match="Not a valid margin pair"):
        margin_binance.create_order("SHIB/USDT", "market", "sell", 1_000_000, params={"marginMode": "cross"})
