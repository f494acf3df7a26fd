"""Whatever orders and lists come and wherever prices go: no money appears or vanishes, nothing falls below zero."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from local.paper_exchange.engine.book import Book, Level
from local.paper_exchange.engine.order_lists import NewList
from local.paper_exchange.engine.orders import NewOrder, Order, Peg
from local.paper_exchange.engine.triggers import waits_for_rise
from local.paper_exchange.enums import (
    CONTINGENT,
    MARKET_TYPES,
    Contingency,
    ExpiryReason,
    OrderType,
    PegPriceType,
    Side,
    Status,
    TimeInForce,
)
from local.paper_exchange.errors import Refused
from local.paper_exchange.exchange import Exchange
from local.paper_exchange.rules.one_cancels_other import check_types
from local.paper_exchange.rules.starting_state import BALANCES

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


def exchange_after(happened: list[Happening], check: Callable[[Exchange], None]) -> Exchange:
    exchange = Exchange(clock=lambda: NOW_US)
    for happening in happened:
        with suppress(Refused):
            happening(exchange)
        check(exchange)
    return exchange


def expected_balances(exchange: Exchange) -> dict[str, Decimal]:
    """Free and locked together, worked out from the trades alone."""
    total = defaultdict(Decimal, BALANCES)
    for trade in exchange.trades:
        base, quote = SYMBOLS[trade.order.symbol]
        sign = 1 if trade.order.side is Side.BUY else -1
        total[base] += sign * trade.quantity
        total[quote] -= sign * trade.quantity * trade.price
        total[trade.commission_asset] -= trade.commission
    return total


def held(exchange: Exchange) -> dict[str, Decimal]:
    """What orders and lists say that they hold."""
    holds: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order in exchange.orders:
        base, quote = SYMBOLS[order.symbol]
        holds[quote if order.side is Side.BUY else base] += order.locked
    for order_list in exchange.lists:
        base, quote = SYMBOLS[order_list.symbol]
        holds[quote if order_list.others[0].side is Side.BUY else base] += order_list.locked
    return holds


def check_money(exchange: Exchange) -> None:
    account, expected, holds = exchange.account, expected_balances(exchange), held(exchange)
    for asset in account.assets():
        assert account.free(asset) >= 0
        assert account.free(asset) + account.locked(asset) == expected[asset]
        assert account.locked(asset) == holds[asset] >= 0
    assert all(order.locked == 0 or order.open for order in exchange.orders)
    assert all(order_list.locked == 0 or order_list.open for order_list in exchange.lists)


@settings(max_examples=250, deadline=None)
@given(happened=happenings)
def test_balances_are_what_the_trades_say(happened: list[Happening]) -> None:
    exchange_after(happened, check_money)


@settings(max_examples=150, deadline=None)
@given(happened=happenings)
def test_cancelling_everything_frees_everything(happened: list[Happening]) -> None:
    exchange = exchange_after(happened, lambda _: None)

    for order in exchange.orders:
        if order.open:
            exchange.cancel(order)

    assert not exchange.lists.open_lists()
    assert all(exchange.account.locked(asset) == 0 for asset in exchange.account.assets())


@settings(max_examples=250, deadline=None)
@given(happened=happenings)
def test_orders_add_up(happened: list[Happening]) -> None:
    exchange = exchange_after(happened, lambda _: None)

    for order in exchange.orders:
        assert order.executed == sum((trade.quantity for trade in order.trades), Decimal(0)) <= order.quantity
        assert (order.status is Status.FILLED) == (order.remaining == 0 < order.executed and not _amended_away(order))
        assert order.expiry_reason is None or order.status is Status.EXPIRED
        immediate = order.request.time_in_force is not TimeInForce.GTC
        assert not (order.working and (immediate or order.request.type in MARKET_TYPES))
        for trade in order.trades:
            assert order.limit is None or _no_worse(trade.price, order.limit, order.side)


def _amended_away(order: Order) -> bool:
    return order.status is Status.EXPIRED and bool(order.amendments)


def _no_worse(price: Decimal, limit: Decimal, side: Side) -> bool:
    return price <= limit if side is Side.BUY else price >= limit


@settings(max_examples=250, deadline=None)
@given(happened=happenings)
def test_lists_keep_their_word(happened: list[Happening]) -> None:
    exchange = exchange_after(happened, lambda _: None)

    for order_list in exchange.lists:
        working, others = order_list.working, order_list.others
        assert sum(bool(order.executed) for order in others) <= 1, "one cancels the other"
        alone = len({order.open for order in others}) > 1
        assert all(order.working for order in others if order.open) or not alone, (
            "the other ends only for one that works"
        )
        if order_list.contingency is Contingency.OTO:
            assert working is not None
            assert (working.status is Status.FILLED) or not any(order.executed for order in others)
            pending = any(order.status is Status.PENDING_NEW for order in others)
            assert pending == working.open
        if order_list.request.pays_the_other:
            bought = working.executed if working is not None else Decimal(0)
            assert all(order.quantity <= bought for order in others)


@settings(max_examples=100, deadline=None)
@given(new=lists())
def test_a_refused_list_changes_nothing(new: NewList) -> None:
    exchange = Exchange(clock=lambda: NOW_US)
    try:
        exchange.place_list(new)
    except Refused:
        assert (list(exchange.orders), list(exchange.lists)) == ([], [])
        assert all(exchange.account.free(asset) == amount for asset, amount in BALANCES.items())
    else:
        count = len(new.legs)
        assert [order.list_id for order in exchange.orders] == [0] * count


def test_such_events_really_lead_everywhere() -> None:
    """The generators would be worth little if all they ask for were refused."""
    seen: set[object] = set()

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(happened=happenings)
    def explore(happened: list[Happening]) -> None:
        exchange = exchange_after(happened, lambda _: None)
        for order in exchange.orders:
            seen.add((order.request.type, order.status))
            seen.add(order.expiry_reason)
        for order_list in exchange.lists:
            filled = order_list.working is not None and order_list.working.status is Status.FILLED
            seen.add(("paid" if order_list.request.pays_the_other else order_list.contingency, filled))

    explore()

    wanted: set[object] = {(order_type, Status.FILLED) for order_type in OrderType}
    wanted |= {("paid", True), (Contingency.OTO, True), (Contingency.OCO, False)}
    wanted |= {*ExpiryReason}
    assert wanted - seen == set()
