"""Endpoints that find order lists again, and cancel them."""

from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.order_errors import unknown_order
from paper_exchange.dialects.binance_common.page import Page
from paper_exchange.dialects.binance_common.parameters import CLIENT_ORDER_ID, Parameters
from paper_exchange.dialects.binance_spot import order_errors
from paper_exchange.dialects.binance_spot.answers import order_lists
from paper_exchange.engine.order_lists import OrderList
from paper_exchange.exchange import Exchange


def order_list(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/orderList."""
    found = _named(exchange, parameters, "origClientOrderId")
    parameters.finish()
    if found is None or not exchange.visible(found):
        raise order_errors.no_such_list()
    return order_lists.query(found)


def open_order_lists(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/openOrderList."""
    parameters.finish()
    return [order_lists.query(each) for each in exchange.lists.open_lists() if exchange.visible(each)]


def all_order_lists(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/allOrderList."""
    first_id, page = parameters.integer("fromId"), Page(parameters)
    parameters.finish()
    if first_id is not None and page.bounded:
        raise errors.bad_combination()
    found = [
        each
        for each in exchange.lists
        if exchange.visible(each) and page.holds(each.time_ms) and each.list_id >= (first_id or 0)
    ]
    return [order_lists.query(each) for each in page.cut(found, from_oldest=first_id is not None)]


def cancel(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer DELETE /api/v3/orderList."""
    symbol, cancel_id = parameters.symbol(), parameters.text("newClientOrderId", CLIENT_ORDER_ID)
    found = _named(exchange, parameters, "listClientOrderId")
    parameters.finish()
    exchange.market(symbol)
    order = None if found is None else next((each for each in found.orders if each.open), None)
    if found is None or order is None or found.symbol != symbol:
        raise unknown_order()
    exchange.cancel(order)
    return order_lists.cancellation(found, cancel_id or exchange.new_client_order_id())


def _named(exchange: Exchange, parameters: Parameters, client_id: str) -> OrderList | None:
    """By number, or by its own client order id; with both, they must belong together."""
    list_id, name = parameters.integer("orderListId"), parameters.text(client_id)
    if list_id is not None:
        found = exchange.lists.by_id(list_id)
        if found is not None and name not in (None, found.client_order_id):
            raise order_errors.ids_do_not_match()
        return found
    if name is None:
        raise errors.should_also_be_sent("orderListId")
    return exchange.lists.newest(name)
