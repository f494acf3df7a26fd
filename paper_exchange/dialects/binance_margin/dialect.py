"""Binance Margin as the server sees it: which paths are its, behind Spot's firewall and with Spot's words."""

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_margin.endpoints import PATH
from paper_exchange.dialects.binance_margin.wire import MarginGateway
from paper_exchange.dialects.binance_spot.dialect import BinanceSpot


class BinanceMargin(BinanceSpot):
    """Implements dialect.Dialect for /sapi/v1/margin."""

    prefixes = (PATH,)

    def __init__(self, accounts: Accounts) -> None:
        self._gateway = MarginGateway(accounts)
