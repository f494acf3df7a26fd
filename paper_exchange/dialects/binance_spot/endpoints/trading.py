"""Endpoints that place and cancel single orders, and amend them."""

from dataclasses import replace
from enum import StrEnum
from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.naming import OrderName
from paper_exchange.dialects.binance_common.order_errors import unknown_order
from paper_exchange.dialects.binance_common.parameters import CLIENT_ORDER_ID, Parameters
from paper_exchange.dialects.binance_spot import order_errors
from paper_exchange.dialects.binance_spot.answers import account, order_lists, orders
from paper_exchange.dialects.binance_spot.answers.orders import ResponseType
from paper_exchange.dialects.binance_spot.endpoints.naming import named_order
from paper_exchange.dialects.binance_spot.endpoints.order_parameters import new_order
from paper_exchange.dialects.binance_spot.refusals import AMEND_REJECTED
from paper_exchange.engine.orders import NewOrder, Order
from paper_exchange.enums import OrderType, Status
from paper_exchange.exchange import Exchange
from paper_exchange.rules.starting_state import SORS


class CancelRestrictions(StrEnum):
    """In which state an order has to be for its cancellation to be wanted."""

    ONLY_NEW = "ONLY_NEW"
    ONLY_PARTIALLY_FILLED = "ONLY_PARTIALLY_FILLED"


def place(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/order."""
    new, response = new_order(parameters), response_type(parameters)
    parameters.finish()
    exchange.market(new.symbol)
    return orders.placement(exchange.place(new), response)


def place_sor(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/sor/order."""
    new, response = _sor_order(parameters), response_type(parameters)
    parameters.finish()
    _check_sor(exchange, new)
    return orders.placement(exchange.place(new), response or ResponseType.FULL)


def test(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/order/test."""
    new = new_order(parameters)
    exchange.market(new.symbol)
    return _tested(exchange, parameters, new)


def test_sor(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/sor/order/test."""
    new = _sor_order(parameters)
    _check_sor(exchange, new)
    return _tested(exchange, parameters, new)


def cancel(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer DELETE /api/v3/order."""
    restrictions = cancel_restrictions(parameters)
    cancel_id = parameters.text("newClientOrderId", CLIENT_ORDER_ID)
    name = OrderName.read(parameters)
    parameters.finish()
    return cancelled(exchange, name, restrictions, cancel_id)


def cancelled(
    exchange: Exchange, name: OrderName, restrictions: CancelRestrictions | None, cancel_id: str | None
) -> Any:
    """Cancel the order, and tell of it and of the whole list that it is part of. Raises -2011 and -2039."""
    order = named_order(exchange, name, refusal=unknown_order())
    if not order.open:
        raise unknown_order()
    if restrictions is not None and order.status != Status[restrictions.removeprefix("ONLY_")]:
        raise order_errors.cancel_restricted()
    exchange.cancel(order)
    return cancellation(exchange, order, cancel_id or exchange.new_client_order_id())


def cancel_all(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer DELETE /api/v3/openOrders."""
    symbol = parameters.symbol()
    parameters.finish()
    exchange.market(symbol)
    found = exchange.orders.open_orders(symbol)
    if not found:
        raise unknown_order()
    cancel_id, told = exchange.new_client_order_id(), []
    for order in found:
        if order.open:  # cancelling an order of a list has cancelled the others
            exchange.cancel(order)
            told.append(cancellation(exchange, order, cancel_id))
    return told


def amend(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer PUT /api/v3/order/amend/keepPriority."""
    name = OrderName.read(parameters)
    new_id = parameters.text("newClientOrderId", CLIENT_ORDER_ID)
    quantity = parameters.required_decimal("newQty")
    parameters.finish()
    unknown = unknown_order(AMEND_REJECTED)
    order = named_order(exchange, name, refusal=unknown)
    if not order.open:
        raise unknown
    amendment = exchange.amending.amend(order, quantity, new_id)
    told = {
        "transactTime": amendment.time_ms,
        "executionId": amendment.execution_id,
        "amendedOrder": orders.amended(order, amendment),
    }
    order_list = exchange.lists.of(order)
    return told if order_list is None else told | {"listStatus": order_lists.status_after_amendment(order_list)}


def cancellation(exchange: Exchange, order: Order, cancel_id: str) -> Any:
    """Return what the cancellation of an order, or of the list that it was in, is answered with."""
    order_list = exchange.lists.of(order)
    if order_list is None:
        return orders.cancellation(order, cancel_id)
    return order_lists.cancellation(order_list, cancel_id)


def response_type(parameters: Parameters) -> ResponseType | None:
    """Return how much the client wants to be told. Raises -1130."""
    return parameters.choice("newOrderRespType", ResponseType, errors.invalid_value("newOrderRespType"))


def cancel_restrictions(parameters: Parameters) -> CancelRestrictions | None:
    """Return what the client makes its cancellation depend on. Raises -1145."""
    refusal = Refused(-1145, "Invalid cancelRestrictions")
    return parameters.choice("cancelRestrictions", CancelRestrictions, refusal)


def _sor_order(parameters: Parameters) -> NewOrder:
    new = new_order(parameters)
    if new.type not in (OrderType.LIMIT, OrderType.MARKET) or new.quote_quantity is not None or new.peg is not None:
        raise order_errors.unsupported_combination()
    return replace(new, uses_sor=True)


def _check_sor(exchange: Exchange, new: NewOrder) -> None:
    exchange.market(new.symbol)
    if not any(new.symbol in sor["symbols"] for sor in SORS):
        raise order_errors.unsupported_operation()


def _tested(exchange: Exchange, parameters: Parameters, new: NewOrder) -> Any:
    response_type(parameters)
    with_rates = parameters.flag("computeCommissionRates")
    parameters.finish()
    exchange.check(new)
    return account.commission_rates() if with_rates else {}
