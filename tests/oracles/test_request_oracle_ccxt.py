"""ccxt sends the same request for the same requested order, parameter by parameter.

It rightly differs in `newOrderRespType`: ccxt asks for the list of fills, which nobody here reads.
"""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.orders import Order
from orderexec.domain.requests import Cancel, CancelAll, Replace
from tests.oracles.order_grid import ORDERS, REPLACEMENTS, Fields, shown, time_in_force
from tests.oracles.sent_requests import Library, ours, wanted

BTC = "BTC/USDT"
DIFFERS = "newOrderRespType"
# ccxt's words for what it has words for; the rest passes through under the exchange's own names.
NAMES = {
    "stop_price": "stopPrice",
    "trailing_delta": "trailingDelta",
    "iceberg_quantity": "icebergAmount",
    "quote_quantity": "cost",
    "self_trade_prevention_mode": "selfTradePrevention",
    "strategy_id": "strategyId",
    "strategy_type": "strategyType",
    "peg_price_type": "pegPriceType",
    "peg_offset_value": "pegOffsetValue",
    "peg_offset_type": "pegOffsetType",
    "dry_run": "test",
    "smart_order_routing": "sor",
}


def arguments(fields: Fields, order: Order) -> tuple[Any, ...]:
    """A signal's fields as ccxt's create_order takes them."""
    parameters = {name: fields[field] for field, name in NAMES.items() if field in fields}
    if "trailing_delta" in fields and "stop_price" in fields:
        parameters["trailingTriggerPrice"] = parameters.pop("stopPrice")
    if time_in_force(fields):
        parameters["timeInForce"] = time_in_force(fields)
    kind = str(fields["type"])
    return (
        BTC,
        kind.lower() if kind in ("MARKET", "LIMIT") else kind,
        str(fields["side"]).lower(),
        fields.get("quantity"),
        fields.get("price"),
        parameters | {"clientOrderId": order.client_order_id},
    )


@pytest.mark.parametrize("fields", ORDERS, ids=shown)
def test_an_order(with_ccxt: Library, fields: Fields) -> None:
    request = wanted(**fields)
    assert isinstance(request, Order)

    theirs = with_ccxt(lambda exchange: exchange.create_order(*arguments(fields, request)))

    assert ours(request).without(DIFFERS) == theirs.without(DIFFERS)
    assert (ours(request).parameters[DIFFERS], theirs.parameters[DIFFERS]) == ("RESULT", "FULL")


# What ccxt's edit_order has no words for.
BEYOND_CCXT = {"trailing_delta", "iceberg_quantity"}


@pytest.mark.parametrize("fields", [each for each in REPLACEMENTS if not BEYOND_CCXT & each.keys()], ids=shown)
def test_a_replacement(with_ccxt: Library, fields: Fields) -> None:
    order = wanted(**fields)
    assert isinstance(order, Order)
    *given, parameters = arguments(fields, order)
    parameters |= {"cancelOrigClientOrderId": "the-old-one", "cancelRestrictions": "ONLY_NEW"}

    theirs = with_ccxt(lambda exchange: exchange.edit_order("", *given, parameters))

    assert ours(Replace(order=order, replaced="the-old-one")).without(DIFFERS) == theirs.without(DIFFERS)


def test_a_cancellation(with_ccxt: Library) -> None:
    one = Cancel(symbol="BTCUSDT", client_order_id="the-order", cancel_id="the-cancel")
    named = {"clientOrderId": "the-order", "newClientOrderId": "the-cancel"}

    assert ours(one) == with_ccxt(lambda exchange: exchange.cancel_order("", BTC, named))
    assert ours(CancelAll(symbol="BTCUSDT", client_order_id="x", until=0)) == with_ccxt(
        lambda exchange: exchange.cancel_all_orders(BTC)
    )


@pytest.mark.parametrize("quantity", ["0.123456", "0.123459999", "12.000019"])
def test_a_quantity_off_the_grid_is_rounded_down_by_both(with_ccxt: Library, quantity: str) -> None:
    fields: Fields = {"side": "SELL", "type": "LIMIT", "quantity": quantity, "price": "60000"}
    request = wanted(**fields)
    assert isinstance(request, Order)

    theirs = with_ccxt(lambda exchange: exchange.create_order(*arguments(fields, request)))

    assert ours(request).parameters["quantity"] == theirs.parameters["quantity"]


@pytest.mark.parametrize(
    ("side", "price", "our_price", "their_price"),
    [("BUY", "60000.008", "60000", "60000.01"), ("SELL", "60000.002", "60000.01", "60000")],
)
def test_a_price_off_the_grid_is_rounded_to_the_nearest_by_ccxt_and_never_for_the_worse_by_us(
    with_ccxt: Library, side: str, price: str, our_price: str, their_price: str
) -> None:
    fields: Fields = {"side": side, "type": "LIMIT", "quantity": "1", "price": price}
    request = wanted(**fields)
    assert isinstance(request, Order)

    theirs = with_ccxt(lambda exchange: exchange.create_order(*arguments(fields, request)))

    assert (ours(request).parameters["price"], theirs.parameters["price"]) == (Decimal(our_price), Decimal(their_price))
