"""What a venue of a test is put together from: a board of its own, and limits that nobody else shares."""

from orderexec.ports import Clock
from orderexec.venues.binance.venue import METER
from orderexec.venues.http import Transport
from orderexec.venues.metered import Metered
from orderexec.venues.surroundings import Surroundings
from orderexec.venues.traffic import VenueTraffic

from .board import MemoryBoard
from .shared_cache import MemorySharedCache


def metered(http: Transport, clock: Clock) -> Metered:
    """The transport under the limits of one container."""
    return Metered(http, own_traffic("binance-spot", clock), METER)


def own_traffic(pool: str, clock: Clock) -> VenueTraffic:
    """Of the only venue of a pool, in the only container."""
    return VenueTraffic(pool, MemoryBoard(clock), clock, share=1.0, containers=1)


def surroundings(clock: Clock) -> Surroundings:
    """One container with caches of its own."""
    return Surroundings(MemorySharedCache(), MemoryBoard(clock), clock, 5_000, share=1.0, containers=1)
