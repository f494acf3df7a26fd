"""What every venue is built from beside its address: the stores and limits that all containers share."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

from orderexec.domain.validity import Resend
from orderexec.ports import Clock, ControlBoard, SharedCache

from .counts import Counts
from .http import Http, Transport
from .traffic import VenueTraffic


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`share` and `containers`: see VenueTraffic. `recv_window_ms` is how long a signed request stays valid.

    `resend`: how often an order may be sent again after a doubt; None leaves that to the venue. `reach` returns how the
    exchange at a base URL is reached.
    """

    cache: SharedCache
    board: ControlBoard
    clock: Clock
    recv_window_ms: int
    share: float
    containers: int
    resend: Resend | None = None
    reach: Callable[[str], Transport] = Http
    _pools: dict[str, Counts] = field(default_factory=dict, init=False, repr=False, compare=False)

    def traffic(self, venue: str, pool: str, transport: Transport) -> VenueTraffic:
        """Return a venue's traffic in a pool of limits, of which all venues of the pool have the same counts.

        Orders that wait for their turn meanwhile open connections of `transport`, the venue's own.
        """
        ready = transport.expect_request if isinstance(transport, Http) else nullcontext
        counts = self._pools.setdefault(pool, Counts())
        return VenueTraffic(pool, self.board, self.clock, self.share, self.containers, venue, ready, counts)
