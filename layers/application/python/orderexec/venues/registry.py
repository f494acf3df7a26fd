"""Which venues there are, and how each is put together from its base URL."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from orderexec.domain.validity import Resend
from orderexec.ports import Clock, ControlBoard, SharedCache

from .accounts import VenueAccounts
from .binance.account import account_id, address
from .binance.connection import Connection
from .binance.metered import Metered
from .binance.rules import binance_rules
from .binance.spot import DEFAULT_RESEND, BinanceSpot
from .http import Http
from .traffic import VenueTraffic


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every venue needs beside its URL. `share` and `containers`: see VenueTraffic.

    `resend`: how often an order may be sent again after a doubt; None leaves that to the venue.
    """

    cache: SharedCache
    board: ControlBoard
    clock: Clock
    recv_window_ms: int
    share: float
    containers: int
    resend: Resend | None = None

    def traffic(self, venue: str) -> VenueTraffic:
        """The venue's own share of the gates."""
        return VenueTraffic(venue, self.board, self.clock, self.share, self.containers)


def _binance_spot(base_url: str, given: Surroundings) -> BinanceSpot:
    traffic = given.traffic("binance-spot")
    http = Metered(Http(base_url), traffic)
    rules = binance_rules("binance-spot", http, given.cache, given.clock)
    connection = Connection(http, given.clock, given.recv_window_ms)
    accounts = VenueAccounts(address(base_url), given.cache, given.clock, partial(account_id, connection))
    return BinanceSpot(connection, rules, traffic, accounts, given.resend or DEFAULT_RESEND)


BUILDERS: dict[str, Callable[[str, Surroundings], BinanceSpot]] = {"binance-spot": _binance_spot}
