"""What can be traded where: the product of each venue.

The tables of spot_products.py, futures_products.py and bybit_products.py are the only ones. The readers of a signal
(signal_fields.py), the rules of what goes together (signal_rules.py) and the type of each exit (exits.py) come from
them. `make pages` makes docs/signal.schema.json of them; tests hold docs/signals.md and docs/derivatives.md equal.
"""

from collections.abc import Iterable, Mapping

from .bybit_products import BYBIT_INVERSE, BYBIT_LINEAR, BYBIT_SPOT
from .futures_products import COINM, USDM
from .product import Product
from .spot_products import MARGIN, SPOT

DEFAULT_VENUE = "binance-spot"  # of a signal that names none

# By market: the venue, or where a venue has several products under one name, `<venue>/<product>`.
PRODUCTS: Mapping[str, Product] = {
    "binance-spot": SPOT,
    "binance-margin": MARGIN,
    "binance-usdm": USDM,
    "binance-coinm": COINM,
    "bybit/spot": BYBIT_SPOT,
    "bybit/linear": BYBIT_LINEAR,
    "bybit/inverse": BYBIT_INVERSE,
}
VENUES = tuple(dict.fromkeys(market.partition("/")[0] for market in PRODUCTS))
# What a signal must name beside such a venue, because one symbol stands for several things there.
PRODUCT_NAMES = tuple(market.partition("/")[2] for market in PRODUCTS if "/" in market)


def name_market(venue: str, product: str | None) -> str:
    """Return the name under which a venue's product is found here, and among the venues of a deployment."""
    return venue if product is None else f"{venue}/{product}"


def name_venues(markets: Iterable[str]) -> list[str]:
    """Return the venues of the markets, each once, as signals and the parameter Venues name them."""
    return list(dict.fromkeys(market.partition("/")[0] for market in markets))


def list_markets(venue: str) -> list[str]:
    """Return the markets of the venue: itself, or each of its products."""
    return [market for market in PRODUCTS if market.partition("/")[0] == venue]


def list_products(venue: str) -> tuple[str, ...]:
    """Return the names of the venue's products, one of which a signal must name; none where there is only one."""
    return tuple(market.partition("/")[2] for market in PRODUCTS if market.startswith(f"{venue}/"))


def choose_market(venue: str | None, product: str | None) -> str:
    """Return the market that the fields of a signal mean, as far as they can be read; else the likeliest.

    Its table says what is wrong with the rest.
    """
    venue = venue or DEFAULT_VENUE
    several = list_products(venue)
    return name_market(venue, (product if product in several else several[0]) if several else None)


def find_product(market: str) -> Product:
    """Return what is traded there. Raises ValueError if this version knows no such market."""
    if market not in PRODUCTS:
        raise ValueError(f"{market!r} is no venue that this version knows")
    return PRODUCTS[market]
