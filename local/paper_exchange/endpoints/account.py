"""Endpoints that tell an account what it has: orders, trades, balances, order counts."""

from typing import Any, TypeVar

from local.paper_exchange import answers, errors
from local.paper_exchange.errors import Refused
from local.paper_exchange.exchange import Exchange
from local.paper_exchange.orders import Order
from local.paper_exchange.parameters import SYMBOL, Parameters

Row = TypeVar("Row")

DEFAULT_COUNT = 500
MAX_COUNT = 1_000
DAY_MS = 86_400_000


def order(exchange: Exchange, parameters: Parameters) -> Any:
    found = find_order(exchange, parameters, refusal=errors.no_such_order())
    if not exchange.visible(found):
        raise errors.no_such_order()
    return answers.query(found)


def open_orders(exchange: Exchange, parameters: Parameters) -> Any:
    name = parameters.text("symbol", SYMBOL)
    parameters.finish()
    if name is not None:
        exchange.market(name)
    return [answers.query(each) for each in exchange.orders.open_orders(name) if exchange.visible(each)]


def all_orders(exchange: Exchange, parameters: Parameters) -> Any:
    name = parameters.symbol()
    first_id = parameters.integer("orderId")
    page = _Page(parameters)
    parameters.finish()
    exchange.market(name)
    orders = [
        each
        for each in exchange.orders
        if each.symbol == name
        and exchange.visible(each)
        and page.holds(each.time_ms)
        and each.order_id >= (first_id or 0)
    ]
    return [answers.query(each) for each in page.cut(orders, from_oldest=first_id is not None)]


def my_trades(exchange: Exchange, parameters: Parameters) -> Any:
    name = parameters.symbol()
    order_id, first_id = parameters.integer("orderId"), parameters.integer("fromId")
    page = _Page(parameters)
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
    return [answers.trade(each) for each in page.cut(trades, from_oldest=first_id is not None)]


def information(exchange: Exchange, parameters: Parameters) -> Any:
    omit_zero = parameters.flag("omitZeroBalances")
    parameters.finish()
    return answers.account(exchange.account, exchange.now_ms(), omit_zero=omit_zero)


def order_counts(exchange: Exchange, parameters: Parameters) -> Any:
    parameters.finish()
    return [limit.info() | {"count": count} for limit, count in exchange.unfilled.counts(exchange.now_us())]


def find_order(exchange: Exchange, parameters: Parameters, *, refusal: Refused) -> Order:
    """The order named by `orderId` or `origClientOrderId`; with both, they must belong together."""
    name = parameters.symbol()
    order_id, client_id = parameters.integer("orderId"), parameters.text("origClientOrderId")
    parameters.finish()
    exchange.market(name)
    if order_id is not None:
        found = exchange.orders.by_id(name, order_id)
        if found is not None and client_id not in (None, found.client_order_id):
            raise errors.ids_do_not_match()
    elif client_id is not None:
        found = exchange.orders.newest(name, client_id)
    else:
        raise errors.missing_either("origClientOrderId", "orderId")
    if found is None:
        raise refusal
    return found


class _Page:
    """`startTime`, `endTime` and `limit` (rest-api.md, General API Information), read from `parameters`."""

    def __init__(self, parameters: Parameters) -> None:
        self._start, self._end = parameters.integer("startTime"), parameters.integer("endTime")
        self._limit = min(parameters.integer("limit") or DEFAULT_COUNT, MAX_COUNT)
        if self._start is not None and self._end is not None and self._end - self._start > DAY_MS:
            raise errors.interval_too_long()

    @property
    def bounded(self) -> bool:
        return (self._start, self._end) != (None, None)

    def holds(self, time_ms: int) -> bool:
        return (self._start or 0) <= time_ms and (self._end is None or time_ms <= self._end)

    def cut(self, rows: list[Row], *, from_oldest: bool) -> list[Row]:
        """The oldest from a given start, else the most recent; chronological either way."""
        if from_oldest or self._start is not None:
            return rows[: self._limit]
        return rows[-self._limit :]
