"""What Bybit's products are: names, addresses, paths and bounds of spot, linear and inverse. All of it is data.

Paths: the pages of the V5 API documentation, of 2026-07-24. Bounds: docs/exactly-once.md says which are assumed.
"""

from dataclasses import dataclass

from orderexec.domain.bybit_products import BYBIT_INVERSE, BYBIT_LINEAR, BYBIT_SPOT
from orderexec.domain.look_costs import LookCosts
from orderexec.domain.product import Product
from orderexec.domain.validity import Resend
from orderexec.venues.absence import Source

TIME = "/v5/market/time"  # needs no parameter and no key
INSTRUMENTS = "/v5/market/instruments-info"
TICKERS = "/v5/market/tickers"
CREATE = "/v5/order/create"
AMEND = "/v5/order/amend"
CANCEL = "/v5/order/cancel"
CANCEL_ALL = "/v5/order/cancel-all"
REALTIME = "/v5/order/realtime"  # what is open, and the last 500 that are closed
HISTORY = "/v5/order/history"
EXECUTIONS = "/v5/execution/list"
POSITIONS = "/v5/position/list"
LEVERAGE = "/v5/position/set-leverage"
POSITION_MODE = "/v5/position/switch-mode"
ACCOUNT = "/v5/account/info"
BALANCE = "/v5/account/wallet-balance"
KEY = "/v5/user/query-api"

# "Integration Guidance": both are named for the one main network. The regional addresses have keys of their own.
SAME_ADDRESSES = {"https://api.bytick.com": "https://api.bybit.com"}

# "server_time - recv_window <= timestamp < server_time + 1000" ("Integration Guidance").
MOST_AHEAD_MS = 1_000

_POOL = "bybit"  # an address is banned for all products, and an account counts for all
# Assumed: no page names a bound for the work on a request that was let in ("Server Timeout" has no number).
PROCESSING_MS = 30_000
# Assumed: lookups "may delay" without a bound; 10 to 15 s were reported (bybit-exchange/docs-legacy, issue 184).
LAG_MS = 15_000
# "Get Order History": what was cancelled, rejected or deactivated without a fill can be found for 24 hours.
HORIZON_MS = 86_400_000
# "Get Order History" covers the last 7 days where no time is named.
HISTORY_SPAN_MS = 7 * 86_400_000
# "Get Open & Closed Orders" and "Get Order History" give 50 orders a page at the most.
ORDERS_A_PAGE = 50
# "Rate Limit Rules": an address may send 600 requests in 5 seconds, and each counts one. A lookup that the first list
# does not answer asks the second one too.
LOOK_COSTS = LookCosts(listing=1, lookup=2, fees=1, per_minute=7_200, page=ORDERS_A_PAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BybitProduct:
    """One product. `category` is its name in requests; `offers` is what a signal may ask of it.

    `order_filters` are the services that hold its orders, where they are cancelled one service at a time; the first two
    hold ours. `market_price` is the field of a ticker that orders are measured at. `spot`: what is traded is the asset
    itself. `resend` is how often an order is sent again after a doubt, `absence_sources` must all say that it is not
    there.
    """

    name: str
    category: str
    offers: Product
    market_price: str
    spot: bool = False
    order_filters: tuple[str, ...] = ("",)
    pool: str = _POOL
    resend: Resend = Resend.ONCE  # because the bounds are assumed
    absence_sources: tuple[Source, ...] = (Source.LOOKUP, Source.HISTORY)


# "Cancel All Orders": without a filter only plain orders of spot are cancelled, and of the others all kinds.
PLAIN, WAITING = "Order", "tpslOrder"
SPOT = BybitProduct(
    name="bybit/spot",
    category="spot",
    offers=BYBIT_SPOT,
    market_price="lastPrice",
    spot=True,
    order_filters=(PLAIN, WAITING, "StopOrder", "OcoOrder", "BidirectionalTpslOrder"),
)
LINEAR = BybitProduct(name="bybit/linear", category="linear", offers=BYBIT_LINEAR, market_price="markPrice")
INVERSE = BybitProduct(name="bybit/inverse", category="inverse", offers=BYBIT_INVERSE, market_price="markPrice")
