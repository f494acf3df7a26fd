"""The verdict on an entry's exits tells what must not be from what may."""

from typing import Any

import pytest

from orderexec.domain.protected import Protected
from tests.e2e.chaos_protection import find_unprotected, list_exit_ids
from tests.usecases.futures_scene import FuturesScene

FIELDS = {"stop_loss": "60000", "take_profit": "70000"}
IN_DOUBT = {"state": "DEAD", "doubts": 1, "due": 1}
ACCEPTED = {"state": "ACCEPTED"}


Orders = list[dict[str, Any]]


def order(name: str, quantity: str = "0.010", status: str = "NEW", **more: str) -> dict[str, Any]:
    return {"clientOrderId": name, "origQty": quantity, "status": status, "price": "0", "executedQty": "0"} | more


ENTRY = order("entry", status="FILLED", executedQty="0.010")
IN_PART = order("entry", status="EXPIRED", executedQty="0.004")
RESTING = order("entry")
UNFILLED = order("entry", status="EXPIRED")
STOP = order("stop", price="60000.00000000")
OLD_STOP = order("first", status="CANCELED")
ENDED_STOP = STOP | {"status": "CANCELED"}
HALF_STOP = STOP | {"status": "PARTIALLY_FILLED"}
PROFIT = order("profit", price="70000.00000000")
ENDED_PROFIT = order("earlier", status="CANCELED", price="70000")
LONE_STOP, LONE_HALF_STOP = (f"a stop-loss without an entry: {stop}" for stop in (STOP, HALF_STOP))
LONE_PROFIT = f"a take-profit without an entry: {PROFIT}"


def sized(exit_: dict[str, Any], quantity: str) -> dict[str, Any]:
    return exit_ | {"origQty": quantity}


def named(exit_: dict[str, Any], name: str) -> dict[str, Any]:
    return exit_ | {"clientOrderId": name}


@pytest.mark.parametrize(
    ("row", "entries", "exits"),
    [
        pytest.param(ACCEPTED, [ENTRY], [STOP, PROFIT], id="all of it"),
        pytest.param(ACCEPTED, [ENTRY], [OLD_STOP, STOP, PROFIT], id="a stop of an earlier round"),
        pytest.param(ACCEPTED, [RESTING], [STOP], id="an entry that rests"),
        pytest.param(ACCEPTED, [IN_PART], [STOP, sized(PROFIT, "0.004")], id="traded in part"),
        pytest.param(ACCEPTED, [ENTRY], [HALF_STOP, PROFIT], id="a stop that trades"),
        pytest.param(ACCEPTED, [UNFILLED], [ENDED_STOP], id="nothing traded"),
        pytest.param(ACCEPTED, [ENTRY], [STOP, PROFIT, ENDED_PROFIT], id="a profit of an earlier round"),
        pytest.param({"state": "DEAD"}, [], [ENDED_STOP], id="dead"),
        pytest.param(IN_DOUBT, [], [STOP], id="dead, and its last audit will end the stop"),
        pytest.param(ACCEPTED | {"detail": "... its take-profit is not: ..."}, [ENTRY], [STOP], id="a profit refused"),
    ],
)
def test_what_may_be(row: dict[str, Any], entries: Orders, exits: Orders) -> None:
    assert find_unprotected(row, FIELDS, entries, exits) == []


def test_an_entry_without_a_profit_needs_none() -> None:
    assert find_unprotected(ACCEPTED, {"stop_loss": "60000"}, [ENTRY], [STOP]) == []


