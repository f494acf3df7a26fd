"""The venues that a world may belong to: what is asked for there, how its exchange speaks, works, and is reached."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from orderexec.ports import Venue
from orderexec.venues.binance.futures import assemble_futures
from orderexec.venues.binance.futures_products import COINM, USDM
from orderexec.venues.binance.margin import assemble_margin
from orderexec.venues.binance.products import MARGIN, SPOT
from orderexec.venues.binance.venue import assemble_spot
from orderexec.venues.bybit import products as bybit_products
from orderexec.venues.bybit.venue import assemble as assemble_bybit
from orderexec.venues.http import Transport
from orderexec.venues.surroundings import Surroundings

from . import requested, requested_margin
from .book import SimBook
from .bybit_book import BybitBook, BybitSpotBook
from .bybit_exchange import BybitExchange
from .dialect import Dialect
from .dialects import binance_futures, binance_futures_replies, binance_margin, binance_spot, bybit, bybit_replies
from .exchange import SimExchange
from .futures_book import FuturesBook
from .requested import Body
from .requested_bybit import OF_CONTRACTS, OF_SPOT, BybitRequests
from .requested_futures import FuturesRequests
from .timing import Timing

_OTHERS = 0.4  # of the worlds whose venue nobody names


@dataclass(frozen=True, slots=True, kw_only=True)
class SimVenue:
    """`order` and `change` draw what a signal asks for.

    `asset` is in what a day's limit measures its orders. `pool` names the gates of the requests whose path begins with
    `root`. `account_of_mode` is how the dialect names the account of a margin mode. `remembered_hours`: after so long
    the exchange forgets what came to nothing, and in some worlds a key is missing for longer.
    """

    name: str
    pool: str
    timing: Timing
    dialect: Dialect
    book: type[SimBook]
    order: Callable[[random.Random], Body]
    change: Callable[[random.Random, str], Body]
    assemble: Callable[[Transport, str, Surroundings], Venue]
    asset: str = "USDT"
    root: str = "/"
    account_of_mode: Mapping[str, str] = field(default_factory=dict)
    exchange: type[SimExchange] = SimExchange
    remembered_hours: int | None = None

    @property
    def in_keys(self) -> str:
        """Its name in the keys of the ledger: without the product."""
        return self.name.partition("/")[0]

    def draw_long_absence(self, seed: int) -> int | None:
        """For how many hours a key is missing, in every other world of a venue that forgets; else None."""
        rng = random.Random(f"memory of {seed}")
        if self.remembered_hours is None or rng.random() < 0.5:
            return None
        return self.remembered_hours + rng.randint(1, 6)


BINANCE_SPOT = SimVenue(
    name=SPOT.name,
    pool=SPOT.pool,
    timing=binance_spot.TIMING,
    dialect=binance_spot.BinanceSpot(),
    book=SimBook,
    order=requested.order,
    change=requested.change,
    assemble=assemble_spot,
)
_USDM = FuturesRequests(USDM.name, "BTCUSDT", ("quantity", "0.01"), ("0.005", "0.01", "0.02"))
BINANCE_USDM = SimVenue(
    name=USDM.name,
    pool=USDM.pool,
    timing=binance_futures.TIMING,
    dialect=binance_futures.BinanceFutures(binance_futures_replies.USDM),
    book=FuturesBook,
    order=_USDM.order,
    change=_USDM.change,
    assemble=lambda transport, address, given: assemble_futures(USDM, transport, address, given),
)
_COINM = FuturesRequests(COINM.name, "BTCUSD_PERP", ("contracts", "4"), ("2", "4", "6"))
BINANCE_COINM = SimVenue(
    name=COINM.name,
    pool=COINM.pool,
    timing=binance_futures.TIMING,
    dialect=binance_futures.BinanceFutures(binance_futures_replies.COINM),
    book=FuturesBook,
    order=_COINM.order,
    change=_COINM.change,
    asset="USD",
    assemble=lambda transport, address, given: assemble_futures(COINM, transport, address, given),
)
BINANCE_MARGIN = SimVenue(
    name=MARGIN.name,
    pool=MARGIN.pool,
    timing=binance_margin.TIMING,
    dialect=binance_margin.BinanceMargin(),
    book=SimBook,
    order=requested_margin.order,
    change=requested_margin.change,
    assemble=assemble_margin,
    root="/sapi/",
    account_of_mode={"isolated": binance_margin.ISOLATED},
)


def _make_bybit(
    product: bybit_products.BybitProduct, told: bybit_replies.Product, requests: BybitRequests, book: type[BybitBook]
) -> SimVenue:
    return SimVenue(
        name=product.name,
        pool=product.pool,
        timing=bybit.TIMING,
        dialect=bybit.BybitDialect(told),
        book=book,
        order=requests.order,
        change=requests.change,
        assemble=lambda transport, address, given: assemble_bybit(product, transport, address, given),
        asset=told.quote,
        exchange=BybitExchange,
        remembered_hours=24,
    )


BYBIT_SPOT = _make_bybit(
    bybit_products.SPOT, bybit_replies.SPOT, BybitRequests("spot", "BTCUSDT", OF_SPOT), BybitSpotBook
)
BYBIT_LINEAR = _make_bybit(
    bybit_products.LINEAR, bybit_replies.LINEAR, BybitRequests("linear", "BTCUSDT", OF_CONTRACTS), BybitBook
)
BYBIT_INVERSE = _make_bybit(
    bybit_products.INVERSE,
    bybit_replies.INVERSE,
    BybitRequests("inverse", "BTCUSD", OF_CONTRACTS, ("contracts", "650"), ("300", "650", "900")),
    BybitBook,
)
BYBIT = (BYBIT_SPOT, BYBIT_LINEAR, BYBIT_INVERSE)
VENUES = {venue.name: venue for venue in (BINANCE_SPOT, BINANCE_MARGIN, BINANCE_USDM, BINANCE_COINM, *BYBIT)}


def draw_venue(seed: int) -> SimVenue:
    """Return the venue of a world where nobody names one: mostly Spot.

    With a randomness of its own, so that the worlds at Spot are what they were.
    """
    rng = random.Random(f"venue of {seed}")
    others = [venue for venue in VENUES.values() if venue is not BINANCE_SPOT]
    return rng.choice(others) if rng.random() < _OTHERS else BINANCE_SPOT
