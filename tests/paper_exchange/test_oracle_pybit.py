"""Bybit's own SDK, unchanged but for its address, takes the paper exchange for Bybit, in each category."""

from typing import Any

import pytest
from pybit.exceptions import InvalidRequestError

from tests.paper_exchange.paper_bybit import SIZES, SYMBOLS
from tests.paper_exchange.paper_client import PaperClient

EACH = pytest.mark.parametrize("category", ["spot", "linear", "inverse"])


def order(category: str, **parameters: object) -> dict[str, object]:
    asked = {
        "category": category,
        "symbol": SYMBOLS[category],
        "side": "Buy",
        "orderType": "Limit",
        "qty": SIZES[category],
        "price": "60000",
        "orderLinkId": "mine",
    }
    return asked | parameters


@EACH
def test_it_places_finds_amends_and_cancels(pybit: Any, category: str) -> None:
    named = {"category": category, "symbol": SYMBOLS[category], "orderLinkId": "mine"}
    placed = pybit.place_order(**order(category))["result"]

    (found,) = pybit.get_open_orders(**named)["result"]["list"]
    assert (found["orderId"], found["orderStatus"], found["price"]) == (placed["orderId"], "New", "60000")

    assert pybit.amend_order(**named, price="61000")["result"] == placed
    (found,) = pybit.get_open_orders(**named)["result"]["list"]
    assert found["price"] == "61000"

    assert pybit.cancel_order(**named)["result"] == placed
    (found,) = pybit.get_order_history(**named)["result"]["list"]
    assert found["orderStatus"] == "Cancelled"


@EACH
def test_it_trades_and_reads_its_fills(pybit: Any, category: str) -> None:
    unit = {"marketUnit": "baseCoin"} if category == "spot" else {}
    placed = pybit.place_order(**order(category, orderType="Market", price="", **unit))["result"]

    (fill,) = pybit.get_executions(category=category, symbol=SYMBOLS[category])["result"]["list"]
    assert (fill["orderId"], fill["execQty"]) == (placed["orderId"], SIZES[category])
    assert pybit.cancel_all_orders(category=category, symbol=SYMBOLS[category])["result"]["list"] == []


@EACH
def test_it_reads_the_market(pybit: Any, category: str) -> None:
    (symbol,) = pybit.get_instruments_info(category=category, symbol=SYMBOLS[category])["result"]["list"]
    (ticker,) = pybit.get_tickers(category=category, symbol=SYMBOLS[category])["result"]["list"]
    book = pybit.get_orderbook(category=category, symbol=SYMBOLS[category], limit=5)["result"]

    assert (symbol["status"], ticker["lastPrice"], len(book["b"])) == ("Trading", "65000", 5)
    assert pybit.get_server_time()["retCode"] == 0


@pytest.mark.parametrize("category", ["linear", "inverse"])
def test_it_reads_and_sets_positions(pybit: Any, category: str) -> None:
    named = {"category": category, "symbol": SYMBOLS[category]}
    pybit.place_order(**order(category, orderType="Market", side="Sell", price=""))
    pybit.set_leverage(**named, buyLeverage="7", sellLeverage="7")

    (position,) = pybit.get_positions(**named)["result"]["list"]
    assert (position["side"], position["size"], position["leverage"]) == ("Sell", SIZES[category], "7")


def test_it_reads_the_account(pybit: Any) -> None:
    (account,) = pybit.get_wallet_balance(accountType="UNIFIED", coin="BTC,USDT")["result"]["list"]
    assert {each["coin"]: each["walletBalance"] for each in account["coin"]} == {"BTC": "100", "USDT": "1000000"}
    assert pybit.get_api_key_information()["result"]["permissions"]["Spot"] == ["SpotTrade"]
    assert pybit.get_account_info()["result"]["marginMode"] == "REGULAR_MARGIN"


def test_it_understands_refusals(pybit: Any, paper: PaperClient) -> None:
    pybit.place_order(**order("spot"))
    for refused, code in (
        (order("spot"), 170141),
        (order("spot", orderLinkId="other", qty="90"), 170131),
        (order("linear", side="Sell", reduceOnly=True), 110017),
    ):
        with pytest.raises(InvalidRequestError) as error:
            pybit.place_order(**refused)
        assert error.value.status_code == code
