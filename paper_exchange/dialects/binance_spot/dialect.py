"""Binance Spot as the server sees it: which paths are its, and how each request goes through its wire."""

from collections.abc import Sequence
from typing import Any

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_common.call import BinanceCall
from paper_exchange.dialects.binance_common.errors import error_answer
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.dialects.binance_spot.answers import order_lists, orders
from paper_exchange.dialects.binance_spot.refusals import worded
from paper_exchange.dialects.binance_spot.wire import Gateway
from paper_exchange.engine.order_lists import OrderList
from paper_exchange.engine.orders import Order
from paper_exchange.exchange import Exchange
from paper_exchange.messages import Answer, Error, Received
from paper_exchange.refusal import Refusal


class BinanceSpot:
    """Implements dialect.Dialect for /api and /sapi."""

    prefixes: Sequence[str] = ("/api", "/sapi")

    def __init__(self, accounts: Accounts) -> None:
        self._gateway = Gateway(accounts)

    def reset(self) -> None:
        """See dialect.Dialect."""
        self._gateway.reset()

    def call(self, received: Received) -> BinanceCall[Exchange]:
        """See dialect.Dialect."""
        return BinanceCall(Request.read(received), self._gateway)

    def answer(self, no: Refusal | Error) -> Answer:
        """See dialect.Dialect."""
        return worded(no).answer() if isinstance(no, Refusal) else error_answer(no)

    def order(self, order: Order) -> Any:
        """See dialect.Dialect."""
        return orders.query(order)

    def order_list(self, order_list: OrderList) -> Any:
        """See dialect.Dialect."""
        return order_lists.query(order_list)
