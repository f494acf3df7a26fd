"""What may happen to an exchange: orders, lists, cancellations, amendments, prices that move. For hypothesis."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from paper_exchange.engine.book import Book, Level
from paper_exchange.engine.order_lists import NewList
from paper_exchange.engine.orders import NewOrder, Order, Peg, Trade
from paper_exchange.engine.triggers import waits_for_rise
from paper_exchange.enums import (
    CONTINGENT,
    MARKET_TYPES,
    OrderType,
    PegPriceType,
    Side,
    TimeInForce,
)
from paper_exchange.exchange import Exchange
from paper_exchange.rules.one_cancels_other import check_types

SYMBOLS = {"BTCUSDT": ("BTC", "USDT"), "ETHBTC": ("ETH", "BTC"), "DOGEUSDT": ("DOGE", "USDT")}
PRICES = {"BTCUSDT": Decimal(65000), "ETHBTC": Decimal("0.053"), "DOGEUSDT": Decimal("0.15")}
TICKS = {"BTCUSDT": Decimal("0.01"), "ETHBTC": Decimal("0.00001"), "DOGEUSDT": Decimal("0.00001")}
STEPS = {"BTCUSDT": Decimal("0.00001"), "ETHBTC": Decimal("0.0001"), "DOGEUSDT": Decimal(1)}
# From what passes the filters easily to more than the book holds and the account has.
MODEST = {"BTCUSDT": 50_000, "ETHBTC": 20_000, "DOGEUSDT": 100_000}
IMMODEST = {"BTCUSDT": 12_000_000, "ETHBTC": 20_000_000, "DOGEUSDT": 9_000_000}
NOW_US = 1_700_000_000_000_000

Happening = Callable[[Exchange], object]

symbols = st.sampled_from(["BTCUSDT", "BTCUSDT", "ETHBTC", "DOGEUSDT"])


@st.composite
def prices(draw: st.DrawFn, symbol: str, *, above: bool) -> Decimal:
    """On the side of the starting price where it makes sense, mostly."""
    ticks = draw(st.integers(-5, 60))
    return PRICES[symbol] + TICKS[symbol] * (ticks if above else -ticks)


def quantities(symbol: str) -> st.SearchStrategy[Decimal]:
    modest = st.integers(MODEST[symbol] // 50, MODEST[symbol])
    immodest = st.integers(1, IMMODEST[symbol])
    return st.one_of(modest, modest, modest, immodest).map(lambda steps: steps * STEPS[symbol])


@st.composite
def orders(draw: st.DrawFn, symbol: str, types: Any = OrderType, side: Side | None = None) -> NewOrder:
    order_type = draw(st.sampled_from(sorted(types)))
    side = side or draw(st.sampled_from(Side))
    above = waits_for_rise(order_type, side) if order_type in CONTINGENT else side is Side.SELL
    order: dict[str, Any] = {"symbol": symbol, "side": side, "type": order_type, "quantity": draw(quantities(symbol))}
    if order_type in CONTINGENT:
        how = draw(st.sampled_from(["stop", "stop", "trailing", "both"]))
        order["stop_price"] = None if how == "trailing" else draw(prices(symbol, above=above))
        order["trailing_delta"] = None if how == "stop" else draw(st.integers(10, 40))
    if order_type not in MARKET_TYPES:
        order["price"] = draw(prices(symbol, above=above))
        if symbol != "DOGEUSDT" and draw(st.integers(0, 4)) == 4:
            order["peg"] = Peg(price_type=draw(st.sampled_from(PegPriceType)))
    if order_type in (OrderType.LIMIT, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT):
        order["time_in_force"] = draw(st.sampled_from(TimeInForce))
    return NewOrder(**order)


@st.composite
def quote_sized(draw: st.DrawFn) -> NewOrder:
    symbol = draw(symbols)
    quote = (draw(quantities(symbol)) * PRICES[symbol]).quantize(Decimal("1E-8"))
    return NewOrder(symbol=symbol, side=draw(st.sampled_from(Side)), type=OrderType.MARKET, quote_quantity=quote)


@st.composite
def pairs(draw: st.DrawFn, symbol: str, side: Side) -> list[NewOrder]:
    """One end above, one below the market; both may have moved there before they are placed."""
    ends = [OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT]
    profits = [OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT, OrderType.LIMIT_MAKER]
    above, below = (profits, ends) if side is Side.SELL else (ends, profits)
    first, second = draw(orders(symbol, above, side)), draw(orders(symbol, below, side))
    return [first, _with(second, quantity=first.quantity)]


@st.composite
def lists(draw: st.DrawFn) -> NewList:
    symbol = draw(symbols)
    pays = draw(st.booleans())
    working = draw(
        st.one_of(st.none(), orders(symbol, [OrderType.LIMIT, OrderType.LIMIT_MAKER], Side.BUY if pays else None))
    )
    side = Side.SELL if pays else draw(st.sampled_from(Side))
    if working is None or draw(st.booleans()):
        others = draw(pairs(symbol, side))
        check_types(*others)
    else:
        others = [draw(orders(symbol, OrderType, side))]
    pays = pays and working is not None
    if pays:
        others = [_with(each, quantity=None) for each in others]
    return NewList(symbol=symbol, working=working, others=others, pays_the_other=pays)


def _with(order: NewOrder, **change: Any) -> NewOrder:
    return NewOrder(**{name: getattr(order, name) for name in order.__slots__} | change)


def place(order: NewOrder) -> Happening:
    return lambda exchange: exchange.place(order)


def place_list(order_list: NewList) -> Happening:
    return lambda exchange: exchange.place_list(order_list)


def move(symbol: str, ticks: int) -> Happening:
    return lambda exchange: exchange.set_price(symbol, PRICES[symbol] + TICKS[symbol] * ticks)


def leap(symbol: str, basis_points: int) -> Happening:
    """Far enough for trailing stops."""
    ticks = PRICES[symbol] * basis_points / 10_000 // TICKS[symbol]
    return move(symbol, int(ticks))


def thin_out(symbol: str, quantity: int) -> Happening:
    """A book of one level on each side, or of none."""
    price, tick = PRICES[symbol], TICKS[symbol]
    bids = [Level(price - tick, quantity * STEPS[symbol])] * bool(quantity)
    asks = [Level(price + tick, quantity * STEPS[symbol])] * bool(quantity)
    return lambda exchange: exchange.set_book(symbol, Book(bids, asks), price)


def with_open(act: Callable[[Exchange, Order], object], number: int) -> Happening:
    """Does it to one of the open orders, if there are any."""

    def happening(exchange: Exchange) -> None:
        found = exchange.orders.open_orders()
        if found:
            act(exchange, found[number % len(found)])

    return happening


def cancel(exchange: Exchange, order: Order) -> None:
    exchange.cancel(order)


def amend(exchange: Exchange, order: Order) -> None:
    step = STEPS[order.symbol]
    exchange.amending.amend(order, order.quantity / 2 // step * step, None)


happenings = st.lists(
    st.one_of(
        symbols.flatmap(orders).map(place),
        quote_sized().map(place),
        lists().map(place_list),
        lists().map(place_list),
        st.builds(move, symbols, st.integers(-100, 100)),
        st.builds(leap, symbols, st.integers(-60, 60)),
        st.builds(thin_out, symbols, st.integers(0, 2_000)),
        st.builds(with_open, st.sampled_from([cancel, amend]), st.integers(0, 30)),
    ),
    min_size=10,
    max_size=25,
)


def add_trades(starting: Mapping[str, Decimal], trades: Iterable[Trade]) -> dict[str, Decimal]:
    """What each asset comes to after `trades`, worked out from the trades alone."""
    total = defaultdict(Decimal, starting)
    for trade in trades:
        base, quote = SYMBOLS[trade.order.symbol]
        sign = 1 if trade.order.side is Side.BUY else -1
        total[base] += sign * trade.quantity
        total[quote] -= sign * trade.quantity * trade.price
        total[trade.commission_asset] -= trade.commission
    return total
