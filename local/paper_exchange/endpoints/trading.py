"""Endpoints that place and cancel orders, and what their parameters must be."""

from decimal import Decimal
from enum import StrEnum
from typing import Any, TypedDict

from local.paper_exchange import answers, errors
from local.paper_exchange.endpoints.account import find_order
from local.paper_exchange.errors import Refused
from local.paper_exchange.exchange import Exchange
from local.paper_exchange.orders import ZERO, NewOrder, OrderType, Side, Status, TimeInForce
from local.paper_exchange.parameters import CLIENT_ORDER_ID, Parameters

# Documented parameters of features that no symbol here offers.
FEATURES_OFF = {
    "icebergQty": "Iceberg orders are not supported for this symbol.",
    "pegPriceType": "Pegged orders are not supported for this symbol.",
}


class Terms(TypedDict, total=False):
    quantity: Decimal
    quote_quantity: Decimal | None
    price: Decimal | None
    time_in_force: TimeInForce


class ResponseType(StrEnum):
    ACK = "ACK"
    RESULT = "RESULT"
    FULL = "FULL"


class CancelRestrictions(StrEnum):
    ONLY_NEW = "ONLY_NEW"
    ONLY_PARTIALLY_FILLED = "ONLY_PARTIALLY_FILLED"


RESPONSES = {
    ResponseType.ACK: answers.acknowledgement,
    ResponseType.RESULT: answers.result,
    ResponseType.FULL: answers.full,
}


def place(exchange: Exchange, parameters: Parameters) -> Any:
    new = _new_order(parameters)
    response = parameters.choice(
        "newOrderRespType", ResponseType, Refused(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
    )
    parameters.finish()
    return RESPONSES[response or ResponseType.FULL](exchange.place(new))


def test(exchange: Exchange, parameters: Parameters) -> Any:
    new = _new_order(parameters)
    parameters.text("newOrderRespType")
    with_rates = parameters.flag("computeCommissionRates")
    parameters.finish()
    exchange.check(new)
    return answers.commission_rates() if with_rates else {}


def cancel(exchange: Exchange, parameters: Parameters) -> Any:
    restrictions = parameters.choice("cancelRestrictions", CancelRestrictions, errors.invalid_cancel_restrictions())
    cancel_id = parameters.text("newClientOrderId", CLIENT_ORDER_ID)
    order = find_order(exchange, parameters, refusal=errors.unknown_order())
    if not order.open:
        raise errors.unknown_order()
    if restrictions is not None and order.status != Status[restrictions.removeprefix("ONLY_")]:
        raise errors.cancel_restricted()
    exchange.cancel(order)
    return answers.cancellation(order, cancel_id or exchange.new_client_order_id())


def _new_order(parameters: Parameters) -> NewOrder:
    symbol = parameters.symbol()
    side = parameters.required_choice("side", Side, Refused(-1117, "Invalid side."))
    order_type = parameters.required_choice("type", OrderType, Refused(-1116, "Invalid orderType."))
    for name, text in FEATURES_OFF.items():
        if parameters.text(name) is not None:
            raise errors.rejected(text)
    return NewOrder(
        symbol=symbol,
        side=side,
        type=order_type,
        client_order_id=parameters.text("newClientOrderId", CLIENT_ORDER_ID),
        **READERS.get(order_type, _other)(parameters),
    )


def _limit(parameters: Parameters) -> Terms:
    for name in ("timeInForce", "quantity", "price"):
        parameters.required(name)
    parameters.absent("quoteOrderQty", "stopPrice", "trailingDelta")
    return {
        "quantity": parameters.decimal("quantity") or ZERO,
        "price": parameters.decimal("price"),
        "time_in_force": _time_in_force(parameters),
    }


def _market(parameters: Parameters) -> Terms:
    # errors.md also has -1114 for a timeInForce too many; the live exchange answers -1106.
    parameters.absent("price", "timeInForce", "stopPrice", "trailingDelta")
    quantity, quote_quantity = parameters.decimal("quantity"), parameters.decimal("quoteOrderQty")
    if quantity is None and quote_quantity is None:
        raise errors.missing_either("quantity", "quoteOrderQty")
    if quantity is not None:
        parameters.absent("quoteOrderQty")
    return {"quantity": quantity or ZERO, "quote_quantity": quote_quantity}


def _other(parameters: Parameters) -> Terms:
    """A type that symbols here do not take: read in full, refused by the symbol's rules."""
    parameters.text("trailingDelta")
    parameters.decimal("stopPrice")
    return {
        "quantity": parameters.decimal("quantity") or ZERO,
        "price": parameters.decimal("price"),
        "time_in_force": _time_in_force(parameters),
    }


def _time_in_force(parameters: Parameters) -> TimeInForce:
    value = parameters.choice("timeInForce", TimeInForce, Refused(-1115, "Invalid timeInForce."))
    return value or TimeInForce.GTC


READERS = {OrderType.LIMIT: _limit, OrderType.MARKET: _market}
