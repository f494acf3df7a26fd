"""ccxt sends the same requests to Bybit, all three products, parameter by parameter.

It rightly differs in these things, each of which ours always says:
* `positionIdx` 0 of an account in one-way mode, and `triggerBy`: what holds where they are absent;
* `reduceOnly` of a stop-loss or take-profit: ccxt takes each of them for an exit, ours may open a position;
* of spot's TP/SL orders ccxt names `triggerDirection` and `reduceOnly`, which the page knows for contracts only;
* `marketUnit` of what spot buys for an amount of the quote asset, which is the exchange's default;
* of exits ccxt names the mode and the type only where the exchange's own default would be another one.
"""

from typing import Any

import pytest

from orderexec.domain.requests import Cancel
from tests.oracles.bybit_requests import SYMBOLS, list_plain, list_protected, list_waiting, ours, want
from tests.oracles.order_grid import Fields, shown
from tests.oracles.sent_requests import Library, SentCall

MARKETS = {"spot": "BTC/USDT", "linear": "BTC/USDT:USDT", "inverse": "BTC/USD:BTC"}
SIZES = {"spot": "0.25", "linear": "0.25", "inverse": "300"}
WATCHED = {"MARK": "MarkPrice", "LAST": "LastPrice"}
EVERY = [(category, fields) for category in MARKETS for fields in list_plain(category)]
WAITING = [(category, fields) for category in MARKETS for fields in list_waiting(category)]
PROTECTED = [(category, fields) for category in ("spot", "linear") for fields in list_protected(category)]


def arguments(category: str, fields: Fields, client_order_id: str, **more: object) -> tuple[Any, ...]:
    """A signal's fields as ccxt's create_order takes them."""
    parameters: dict[str, object] = {"clientOrderId": client_order_id} | more
    if "position_side" in fields:
        parameters |= {"positionIdx": {"LONG": 1, "SHORT": 2}[str(fields["position_side"])]}
    parameters |= {"reduceOnly": True} if only_reduces(fields) else {}
    parameters |= {"isLeverage": 1} if "margin_mode" in fields else {}
    parameters |= {"cost": fields["quote_quantity"]} if "quote_quantity" in fields else {}
    if fields["type"] == "LIMIT_MAKER":
        parameters["postOnly"] = True
    elif "price" in fields:
        parameters["timeInForce"] = fields.get("time_in_force", "GTC")
    kind = "limit" if "price" in fields else "market"
    side = str(fields["side"]).lower()
    return (MARKETS[category], kind, side, SIZES[category], fields.get("price"), parameters)


def only_reduces(fields: Fields) -> bool:
    return "reduce_only" in fields or (fields["side"], fields.get("position_side")) in (
        ("SELL", "LONG"),
        ("BUY", "SHORT"),
    )


def said(call: SentCall, **always: object) -> SentCall:
    """A library's request with what ours always says beside it."""
    return SentCall(call.call, always | dict(call.parameters))


def one_way(category: str) -> Fields:
    return {} if category == "spot" else {"positionIdx": 0}


@pytest.mark.parametrize(("category", "fields"), EVERY, ids=shown)
def test_a_plain_order(bybit: Library, category: str, fields: Fields) -> None:
    order = want(category, **fields)

    call = bybit(lambda exchange: exchange.create_order(*arguments(category, fields, order.client_order_id)))

    unit = {"marketUnit": "quoteCoin"} if "quote_quantity" in fields else {}
    assert ours(category, order) == said(call, **unit, **one_way(category))


@pytest.mark.parametrize(("category", "fields"), WAITING, ids=shown)
def test_a_conditional_order(bybit: Library, category: str, fields: Fields) -> None:
    order = want(category, **fields)
    loss = str(fields["type"]).startswith("STOP_LOSS")
    trigger = {"stopLossPrice" if loss else "takeProfitPrice": fields["stop_price"]}
    trigger |= {"triggerBy": WATCHED[str(fields["working_type"])]} if "working_type" in fields else {}

    call = bybit(lambda exchange: exchange.create_order(*arguments(category, fields, order.client_order_id, **trigger)))

    sent = ours(category, order)
    assert call.parameters["reduceOnly"] is True
    assert sent.parameters.get("reduceOnly", False) is only_reduces(fields)
    if category == "spot":
        foreign = ("reduceOnly", "triggerDirection")
        assert call.parameters["orderFilter"] == sent.parameters["orderFilter"] == "tpslOrder"
        assert sent == call.without(*foreign)
    else:
        expected = said(call, triggerBy="LastPrice", **one_way(category))
        assert sent.without("reduceOnly") == expected.without("reduceOnly")


@pytest.mark.parametrize(("category", "fields"), PROTECTED, ids=shown)
def test_an_entry_with_exits(bybit: Library, category: str, fields: Fields) -> None:
    order = want(category, **fields)
    exits: dict[str, object] = {"stopLoss": describe_exit(order.stop_loss)}
    exits |= {"takeProfit": describe_exit(order.take_profit)} if order.take_profit else {}

    call = bybit(lambda exchange: exchange.create_order(*arguments(category, fields, order.client_order_id, **exits)))

    sent = ours(category, order)
    always = one_way(category) if category == "spot" else always_said(order) | one_way(category)
    # "tpslMode ... Valid for linear & inverse": ccxt names it at spot too.
    assert sent == said(call.without("tpslMode") if category == "spot" else call, **always)


def describe_exit(order: Any) -> dict[str, object]:
    limit: dict[str, object] = {} if order.price is None else {"price": str(order.price)}
    return {"triggerPrice": str(order.stop_price)} | limit


def always_said(order: Any) -> dict[str, object]:
    """What an entry of contracts says of its exits in any case."""
    told: dict[str, object] = {"tpslMode": "Partial"}
    for leg, short in ((order.take_profit, "tp"), (order.stop_loss, "sl")):
        if leg is not None:
            told |= {f"{short}OrderType": "Market", f"{short}TriggerBy": WATCHED[leg.working_type or "LAST"]}
    return told


@pytest.mark.parametrize("category", MARKETS)
def test_a_cancellation(bybit: Library, category: str) -> None:
    one = Cancel(symbol=SYMBOLS[category]["symbol"], client_order_id="the-order", cancel_id="the-cancel")

    call = bybit(lambda exchange: exchange.cancel_order("", MARKETS[category], {"orderLinkId": "the-order"}))

    assert ours(category, one) == call.without("orderId")
