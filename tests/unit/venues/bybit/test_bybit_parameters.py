"""What each request reads on Bybit's wire: "Place Order" and the pages beside it, word by word."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.order_words import MarginMode, PositionSide, Side, TimeInForce, WorkingType
from orderexec.domain.orders import Order
from orderexec.domain.requests import Amend
from orderexec.venues.bybit.parameters import (
    build_amend_call,
    build_cancel_all_call,
    build_cancel_call,
    build_order_call,
)
from orderexec.venues.bybit.products import INVERSE, LINEAR, SPOT, BybitProduct
from tests.unit.venues.bybit.scripted_bybit import OURS, order

BASE = {"symbol": "ETHUSDT", "side": "Buy", "orderLinkId": OURS}
ONE = Decimal("1.50")


def sent(product: BybitProduct, requested: Order) -> dict[str, str]:
    call = build_order_call(requested, product)
    assert (call.method, call.path) == ("POST", "/v5/order/create")
    return dict(call.parameters)


def test_a_market_order_of_spot_always_says_its_unit() -> None:
    base = {"category": "spot", "orderType": "Market"} | BASE

    assert sent(SPOT, order(quantity=ONE)) == base | {"qty": "1.5", "marketUnit": "baseCoin"}
    assert sent(SPOT, order(quote_quantity=Decimal(20))) == base | {"qty": "20", "marketUnit": "quoteCoin"}
    sold = sent(SPOT, order(quote_quantity=Decimal(20), side=Side.SELL))
    assert sold == base | {"side": "Sell", "qty": "20", "marketUnit": "quoteCoin"}


def test_margin_at_spot_is_asked_for_and_never_assumed() -> None:
    assert "isLeverage" not in sent(SPOT, order(quantity=ONE))
    assert sent(SPOT, order(quantity=ONE, margin_mode=MarginMode.CROSS))["isLeverage"] == "1"


@pytest.mark.parametrize("time_in_force", [TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK])
def test_a_limit_order(time_in_force: TimeInForce) -> None:
    asked = order(type=BybitType.LIMIT, quantity=ONE, price=Decimal("2000.10"), time_in_force=time_in_force)

    limit = BASE | {"orderType": "Limit", "qty": "1.5", "price": "2000.1", "timeInForce": str(time_in_force)}
    assert sent(SPOT, asked) == limit | {"category": "spot"}
    assert sent(LINEAR, asked) == limit | {"category": "linear", "positionIdx": "0"}


def test_a_maker_is_post_only() -> None:
    asked = order(type=BybitType.LIMIT_MAKER, quantity=ONE, price=Decimal(2000))

    assert sent(LINEAR, asked)["timeInForce"] == "PostOnly"


def test_inverse_counts_contracts() -> None:
    assert sent(INVERSE, order(contracts=Decimal(300)))["qty"] == "300"


RISES, FALLS = "1", "2"


@pytest.mark.parametrize(
    ("kind", "side", "direction"),
    [
        (BybitType.STOP_LOSS, Side.SELL, FALLS),
        (BybitType.STOP_LOSS, Side.BUY, RISES),
        (BybitType.TAKE_PROFIT, Side.SELL, RISES),
        (BybitType.TAKE_PROFIT, Side.BUY, FALLS),
    ],
)
def test_a_conditional_order_says_from_where_the_price_comes(kind: BybitType, side: Side, direction: str) -> None:
    waiting = order(type=kind, side=side, quantity=ONE, stop_price=Decimal("1900.0"))

    market = sent(LINEAR, waiting)
    assert (market["triggerPrice"], market["triggerDirection"], market["orderType"]) == ("1900", direction, "Market")
    assert market["triggerBy"] == "LastPrice"
    assert sent(LINEAR, replace(waiting, working_type=WorkingType.MARK))["triggerBy"] == "MarkPrice"
    limit_type = {BybitType.STOP_LOSS: BybitType.STOP_LOSS_LIMIT, BybitType.TAKE_PROFIT: BybitType.TAKE_PROFIT_LIMIT}
    limit = sent(LINEAR, replace(waiting, type=limit_type[kind], price=ONE, time_in_force=TimeInForce.GTC))
    assert (limit["orderType"], limit["price"], limit["triggerDirection"]) == ("Limit", "1.5", direction)


def test_a_conditional_order_of_spot_keeps_its_assets_and_names_no_direction() -> None:
    waiting = order(type=BybitType.STOP_LOSS, side=Side.SELL, quantity=ONE, stop_price=Decimal(1900))

    assert sent(SPOT, waiting) == BASE | {
        "category": "spot",
        "side": "Sell",
        "orderType": "Market",
        "qty": "1.5",
        "marketUnit": "baseCoin",
        "triggerPrice": "1900",
        "orderFilter": "tpslOrder",
    }


@pytest.mark.parametrize(
    ("position_side", "number"), [(None, "0"), (PositionSide.LONG, "1"), (PositionSide.SHORT, "2")]
)
def test_the_position_is_always_named(position_side: PositionSide | None, number: str) -> None:
    assert sent(LINEAR, order(quantity=ONE, position_side=position_side))["positionIdx"] == number


def test_what_only_reduces_says_so_in_either_position_mode() -> None:
    reducing = (
        order(quantity=ONE, reduce_only=True),
        order(quantity=ONE, side=Side.SELL, position_side=PositionSide.LONG),
        order(quantity=ONE, side=Side.BUY, position_side=PositionSide.SHORT),
    )
    opening = (order(quantity=ONE), order(quantity=ONE, position_side=PositionSide.LONG))

    assert [sent(LINEAR, each).get("reduceOnly") for each in reducing] == ["true"] * 3
    assert [sent(LINEAR, each).get("reduceOnly") for each in opening] == [None] * 2


def test_whatever_is_open_is_closed_without_a_size() -> None:
    closing = order(type=BybitType.STOP_LOSS, side=Side.SELL, close_position=True, stop_price=Decimal(1900))

    call = sent(INVERSE, closing)
    assert (call["qty"], call["reduceOnly"], call["closeOnTrigger"]) == ("0", "true", "true")


def exits(**legs: Any) -> dict[str, Any]:
    types = {
        ("take_profit", False): BybitType.TAKE_PROFIT,
        ("take_profit", True): BybitType.TAKE_PROFIT_LIMIT,
        ("stop_loss", False): BybitType.STOP_LOSS,
        ("stop_loss", True): BybitType.STOP_LOSS_LIMIT,
    }
    return {
        name: order(type=types[name, "price" in fields], side=Side.SELL, quantity=ONE, **fields)
        for name, fields in legs.items()
    }


def test_attached_exits_end_what_the_order_fills_and_nothing_else() -> None:
    legs = exits(take_profit={"stop_price": Decimal(2500), "price": Decimal(2499)}, stop_loss={"stop_price": ONE})
    call = sent(LINEAR, order(quantity=ONE, **legs))

    assert {name: text for name, text in call.items() if name[:2] in ("tp", "sl") or "P" in name or "L" in name} == {
        "orderLinkId": OURS,
        "takeProfit": "2500",
        "tpOrderType": "Limit",
        "tpLimitPrice": "2499",
        "tpTriggerBy": "LastPrice",
        "stopLoss": "1.5",
        "slOrderType": "Market",
        "slTriggerBy": "LastPrice",
        "tpslMode": "Partial",
    }


def test_each_exit_watches_the_price_that_it_names() -> None:
    legs = exits(stop_loss={"stop_price": ONE, "working_type": WorkingType.MARK}, take_profit={"stop_price": ONE})
    call = sent(LINEAR, order(quantity=ONE, **legs))

    assert (call["slTriggerBy"], call["tpTriggerBy"]) == ("MarkPrice", "LastPrice")


def test_spot_takes_neither_a_mode_nor_a_watched_price_of_exits() -> None:
    entry = order(type=BybitType.LIMIT, quantity=ONE, price=ONE, time_in_force=TimeInForce.GTC)
    call = sent(SPOT, replace(entry, **exits(stop_loss={"stop_price": ONE})))

    assert (call["stopLoss"], call["slOrderType"]) == ("1.5", "Market")
    assert not call.keys() & {"tpslMode", "slTriggerBy", "tpOrderType", "takeProfit", "slLimitPrice"}


def test_an_amendment_names_what_it_changes() -> None:
    less = Amend(symbol="ETHUSDT", client_order_id=OURS, quantity=ONE)
    named = {"category": "linear", "symbol": "ETHUSDT", "orderLinkId": OURS, "qty": "1.5"}

    call = build_amend_call(less, LINEAR)
    assert (call.method, call.path, call.parameters) == ("POST", "/v5/order/amend", named)
    priced = build_amend_call(replace(less, price=Decimal("2000.00"), side=Side.BUY), LINEAR)
    assert priced.parameters == named | {"price": "2000"}


def test_cancellations() -> None:
    one = build_cancel_call("ETHUSDT", SPOT, client_order_id=OURS, order_filter="tpslOrder")
    every = build_cancel_all_call("ETHUSDT", LINEAR)

    named = {"category": "spot", "symbol": "ETHUSDT", "orderLinkId": OURS, "orderFilter": "tpslOrder"}
    assert (one.path, one.parameters) == ("/v5/order/cancel", named)
    assert (every.path, every.parameters) == ("/v5/order/cancel-all", {"category": "linear", "symbol": "ETHUSDT"})


def test_there_is_no_dry_run() -> None:
    with pytest.raises(ValueError, match="no request that tries an order out"):
        build_order_call(order(quantity=ONE, dry_run=True), SPOT)


def test_what_an_order_does_not_have_is_left_out() -> None:
    assert sent(LINEAR, order()) == BASE | {"category": "linear", "orderType": "Market", "positionIdx": "0"}