@pytest.mark.parametrize(
    ("row", "entries", "exits", "complaints"),
    [
        pytest.param(ACCEPTED, [ENTRY], [PROFIT], ["an entry with 0 stops"], id="no stop"),
        pytest.param(ACCEPTED, [ENTRY], [ENDED_STOP, PROFIT], ["an entry with 0 stops"], id="its stop was ended"),
        pytest.param(ACCEPTED, [RESTING], [], ["an entry with 0 stops"], id="an entry that rests without a stop"),
        pytest.param(
            ACCEPTED, [ENTRY], [STOP, named(STOP, "other"), PROFIT], ["an entry with 2 stops"], id="two stops"
        ),
        pytest.param(
            ACCEPTED, [ENTRY], [STOP, ENDED_STOP, PROFIT], ["two orders of the id stop"], id="an id of two orders"
        ),
        pytest.param(
            {"state": "DEAD"}, [], [ENDED_STOP] * 2, ["two orders of the id stop"], id="an id of two, without an entry"
        ),
        pytest.param(
            ACCEPTED, [ENTRY], [sized(STOP, "0.005"), PROFIT], ["a stop of 0.005 for 0.010"], id="a stop too small"
        ),
        pytest.param(
            ACCEPTED, [ENTRY], [sized(STOP, "0.020"), PROFIT], ["a stop of 0.020 for 0.010"], id="a stop too large"
        ),
        pytest.param(
            ACCEPTED,
            [IN_PART],
            [sized(STOP, "0.004"), sized(PROFIT, "0.004")],
            ["a stop of 0.004 for 0.010"],
            id="a stop of the traded part only",
        ),
        pytest.param(
            ACCEPTED, [ENTRY], [STOP], ["an entry with 0 take-profits, not 1"], id="no profit, and no word of it"
        ),
        pytest.param(
            ACCEPTED,
            [ENTRY],
            [STOP, sized(PROFIT, "0.020")],
            ["a profit of 0.020 for 0.010"],
            id="a profit too large",
        ),
        pytest.param(
            ACCEPTED,
            [ENTRY],
            [STOP, sized(PROFIT, "0.005")],
            ["a profit of 0.005 for 0.010"],
            id="a profit too small",
        ),
        pytest.param(
            ACCEPTED, [IN_PART], [STOP, PROFIT], ["a profit of 0.010 for 0.004"], id="a profit of what did not trade"
        ),
        pytest.param(
            ACCEPTED,
            [ENTRY],
            [STOP, PROFIT, named(PROFIT, "other")],
            ["an entry with 2 take-profits, not 1"],
            id="two profits",
        ),
        pytest.param(
            ACCEPTED,
            [RESTING],
            [STOP, PROFIT],
            ["a profit of 0.010 for 0", "an entry with 1 take-profits, not 0"],
            id="a profit before anything traded",
        ),
        pytest.param(ACCEPTED, [UNFILLED], [STOP], [LONE_STOP], id="nothing traded, and the stop stands"),
        pytest.param({"state": "DEAD"}, [], [STOP], [LONE_STOP], id="a stop of a dead signal"),
        pytest.param({"state": "DEAD"}, [], [HALF_STOP], [LONE_HALF_STOP], id="a stop of a dead signal that trades"),
        pytest.param({"state": "DEAD", "doubts": 1}, [], [STOP], [LONE_STOP], id="in doubt, and no audit will come"),
        pytest.param({"state": "DEAD", "due": 1}, [], [STOP], [LONE_STOP], id="due, and never in doubt"),
        pytest.param({"state": "SENT", "doubts": 1, "due": 1}, [], [STOP], [LONE_STOP], id="in doubt, and not dead"),
        pytest.param(IN_DOUBT, [], [PROFIT], [LONE_PROFIT], id="a profit of a dead signal in doubt"),
        pytest.param({"state": "DEAD"}, [], [STOP, PROFIT], [LONE_PROFIT, LONE_STOP], id="both of a dead signal"),
    ],
)
def test_what_must_not_be(row: dict[str, Any], entries: Orders, exits: Orders, complaints: list[str]) -> None:
    assert find_unprotected(row, FIELDS, entries, exits) == complaints


def test_the_exits_are_looked_for_by_the_ids_that_they_have() -> None:
    scene = FuturesScene()
    row = scene.drive(scene.message(venue=scene.identity.venue, **FIELDS))

    identity, plan = row.identity, row.request
    assert isinstance(plan, Protected)
    assert {leg.client_order_id for leg in plan.legs} - set(
        list_exit_ids(identity.account, identity.venue, identity.id)
    ) == {plan.entry.client_order_id}
