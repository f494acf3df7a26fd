"""A product of Binance as the server sees it: each request goes through the product's gateway."""

from typing import Generic

from paper_exchange.dialects.binance_common.call import BinanceCall
from paper_exchange.dialects.binance_common.errors import error_answer
from paper_exchange.dialects.binance_common.gateway import AnyFloor, Gateway
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.messages import Answer, Error, Received
from paper_exchange.refusal import Refusal


class BinanceDialect(Generic[AnyFloor]):
    """Implements dialect.Dialect but for the paths, which each product has its own of."""

    def __init__(self, gateway: Gateway[AnyFloor]) -> None:
        self._gateway = gateway

    def reset(self) -> None:
        """See dialect.Dialect."""
        self._gateway.reset()

    def call(self, received: Received) -> BinanceCall[AnyFloor]:
        """See dialect.Dialect."""
        return BinanceCall(Request.read(received), self._gateway)

    def answer(self, no: Refusal | Error) -> Answer:
        """See dialect.Dialect."""
        return self._gateway.worded(no).answer() if isinstance(no, Refusal) else error_answer(no)
