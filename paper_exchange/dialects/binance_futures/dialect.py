"""Binance's futures as the server sees them: which paths are theirs."""

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_common.dialect import BinanceDialect
from paper_exchange.dialects.binance_futures.wire import INVERSE, LINEAR, Gateway
from paper_exchange.futures import Futures


class BinanceFutures(BinanceDialect[Futures]):
    """Implements dialect.Dialect for /fapi and /dapi."""

    prefixes = (LINEAR, INVERSE)

    def __init__(self, accounts: Accounts) -> None:
        super().__init__(Gateway(accounts))
