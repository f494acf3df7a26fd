"""Attached take-profits and stop-losses at the paper Bybit: orders of their own, made as their entry fills."""

from decimal import Decimal
from typing import Any

import pytest

from tests.paper_exchange.paper_bybit import SIZES, PaperBybit, code, result

CONTRACTS = pytest.mark.parametrize("category", ["linear", "inverse"])
EXITS: dict[str, Any] = {"takeProfit": "70000", "stopLoss": "60000"}
PARTIAL = EXITS | {"tpslMode": "Partial"}


def children(bybit: PaperBybit, category: str) -> list[Any]:
    """Every exit that was ever made, oldest first, whether a list shows it or not."""
    orders = bybit.paper.seen("bybit/orders")
    return [
        each
        for each in orders
        if each["stopOrderType"] not in ("", "Stop") and ("tpslMode" not in each) == (category == "spot")
    ]


def told(rows: list[Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in names) for each in rows]


@CONTRACTS
def test_a_filled_entry_has_a_pair_of_exits_that_name_it(bybit: PaperBybit, category: str) -> None:
    bybit.market(category, orderLinkId="entry", **PARTIAL)

    assert told(
        children(bybit, category),
        "stopOrderType",
        "side",
        "qty",
        "triggerPrice",
        "reduceOnly",
        "closeOnTrigger",
        "parentOrderLinkId",
        "orderStatus",
    ) == [
        ("PartialTakeProfit", "Sell", SIZES[category], "70000", True, True, "entry", "Untriggered"),
        ("PartialStopLoss", "Sell", SIZES[category], "60000", True, True, "entry", "Untriggered"),
    ]


@CONTRACTS
@pytest.mark.parametrize(("price", "ends"), [("70000", "PartialTakeProfit"), ("60000", "PartialStopLoss")])
def test_one_exit_ends_the_position_and_the_other_exit(bybit: PaperBybit, category: str, price: str, ends: str) -> None:
    bybit.market(category, **PARTIAL)

    bybit.prices(category, price)

    ended = {each["stopOrderType"]: each["orderStatus"] for each in children(bybit, category)}
    assert ended.pop(ends) == "Filled"
    assert [*ended.values()] == ["Deactivated"]
    assert bybit.position(category) == ("", "0")


@CONTRACTS
def test_a_partial_fill_has_exits_of_what_it_filled(bybit: PaperBybit, category: str) -> None:
    """Before the rest fills; each fill makes a pair of its own."""
    symbol, first, rest = {"linear": ("BTCUSDT", "0.004", "0.006"), "inverse": ("BTCUSD", "100", "200")}[category]
    bybit.place(category, price="64000", **PARTIAL)
    assert children(bybit, category) == []

    bybit.control(f"{category}/books", {symbol: {"bids": [["63000", "1000"]], "asks": [["64000", first]]}})
    assert told(children(bybit, category), "qty") == [(first,)] * 2

    bybit.control(f"{category}/books", {symbol: {"bids": [["63000", "1000"]], "asks": [["64000", "1000"]]}})
    assert told(children(bybit, category), "qty") == [(first,)] * 2 + [(rest,)] * 2

    bybit.prices(category, "60000")
    assert bybit.position(category) == ("", "0")


@CONTRACTS
def test_the_mode_full_has_one_pair_for_the_whole_position(bybit: PaperBybit, category: str) -> None:
    bybit.market(category, **EXITS)
    bybit.market(category, **(EXITS | {"stopLoss": "61000"}))

    standing = [each for each in children(bybit, category) if each["orderStatus"] == "Untriggered"]
    assert told(standing, "stopOrderType", "triggerPrice", "qty") == [
        ("TakeProfit", "70000", "0"),
        ("StopLoss", "61000", "0"),
    ]

    bybit.prices(category, "61000")
    assert bybit.position(category) == ("", "0")


@CONTRACTS
def test_a_partial_exit_leaves_the_rest_of_the_position(bybit: PaperBybit, category: str) -> None:
    bybit.market(category)
    bybit.market(category, **PARTIAL)

    bybit.prices(category, "60000")
    assert bybit.position(category) == ("Buy", SIZES[category])
    bybit.prices(category, "71000")
    assert bybit.position(category) == ("Buy", SIZES[category])


@CONTRACTS
def test_exits_may_be_limit_orders_in_the_partial_mode_alone(bybit: PaperBybit, category: str) -> None:
    limits = {"tpOrderType": "Limit", "tpLimitPrice": "70100", "slOrderType": "Limit", "slLimitPrice": "59900"}
    assert code(bybit.create(category, **EXITS, **limits)) == 10001
    bybit.market(category, **PARTIAL, **limits)

    bybit.prices(category, "70050")
    profit = children(bybit, category)[0]
    assert (profit["orderStatus"], profit["price"]) == ("New", "70100")
    bybit.prices(category, "70200")
    assert children(bybit, category)[0]["avgPrice"] == "70100"


@CONTRACTS
def test_exits_end_with_the_position_that_they_are_for(bybit: PaperBybit, category: str) -> None:
    bybit.market(category, **PARTIAL)

    bybit.market(category, "Sell", reduceOnly=True)

    assert told(children(bybit, category), "orderStatus", "cancelType") == [("Deactivated", "CancelByTpSlTsClear")] * 2


