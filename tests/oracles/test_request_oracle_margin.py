"""Margin: the exchange's own SDK and ccxt send the same request for the same requested order, parameter by parameter.

The SDK demands `workingIcebergQty` of every OTO, which its own description allows for GTC orders only; where a signal
asks for no iceberg it is given one, which is taken out before the comparison. ccxt rightly differs in what stands in
CCXT_DIFFERS.
"""

from typing import Any

import pytest

from orderexec.domain.orders import Order
from orderexec.domain.requests import Cancel, CancelAll, OrderList
from tests.oracles.margin_requests import FLAGS, MARGIN_ORDERS, MODES, SIDE_EFFECTS, ours, wanted
from tests.oracles.order_grid import Fields, shown
from tests.oracles.sent_requests import Library, SentCall
from tests.oracles.test_request_oracle_binance_sdk import arguments
from tests.oracles.test_request_oracle_ccxt import BTC
from tests.oracles.test_request_oracle_ccxt import arguments as ccxt_arguments
from tests.oracles.test_request_oracle_lists import BOUGHT_BACK, ENTRIES, EXITS, leg

MODE_NAMES = [str(mode) for mode in MODES]
ICEBERG = "workingIcebergQty"


def accounts(fields: Fields) -> dict[str, Any]:
    """What margin's requests have beside Spot's, in the SDK's words."""
    effect = fields.get("side_effect")
    return {
        "is_isolated": FLAGS[str(fields["margin_mode"])],
        "side_effect_type": SIDE_EFFECTS[None if effect is None else str(effect)],
    }


@pytest.mark.parametrize("fields", MARGIN_ORDERS, ids=shown)
def test_an_order(margin_sdk: Library, fields: Fields) -> None:
    order = wanted(**fields)
    assert isinstance(order, Order)

    theirs = margin_sdk(lambda api: api.margin_account_new_order(**arguments(fields, order), **accounts(fields)))

    assert ours(order) == theirs


@pytest.mark.parametrize("mode", MODES)
def test_a_cancellation(margin_sdk: Library, mode: Any) -> None:
    isolated = FLAGS[mode]
    one = Cancel(symbol="BTCUSDT", client_order_id="the-order", cancel_id="the-cancel", margin_mode=mode)
    all_of_list = Cancel(
        symbol="BTCUSDT", client_order_id="x", cancel_id="y", list_client_order_id="the-list", margin_mode=mode
    )
    all_of_symbol = CancelAll(symbol="BTCUSDT", client_order_id="x", until=0, margin_mode=mode)

    assert ours(one) == margin_sdk(
        lambda api: api.margin_account_cancel_order(
            symbol="BTCUSDT",
            is_isolated=isolated,
            orig_client_order_id="the-order",
            new_client_order_id="the-cancel",
        )
    )
    assert ours(all_of_list) == margin_sdk(
        lambda api: api.margin_account_cancel_oco(
            symbol="BTCUSDT", is_isolated=isolated, list_client_order_id="the-list"
        )
    )
    assert ours(all_of_symbol) == margin_sdk(
        lambda api: api.margin_account_cancel_all_open_orders_on_a_symbol(symbol="BTCUSDT", is_isolated=isolated)
    )


def _has_on_margin(exits: Fields) -> bool:
    """Margin has no trigger of a profit beside a stop, and its exits have no strategy ids."""
    return not isinstance(exits["take_profit"], dict) and "strategy_id" not in exits


PAIRS = tuple(exits for exits in EXITS if _has_on_margin(exits))
TRAILING: Fields = {"take_profit": "66000", "stop_loss": {"trailing_delta": 100, "price": "53000"}}
LIMIT_PAIRS = tuple(exits for exits in (*PAIRS, BOUGHT_BACK | {"stop_loss": {"stop_price": "66000", "price": "67000"}}))


def listed(fields: Fields) -> tuple[OrderList, dict[str, Any]]:
    orders = wanted(**fields)
    assert isinstance(orders, OrderList)
    common = {"symbol": "BTCUSDT", "list_client_order_id": orders.list_client_order_id, "new_order_resp_type": "RESULT"}
    mode = fields.get("self_trade_prevention_mode")
    more = {"self_trade_prevention_mode": mode} if mode else {}
    return orders, common | accounts(fields) | more


@pytest.mark.parametrize("effect", SIDE_EFFECTS)
@pytest.mark.parametrize("mode", MODE_NAMES)
@pytest.mark.parametrize("exits", LIMIT_PAIRS, ids=shown)
def test_a_pair_of_exits(margin_sdk: Library, exits: Fields, mode: str, effect: str | None) -> None:
    bought_back = exits["take_profit"] == BOUGHT_BACK["take_profit"]
    fields = {"type": "OCO", "side": "BUY" if bought_back else "SELL", "margin_mode": mode, **exits}
    orders, common = listed(fields | ({} if effect is None else {"side_effect": effect}))
    limit, stop = (orders.below, orders.above) if bought_back else (orders.above, orders.below)
    assert limit is not None
    assert stop is not None

    theirs = margin_sdk(
        lambda api: api.margin_account_new_oco(
            **common,
            side=fields["side"],
            quantity=0.5,
            price=float(str(limit.price)),
            limit_client_order_id=limit.client_order_id,
            stop_price=float(str(stop.stop_price)),
            stop_client_order_id=stop.client_order_id,
            stop_limit_price=None if stop.price is None else float(stop.price),
            stop_limit_time_in_force=stop.time_in_force,
        )
    )

    assert ours(orders) == theirs


