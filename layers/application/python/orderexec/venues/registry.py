"""Which venues there are, and how each is put together from its base URL."""

from collections.abc import Callable

from .binance.venue import BinanceSpot, build_spot
from .surroundings import Surroundings

BUILDERS: dict[str, Callable[[str, Surroundings], BinanceSpot]] = {"binance-spot": build_spot}
