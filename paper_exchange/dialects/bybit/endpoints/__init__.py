"""What each path of /v5 does, and the table of them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paper_exchange.dialects.bybit.endpoints import account, lookups, market_data, trading
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.dialects.bybit.words import Category

Handler = Callable[[Office, Parameters], Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table; what the handler returns becomes `result`."""

    handler: Handler
    each_second: int = 0
    """How many requests an account may send; 0: it needs no key, and nothing is counted."""
    spot_each_second: int = 0
    """The same of spot, where it differs."""
    trades: bool = False
    """The key must be permitted more than to read."""

    def limit(self, category: str | None) -> int:
        """Return how many requests an account may send in a second."""
        return (self.spot_each_second if category == Category.SPOT else 0) or self.each_second


# Limits: "Rate Limit Rules", API Rate Limit Table.
ENDPOINTS: Mapping[tuple[str, str], Endpoint] = {
    ("GET", "/v5/market/time"): Endpoint(market_data.server_time),
    ("GET", "/v5/market/instruments-info"): Endpoint(market_data.instruments),
    ("GET", "/v5/market/tickers"): Endpoint(market_data.tickers),
    ("GET", "/v5/market/orderbook"): Endpoint(market_data.order_book),
    ("POST", "/v5/order/create"): Endpoint(trading.create, 10, spot_each_second=20, trades=True),
    ("POST", "/v5/order/amend"): Endpoint(trading.amend, 10, trades=True),
    ("POST", "/v5/order/cancel"): Endpoint(trading.cancel, 10, spot_each_second=20, trades=True),
    ("POST", "/v5/order/cancel-all"): Endpoint(trading.cancel_all, 10, spot_each_second=20, trades=True),
    ("GET", "/v5/order/realtime"): Endpoint(lookups.realtime, 50),
    ("GET", "/v5/order/history"): Endpoint(lookups.history, 50),
    ("GET", "/v5/execution/list"): Endpoint(lookups.executions, 50),
    ("GET", "/v5/position/list"): Endpoint(account.positions, 50),
    ("POST", "/v5/position/set-leverage"): Endpoint(account.set_leverage, 10, trades=True),
    ("POST", "/v5/position/switch-mode"): Endpoint(account.switch_mode, 10, trades=True),
    ("GET", "/v5/account/wallet-balance"): Endpoint(account.wallet_balance, 50),
    ("GET", "/v5/account/info"): Endpoint(account.information, 50),
    ("GET", "/v5/user/query-api"): Endpoint(account.key, 10),
}