def working(fields: Fields, orders: OrderList) -> dict[str, Any]:
    sides = {"working_side": fields["side"], "pending_side": "SELL" if fields["side"] == "BUY" else "BUY"}
    return {**sides, "working_quantity": 0.5, "pending_quantity": 0.5, **leg("working", orders.working)}


ENTRIES_ON_MARGIN = tuple(entry for entry in ENTRIES if "peg_price_type" not in entry)
BORROWING = [None, "borrow", "borrow_repay"]


@pytest.mark.parametrize("effect", BORROWING)
@pytest.mark.parametrize("mode", MODE_NAMES)
@pytest.mark.parametrize("entry", ENTRIES_ON_MARGIN, ids=shown)
@pytest.mark.parametrize(
    "fields",
    [*({"side": "BUY", **exits} for exits in (*PAIRS, TRAILING)), {"side": "SELL", **BOUGHT_BACK}],
    ids=shown,
)
def test_an_entry_with_both_exits(
    margin_sdk: Library, entry: Fields, fields: Fields, mode: str, effect: str | None
) -> None:
    fields = {**fields, **entry, "margin_mode": mode} | ({} if effect is None else {"side_effect": effect})
    orders, common = listed(fields)
    exits = {**leg("pending_above", orders.above), **leg("pending_below", orders.below)}

    theirs = margin_sdk(lambda api: api.margin_account_new_otoco(**common, **working(fields, orders), **exits))

    assert ours(orders) == theirs


@pytest.mark.parametrize("mode", MODE_NAMES)
@pytest.mark.parametrize("only", ["take_profit", "stop_loss"])
@pytest.mark.parametrize("entry", ENTRIES_ON_MARGIN, ids=shown)
@pytest.mark.parametrize("exits", [*PAIRS, TRAILING], ids=shown)
def test_an_entry_with_one_exit(margin_sdk: Library, exits: Fields, entry: Fields, only: str, mode: str) -> None:
    other = "stop_loss" if only == "take_profit" else "take_profit"
    fields: Fields = {"side": "BUY", **exits, **entry, other: None, "margin_mode": mode}
    orders, common = listed(fields)
    given = {**common, **working(fields, orders), **leg("pending", orders.pending)}
    demanded = {} if "working_iceberg_qty" in given else {"working_iceberg_qty": 0.1}

    theirs = margin_sdk(lambda api: api.margin_account_new_oto(**given, **demanded))

    assert ours(orders) == (theirs.without(ICEBERG) if demanded else theirs)


# ccxt asks for the list of fills, writes the flag in small letters, and leaves what is the default to the exchange.
CCXT_DIFFERS = ("newOrderRespType", "isIsolated", "sideEffectType")


def _in_ccxts_words(fields: Fields) -> dict[str, Any]:
    effect = fields.get("side_effect")
    asked = {} if effect is None else {"sideEffectType": SIDE_EFFECTS[str(effect)]}
    return {"marginMode": fields["margin_mode"], **asked}


def _compare(fields: Fields, request: Order | Cancel | CancelAll, theirs: SentCall) -> None:
    isolated = FLAGS[str(fields["margin_mode"])]
    assert ours(request).without(*CCXT_DIFFERS) == theirs.without(*CCXT_DIFFERS)
    assert ours(request).parameters["isIsolated"] == isolated
    assert str(theirs.parameters.get("isIsolated", False)).upper() == isolated
    if "sideEffectType" in ours(request).parameters:
        assert ours(request).parameters["sideEffectType"] == theirs.parameters.get("sideEffectType", "NO_SIDE_EFFECT")


@pytest.mark.parametrize("fields", MARGIN_ORDERS, ids=shown)
def test_an_order_as_ccxt_sends_it(with_ccxt: Library, fields: Fields) -> None:
    order = wanted(**fields)
    assert isinstance(order, Order)
    *given, parameters = ccxt_arguments(fields, order)

    theirs = with_ccxt(lambda exchange: exchange.create_order(*given, parameters | _in_ccxts_words(fields)))

    _compare(fields, order, theirs)


@pytest.mark.parametrize("mode", MODES)
def test_a_cancellation_as_ccxt_sends_it(with_ccxt: Library, mode: Any) -> None:
    fields: Fields = {"margin_mode": str(mode)}
    one = Cancel(symbol="BTCUSDT", client_order_id="the-order", cancel_id="the-cancel", margin_mode=mode)
    named = {"clientOrderId": "the-order", "newClientOrderId": "the-cancel", **_in_ccxts_words(fields)}

    _compare(fields, one, with_ccxt(lambda exchange: exchange.cancel_order("", BTC, named)))
    _compare(
        fields,
        CancelAll(symbol="BTCUSDT", client_order_id="x", until=0, margin_mode=mode),
        with_ccxt(lambda exchange: exchange.cancel_all_orders(BTC, _in_ccxts_words(fields))),
    )
