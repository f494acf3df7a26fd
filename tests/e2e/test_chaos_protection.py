"""The verdict on an entry's exits tells what must not be from what may."""

from typing import Any

import pytest

from tests.e2e.chaos_protection import find_unprotected

FIELDS = {"stop_loss": "60000", "take_profit": "70000"}
IN_DOUBT = {"state": "DEAD", "doubts": 1, "due": 1}
ACCEPTED = {"state": "ACCEPTED"}


def order(name: str, quantity: str = "0.010", status: str = "NEW", **more: str) -> dict[str, Any]:
    return {"clientOrderId": name, "origQty": quantity, "status": status, "price": "0", "executedQty": "0"} | more


ENTRY = order("entry", status="FILLED", executedQty="0.010")
UNFILLED = order("entry", status="EXPIRED")
STOP = order("stop", price="60000.00000000")
OLD_STOP = order("first", status="CANCELED")
ENDED_STOP = STOP | {"status": "CANCELED"}
PROFIT = order("profit", price="70000.00000000")


@pytest.mark.parametrize(
    ("row", "entries", "exits"),
    [
        pytest.param(ACCEPTED, [ENTRY], [STOP, PROFIT], id="all of it"),
        pytest.param(
            ACCEPTED, [ENTRY], [order("first", status="CANCELED"), STOP, PROFIT], id="a stop of an earlier round"
        ),
        pytest.param(ACCEPTED, [UNFILLED], [ENDED_STOP], id="nothing traded"),
        pytest.param({"state": "DEAD"}, [], [ENDED_STOP], id="dead"),
        pytest.param(IN_DOUBT, [], [STOP], id="dead, and its last audit will end the stop"),
        pytest.param(ACCEPTED | {"detail": "... its take-profit is not: ..."}, [ENTRY], [STOP], id="a profit refused"),
    ],
)
def test_what_may_be(row: dict[str, Any], entries: list[dict[str, Any]], exits: list[dict[str, Any]]) -> None:
    assert find_unprotected(row, FIELDS, entries, exits) == []


@pytest.mark.parametrize(
    ("row", "entries", "exits"),
    [
        pytest.param(ACCEPTED, [ENTRY], [PROFIT], id="no stop"),
        pytest.param(ACCEPTED, [ENTRY], [ENDED_STOP, PROFIT], id="its stop was ended"),
        pytest.param(ACCEPTED, [order("entry")], [], id="an entry that rests without a stop"),
        pytest.param(ACCEPTED, [ENTRY], [STOP, STOP, PROFIT], id="a stop twice"),
        pytest.param(ACCEPTED, [ENTRY], [STOP | {"origQty": "0.005"}, PROFIT], id="a stop that is too small"),
        pytest.param(ACCEPTED, [ENTRY], [STOP], id="no profit, and no word of it"),
        pytest.param(ACCEPTED, [ENTRY], [STOP, PROFIT | {"origQty": "0.020"}], id="a profit that is too large"),
        pytest.param(ACCEPTED, [UNFILLED], [STOP], id="nothing traded, and the stop stands"),
        pytest.param({"state": "DEAD"}, [], [STOP], id="a stop of a dead signal"),
        pytest.param(IN_DOUBT, [], [PROFIT], id="a profit of a dead signal"),
    ],
)
def test_what_must_not_be(row: dict[str, Any], entries: list[dict[str, Any]], exits: list[dict[str, Any]]) -> None:
    assert find_unprotected(row, FIELDS, entries, exits) != []
