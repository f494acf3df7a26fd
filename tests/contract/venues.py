"""The venues that a contract test meets: the fake, and each of the product's talking to a paper exchange."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol, cast

import pytest

from orderexec.bootstrap import make_system_clock
from orderexec.domain.futures_products import FuturesType
from orderexec.domain.instruments import Range
from orderexec.domain.order_words import MarginMode, Side, TimeInForce
from orderexec.domain.orders import Order, make_client_order_id
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.spot_products import SpotType
from orderexec.ports import Credentials, Positions, Rules, Venue
from orderexec.venues.registry import build_venue
from tests.doubles.exchange import FakeExchange
from tests.doubles.metered import own_traffic, surroundings
from tests.doubles.secrets import KEY, ROTATED_KEY
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, UNREACHABLE, Trouble, rate_limited
from tests.doubles.venue import FakeRules, FakeVenue
from tests.doubles.virtual_time import VirtualTime
from tests.paper_exchange.paper_client import KEY as PAPER_KEY
from tests.paper_exchange.paper_client import SECOND_KEY, SECOND_SECRET, SECRET, PaperClient

_NO_SUCH_ORDER = Failure(Meaning.NOT_FOUND, "-2013", "Order does not exist.")
Types = type[SpotType] | type[FuturesType]
NOWHERE = "http://127.0.0.1:1"  # the loopback refuses the connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What is ordered at a venue, modestly: at once, and at a price that the market does not reach."""

    market: Order
    limit: Order
    step: Decimal
    tick: Decimal
    market_price: Decimal = Decimal(65_000)
    sizes_in_quote: bool = True
    tries_out: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What the exchange says in each of these cases, in its own codes."""

    no_such_order: str = "-2013"
    no_money: str = "-2010"
    off_step: str = "-1013"
    duplicate: str = "-2010"


def make_orders(
    symbol: str, types: type[SpotType] | type[FuturesType], step: str, tick: str, **size: Decimal
) -> Orders:
    """Return the orders of a venue, sized in what it counts."""
    market = Order(
        symbol=symbol,
        side=Side.BUY,
        type=types.MARKET,
        client_order_id=make_client_order_id("main", "binance-spot", "signal-1"),
        **size,  # type: ignore[arg-type]
    )
    limit = replace(market, type=types.LIMIT, price=Decimal("60000"), time_in_force=TimeInForce.GTC)
    return Orders(market=market, limit=limit, step=Decimal(step), tick=Decimal(tick))


SPOT = make_orders("BTCUSDT", SpotType, "0.00001", "0.01", quantity=Decimal("0.01"))


class Stage(Protocol):
    """A venue, and what a test may do to the exchange behind it."""

    venue: Venue
    key: Credentials
    orders: Orders
    codes: Codes

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
    orders: Orders = SPOT
    codes: Codes = Codes()

    def __post_init__(self) -> None:
        self.venue = FakeVenue(
            self.exchange, FakeRules(self.exchange), own_traffic("binance-spot", self.exchange.time.clock())
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
    name: str = "binance-spot"
    root: str = "/api/v3"
    orders: Orders = SPOT
    codes: Codes = Codes()

    def __post_init__(self) -> None:
        self.venue = _binance(self.name, self.paper.url)

    def exchange_time(self) -> int:
        time: int = self.paper.public(f"{self.root}/time").json()["serverTime"]
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
        lookups = {"method": "GET", "path": f"{self.root}/order"}
        self.paper.arm("answer_instead", status=400, code=-2013, msg="Order does not exist.", match=lookups, count=2)

    def fail_the_history(self) -> None:
        history = {"method": "GET", "path": f"{self.root}/allOrders"}
        self.paper.arm("answer_instead", status=503, body="", match=history)

    def second_key(self, *, of_another_account: bool) -> Credentials:
        if of_another_account:
            self.paper.control("accounts", {SECOND_KEY: 2002})
        return Credentials(SECOND_KEY, SECOND_SECRET)

    def unplug(self) -> Venue:
        return _binance(self.name, NOWHERE)

    def unplug_market_data(self) -> Rules:
        self.paper.arm("answer_instead", status=451, body="not here", count=100, match={"method": "GET"})
        return self.venue.rules


@dataclass(slots=True)
class FuturesStage(PaperStage):
    """One product of Binance's futures over HTTP. `kind` is what the paper exchange calls its contracts."""

    kind: str = "linear"
    margin_asset: str = "USDT"

    @property
    def positions(self) -> Positions:
        positions = self.venue.positions
        assert positions is not None
        return positions

    def move(self, price: str) -> None:
        self.paper.control(f"{self.kind}/prices", {self.orders.market.symbol: price})

    def order_ids(self) -> list[str]:
        return [str(order["orderId"]) for order in self.paper.seen(f"{self.kind}/orders")]

    def spend_everything(self) -> None:
        self.paper.control(f"{self.kind}/wallet", {self.margin_asset: "0"})

    def coarsen_lots(self) -> None:
        filters = {name: {"stepSize": "10", "minQty": "10"} for name in ("LOT_SIZE", "MARKET_LOT_SIZE")}
        self.paper.control(f"{self.kind}/symbols", {"symbol": self.orders.market.symbol, "filters": filters})


