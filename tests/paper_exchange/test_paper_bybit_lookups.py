"""How orders are found at the paper Bybit: two lists, acknowledgements that come first, restarts that wipe."""

from typing import Any
from urllib.parse import unquote

import pytest

from tests.paper_exchange.paper_bybit import PaperBybit, code, result

EACH = pytest.mark.parametrize("category", ["spot", "linear", "inverse"])
DAY_MS = 86_400_000


def statuses(rows: Any) -> list[str]:
    return [each["orderStatus"] for each in rows]


@EACH
def test_an_unknown_id_is_a_success_with_an_empty_list(bybit: PaperBybit, category: str) -> None:
    for where in ("realtime", "history"):
        assert bybit.listed(where, category, orderLinkId="404") == []
        assert bybit.listed(where, category, orderId="404") == []


@EACH
def test_an_id_is_unique_for_ever(bybit: PaperBybit, category: str) -> None:
    """Also of orders that are closed, unlike Binance's."""
    placed = bybit.place(category, orderLinkId="mine")
    result(bybit.change("cancel", placed, category))
    bybit.control("restart", {})

    assert code(bybit.create(category, orderLinkId="mine")) == (170141 if category == "spot" else 110072)
    assert [each["orderLinkId"] for each in bybit.paper.seen("bybit/orders")] == ["mine"]


def test_an_id_whose_order_was_refused_is_free(bybit: PaperBybit) -> None:
    assert code(bybit.create(qty="90", orderLinkId="mine")) == 170131
    result(bybit.create(orderLinkId="mine"))


@EACH
def test_an_acknowledged_order_shows_later(bybit: PaperBybit, category: str) -> None:
    bybit.control("settings", {"realtime_ms": 2_000})

    placed = bybit.place(category)
    assert bybit.listed("realtime", category, orderId=placed) == []

    bybit.turn_clock(2_100)
    assert statuses(bybit.listed("realtime", category, orderId=placed)) == ["New"]


@EACH
def test_an_acknowledged_order_comes_to_the_engine_later(bybit: PaperBybit, category: str) -> None:
    bybit.control("settings", {"engine_ms": 2_000})

    placed = bybit.market(category)
    assert bybit.listed("realtime", category) == []
    assert code(bybit.change("cancel", placed, category)) == (170191 if category == "spot" else 110079)

    bybit.turn_clock(2_100)
    assert bybit.find(placed, category)["orderStatus"] == "Filled"


@EACH
def test_what_the_engine_refuses_afterwards_ends_rejected(bybit: PaperBybit, category: str) -> None:
    bybit.control("settings", {"engine_ms": 2_000})
    placed = bybit.place(category, orderLinkId="mine")
    bybit.control("balances", {"USDT": "0", "BTC": "0"})
    bybit.turn_clock(2_100)

    found = bybit.find(placed, category)

    assert (found["orderStatus"], found["rejectReason"], found["cumExecQty"]) == ("Rejected", "EC_Others", "0")
    assert statuses(bybit.listed("history", category)) == ["Rejected"]
    assert code(bybit.create(category, orderLinkId="mine")) == (170141 if category == "spot" else 110072)


def test_every_refusal_of_the_engine_can_come_afterwards(bybit: PaperBybit) -> None:
    bybit.control("settings", {"refuses_later": True})

    placed = bybit.place(qty="90")

    assert bybit.find(placed)["orderStatus"] == "Rejected"
    assert code(bybit.create(qty="0.0000001")) == 0


@EACH
def test_a_restart_wipes_what_is_closed_from_one_list_alone(bybit: PaperBybit, category: str) -> None:
    filled, resting = bybit.market(category), bybit.place(category)

    bybit.control("restart", {})

    assert bybit.listed("realtime", category, orderId=filled) == []
    assert statuses(bybit.listed("realtime", category, openOnly=1)) == ["New"]
    assert statuses(bybit.listed("history", category, orderId=filled)) == ["Filled"]
    result(bybit.change("cancel", resting, category))
    assert statuses(bybit.listed("realtime", category, orderId=resting)) == ["Cancelled"]


