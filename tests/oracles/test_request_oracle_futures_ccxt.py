"""ccxt sends the same requests to futures, both products, parameter by parameter.

It rightly differs in four things:
* it asks for `newOrderRespType` of a conditional order, whose answer is the same either way;
* it names no `workingType` where none is asked for, and ours is always said;
* it cannot close a position without naming a quantity, which the exchange's page forbids beside closePosition;
* it names the symbol when it asks for or cancels a conditional order, where the exchange's own page knows no symbol.
"""

from typing import Any

import pytest

from orderexec.domain.requests import Cancel, CancelAll
from tests.doubles.virtual_time import START_MS
from tests.oracles.futures_grid import CLOSING, PLAIN, WAITING, get_time_in_force
from tests.oracles.futures_requests import COINM, SYMBOLS, USDM, ours, theirs, want
from tests.oracles.order_grid import Fields, shown
from tests.oracles.sent_requests import Library, sent
from tests.unit.venues.binance.scripted_futures import futures
from tests.unit.venues.binance.scripted_venue import KEY, reply

BOTH = pytest.mark.parametrize("venue", [USDM, COINM])
MARKETS = {USDM: "BTC/USDT:USDT", COINM: "BTC/USD:BTC"}
WATCHED = {"MARK": "MARK_PRICE", "LAST": "CONTRACT_PRICE"}
NAMES = {"position_side": "positionSide", "self_trade_prevention_mode": "selfTradePreventionMode"}
RESPONSE = "newOrderRespType"


def arguments(venue: str, fields: Fields, client_order_id: str) -> tuple[Any, ...]:
    """A signal's fields as ccxt's create_order takes them."""
    parameters: Fields = {name: fields[field] for field, name in NAMES.items() if field in fields}
    parameters |= {"reduceOnly": True} if "reduce_only" in fields else {}
    parameters |= {"closePosition": "true"} if "close_position" in fields else {}
    parameters |= {"priceProtect": "true"} if "price_protect" in fields else {}
    parameters |= {"workingType": WATCHED[str(fields["working_type"])]} if "working_type" in fields else {}
    parameters |= name_trigger(fields)
    if get_time_in_force(fields):
        parameters["timeInForce"] = get_time_in_force(fields)
    size = {USDM: "0.25", COINM: "3"}[venue]
    kind = "limit" if "price" in fields else "market"
    side = str(fields["side"]).lower()
    named = {**parameters, "clientOrderId": client_order_id}
    return (MARKETS[venue], kind, side, size, fields.get("price"), named)


def name_trigger(fields: Fields) -> Fields:
    """What an order waits for: ccxt makes the type of it."""
    if "trailing_delta" in fields:
        begins = {"trailingTriggerPrice": fields["stop_price"]} if "stop_price" in fields else {}
        return {"trailingPercent": str(int(str(fields["trailing_delta"])) / 100), **begins}
    if "stop_price" not in fields:
        return {}
    loss = str(fields["type"]).startswith("STOP")
    return {"stopLossPrice" if loss else "takeProfitPrice": fields["stop_price"]}


@pytest.mark.parametrize("fields", PLAIN, ids=shown)
@BOTH
def test_a_plain_order(swaps: Library, venue: str, fields: Fields) -> None:
    order = want(venue, **fields)

    call = swaps(lambda exchange: exchange.create_order(*arguments(venue, fields, order.client_order_id)))

    assert ours(venue, order) == theirs(call)


@pytest.mark.parametrize("fields", [*WAITING, *CLOSING], ids=shown)
@BOTH
def test_an_order_that_waits_for_a_price(swaps: Library, venue: str, fields: Fields) -> None:
    order = want(venue, **fields)

    call = theirs(swaps(lambda exchange: exchange.create_order(*arguments(venue, fields, order.client_order_id))))

    assert call.parameters[RESPONSE] == "RESULT"
    sent = ours(venue, order)
    assert sent.parameters["workingType"] == call.parameters.get("workingType", "CONTRACT_PRICE")
    needless = ("quantity",) if "close_position" in fields else ()
    assert sent.without("workingType") == call.without(RESPONSE, "workingType", *needless)
    assert not set(needless) & sent.parameters.keys()


@BOTH
@pytest.mark.parametrize("conditional", [False, True])
def test_a_cancellation(swaps: Library, venue: str, conditional: bool) -> None:
    symbol = SYMBOLS[venue]["symbol"]
    one = Cancel(symbol=symbol, client_order_id="the-order", cancel_id="the-cancel", conditional=conditional)
    named = {"clientOrderId": "the-order"} | ({"trigger": True} if conditional else {})

    call = swaps(lambda exchange: exchange.cancel_order("", MARKETS[venue], named))

    assert ours(venue, one) == (call.without("symbol") if conditional else call)


@BOTH
def test_the_end_of_all_orders(swaps: Library, venue: str) -> None:
    cancel = CancelAll(symbol=SYMBOLS[venue]["symbol"], client_order_id="x", until=0)
    done = reply({"code": 200, "msg": "The operation of cancel all open order is done."})
    at, transport = futures(venue, done, done, reply([]), reply([]))

    at.send(cancel, START_MS, KEY)

    ends = [sent(each["request"].split(" ")[0], each["request"].split(" ")[1], each["form"]) for each in transport.sent]
    plain = swaps(lambda exchange: exchange.cancel_all_orders(MARKETS[venue]))
    waiting = swaps(lambda exchange: exchange.cancel_all_orders(MARKETS[venue], {"trigger": True}))
    assert ends[:2] == [plain, waiting]
