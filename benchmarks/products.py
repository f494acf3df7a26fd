"""What is measured of each venue: its signals, and where its address stands."""

from dataclasses import dataclass
from typing import Any

from benchmarks.events import LIMIT, MARKET, USDM_LIMIT, USDM_MARKET, make_event


@dataclass(frozen=True)
class Product:
    """One venue; `market` and `limit` are signals that trade at once. The names of its figures begin with `prefix`.

    `orders` is where the control endpoint of the paper exchange lists what it holds.
    """

    venue: str
    url_variable: str
    market: dict[str, Any]
    limit: dict[str, Any]
    orders: str
    prefix: str

    def make_event(self, count: int) -> dict[str, Any]:
        """Return an event of so many market orders."""
        return make_event(*[self.market] * count)

    def name_figures(self, figures: dict[str, float]) -> dict[str, float]:
        """Return the figures by the names that they have in the results."""
        return {f"{self.prefix}{name}": value for name, value in figures.items()}

    def pick_figures(self, results: dict[str, Any]) -> dict[str, Any]:
        """Return what `name_figures` named, by its first names."""
        return {
            name.removeprefix(self.prefix): value for name, value in results.items() if name.startswith(self.prefix)
        }


SPOT = Product("binance-spot", "BINANCE_SPOT_URL", MARKET, LIMIT, "orders", "")
USDM = Product("binance-usdm", "BINANCE_USDM_URL", USDM_MARKET, USDM_LIMIT, "linear/orders", "usdm_")
PRODUCTS = {product.venue: product for product in (SPOT, USDM)}
