"""Which venues there are, and how each is put together from its base URL."""

from collections.abc import Callable

from orderexec.ports import Chance, SharedCache, Venue

from .binance.connection import Connection
from .binance.rules import binance_rules
from .binance.spot import BinanceSpot
from .http import Http


def _binance_spot(base_url: str, cache: SharedCache, chance: Chance, recv_window_ms: int) -> Venue:
    http = Http(base_url)
    return BinanceSpot(Connection(http, chance, recv_window_ms), binance_rules("binance-spot", http, cache, chance))


BUILDERS: dict[str, Callable[[str, SharedCache, Chance, int], Venue]] = {"binance-spot": _binance_spot}
