"""What every venue of the contract is tested by: modest orders, what may be done to its exchange, and its own words."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.futures_products import FuturesType
from orderexec.domain.order_words import Side, TimeInForce
from orderexec.domain.orders import Order, OrderReport, make_client_order_id
from orderexec.domain.outcomes import Meaning
from orderexec.domain.spot_products import SpotType
from orderexec.ports import Credentials, Rules, Venue

Types = type[SpotType] | type[FuturesType] | type[BybitType]


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
    """What the exchange says in each of these cases, in its own codes. None: it has no code for it.

    `off_step_means` is REJECT where the code of a quantity off its step is that of every wrong parameter. `limit_means`
    says whether the limit of requests that is met is one of the address or of the account.
    """

    no_such_order: str | None = "-2013"
    no_money: str = "-2010"
    unknown_symbol: str = "-1121"
    off_step: str = "-1013"
    off_step_means: Meaning = Meaning.STALE_RULES
    duplicate: str = "-2010"
    outside_window: str = "-1021"
    refused_key: str = "-2015"
    limit: str = "-1003"
    limit_means: Meaning = Meaning.RATE_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How the exchange goes about what every exchange does.

    `acknowledges`: its answer to an order that rests says only that it has it. `keeps_ids`: an id is taken for ever,
    and not only while its order is open. `looks_everywhere`: even one look for an order asks every source.
    """

    acknowledges: bool = False
    keeps_ids: bool = False
    looks_everywhere: bool = False


def make_orders(symbol: str, types: Types, step: str, tick: str, **size: Decimal) -> Orders:
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


# Of Binance Spot, which the fake plays too.
SPOT = make_orders("BTCUSDT", SpotType, "0.00001", "0.01", quantity=Decimal("0.01"))
SPOT_CODES = Codes()
USUAL = Ways()


def complete(placed: OrderReport, found: OrderReport) -> OrderReport:
    """Return what an answer told of an order, with the status and the time that an acknowledgement does not tell."""
    if placed.status != "ACCEPTED":
        return placed
    assert 0 <= placed.created_at - found.created_at < 1_000
    return replace(placed, status=found.status, created_at=found.created_at)


class Stage(Protocol):
    """A venue, and what a test may do to the exchange behind it."""

    venue: Venue
    key: Credentials
    orders: Orders
    codes: Codes
    ways: Ways

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
