"""Lists of orders: the exchange's own SDK sends the same for the same requested order. ccxt has no lists."""

from typing import Any

import pytest

from orderexec.domain.orders import Order
from orderexec.domain.requests import OrderList
from tests.oracles.order_grid import Fields, shown
from tests.oracles.sent_requests import Library, ours, wanted


def leg(prefix: str, order: Order | None) -> dict[str, Any]:
    """One order of a list in the SDK's words, without side and quantity, which its neighbour shares."""
    assert order is not None
    given = {
        "type": order.type,
        "client_order_id": order.client_order_id,
        "time_in_force": order.time_in_force,
        "price": order.price,
        "stop_price": order.stop_price,
        "trailing_delta": order.trailing_delta,
        "iceberg_qty": order.iceberg_quantity,
        "strategy_id": order.strategy_id,
        "strategy_type": order.strategy_type,
        "peg_price_type": order.peg_price_type,
    }
    return {
        f"{prefix}_{name}": float(value) if name in ("price", "stop_price", "iceberg_qty") else value
        for name, value in given.items()
        if value is not None
    }


EXITS: tuple[Fields, ...] = (
    {"take_profit": "66000", "stop_loss": "54000"},
    {"take_profit": {"stop_price": "66000"}, "stop_loss": {"trailing_delta": 100}},
    {
        "take_profit": {"stop_price": "66000", "price": "65000", "time_in_force": "IOC"},
        "stop_loss": {"stop_price": "54000", "price": "53000"},
    },
    {"take_profit": "66000.1", "stop_loss": "54000", "strategy_id": 42, "strategy_type": 1_000_001},
    {"take_profit": "66000.1", "stop_loss": "54000", "self_trade_prevention_mode": "EXPIRE_BOTH"},
)
BOUGHT_BACK: Fields = {"take_profit": "54000", "stop_loss": "66000"}
ENTRIES: tuple[Fields, ...] = (
    {"type": "LIMIT", "price": "60000"},
    {"type": "LIMIT", "price": "60000", "time_in_force": "FOK"},
    {"type": "LIMIT_MAKER", "price": "60000", "iceberg_quantity": "0.1"},
    {"type": "LIMIT", "price": "60000", "peg_price_type": "PRIMARY_PEG"},
)


def listed(fields: Fields) -> tuple[OrderList, dict[str, Any]]:
    orders = wanted(**fields)
    assert isinstance(orders, OrderList)
    common = {"symbol": "BTCUSDT", "list_client_order_id": orders.list_client_order_id, "new_order_resp_type": "RESULT"}
    mode = fields.get("self_trade_prevention_mode")
    return orders, common | ({"self_trade_prevention_mode": mode} if mode else {})


def working(fields: Fields, orders: OrderList) -> dict[str, Any]:
    sides = {"working_side": fields["side"], "pending_side": "SELL" if fields["side"] == "BUY" else "BUY"}
    return {**sides, "working_quantity": 0.5, **leg("working", orders.working)}


@pytest.mark.parametrize(
    "fields", [*({"side": "SELL", **exits} for exits in EXITS), {"side": "BUY", **BOUGHT_BACK}], ids=shown
)
def test_a_pair_of_exits(sdk: Library, fields: Fields) -> None:
    orders, common = listed({"type": "OCO", **fields})

    theirs = sdk(
        lambda api: api.order_list_oco(
            **common, side=fields["side"], quantity=0.5, **leg("above", orders.above), **leg("below", orders.below)
        )
    )

    assert ours(orders) == theirs


@pytest.mark.parametrize("entry", ENTRIES, ids=shown)
@pytest.mark.parametrize(
    "fields", [*({"side": "BUY", **exits} for exits in EXITS), {"side": "SELL", **BOUGHT_BACK}], ids=shown
)
@pytest.mark.parametrize("exit_quantity", ["filled", "ordered"])
def test_an_entry_with_both_exits(sdk: Library, entry: Fields, fields: Fields, exit_quantity: str) -> None:
    paid = exit_quantity == "filled" and fields["side"] == "BUY"
    fields = {**fields, **entry, "exit_quantity": "filled" if paid else "ordered"}
    orders, common = listed(fields)
    exits = {**leg("pending_above", orders.above), **leg("pending_below", orders.below)}

    if paid:
        theirs = sdk(lambda api: api.order_list_opoco(**common, **working(fields, orders), **exits))
    else:
        theirs = sdk(
            lambda api: api.order_list_otoco(**common, **working(fields, orders), **exits, pending_quantity=0.5)
        )

    assert ours(orders) == theirs


@pytest.mark.parametrize("only", ["take_profit", "stop_loss"])
@pytest.mark.parametrize("exits", EXITS, ids=shown)
@pytest.mark.parametrize("exit_quantity", ["filled", "ordered"])
def test_an_entry_with_one_exit(sdk: Library, only: str, exits: Fields, exit_quantity: str) -> None:
    other = "stop_loss" if only == "take_profit" else "take_profit"
    fields: Fields = {"side": "BUY", **ENTRIES[0], **exits, other: None, "exit_quantity": exit_quantity}
    orders, common = listed(fields)
    parameters = {**common, **working(fields, orders), **leg("pending", orders.pending)}

    if exit_quantity == "filled":
        theirs = sdk(lambda api: api.order_list_opo(**parameters))
    else:
        theirs = sdk(lambda api: api.order_list_oto(**parameters, pending_quantity=0.5))

    assert ours(orders) == theirs
