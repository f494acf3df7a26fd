"""Endpoints that find plain orders and trades again."""

from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.naming import OrderName
from paper_exchange.dialects.binance_common.order_errors import no_such_order
from paper_exchange.dialects.binance_common.page import DAY_MS, Page
from paper_exchange.dialects.binance_common.parameters import SYMBOL, Parameters
from paper_exchange.dialects.binance_futures import order_errors
from paper_exchange.dialects.binance_futures.answers import orders
from paper_exchange.dialects.binance_futures.endpoints.naming import named_order
from paper_exchange.engine.orders import Order
from paper_exchange.futures import Futures

LONGEST_MS = 7 * DAY_MS - 1  # "must be less than 7 days"


def order(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET order."""
    return _told(futures, _found(futures, parameters))


def open_order(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET openOrder, which knows no order that has ended."""
    found = _found(futures, parameters)
    if not found.open:
        raise no_such_order()
    return _told(futures, found)


def open_orders(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET openOrders."""
    symbols = asked_symbols(futures, parameters)
    parameters.finish()
    found = futures.orders.open_orders()
    return [_told(futures, each) for each in found if each.symbol in symbols and futures.visible(each)]


def all_orders(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET allOrders."""
    symbols = asked_symbols(futures, parameters, required=True)
    first_id, page = parameters.integer("orderId"), history_page(futures, parameters)
    parameters.finish()
    found = [
        each
        for each in futures.orders
        if each.symbol in symbols
        and futures.visible(each)
        and page.holds(each.time_ms)
        and each.order_id >= (first_id or 0)
    ]
    return [_told(futures, each) for each in page.cut(found, from_oldest=first_id is not None)]


def user_trades(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET userTrades."""
    symbols = asked_symbols(futures, parameters, required=True)
    order_id, first_id = parameters.integer("orderId"), parameters.integer("fromId")
    page = history_page(futures, parameters)
    parameters.finish()
    if page.bounded and first_id is not None:
        raise errors.bad_combination()
    trades = [
        each
        for each in futures.trades
        if each.order.symbol in symbols
        and futures.visible(each.order)
        and page.holds(each.time_ms)
        and order_id in (None, each.order.order_id)
        and each.trade_id >= (first_id or 0)
    ]
    cut = page.cut(trades, from_oldest=first_id is not None)
    return [orders.trade(each, futures.market(each.order.symbol).symbol) for each in cut]


def asked_symbols(futures: Futures, parameters: Parameters, *, required: bool = False) -> set[str]:
    """Return the symbol that was sent, of COIN-M those of the pair, or all. Raises -1121, and -1102 if none may not be.

    COIN-M used to answer an unknown symbol with an empty list, until June 2026.
    """
    pair = parameters.text("pair", SYMBOL) if futures.inverse else None
    name = parameters.symbol() if required and pair is None else parameters.text("symbol", SYMBOL)
    if name is not None and pair is not None:
        raise errors.bad_combination()
    if name is not None:
        return {futures.market(name).symbol.name}
    return {each for each, market in futures.markets.items() if pair in (None, market.symbol.pair)}


def history_page(futures: Futures, parameters: Parameters) -> Page:
    """Return which rows are asked for: of less than a week."""
    return Page(parameters, LONGEST_MS, order_errors.interval_too_long(inverse=futures.inverse))


def _found(futures: Futures, parameters: Parameters) -> Order:
    name = OrderName.read(parameters)
    parameters.finish()
    found = named_order(futures, name, refusal=no_such_order())
    if not futures.visible(found):
        raise no_such_order()
    return found


def _told(futures: Futures, order: Order) -> Any:
    return orders.query(order, futures.market(order.symbol).symbol)
