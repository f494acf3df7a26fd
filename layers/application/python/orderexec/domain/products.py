"""What can be traded where: the product of each venue.

The tables of spot_products.py and futures_products.py are the only ones. The readers of a signal (signal_fields.py),
the rules of what goes together (signal_rules.py) and the type of each exit (exits.py) come from them. `make pages`
makes docs/signal.schema.json of them; tests hold docs/signals.md and docs/derivatives.md equal to them.
"""

from collections.abc import Mapping

from .futures_products import COINM, USDM
from .product import Product
from .spot_products import MARGIN, SPOT

DEFAULT_VENUE = "binance-spot"  # of a signal that names none
MARGIN_VENUES = frozenset({"binance-margin"})  # an order there belongs to the cross or to an isolated account

PRODUCTS: Mapping[str, Product] = {
    "binance-spot": SPOT,
    "binance-margin": MARGIN,
    "binance-usdm": USDM,
    "binance-coinm": COINM,
}


def find_product(venue: str) -> Product:
    """Return what is traded at the venue. Raises ValueError if this version knows no venue of that name."""
    if venue not in PRODUCTS:
        raise ValueError(f"{venue!r} is no venue that this version knows")
    return PRODUCTS[venue]
