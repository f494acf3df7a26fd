"""Binance Margin as the server sees it: which paths are its."""

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_common.dialect import BinanceDialect
from paper_exchange.dialects.binance_margin.endpoints import PATH
from paper_exchange.dialects.binance_margin.wire import Gateway
from paper_exchange.margin import MarginAccount


class BinanceMargin(BinanceDialect[MarginAccount]):
    """Implements dialect.Dialect for /sapi/v1/margin."""

    prefixes = (PATH,)

    def __init__(self, accounts: Accounts) -> None:
        super().__init__(Gateway(accounts))
