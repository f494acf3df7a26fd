"""Binance's futures as the server sees them: which paths are theirs, and how each request goes through the wire."""

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_common.call import BinanceCall
from paper_exchange.dialects.binance_common.errors import error_answer
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.dialects.binance_futures.refusals import worded
from paper_exchange.dialects.binance_futures.wire import INVERSE, LINEAR, Gateway
from paper_exchange.futures import Futures
from paper_exchange.messages import Answer, Error, Received
from paper_exchange.refusal import Refusal


class BinanceFutures:
    """Implements dialect.Dialect for /fapi and /dapi."""

    prefixes = (LINEAR, INVERSE)

    def __init__(self, accounts: Accounts) -> None:
        self._gateway = Gateway(accounts)

    def reset(self) -> None:
        """See dialect.Dialect."""
        self._gateway.reset()

    def call(self, received: Received) -> BinanceCall[Futures]:
        """See dialect.Dialect."""
        return BinanceCall(Request.read(received), self._gateway)

    def answer(self, no: Refusal | Error) -> Answer:
        """See dialect.Dialect."""
        return worded(no).answer() if isinstance(no, Refusal) else error_answer(no)
