"""Binance Spot as the server sees it: which paths are its, and how each request goes through its wire."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_spot import firewall
from paper_exchange.dialects.binance_spot.answers import order_lists, orders
from paper_exchange.dialects.binance_spot.errors import error_answer
from paper_exchange.dialects.binance_spot.refusals import worded
from paper_exchange.dialects.binance_spot.request import Request
from paper_exchange.dialects.binance_spot.traits import traits
from paper_exchange.dialects.binance_spot.wire import Admitted, Gateway
from paper_exchange.engine.order_lists import OrderList
from paper_exchange.engine.orders import Order
from paper_exchange.exchange import Exchange
from paper_exchange.faults import Traits
from paper_exchange.messages import Answer, Error, Received
from paper_exchange.refusal import Refusal


@dataclass
class BinanceCall:
    """Implements dialect.Call: the two halves of the gateway, behind the firewall."""

    request: Request
    gateway: Gateway
    admitted: Admitted | None = field(default=None, init=False)

    @cached_property
    def traits(self) -> Traits:
        """See dialect.Call."""
        return traits(self.request, self.gateway.endpoint_of(self.request))

    @property
    def exchange(self) -> Exchange:
        """See dialect.Call."""
        return self.gateway.exchange_of(self.request)

    def admit(self) -> Answer | None:
        """See dialect.Call."""
        if firewall.blocks(self.request):
            return firewall.BLOCKED
        admitted = self.gateway.admit(self.request)
        if isinstance(admitted, Answer):
            return admitted
        self.admitted = admitted
        return None

    def process(self) -> Answer:
        """See dialect.Call."""
        if self.admitted is None:
            raise RuntimeError("a request is processed after it was admitted")
        return self.gateway.process(self.admitted)


class BinanceSpot:
    """Implements dialect.Dialect for /api and /sapi."""

    prefixes: Sequence[str] = ("/api", "/sapi")

    def __init__(self, accounts: Accounts) -> None:
        self._gateway = Gateway(accounts)

    def reset(self) -> None:
        """See dialect.Dialect."""
        self._gateway.reset()

    def call(self, received: Received) -> BinanceCall:
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
