"""The venues that a contract test meets: the fake, and each of the product's talking to a paper exchange."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol, cast

import pytest

from orderexec.bootstrap import make_system_clock
from orderexec.domain.instruments import Range
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials, Rules, Venue
from orderexec.venues.registry import build_venue
from tests.doubles.exchange import FakeExchange
from tests.doubles.metered import surroundings
from tests.doubles.secrets import KEY, ROTATED_KEY
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, UNREACHABLE, Trouble, rate_limited
from tests.doubles.venue import FakeRules, FakeVenue
from tests.doubles.virtual_time import VirtualTime
from tests.paper_exchange.paper_client import KEY as PAPER_KEY
from tests.paper_exchange.paper_client import SECOND_KEY, SECOND_SECRET, SECRET, PaperClient

_NO_SUCH_ORDER = Failure(Meaning.NOT_FOUND, "-2013", "Order does not exist.")
NOWHERE = "http://127.0.0.1:1"  # the loopback refuses the connection


class Stage(Protocol):
    """A venue, and what a test may do to the exchange behind it."""

    venue: Venue
    key: Credentials

    def exchange_time(self) -> int: ...
    def order_ids(self) -> list[str]: ...
    def skew_clock(self, milliseconds: int) -> None: ...
    def spend_everything(self) -> None: ...
    def coarsen_lots(self) -> None: ...
    def lose_answer(self) -> None: ...
    def lose_request(self) -> None: ...
    def limit_rate(self, seconds: int) -> None: ...
    def hide_next_order(self) -> None: ...
    def hide_orders_from_their_lookup(self) -> None: ...
    def fail_the_history(self) -> None: ...
    def unplug(self) -> Venue: ...
    def second_key(self, *, of_another_account: bool) -> Credentials: ...
    def unplug_market_data(self) -> Rules: ...


@dataclass(slots=True)
class FakeStage:
    """The double that the protocol tests use."""

    exchange: FakeExchange = field(default_factory=lambda: FakeExchange(VirtualTime()))
    venue: Venue = field(init=False)
    key: Credentials = KEY

    def __post_init__(self) -> None:
        self.venue = FakeVenue(
            self.exchange, FakeRules(self.exchange), surroundings(self.exchange.time.clock()).traffic("binance-spot")
        )

    def exchange_time(self) -> int:
        return self.exchange.now()

    def order_ids(self) -> list[str]:
        return [held.report.order_id for held in self.exchange.orders]

    def skew_clock(self, milliseconds: int) -> None:
        self.exchange.skew_ms = milliseconds

    def spend_everything(self) -> None:
        self.exchange.funds = Decimal(0)

    def coarsen_lots(self) -> None:
        lot = Range(Decimal("0.1"), Decimal("0.1"), Decimal(100))
        self.exchange.instruments["BTCUSDT"] = replace(self.exchange.instruments["BTCUSDT"], lot=lot)

    def lose_answer(self) -> None:
        self.exchange.troubles.append(LOST_ANSWER)

    def lose_request(self) -> None:
        self.exchange.troubles.append(LOST_REQUEST)

    def limit_rate(self, seconds: int) -> None:
        self.exchange.troubles.append(rate_limited(seconds))

    def hide_next_order(self) -> None:
        self.exchange.troubles.append(Trouble(hidden_ms=60_000))

    def hide_orders_from_their_lookup(self) -> None:
        self.exchange.lookup_answers.extend([_NO_SUCH_ORDER] * 2)

    def fail_the_history(self) -> None:
        self.exchange.lookup_answers.extend([_NO_SUCH_ORDER, Failure(Meaning.UNKNOWN, None, "HTTP 503")])

    def second_key(self, *, of_another_account: bool) -> Credentials:
        if of_another_account:
            other = FakeExchange(self.exchange.time, keys={ROTATED_KEY})
            cast(FakeVenue, self.venue).elsewhere[ROTATED_KEY] = other
        else:
            self.exchange.keys.add(ROTATED_KEY)
        return ROTATED_KEY

    def unplug(self) -> Venue:
        self.exchange.troubles.append(UNREACHABLE)
        self.exchange.lookup_answers.append(Failure(Meaning.RETRY, None, "the exchange could not be reached"))
        return self.venue

    def unplug_market_data(self) -> Rules:
        self.exchange.rules_reachable = False
        return self.venue.rules


@dataclass(slots=True)
class PaperStage:
    """Binance Spot over HTTP."""

    paper: PaperClient
    venue: Venue = field(init=False)
    key: Credentials = field(default_factory=lambda: Credentials(PAPER_KEY, SECRET))

    def __post_init__(self) -> None:
        self.venue = _binance(self.paper.url)

    def exchange_time(self) -> int:
        time: int = self.paper.public("/api/v3/time").json()["serverTime"]
        return time

    def order_ids(self) -> list[str]:
        return [str(order["orderId"]) for order in self.paper.seen("orders")]

    def skew_clock(self, milliseconds: int) -> None:
        self.paper.control("clock", {"offset_ms": milliseconds})

    def spend_everything(self) -> None:
        self.paper.control("balances", {"USDT": "0"})

    def coarsen_lots(self) -> None:
        filters = {"LOT_SIZE": {"stepSize": "0.1", "minQty": "0.1"}}
        self.paper.control("symbols", {"symbol": "BTCUSDT", "filters": filters})

    def lose_answer(self) -> None:
        self.paper.arm("lose_answer")

    def lose_request(self) -> None:
        self.paper.arm("lose_request")

    def limit_rate(self, seconds: int) -> None:
        self.paper.arm("rate_limit", seconds=seconds)

    def hide_next_order(self) -> None:
        self.paper.arm("hide_order", seconds=60)

    def hide_orders_from_their_lookup(self) -> None:
        lookups = {"method": "GET", "path": "/api/v3/order"}
        self.paper.arm("answer_instead", status=400, code=-2013, msg="Order does not exist.", match=lookups, count=2)

    def fail_the_history(self) -> None:
        history = {"method": "GET", "path": "/api/v3/allOrders"}
        self.paper.arm("answer_instead", status=503, body="", match=history)

    def second_key(self, *, of_another_account: bool) -> Credentials:
        if of_another_account:
            self.paper.control("accounts", {SECOND_KEY: 2002})
        return Credentials(SECOND_KEY, SECOND_SECRET)

    def unplug(self) -> Venue:
        return _binance(NOWHERE)

    def unplug_market_data(self) -> Rules:
        self.paper.arm("answer_instead", status=451, body="not here", count=100, match={"method": "GET"})
        return self.venue.rules


# How a test gets each venue; every venue of the registry has a stage here.
STAGES: dict[str, Callable[[pytest.FixtureRequest], Stage]] = {
    "fake": lambda _: FakeStage(),
    "binance-spot": lambda request: PaperStage(request.getfixturevalue("paper")),
}


def _binance(url: str) -> Venue:
    return build_venue("binance-spot", url, surroundings(make_system_clock()))
