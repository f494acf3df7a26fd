"""The verdict on Bybit's orders tells what must not be from what may: its exits, and what a row claims of an order."""

from typing import Any

import pytest

from local.bybit_orders import find_signals_id, is_made_exit, name_as_spot
from tests.e2e.chaos_bybit import find_missing_exits
from tests.e2e.chaos_verdict import find_differences

FIELDS = {"stop_loss": "60000", "take_profit": "70000"}
LISTED = {
    "orderId": "c0de",
    "orderLinkId": "ours",
    "parentOrderLinkId": "",
    "symbol": "BTCUSDT",
    "side": "Buy",
    "orderType": "Market",
    "stopOrderType": "",
    "price": "65000",
    "triggerPrice": "0",
    "qty": "0.010",
    "cumExecQty": "0.010",
    "orderStatus": "Filled",
}
ENTRY = name_as_spot(LISTED)
ROW = {
    "pk": "main/bybit/signal",
    "order_id": "c0de",
    "symbol": "BTCUSDT",
    "side": "BUY",
    "order_status": "FILLED",
    "executed_quantity": "0.01",
}


def listed(**fields: str) -> dict[str, Any]:
    return name_as_spot(LISTED | fields)


def made(kind: str, quantity: str = "0.010", status: str = "Untriggered") -> dict[str, Any]:
    return listed(
        orderId=kind, orderLinkId="", parentOrderLinkId="ours", stopOrderType=kind, qty=quantity, orderStatus=status
    )


PROFIT, LOSS = made("PartialTakeProfit"), made("PartialStopLoss")
RESTING = listed(orderStatus="New", cumExecQty="0")
IN_PART = listed(orderStatus="Cancelled", cumExecQty="0.004")


def test_an_exit_that_the_exchange_made_belongs_to_the_signal_of_its_entry() -> None:
    assert (is_made_exit(PROFIT), find_signals_id(PROFIT)) == (True, "ours")
    assert (is_made_exit(ENTRY), find_signals_id(ENTRY)) == (False, "ours")
    assert PROFIT["clientOrderId"] != LOSS["clientOrderId"]


@pytest.mark.parametrize(
    ("entries", "exits"),
    [
        pytest.param([ENTRY], [PROFIT, LOSS], id="all of it"),
        pytest.param([RESTING], [], id="nothing traded"),
        pytest.param([], [], id="nothing there"),
        pytest.param([IN_PART], [made("PartialTakeProfit", "0.004"), made("PartialStopLoss", "0.004")], id="in part"),
        pytest.param(
            [ENTRY],
            [made(kind, part) for kind in ("PartialTakeProfit", "PartialStopLoss") for part in ("0.004", "0.006")],
            id="a pair for each fill",
        ),
    ],
)
def test_exits_that_may_be(entries: list[dict[str, Any]], exits: list[dict[str, Any]]) -> None:
    assert find_missing_exits(FIELDS, entries, exits) == []


@pytest.mark.parametrize(
    ("fields", "entries", "exits", "complaints"),
    [
        (FIELDS, [ENTRY], [PROFIT], ["a stop_loss of 0, and 0.010 is to be protected"]),
        (FIELDS, [ENTRY], [LOSS], ["a take_profit of 0, and 0.010 is to be protected"]),
        (FIELDS, [ENTRY], [PROFIT, LOSS, LOSS], ["a stop_loss of 0.020, and 0.010 is to be protected"]),
        (
            FIELDS,
            [ENTRY],
            [PROFIT, made("PartialStopLoss", status="Cancelled")],
            ["a stop_loss of 0, and 0.010 is to be protected"],
        ),
        (
            FIELDS,
            [IN_PART],
            [made("PartialTakeProfit", "0.004"), LOSS],
            ["a stop_loss of 0.010, and 0.004 is to be protected"],
        ),
        ({}, [ENTRY], [LOSS], ["a stop_loss of 0.010, and 0 is to be protected"]),
        ({"stop_loss": "60000"}, [RESTING], [LOSS], ["a stop_loss of 0.010, and 0 is to be protected"]),
    ],
)
def test_exits_that_must_not_be(
    fields: dict[str, str], entries: list[dict[str, Any]], exits: list[dict[str, Any]], complaints: list[str]
) -> None:
    assert find_missing_exits(fields, entries, exits) == complaints


ACKNOWLEDGED = {"order_status": "ACCEPTED", "executed_quantity": "0"}


@pytest.mark.parametrize(
    ("row", "order"),
    [
        pytest.param(ROW, ENTRY, id="looked up"),
        pytest.param(ROW | ACKNOWLEDGED, ENTRY, id="nothing was told of it but that it is there"),
        pytest.param(ROW | ACKNOWLEDGED, listed(orderStatus="Rejected", cumExecQty="0"), id="refused inside later"),
        pytest.param(ROW | {"order_status": "NEW", "executed_quantity": "0"}, RESTING, id="resting"),
    ],
)
def test_what_a_row_may_tell(row: dict[str, str], order: dict[str, Any]) -> None:
    assert find_differences(row, order) == []


@pytest.mark.parametrize(
    ("row", "order", "complaint"),
    [
        (
            ROW | ACKNOWLEDGED | {"executed_quantity": "0.01"},
            ENTRY,
            "the row's executed_quantity is 0.01, the exchange's 0",
        ),
        (ROW | ACKNOWLEDGED | {"order_id": "other"}, ENTRY, "the row's order_id is other, the exchange's c0de"),
        (ROW | ACKNOWLEDGED | {"side": "SELL"}, ENTRY, "the row's side is SELL, the exchange's BUY"),
        (ROW, IN_PART, "the row's order_status is FILLED, the exchange's CANCELED"),
        (ROW | {"executed_quantity": "0.02"}, ENTRY, "the row's executed_quantity is 0.02, the exchange's 0.010"),
        (
            ROW | {"pk": "main/binance-spot/signal", "order_status": "ACCEPTED"},
            ENTRY,
            "the row's order_status is ACCEPTED, the exchange's FILLED",
        ),
    ],
)
def test_what_a_row_must_not_tell(row: dict[str, str], order: dict[str, Any], complaint: str) -> None:
    assert complaint in find_differences(row, order)
