"""A venue of the registry that talks to the paper exchange over HTTP, and what is the same there at every dialect."""

from dataclasses import dataclass, field

from orderexec.bootstrap import make_system_clock
from orderexec.ports import Credentials, Rules, Venue
from orderexec.venues.registry import build_venue
from tests.contract.stage import SPOT, SPOT_CODES, USUAL, Codes, Orders, Ways
from tests.doubles.metered import surroundings
from tests.paper_exchange.paper_client import KEY, SECOND_KEY, SECOND_SECRET, SECRET, PaperClient

NOWHERE = "http://127.0.0.1:1"  # the loopback refuses the connection


@dataclass(slots=True)
class PaperStage:
    """One venue; `name` is its name in the registry."""

    paper: PaperClient
    venue: Venue = field(init=False)
    key: Credentials = field(default_factory=lambda: Credentials(KEY, SECRET))
    name: str = "binance-spot"
    orders: Orders = SPOT
    codes: Codes = SPOT_CODES
    ways: Ways = USUAL

    def __post_init__(self) -> None:
        self.venue = _build(self.name, self.paper.url)

    def skew_clock(self, milliseconds: int) -> None:
        self.paper.control("clock", {"offset_ms": milliseconds})

    def lose_answer(self) -> None:
        self.paper.arm("lose_answer")

    def lose_request(self) -> None:
        self.paper.arm("lose_request")

    def limit_rate(self, seconds: int) -> None:
        self.paper.arm("rate_limit", seconds=seconds)

    def hide_next_order(self) -> None:
        self.paper.arm("hide_order", seconds=60)

    def second_key(self, *, of_another_account: bool) -> Credentials:
        if of_another_account:
            self.paper.control("accounts", {SECOND_KEY: 2002})
        return Credentials(SECOND_KEY, SECOND_SECRET)

    def unplug(self) -> Venue:
        return _build(self.name, NOWHERE)

    def unplug_market_data(self) -> Rules:
        self.paper.arm("answer_instead", status=451, body="not here", count=100, match={"method": "GET"})
        return self.venue.rules


def _build(name: str, url: str) -> Venue:
    return build_venue(name, url, surroundings(make_system_clock()))