@EACH
def test_the_history_may_lag(bybit: PaperBybit, category: str) -> None:
    bybit.control("settings", {"history_ms": 3_000})
    placed = bybit.market(category)
    symbol = bybit.find(placed, category)["symbol"]

    assert bybit.listed("history", category) == []
    assert result(bybit.get("execution/list", category=category, symbol=symbol))["list"] == []

    bybit.turn_clock(3_100)
    assert statuses(bybit.listed("history", category)) == ["Filled"]
    assert len(result(bybit.get("execution/list", category=category, symbol=symbol))["list"]) == 1


def test_what_ended_without_a_fill_is_forgotten_after_a_day(bybit: PaperBybit) -> None:
    cancelled, filled = bybit.place(), bybit.market()
    result(bybit.change("cancel", cancelled))

    bybit.turn_clock(DAY_MS + 60_000)
    assert [each["orderId"] for each in bybit.listed("history")] == [filled]

    bybit.turn_clock(8 * DAY_MS)
    assert bybit.listed("history") == []
    start = int(bybit.find(filled)["createdTime"]) - 1
    assert [each["orderId"] for each in bybit.listed("history", startTime=start)] == [filled]


def test_closed_orders_are_told_when_named_or_asked_for(bybit: PaperBybit) -> None:
    filled, resting = bybit.market(), bybit.place()

    assert [each["orderId"] for each in bybit.listed("realtime")] == [resting]
    assert {each["orderId"] for each in bybit.listed("realtime", openOnly=1)} == {filled, resting}
    assert bybit.find(filled)["orderStatus"] == "Filled"


def test_the_last_five_hundred_closed_orders_are_kept(bybit: PaperBybit) -> None:
    bybit.control("settings", {"limits": {"/v5/order/create": 10_000}, "address_limit": 100_000})
    placed = [bybit.place(price="70000", timeInForce="PostOnly") for _ in range(501)]

    assert bybit.listed("realtime", orderId=placed[0]) == []
    assert statuses(bybit.listed("realtime", orderId=placed[1])) == ["Cancelled"]
    assert statuses(bybit.listed("history", orderId=placed[0])) == ["Cancelled"]


def test_a_long_list_comes_in_pages(bybit: PaperBybit) -> None:
    placed = [bybit.place(price=str(60_000 + number)) for number in range(5)]
    pages, cursor = [], ""
    for _ in range(3):
        named = {"cursor": unquote(cursor)} if cursor else {}
        page = result(bybit.get("order/realtime", category="spot", limit=2, **named))
        pages.append([each["orderId"] for each in page["list"]])
        cursor = page["nextPageCursor"]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert {each for page in pages for each in page} == {*placed}
    assert cursor == ""


def test_linear_orders_are_asked_for_by_a_symbol_or_a_coin(bybit: PaperBybit) -> None:
    placed = bybit.place("linear")

    assert code(bybit.get("order/realtime", category="linear")) == 10001
    by_coin = bybit.listed("realtime", "linear", settleCoin="USDT")
    assert [each["orderId"] for each in by_coin] == [placed]
    assert bybit.listed("realtime", "linear", settleCoin="USDC") == []


def test_a_service_of_spot_lists_what_it_holds(bybit: PaperBybit) -> None:
    plain = bybit.place()
    waiting = bybit.place("spot", "Sell", price="59000", triggerPrice="60000", orderFilter="tpslOrder")

    assert [each["orderId"] for each in bybit.listed("realtime", orderFilter="Order")] == [plain]
    assert [each["orderId"] for each in bybit.listed("realtime", orderFilter="tpslOrder")] == [waiting]
    result(bybit.post("order/cancel-all", category="spot"))
    assert [each["orderId"] for each in bybit.listed("realtime")] == [waiting]
    result(bybit.post("order/cancel-all", category="spot", orderFilter="tpslOrder"))
    assert bybit.listed("realtime") == []
    assert bybit.find(waiting)["orderStatus"] == "Deactivated"
