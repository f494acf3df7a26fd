"""Endpoints that tell an account what it has: orders, trades, balances, order counts."""

from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.answers import amount, rate_limit
from paper_exchange.dialects.binance_common.naming import OrderName
from paper_exchange.dialects.binance_common.order_errors import no_such_order
from paper_exchange.dialects.binance_common.page import Page
from paper_exchange.dialects.binance_common.parameters import INTEGER, SYMBOL, Parameters
from paper_exchange.dialects.binance_spot.answers import account, orders
from paper_exchange.dialects.binance_spot.endpoints.naming import named_order
from paper_exchange.exchange import Exchange

CREATED_MS = 1_790_000_000_000


def order(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/order."""
    name = OrderName.read(parameters)
    parameters.finish()
    found = named_order(exchange, name, refusal=no_such_order())
    if not exchange.visible(found):
        raise no_such_order()
    return orders.query(found)


def open_orders(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/openOrders."""
    name = parameters.text("symbol", SYMBOL)
    parameters.finish()
    if name is not None:
        exchange.market(name)
    return [orders.query(each) for each in exchange.orders.open_orders(name) if exchange.visible(each)]


def all_orders(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/allOrders."""
    name = parameters.symbol()
    first_id = parameters.integer("orderId")
    page = Page(parameters)
    parameters.finish()
    exchange.market(name)
    found = [
        each
        for each in exchange.orders
        if each.symbol == name
        and exchange.visible(each)
        and page.holds(each.time_ms)
        and each.order_id >= (first_id or 0)
    ]
    return [orders.query(each) for each in page.cut(found, from_oldest=first_id is not None)]


def my_trades(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/myTrades."""
    name = parameters.symbol()
    order_id, first_id = parameters.integer("orderId"), parameters.integer("fromId")
    page = Page(parameters)
    parameters.finish()
    if page.bounded and (order_id, first_id) != (None, None):
        raise errors.bad_combination()
    exchange.market(name)
    trades = [
        each
        for each in exchange.trades
        if each.order.symbol == name
        and exchange.visible(each.order)
        and page.holds(each.time_ms)
        and order_id in (None, each.order.order_id)
        and each.trade_id >= (first_id or 0)
    ]
    return [orders.trade(each) for each in page.cut(trades, from_oldest=first_id is not None)]


def amendments(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/order/amendments."""
    name = OrderName(parameters.symbol(), int(parameters.required("orderId", INTEGER)), None)
    first_id, page = parameters.integer("fromExecutionId"), Page(parameters)
    parameters.finish()
    found = named_order(exchange, name, refusal=no_such_order())
    rows = [each for each in found.amendments if each.execution_id >= (first_id or 0)]
    return [orders.amendment(found, each) for each in page.cut(rows, from_oldest=first_id is not None)]


def filters(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/myFilters, the only one that tells MAX_ASSET."""
    symbol = exchange.market(parameters.symbol()).symbol
    parameters.finish()
    limits = {asset: limit for asset, limit in exchange.asset_limits.items() if asset in (symbol.base, symbol.quote)}
    return {
        "exchangeFilters": exchange.filters,
        "symbolFilters": symbol.filters,
        "assetFilters": [
            {"filterType": "MAX_ASSET", "asset": asset, "limit": amount(limit)} for asset, limit in limits.items()
        ],
    }


def information(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/account."""
    omit_zero = parameters.flag("omitZeroBalances")
    parameters.finish()
    return account.information(exchange.account, exchange.now_ms(), exchange.uid, omit_zero=omit_zero)


def order_counts(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/rateLimit/order."""
    parameters.finish()
    return [rate_limit(limit) | {"count": count} for limit, count in exchange.unfilled.counts(exchange.now_us())]


def api_restrictions(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /sapi/v1/account/apiRestrictions."""
    parameters.finish()
    return {"createTime": CREATED_MS, **exchange.permissions}
