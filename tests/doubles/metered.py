"""What a venue of a test is put together from: a board of its own, and limits that nobody else shares."""

from orderexec.ports import Chance
from orderexec.venues.binance.metered import Metered
from orderexec.venues.http import Transport
from orderexec.venues.registry import Surroundings
from orderexec.venues.traffic import VenueTraffic

from .board import MemoryBoard
from .shared_cache import MemorySharedCache


def metered(http: Transport, chance: Chance) -> Metered:
    """The transport under the limits of one container."""
    return Metered(http, VenueTraffic("binance-spot", MemoryBoard(chance), chance, share=1.0, containers=1))


def surroundings(chance: Chance) -> Surroundings:
    """One container with caches of its own."""
    return Surroundings(MemorySharedCache(), MemoryBoard(chance), chance, 5_000, share=1.0, containers=1)