@CONTRACTS
def test_a_short_has_its_exits_the_other_way_round(bybit: PaperBybit, category: str) -> None:
    bybit.market(category, "Sell", takeProfit="60000", stopLoss="70000", tpslMode="Partial")

    bybit.prices(category, "70000")

    assert told(children(bybit, category), "side", "orderStatus") == [("Buy", "Deactivated"), ("Buy", "Filled")]
    assert bybit.position(category) == ("", "0")


def test_hedge_mode_keeps_the_exits_of_either_side_apart(bybit: PaperBybit) -> None:
    bybit.control("positionMode", {"dualSidePosition": True})
    bybit.market("linear", "Sell", positionIdx=2)
    bybit.market("linear", "Buy", positionIdx=1, **PARTIAL)

    bybit.prices("linear", "60000")

    assert (bybit.position(index=1), bybit.position(index=2)) == (("", "0"), ("Sell", "0.01"))


@CONTRACTS
def test_a_market_that_jumps_past_an_exit_ends_the_position_at_once(bybit: PaperBybit, category: str) -> None:
    """What fills a resting entry may be past its stop already."""
    bybit.place(category, price="62000", **PARTIAL)

    bybit.prices(category, "59000")

    assert bybit.position(category) == ("", "0")
    assert sorted(each["orderStatus"] for each in children(bybit, category)) == ["Deactivated", "Filled"]


@pytest.mark.parametrize("category", ["spot", "linear", "inverse"])
def test_exits_on_the_wrong_side_of_the_price_are_refused(bybit: PaperBybit, category: str) -> None:
    assert code(bybit.create(category, takeProfit="59000")) == 10001
    assert code(bybit.create(category, stopLoss="60000")) == 10001
    if category != "spot":
        bybit.market(category, "Sell")
        assert code(bybit.create(category, reduceOnly=True, takeProfit="70000")) == 110057


@CONTRACTS
def test_exits_of_a_resting_entry_are_amended_with_it(bybit: PaperBybit, category: str) -> None:
    placed = bybit.place(category, price="64000", **PARTIAL)

    result(bybit.change("amend", placed, category, stopLoss="61000", takeProfit="0"))
    bybit.prices(category, "63900")

    assert told(children(bybit, category), "stopOrderType", "triggerPrice") == [("PartialStopLoss", "61000")]


@pytest.mark.parametrize(("price", "ends", "other"), [("70000", 0, 1), ("60000", 1, 0)])
def test_a_pair_of_exits_at_spot_shares_what_was_bought(bybit: PaperBybit, price: str, ends: int, other: int) -> None:
    """What is sold is the fill less its commission."""
    bybit.place(price="65000.01", qty="1", **EXITS)
    assert bybit.coin("BTC")["locked"] == "0.999"

    bybit.prices("spot", price)

    pair = children(bybit, "spot")
    assert (pair[ends]["orderStatus"], pair[ends]["cumExecQty"]) == ("Filled", "0.999")
    assert pair[other]["orderStatus"] == "Deactivated"
    assert bybit.coin("BTC")["locked"] == "0"


def test_a_single_exit_at_spot_is_made_of_each_fill(bybit: PaperBybit) -> None:
    entry = bybit.place(price="64000", qty="1", stopLoss="60000", slOrderType="Limit", slLimitPrice="59900")
    bybit.paper.control("books", {"BTCUSDT": {"bids": [["63000", "9"]], "asks": [["64000", "0.4"]]}})

    found = bybit.find(entry)
    assert (found["orderStatus"], found["cumExecQty"]) == ("PartiallyFilled", "0.4")
    assert told(children(bybit, "spot"), "stopOrderType", "qty", "price", "orderStatus") == [
        ("tpslOrder", "0.3996", "59900", "Untriggered")
    ]


def test_each_fill_at_spot_pays_its_own_commission(bybit: PaperBybit) -> None:
    bybit.place(price="64000", qty="1", stopLoss="60000")
    for asks in ("0.4", "0.6"):
        bybit.paper.control("books", {"BTCUSDT": {"bids": [["63000", "9"]], "asks": [["64000", asks]]}})

    assert told(children(bybit, "spot"), "qty") == [("0.3996",), ("0.5994",)]


@pytest.mark.parametrize("exits", [EXITS, {"stopLoss": "60000"}])
def test_a_market_of_spot_that_jumps_past_an_exit_sells_at_once(bybit: PaperBybit, exits: dict[str, Any]) -> None:
    """It must not wait for the market to come back from below."""
    bybit.place(price="62000", qty="1", **exits)

    bybit.prices("spot", "59000")

    ended = [each for each in children(bybit, "spot") if each["triggerPrice"] == "60000"]
    assert told(ended, "orderStatus", "cumExecQty") == [("Filled", "0.999")]
    assert bybit.coin("BTC")["locked"] == "0"


def test_only_a_limit_order_of_spot_takes_exits(bybit: PaperBybit) -> None:
    at: dict[str, Any] = {"orderType": "Market", "price": None, "marketUnit": "baseCoin"}
    assert code(bybit.create("spot", **at, **EXITS)) == 10001


@CONTRACTS
def test_exits_are_made_of_what_a_trigger_fills(bybit: PaperBybit, category: str) -> None:
    bybit.market(category, triggerPrice="66000", triggerDirection=1, **PARTIAL)
    assert children(bybit, category) == []

    bybit.prices(category, "66000")

    assert told(children(bybit, category), "qty") == [(SIZES[category],)] * 2
    assert Decimal(bybit.position(category)[1]) == Decimal(SIZES[category])
