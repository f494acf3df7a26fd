"""What the paper Bybit refuses, and by which code: every reason of the exchange has one for each kind of product."""

from typing import Any

import pytest

from paper_exchange.dialects.bybit import refusals
from paper_exchange.refusal import FuturesKind, Kind, Reason, Refusal
from tests.paper_exchange.paper_bybit import PaperBybit, code

ELSEWHERE = {
    # What no order of this wire can ask for, so that no engine can refuse it here.
    Kind.SELF_TRADE_PREVENTION_NOT_SUPPORTED,
    Kind.ICEBERG_PARTS,
    Kind.TRAILING_DELTA,
    Kind.ICEBERG_EXCEEDS_QUANTITY,
    Kind.BOOK_TOO_THIN_TO_PEG,
    Kind.AMENDMENT_OF_UNSIZED,
    Kind.AMENDMENT_INCREASES,
    Kind.AMENDMENT_DUPLICATES_CLIENT_ID,
    Kind.PAIR_TYPE_NOT_SUPPORTED,
    Kind.PAIR_WITHOUT_STOP,
    Kind.PAIR_ON_WRONG_SIDE,
    # What a unified account has no rule for.
    Kind.MAX_ASSET,
    Kind.MAX_NUM_ICEBERG_ORDERS,
    Kind.MAX_NUM_ORDER_LISTS,
    Kind.EXCHANGE_MAX_NUM_ORDERS,
    Kind.EXCHANGE_MAX_NUM_ALGO_ORDERS,
    Kind.EXCHANGE_MAX_NUM_ICEBERG_ORDERS,
    Kind.EXCHANGE_MAX_NUM_ORDER_LISTS,
    Kind.MAX_POSITION,
    Kind.MAX_NUM_ORDER_AMENDS,
    # What it does not borrow.
    Kind.BORROWING_CLOSED,
    Kind.BORROWS_TOO_MUCH,
    Kind.NOTHING_TO_LEND,
    Kind.REPAYS_TOO_MUCH,
    Kind.REPAYS_WHAT_IS_NOT_FREE,
    Kind.UNKNOWN_MARGIN_ASSET,
    # What is said by a status alone.
    Kind.BANNED,
    # What no endpoint of this wire changes.
    FuturesKind.SAME_MARGIN_TYPE,
    FuturesKind.MARGIN_TYPE_HAS_ORDERS,
    FuturesKind.MARGIN_TYPE_HAS_POSITION,
    FuturesKind.NOT_REDUCE_ONLY,
    FuturesKind.TOO_MANY_MODIFICATIONS,
}


def test_every_reason_has_a_code_or_cannot_come() -> None:
    reasons: set[Reason] = {*Kind, *FuturesKind}

    assert {*refusals.SPOT} | {*refusals.CONTRACTS} == reasons - ELSEWHERE
    assert {*refusals.CONTRACTS} > {*FuturesKind} - ELSEWHERE


@pytest.mark.parametrize("kind", refusals.AFTERWARDS)
def test_what_ends_an_acknowledged_order_has_a_code_as_well(kind: Reason) -> None:
    """An amendment can come to the same."""
    spot = isinstance(kind, Kind)
    assert refusals.worded(Refusal(kind), spot=spot).code > 100_000


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"symbol": "NOUSDT"}, 170121),
        ({"symbol": "BTTUSDT"}, 170151),
        ({"qty": "90"}, 170131),
        ({"qty": "0.000001"}, 170136),
        ({"qty": "0.0100001"}, 170137),
        ({"qty": "10000"}, 170381),
        ({"qty": "0.00001"}, 170140),
        ({"orderType": "Market", "price": None, "qty": "1"}, 170140),
        ({"price": "60000.001"}, 170134),
        ({"price": "0.001"}, 170133),
        ({"price": "2000000"}, 170132),
        ({"price": "400000"}, 170193),
        ({"side": "Sell", "price": "1000"}, 170194),
        ({"price": "600000", "qty": "20"}, 170193),
        ({"price": None}, 10001),
        ({"qty": None}, 10001),
        ({"qty": "0"}, 10001),
        ({"qty": 1}, 10001),
        ({"qty": "-1"}, 10001),
        ({"qty": "1e-2"}, 10001),
        ({"side": "BUY"}, 10001),
        ({"orderType": "LIMIT"}, 10001),
        ({"timeInForce": "GTX"}, 10001),
        ({"orderLinkId": "x" * 37}, 10001),
        ({"orderLinkId": "with space"}, 10001),
    ],
)
def test_the_codes_of_spot(bybit: PaperBybit, order: dict[str, Any], expected: int) -> None:
    assert code(bybit.create(**order)) == expected
    assert bybit.paper.seen("bybit/orders") == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"symbol": "BTCUSD_PERP"}, 10001),
        ({"qty": "900"}, 110007),
        ({"qty": "0.0001"}, 10001),
        ({"qty": "0.0015"}, 10001),
        ({"qty": "5000"}, 10001),
        ({"qty": "0.001", "price": "4000"}, 110094),
        ({"price": "60000.05"}, 10001),
        ({"price": "0.05"}, 110003),
        ({"price": "2000000"}, 110003),
        ({"side": "Sell", "reduceOnly": True}, 110017),
        ({"positionIdx": 1}, 10001),
        ({"positionIdx": 3}, 10001),
    ],
)
def test_the_codes_of_contracts(bybit: PaperBybit, order: dict[str, Any], expected: int) -> None:
    assert code(bybit.create("linear", **order)) == expected
    assert bybit.paper.seen("bybit/orders") == []


def test_only_three_categories_are_played(bybit: PaperBybit) -> None:
    assert code(bybit.post("order/create", category="option", symbol="BTCUSDT")) == 10001
    assert code(bybit.get("order/realtime")) == 10001


def test_spot_has_room_for_thirty_waiting_orders_of_a_symbol(bybit: PaperBybit) -> None:
    bybit.control("settings", {"limits": {"/v5/order/create": 10_000}})
    asked: dict[str, Any] = {"qty": "0.001", "triggerPrice": "64000", "orderFilter": "tpslOrder", "price": "63000"}
    for _ in range(30):
        bybit.place("spot", "Sell", **asked)

    assert code(bybit.create("spot", "Sell", **asked)) == 170810


def test_a_contract_that_is_not_traded_is_told_and_refused(bybit: PaperBybit) -> None:
    bybit.control("linear/symbols", {"symbol": "BTCUSDT", "status": "BREAK"})

    assert code(bybit.create("linear")) == 110074
    assert bybit.public("instruments-info", category="linear", symbol="BTCUSDT")["list"] == []
    closed = bybit.public("instruments-info", category="linear", symbol="BTCUSDT", status="Closed")
    assert [each["symbol"] for each in closed["list"]] == ["BTCUSDT"]


def test_the_rules_are_told_as_they_are_checked(bybit: PaperBybit) -> None:
    bybit.paper.control("symbols", {"symbol": "BTCUSDT", "filters": {"LOT_SIZE": {"stepSize": "0.01"}}})
    bybit.control("linear/symbols", {"symbol": "BTCUSDT", "filters": {"MIN_NOTIONAL": {"notional": "700"}}})

    (spot,) = bybit.public("instruments-info", category="spot", symbol="BTCUSDT")["list"]
    (linear,) = bybit.public("instruments-info", category="linear", symbol="BTCUSDT")["list"]

    assert spot["lotSizeFilter"]["basePrecision"] == "0.01"
    assert linear["lotSizeFilter"]["minNotionalValue"] == "700"
    assert (code(bybit.create(qty="0.015")), code(bybit.create("linear"))) == (170137, 110094)
