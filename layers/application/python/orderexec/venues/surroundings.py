"""What every venue is built from beside its address: the stores and limits that all containers share."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

from orderexec.domain.validity import Resend
from orderexec.ports import Clock, ControlBoard, SharedCache

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
    _pools: dict[str, VenueTraffic] = field(default_factory=dict, init=False, repr=False, compare=False)

    def traffic(self, pool: str, transport: Transport | None = None) -> VenueTraffic:
        """Return the container's own share of the gates of a pool of limits: one for all venues of the pool.

        Orders that wait for their turn at it meanwhile open connections of `transport`, the one of the pool's first
        venue.
        """
        if pool not in self._pools:
            ready = transport.expect_request if isinstance(transport, Http) else nullcontext
            self._pools[pool] = VenueTraffic(pool, self.board, self.clock, self.share, self.containers, ready)
        return self._pools[pool]
