"""What may happen to an exchange of contracts: orders, conditional ones, modifications, prices. For hypothesis."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from paper_exchange.engine.book import Book, Level
from paper_exchange.engine.conditional_orders import ConditionalType, NewConditional, WorkingType
from paper_exchange.engine.futures_orders import NewFuturesOrder
from paper_exchange.engine.positions import PositionSide
from paper_exchange.enums import OrderType, Side, TimeInForce
from paper_exchange.exchange import Exchange
from paper_exchange.futures import Futures

NOW_US = 1_700_000_000_000_000
PRICE, TICK = Decimal(65_000), Decimal("0.1")
HALF_DOLLARS = 5  # ticks, so that prices are on the grid of both products

Happening = Callable[[Futures], object]


@dataclass(frozen=True)
class Kind:
    """One kind of contracts as these happenings use it."""

    name: str
    symbol: str
    step: Decimal
    modest: int
    """In steps; ten times as much is more than the book of one price level holds."""
    margin_asset: str
    wallet: Decimal
    """What it begins with: enough for some orders."""


LINEAR = Kind("linear", "BTCUSDT", Decimal("0.001"), 2_000, "USDT", Decimal(50_000))
INVERSE = Kind("inverse", "BTCUSD_PERP", Decimal(1), 3_000, "BTC", Decimal(1))
kinds = st.sampled_from([LINEAR, INVERSE])


def start(kind: Kind, *, hedged: bool) -> Futures:
    exchange = Exchange(clock=lambda: NOW_US)
    exchange.terms.hedged = hedged
    futures = exchange.linear if kind is LINEAR else exchange.inverse
    futures.wallet.set_free(kind.margin_asset, kind.wallet)
    return futures


def quantities(kind: Kind) -> st.SearchStrategy[Decimal]:
    modest, immodest = st.integers(2, kind.modest), st.integers(1, kind.modest * 10)
    return st.one_of(modest, modest, modest, immodest).map(lambda steps: steps * kind.step)


def prices(*, above: bool) -> st.SearchStrategy[Decimal]:
    """On the side of the starting price where it makes sense, mostly."""
    sign = 1 if above else -1
    return st.integers(-5, 60).map(lambda steps: PRICE + sign * steps * HALF_DOLLARS * TICK)


def position_sides(hedged: bool) -> st.SearchStrategy[PositionSide]:
    both = st.sampled_from([PositionSide.LONG, PositionSide.SHORT])
    return both if hedged else st.just(PositionSide.BOTH)


@st.composite
def orders(draw: st.DrawFn, kind: Kind, hedged: bool) -> Happening:
    order_type = draw(st.sampled_from([OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT_MAKER, OrderType.MARKET]))
    side = draw(st.sampled_from(Side))
    order: dict[str, Any] = {"symbol": kind.symbol, "side": side, "type": order_type}
    if order_type is not OrderType.MARKET:
        order["price"] = draw(prices(above=side is Side.SELL))
    if order_type is OrderType.LIMIT:
        order["time_in_force"] = draw(st.sampled_from(TimeInForce))
    new = NewFuturesOrder(
        **order,
        quantity=draw(quantities(kind)),
        position_side=draw(position_sides(hedged)),
        reduce_only=not hedged and draw(st.booleans()),
    )
    return lambda futures: futures.place(new)


@st.composite
def conditionals(draw: st.DrawFn, kind: Kind, hedged: bool) -> Happening:
    order_type, side = draw(st.sampled_from(ConditionalType)), draw(st.sampled_from(Side))
    trails = order_type is ConditionalType.TRAILING_STOP_MARKET
    above = (side is Side.BUY) != (order_type.takes_profit or trails)
    order: dict[str, Any] = {"symbol": kind.symbol, "side": side, "type": order_type}
    if trails:
        order["callback_rate"] = Decimal(draw(st.integers(10, 40))) / 100
        order["activate_price"] = draw(st.none() | prices(above=above))
    else:
        order["trigger_price"] = draw(prices(above=above))
    if not order_type.at_market:
        order["price"] = draw(prices(above=draw(st.booleans())))
        order["maker"] = draw(st.integers(0, 3)) == 0
    closes = order_type in (ConditionalType.STOP_MARKET, ConditionalType.TAKE_PROFIT_MARKET) and draw(st.booleans())
    new = NewConditional(
        **order,
        quantity=None if closes else draw(quantities(kind)),
        close_position=closes,
        reduce_only=not closes and not hedged and draw(st.booleans()),
        position_side=draw(position_sides(hedged)),
        ends_with_position=draw(st.integers(0, 3)) == 0,
        working_type=draw(st.sampled_from(WorkingType)),
        price_protect=draw(st.booleans()),
    )
    return lambda futures: futures.place_conditional(new)


def move(kind: Kind, steps: int) -> Happening:
    return lambda futures: futures.set_price(kind.symbol, PRICE + steps * HALF_DOLLARS * TICK)


def set_mark(kind: Kind, basis_points: int | None) -> Happening:
    price = None if basis_points is None else PRICE * (10_000 + basis_points) / 10_000
    return lambda futures: futures.set_mark_price(kind.symbol, price)


def thin_out(kind: Kind, steps: int) -> Happening:
    """A book of one level on each side, or of none."""
    bids, asks = ([Level(PRICE + sign * TICK, steps * kind.step)] * bool(steps) for sign in (-1, 1))
    return lambda futures: futures.set_book(kind.symbol, Book(bids, asks), PRICE)


def cancel_open(number: int) -> Happening:
    def happening(futures: Futures) -> None:
        found, waiting = futures.orders.open_orders(), futures.conditionals.open_ones()
        if found and (number % 2 or not waiting):
            futures.cancel(found[number % len(found)])
        elif waiting:
            futures.cancel_conditional(waiting[number % len(waiting)])

    return happening


def modify_open(number: int, quantity: Decimal, price: Decimal) -> Happening:
    def happening(futures: Futures) -> None:
        found = futures.orders.open_orders()
        if found:
            futures.modify(found[number % len(found)], quantity, price, reduce_only=False)

    return happening


def happenings(kind: Kind, hedged: bool) -> st.SearchStrategy[list[Happening]]:
    any_price = st.one_of(prices(above=True), prices(above=False))
    numbers = st.integers(0, 30)
    return st.lists(
        st.one_of(
            orders(kind, hedged),
            orders(kind, hedged),
            conditionals(kind, hedged),
            st.builds(move, st.just(kind), st.integers(-100, 100)),
            st.builds(move, st.just(kind), st.integers(-800, 800)),
            st.builds(set_mark, st.just(kind), st.none() | st.integers(-800, 800)),
            st.builds(thin_out, st.just(kind), st.integers(0, 2_000)),
            st.builds(cancel_open, numbers),
            st.builds(modify_open, numbers, quantities(kind), any_price),
        ),
        min_size=15,
        max_size=40,
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[Kind, bool, list[Happening]]:
    """A kind of contracts, whether in hedge mode, and what happens to it."""
    kind, hedged = draw(kinds), draw(st.booleans())
    return kind, hedged, draw(happenings(kind, hedged))
