"""Orders at the paper Bybit: what each lifetime and unit does, how an order is found, changed and cancelled."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import requests

from tests.paper_exchange.paper_bybit import SIZES, PaperBybit, code, result

EACH = pytest.mark.parametrize("category", ["spot", "linear", "inverse"])
CONTRACTS = pytest.mark.parametrize("category", ["linear", "inverse"])


def told(order: Any, *names: str) -> tuple[Any, ...]:
    return tuple(order[name] for name in names)


@EACH
def test_an_order_rests_and_is_found_by_either_id(bybit: PaperBybit, category: str) -> None:
    answer = bybit.create(category, orderLinkId="mine")

    assert answer.json()["result"].keys() == {"orderId", "orderLinkId"}
    by_link = bybit.listed("realtime", category, orderLinkId="mine")
    assert by_link == [bybit.find(answer.json()["result"]["orderId"], category)]
    assert told(by_link[0], "orderStatus", "price", "qty", "cumExecQty", "side", "timeInForce") == (
        "New",
        "60000",
        SIZES[category],
        "0",
        "Buy",
        "GTC",
    )
    assert bybit.listed("history", category) == []


@EACH
def test_a_market_order_is_made_ioc_and_fills(bybit: PaperBybit, category: str) -> None:
    found = bybit.find(bybit.market(category), category)

    assert told(found, "orderStatus", "timeInForce", "orderType", "cumExecQty", "leavesQty") == (
        "Filled",
        "IOC",
        "Market",
        SIZES[category],
        "0",
    )
    assert Decimal("65000") <= Decimal(found["avgPrice"]) <= Decimal("65000.2")
    assert bybit.listed("history", category)[0]["orderId"] == found["orderId"]
    fills = result(bybit.get("execution/list", category=category, symbol=found["symbol"]))["list"]
    assert [each["execQty"] for each in fills] == [SIZES[category]]


def test_an_inverse_contract_is_one_dollar(bybit: PaperBybit) -> None:
    """300 of them at 65,000.1 are worth 300 / 65,000.1 BTC."""
    found = bybit.find(bybit.market("inverse"), "inverse")

    assert abs(Decimal(found["cumExecValue"]) - Decimal(300) / Decimal("65000.1")) < Decimal("1E-8")
    assert Decimal(bybit.coin("BTC")["walletBalance"]) < 100
    assert bybit.position("inverse") == ("Buy", "300")


def test_a_market_buy_of_spot_counts_quote_units_unless_said_otherwise(bybit: PaperBybit) -> None:
    by_value = bybit.find(bybit.market(qty="650", marketUnit=None))
    by_base = bybit.find(bybit.market(qty="0.02"))
    sold = bybit.find(bybit.market("spot", "Sell", qty="0.02", marketUnit=None))

    assert told(by_value, "marketUnit", "qty", "cumExecQty") == ("quoteCoin", "650", "0.00999")
    assert told(by_base, "marketUnit", "cumExecQty") == ("baseCoin", "0.02")
    assert told(sold, "marketUnit", "cumExecQty") == ("baseCoin", "0.02")


@EACH
def test_fok_ioc_and_post_only_end_cancelled_and_are_not_refused(bybit: PaperBybit, category: str) -> None:
    """What would take is cancelled, not refused ("Place Order", PostOnly)."""
    large = {"spot": "8", "linear": "50", "inverse": "4000000"}[category]
    best = "65000.01" if category == "spot" else "65000.1"
    killed = bybit.place(category, qty=large, price=best, timeInForce="FOK")
    partly = bybit.place(category, qty=large, price=best, timeInForce="IOC")
    taker = bybit.place(category, price="65001", timeInForce="PostOnly")
    maker = bybit.place(category, price="64000", timeInForce="PostOnly")

    found = [bybit.find(each, category) for each in (killed, partly, taker, maker)]
    cut = "PartiallyFilledCanceled" if category == "spot" else "Cancelled"
    assert [each["orderStatus"] for each in found] == ["Cancelled", cut, "Cancelled", "New"]
    assert [each["rejectReason"] for each in found[:3]] == [
        "EC_NoEnoughQtyToFill",
        "EC_NoImmediateQtyToFill",
        "EC_PostOnlyWillTakeLiquidity",
    ]
    assert Decimal(found[1]["cumExecQty"]) > 0


@EACH
def test_an_order_is_amended_in_quantity_and_price(bybit: PaperBybit, category: str) -> None:
    placed = bybit.place(category, price="60000")
    more = {"spot": "0.02", "linear": "0.02", "inverse": "600"}[category]

    result(bybit.change("amend", placed, category, qty=more, price="61000"))

    assert told(bybit.find(placed, category), "orderId", "qty", "price", "orderStatus") == (
        placed,
        more,
        "61000",
        "New",
    )
    assert code(bybit.change("amend", placed, category, qty=more, price="61000")) == 10001
    result(bybit.change("amend", placed, category, price="65001"))
    assert bybit.find(placed, category)["orderStatus"] == "Filled"


def test_an_amended_spot_order_holds_what_it_needs_now(bybit: PaperBybit) -> None:
    placed = bybit.place(qty="0.1", price="60000")
    assert bybit.coin("USDT")["locked"] == "6000"

    result(bybit.change("amend", placed, qty="0.2"))
    assert bybit.coin("USDT")["locked"] == "12000"

    assert code(bybit.change("amend", placed, qty="80")) == 170131
    assert bybit.find(placed)["qty"] == "0.2"
    result(bybit.change("amend", placed, qty="0.05"))
    assert bybit.coin("USDT")["locked"] == "3000"


@EACH
def test_a_cancelled_order_is_closed_and_says_so(bybit: PaperBybit, category: str) -> None:
    placed, filled = bybit.place(category), bybit.market(category)

    result(bybit.change("cancel", placed, category))

    found = bybit.find(placed, category)
    assert told(found, "orderStatus", "cancelType", "leavesQty") == ("Cancelled", "CancelByUser", "0")
    spot = category == "spot"
    assert code(bybit.change("cancel", placed, category)) == (170142 if spot else 110010)
    assert code(bybit.change("cancel", filled, category)) == (170139 if spot else 110008)
    assert code(bybit.change("cancel", "404", category)) == (170213 if spot else 110001)


@EACH
def test_cancel_all_ends_what_is_open_of_the_category(bybit: PaperBybit, category: str) -> None:
    placed = [bybit.place(category, price=price) for price in ("60000", "61000")]
    other = bybit.place("linear" if category == "spot" else "spot")

    ended = result(bybit.post("order/cancel-all", category=category, symbol=bybit.find(placed[0], category)["symbol"]))

    assert [each["orderId"] for each in ended["list"]] == placed
    assert ended["success"] == "1"
    assert bybit.listed("realtime", category) == []
    assert bybit.find(other, "linear" if category == "spot" else "spot")["orderStatus"] == "New"


@CONTRACTS
def test_reduce_only_is_cut_to_the_position_and_refused_without_one(bybit: PaperBybit, category: str) -> None:
    assert code(bybit.create(category, "Sell", reduceOnly=True)) == 110017
    bybit.market(category)

    more = {"linear": "0.05", "inverse": "900"}[category]
    closed = bybit.find(bybit.market(category, "Sell", qty=more, reduceOnly=True), category)

    assert told(closed, "orderStatus", "cumExecQty") == ("Filled", SIZES[category])
    assert bybit.position(category) == ("", "0")


@CONTRACTS
def test_quantity_zero_closes_whatever_is_open(bybit: PaperBybit, category: str) -> None:
    bybit.market(category)

    closed = bybit.market(category, "Sell", qty="0", reduceOnly=True, closeOnTrigger=True)

    assert bybit.find(closed, category)["cumExecQty"] == SIZES[category]
    assert bybit.position(category) == ("", "0")
    assert code(bybit.create(category, qty="0")) == 10001


def test_hedge_mode_has_two_positions(bybit: PaperBybit) -> None:
    assert code(bybit.create("linear", positionIdx=1)) == 10001
    result(bybit.post("position/switch-mode", category="linear", symbol="BTCUSDT", mode=3))
    assert code(bybit.post("position/switch-mode", category="linear", symbol="BTCUSDT", mode=3)) == 110025
    assert code(bybit.post("position/switch-mode", category="inverse", symbol="BTCUSD", mode=3)) == 110029

    bybit.market("linear", "Buy", positionIdx=1)
    bybit.market("linear", "Sell", positionIdx=2, qty="0.03")
    assert code(bybit.create("linear")) == 10001
    assert (bybit.position(index=1), bybit.position(index=2)) == (("Buy", "0.01"), ("Sell", "0.03"))

    bybit.market("linear", "Sell", positionIdx=1, reduceOnly=True)
    assert (bybit.position(index=1), bybit.position(index=2)) == (("", "0"), ("Sell", "0.03"))
    assert code(bybit.create("linear", "Buy", positionIdx=1, reduceOnly=True)) == 110017


def test_each_symbol_has_a_mode_of_its_own_and_a_coin_sets_those_that_are_free(bybit: PaperBybit) -> None:
    def modes() -> dict[str, int]:
        names = ("BTCUSDT", "ETHUSDT")
        asked = {name: result(bybit.get("position/list", category="linear", symbol=name))["list"] for name in names}
        return {name: len(rows) for name, rows in asked.items()}

    switch = partial(bybit.post, "position/switch-mode", category="linear")
    assert code(switch(mode=3)) == 10001
    result(switch(symbol="ETHUSDT", mode=3))
    assert modes() == {"BTCUSDT": 1, "ETHUSDT": 2}
    result(switch(coin="USDT", mode=3))
    assert modes() == {"BTCUSDT": 2, "ETHUSDT": 2}
    assert code(switch(coin="USDT", mode=3)) == 110025

    bybit.market("linear", "Buy", positionIdx=1)
    result(switch(coin="USDT", mode=0))

    assert modes() == {"BTCUSDT": 2, "ETHUSDT": 1}
    assert code(switch(symbol="BTCUSDT", mode=0)) == 110024


def test_leverage_has_two_decimals(bybit: PaperBybit) -> None:
    def set_leverage(value: str) -> requests.Response:
        named = {"category": "linear", "symbol": "BTCUSDT"}
        return bybit.post("position/set-leverage", **named, buyLeverage=value, sellLeverage=value)

    result(set_leverage("12.50"))
    rows = result(bybit.get("position/list", category="linear", symbol="BTCUSDT"))["list"]

    assert [each["leverage"] for each in rows] == ["12.5"]
    assert [code(set_leverage(value)) for value in ("12.5", "12.505", "0.5", "200")] == [110043, 10001, 110013, 110013]
    bybit.market("linear", qty="0.1")
    held = result(bybit.get("position/list", category="linear", symbol="BTCUSDT"))["list"][0]
    assert Decimal(held["positionIM"]) * Decimal("12.5") == Decimal(held["markPrice"]) * Decimal("0.1")


def test_leverage_is_set_for_both_sides(bybit: PaperBybit) -> None:
    leverage = {"category": "linear", "symbol": "BTCUSDT", "buyLeverage": "7", "sellLeverage": "7"}
    result(bybit.post("position/set-leverage", **leverage))

    assert code(bybit.post("position/set-leverage", **leverage)) == 110043
    rows = result(bybit.get("position/list", category="linear", symbol="BTCUSDT"))["list"]
    assert [each["leverage"] for each in rows] == ["7"]


def test_one_wallet_pays_for_spot_and_stands_behind_contracts(bybit: PaperBybit) -> None:
    bybit.control("balances", {"USDT": "100"})
    assert code(bybit.create("linear", orderType="Market", qty="0.1")) == 110007
    assert code(bybit.create("spot", qty="0.01")) == 170131

    bybit.market("linear", qty="0.02")
    behind = bybit.coin("USDT")
    assert Decimal(behind["totalPositionIM"]) == 65
    assert Decimal(behind["walletBalance"]) < 100