FUTURES_CODES = Codes(no_money="-2019", off_step="-4004", duplicate="-4116")
USDM = make_orders("BTCUSDT", FuturesType, "0.001", "0.1", quantity=Decimal("0.01"))
COINM = make_orders("BTCUSD_PERP", FuturesType, "1", "0.1", contracts=Decimal(3))


def make_usdm_stage(paper: PaperClient) -> FuturesStage:
    orders = replace(USDM, sizes_in_quote=False)
    return FuturesStage(paper, name="binance-usdm", root="/fapi/v1", orders=orders, codes=FUTURES_CODES)


def make_coinm_stage(paper: PaperClient) -> FuturesStage:
    return FuturesStage(
        paper,
        name="binance-coinm",
        root="/dapi/v1",
        orders=replace(COINM, sizes_in_quote=False, tries_out=False),
        codes=FUTURES_CODES,
        kind="inverse",
        margin_asset="BTC",
    )


@dataclass(slots=True)
class MarginStage(PaperStage):
    """One of Binance's margin accounts over HTTP: the cross one, or the isolated one of BTCUSDT."""

    mode: MarginMode = MarginMode.CROSS

    @property
    def holder(self) -> str:
        """The account as the paper exchange calls it."""
        return "cross" if self.mode is MarginMode.CROSS else "BTCUSDT"

    def exchange_time(self) -> int:
        time: int = self.paper.public("/api/v3/time").json()["serverTime"]
        return time

    def order_ids(self) -> list[str]:
        return [str(order["orderId"]) for order in self.paper.seen("margin")[self.holder]["orders"]]

    def spend_everything(self) -> None:
        self.paper.control("margin", {self.holder: {"USDT": "0"}})


def make_margin_stage(paper: PaperClient, mode: MarginMode) -> MarginStage:
    orders = replace(
        SPOT,
        market=replace(SPOT.market, margin_mode=mode),
        limit=replace(SPOT.limit, margin_mode=mode),
        tries_out=False,
    )
    return MarginStage(paper, name="binance-margin", root="/sapi/v1/margin", orders=orders, mode=mode)


# How a test gets each venue; every venue of the registry has a stage here, margin one for each kind of account.
STAGES: dict[str, Callable[[pytest.FixtureRequest], Stage]] = {
    "fake": lambda _: FakeStage(),
    "binance-spot": lambda request: PaperStage(request.getfixturevalue("paper")),
    "binance-usdm": lambda request: make_usdm_stage(request.getfixturevalue("paper")),
    "binance-coinm": lambda request: make_coinm_stage(request.getfixturevalue("paper")),
    "binance-margin cross": lambda request: make_margin_stage(request.getfixturevalue("paper"), MarginMode.CROSS),
    "binance-margin isolated": lambda request: make_margin_stage(request.getfixturevalue("paper"), MarginMode.ISOLATED),
}


def _binance(name: str, url: str) -> Venue:
    return build_venue(name, url, surroundings(make_system_clock()))
