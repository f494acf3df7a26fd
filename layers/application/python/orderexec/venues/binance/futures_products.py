"""What Binance's futures are: names, addresses, paths and bounds of USD-M and COIN-M. All of it is data.

Paths: "New Order", "New Algo Order" and the other pages of the REST API of each product (developers.binance.com, read
in November 2026). Of COIN-M's conditional orders only some paths are documented; that the others exist as they do for
USD-M is the word of ccxt 4.5.90, which says that it has tried them.
"""

from dataclasses import dataclass

from orderexec.domain.look_costs import LookCosts
from orderexec.domain.validity import Resend
from orderexec.venues.absence import Source

from .answers import Answers
from .futures_errors import is_error, load_coinm_table, load_usdm_table
from .history import Paging
from .products import Product

PING, TIME, EXCHANGE_INFO, MARK_PRICE = "ping", "time", "exchangeInfo", "premiumIndex"
ORDER, TEST_ORDER = "order", "order/test"
TRADES = "userTrades"
LEVERAGE, POSITION_MODE = "leverage", "positionSide/dual"

# "Important CM-UM Integration Notice" of June 2026: one count of requests and orders for both products.
_POOL = "binance-futures"
_WEEK_MS = 7 * 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FuturesProduct(Product):
    """One of the two products. Its paths begin with `version`, except `positions`,
    `balances`, `account` and `last_price`.

    `conditional_lag_ms`: as `lag_ms`, of the orders that wait for a price. `history`: what one answer of it holds.
    `names_pair`: positions are asked for by the pair, which is what stands before the symbol's `_`. `tries_out`: it has
    a dry run of plain orders.
    """

    version: str
    positions: str
    balances: str
    account: str
    last_price: str
    answers: Answers
    conditional_lag_ms: int
    history: Paging
    names_pair: bool = False
    tries_out: bool = False

    def path(self, name: str) -> str:
        """Return the path of one of the names above."""
        return f"{self.version}/{name}"


# "Query Order": what was cancelled or expired without a fill is not found any more.
HORIZON_MS = 3 * 86_400_000
_SOURCES = (Source.LOOKUP, Source.OPEN_ORDERS, Source.HISTORY)
# Assumed: the pages of futures name no bound at all, only "the timeout period" (-1007, 408, 503). Spot's is taken.
_PROCESSING_MS = 20_000
# Assumed, as Spot's.
_LAG_MS = 10_000
# Assumed: lookups of conditional orders were reported to miss live ones for tens of seconds (freqtrade#12681).
_CONDITIONAL_LAG_MS = 90_000

# Of one symbol "Current All Open Orders" is 1 and so is "Query Order"; at USD-M also those of algo orders, which the
# pages of COIN-M leave out. "Account Trade List" is 5; COIN-M's page says so of the time since its migration ("after
# CM migration: 5 flat", 20 before). 2,400 a minute for both products.
_LOOK_COSTS = LookCosts(listing=1, lookup=1, fees=5, per_minute=2_400, conditionals_apart=True)

USDM = FuturesProduct(
    name="binance-usdm",
    pool=_POOL,
    url_parameter="BinanceUsdmUrl",
    processing_ms=_PROCESSING_MS,
    lag_ms=_LAG_MS,
    conditional_lag_ms=_CONDITIONAL_LAG_MS,
    resend=Resend.ONCE,  # because the bounds are assumed
    absence_sources=_SOURCES,
    look_costs=_LOOK_COSTS,
    version="/fapi/v1",
    positions="/fapi/v2/positionRisk",
    balances="/fapi/v2/balance",
    account="/fapi/v1/accountConfig",
    last_price="/fapi/v2/ticker/price",
    answers=Answers(load_usdm_table, is_error),
    history=Paging(orders=1_000, span_ms=_WEEK_MS - 1),  # "must be less than 7 days"
    tries_out=True,
)
COINM = FuturesProduct(
    name="binance-coinm",
    pool=_POOL,
    url_parameter="BinanceCoinmUrl",
    processing_ms=_PROCESSING_MS,
    lag_ms=_LAG_MS,
    conditional_lag_ms=_CONDITIONAL_LAG_MS,
    resend=Resend.ONCE,
    absence_sources=_SOURCES,
    look_costs=_LOOK_COSTS,
    version="/dapi/v1",
    positions="/dapi/v1/positionRisk",
    balances="/dapi/v1/balance",
    account="/dapi/v1/account",
    last_price="/dapi/v1/ticker/price",
    answers=Answers(load_coinm_table, is_error),
    history=Paging(orders=100, span_ms=_WEEK_MS - 1),  # the pages name no limit any more; it was 100
    names_pair=True,
)
