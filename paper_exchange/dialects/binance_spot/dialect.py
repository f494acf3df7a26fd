"""Binance Spot as the server sees it: which paths are its, and its words for orders of spot money."""

from typing import Any

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_common.dialect import BinanceDialect
from paper_exchange.dialects.binance_spot.answers import order_lists, orders
from paper_exchange.dialects.binance_spot.wire import Gateway
from paper_exchange.engine.order_lists import OrderList
from paper_exchange.engine.orders import Order
from paper_exchange.exchange import Exchange


class BinanceSpot(BinanceDialect[Exchange]):
    """Implements dialect.Dialect for /api and /sapi, and dialect.TellsOrders."""

    prefixes = ("/api", "/sapi")

    def __init__(self, accounts: Accounts) -> None:
        super().__init__(Gateway(accounts))

    def order(self, order: Order) -> Any:
        """See dialect.TellsOrders."""
        return orders.query(order)

    def order_list(self, order_list: OrderList) -> Any:
        """See dialect.TellsOrders."""
        return order_lists.query(order_list)
