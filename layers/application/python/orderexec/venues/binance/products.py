"""What Binance's products are: names, addresses, paths and bounds. Everything here is data of its documentation.

Paths: rest-api.md of the Spot API documentation, except API_RESTRICTIONS.
"""

from dataclasses import dataclass

from orderexec.domain.look_costs import LookCosts
from orderexec.domain.validity import Resend
from orderexec.venues.absence import Source

API = "/api/v3"
PING = f"{API}/ping"  # needs no parameter and no key
TIME = f"{API}/time"
ACCOUNT = f"{API}/account"
EXCHANGE_INFO = f"{API}/exchangeInfo"
LAST_PRICE = f"{API}/ticker/price"
AVERAGE_PRICE = f"{API}/avgPrice"
REFERENCE_PRICE = f"{API}/referencePrice"
ORDER = f"{API}/order"
TEST_ORDER = f"{ORDER}/test"
CANCEL_REPLACE = f"{ORDER}/cancelReplace"
AMEND = f"{ORDER}/amend/keepPriority"
ROUTED_ORDER = f"{API}/sor/order"
ORDER_LIST = f"{API}/orderList"
OPEN_ORDERS = f"{API}/openOrders"
ALL_ORDERS = f"{API}/allOrders"
TRADES = f"{API}/myTrades"
MARGIN_ACCOUNT = "/sapi/v1/margin/account"
ISOLATED_ACCOUNT = "/sapi/v1/margin/isolated/account"
API_RESTRICTIONS = "/sapi/v1/account/apiRestrictions"  # "Get API Key Permission" of the Wallet API

# "The base endpoint is" any of these: rest-api.md, "General API Information". They are one exchange.
_SPOT_ADDRESS = "https://api.binance.com"
SAME_ADDRESSES = {f"https://{host}.binance.com": _SPOT_ADDRESS for host in ("api-gcp", "api1", "api2", "api3", "api4")}

# A timestamp may be up to 1 s ahead of the exchange's clock, or recvWindow behind it ("Timing security").
MOST_AHEAD_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One venue of the contract. Times in milliseconds.

    `pool` names the limits that the product counts in: products of one pool share their gates. `url_parameter` is the
    parameter of template.yaml that holds its address. `processing_ms`, `lag_ms`: see Validity. `resend` is how often
    an order is sent again after a doubt unless the deployment says otherwise. `absence_sources` must all say that an
    order is not there before it is taken for absent. `look_costs` is what a look at an open order counts.
    """

    name: str
    pool: str
    url_parameter: str
    processing_ms: int
    lag_ms: int
    resend: Resend
    absence_sources: tuple[Source, ...]
    look_costs: LookCosts


SPOT = Product(
    name="binance-spot",
    pool="binance-spot",
    url_parameter="BinanceSpotUrl",
    # "APIs have a timeout of 10 seconds when processing a request" (rest-api.md). The next sentence says that a timeout
    # does not always mean that the matching engine failed the request, so the bound is assumed: twice the documented.
    processing_ms=20_000,
    # Assumed: lookups are documented to lag (the sources Matching Engine, Memory and Database), and no bound is.
    lag_ms=10_000,
    resend=Resend.ONCE,  # because both bounds are assumed
    absence_sources=(Source.LOOKUP, Source.OPEN_ORDERS, Source.HISTORY),
    # "Current open orders" of a symbol, "Query order", "Account trade list" with an orderId; REQUEST_WEIGHT.
    look_costs=LookCosts(listing=6, lookup=4, fees=5, per_minute=6_000),
)

MARGIN = Product(
    name="binance-margin",
    pool="binance-margin",  # "Each endpoint with IP limits (UID limits) has an independent" budget: General Info
    url_parameter="BinanceSpotUrl",
    # Margin trades on Spot's engine; "Timing security" of its General Info is Spot's. No page bounds the processing.
    processing_ms=20_000,
    # Assumed: no page names the source of these lookups, so more is allowed for than on Spot.
    lag_ms=15_000,
    resend=Resend.ONCE,
    absence_sources=(Source.LOOKUP, Source.OPEN_ORDERS, Source.HISTORY),
    # "Query Margin Account's Open Orders", "... Order", "... Trade List": 10(IP) each; 12,000 a minute: "General Info".
    look_costs=LookCosts(listing=10, lookup=10, fees=10, per_minute=12_000),
)
