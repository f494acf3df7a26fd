"""Endpoints that place, cancel and modify plain orders of contracts."""

from typing import Any

from paper_exchange.dialects.binance_common.naming import OrderName
from paper_exchange.dialects.binance_common.order_errors import unknown_order
from paper_exchange.dialects.binance_common.order_parameters import read_side
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.dialects.binance_futures.answers import orders
from paper_exchange.dialects.binance_futures.endpoints.naming import named_order
from paper_exchange.dialects.binance_futures.endpoints.order_parameters import (
    new_order,
    refuse_price_match,
    response_type,
)
from paper_exchange.futures import Futures


def place(futures: Futures, parameters: Parameters) -> Any:
    """Answer POST order."""
    new, response = new_order(parameters), response_type(parameters)
    parameters.finish()
    symbol = futures.market(new.symbol).symbol
    return orders.placement(futures.place(new), symbol, response)


def test(futures: Futures, parameters: Parameters) -> Any:
    """Answer POST order/test: the order passes the rules, whatever margin there is, and is told as if it was placed."""
    new, response = new_order(parameters), response_type(parameters)
    parameters.finish()
    symbol = futures.market(new.symbol).symbol
    return orders.placement(futures.imagine(new), symbol, response)


def cancel(futures: Futures, parameters: Parameters) -> Any:
    """Answer DELETE order."""
    name = OrderName.read(parameters)
    parameters.finish()
    order = named_order(futures, name, refusal=unknown_order())
    futures.cancel(order)
    return orders.change(order, futures.market(name.symbol).symbol)


def modify(futures: Futures, parameters: Parameters) -> Any:
    """Answer PUT order, which must say price and quantity, whichever of them changes."""
    name = OrderName.read(parameters)
    read_side(parameters)
    quantity, price = parameters.required_decimal("quantity"), parameters.required_decimal("price")
    reduce_only = not futures.inverse and parameters.flag("reduceOnly")
    parameters.integer("modifyId")
    refuse_price_match(parameters)
    parameters.finish()
    order = named_order(futures, name, refusal=unknown_order())
    futures.modify(order, quantity, price, reduce_only=reduce_only)
    return orders.modification(order, futures.market(name.symbol).symbol)


def cancel_all(futures: Futures, parameters: Parameters) -> Any:
    """Answer DELETE allOpenOrders."""
    symbol = parameters.symbol()
    parameters.finish()
    futures.market(symbol)
    for order in futures.orders.open_orders(symbol):
        futures.cancel(order)
    return {"code": 200, "msg": "The operation of cancel all open order is done."}
