"""Whatever orders come and wherever prices go: no money appears or vanishes, nothing falls below zero."""

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from local.paper_exchange.engine.book import Book, Level, Walk
from local.paper_exchange.engine.matching import cost, filled, match, quantity_for_quote, sweep
from local.paper_exchange.engine.orders import NewOrder
from local.paper_exchange.enums import OrderType, Side, Status, TimeInForce
from local.paper_exchange.errors import Refused
from local.paper_exchange.exchange import Exchange
from local.paper_exchange.rules.starting_state import BALANCES

SYMBOLS = {"BTCUSDT": ("BTC", "USDT"), "ETHBTC": ("ETH", "BTC"), "DOGEUSDT": ("DOGE", "USDT")}
PRICES = {"BTCUSDT": Decimal(65000), "ETHBTC": Decimal("0.053"), "DOGEUSDT": Decimal("0.15")}
TICKS = {"BTCUSDT": Decimal("0.01"), "ETHBTC": Decimal("0.00001"), "DOGEUSDT": Decimal("0.00001")}
STEPS = {"BTCUSDT": Decimal("0.00001"), "ETHBTC": Decimal("0.0001"), "DOGEUSDT": Decimal(1)}


@st.composite
def orders(draw: st.DrawFn) -> NewOrder:
    symbol = draw(st.sampled_from(sorted(SYMBOLS)))
    # From a fraction of the book's depth to more than all of it, and more than the account has.
    quantity = STEPS[symbol] * draw(st.integers(1, 20_000_000))
    price = PRICES[symbol] + TICKS[symbol] * draw(st.integers(-60, 60))
    common: dict[str, Any] = {"symbol": symbol, "side": draw(st.sampled_from(Side))}
    kind = draw(st.sampled_from(["market", "quote", "limit"]))
    if kind == "market":
        return NewOrder(**common, type=OrderType.MARKET, quantity=quantity)
    if kind == "quote":
        return NewOrder(**common, type=OrderType.MARKET, quote_quantity=(quantity * price).quantize(Decimal("1E-8")))
    time_in_force = draw(st.sampled_from(TimeInForce))
    return NewOrder(**common, type=OrderType.LIMIT, quantity=quantity, price=price, time_in_force=time_in_force)


moves = st.tuples(st.sampled_from(sorted(SYMBOLS)), st.integers(-200, 200))
cancels = st.integers(1, 20)
events = st.lists(st.one_of(orders(), moves, cancels), max_size=25)


def run(exchange: Exchange, happening: NewOrder | tuple[str, int] | int) -> None:
    try:
        if isinstance(happening, NewOrder):
            exchange.place(happening)
        elif isinstance(happening, tuple):
            symbol, ticks = happening
            exchange.set_price(symbol, PRICES[symbol] + TICKS[symbol] * ticks)
        else:
            order = next((each for each in exchange.orders if each.order_id == happening), None)
            if order is not None:
                exchange.cancel(order)
    except Refused:
        pass


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


@settings(max_examples=150, deadline=None)
@given(happenings=events)
def test_balances_are_what_the_trades_say(happenings: list[NewOrder | tuple[str, int] | int]) -> None:
    exchange = Exchange(clock=lambda: 1_700_000_000_000_000)

    for happening in happenings:
        run(exchange, happening)

        account = exchange.account
        expected = expected_balances(exchange)
        for asset in account.assets():
            assert account.free(asset) >= 0
            assert account.locked(asset) >= 0
            assert account.free(asset) + account.locked(asset) == expected[asset]
        held: defaultdict[str, Decimal] = defaultdict(Decimal)
        for order in exchange.orders:
            base, quote = SYMBOLS[order.symbol]
            held[quote if order.side is Side.BUY else base] += order.locked
            assert order.locked == 0 or order.open
        assert all(account.locked(asset) == held[asset] for asset in account.assets())


@settings(max_examples=150, deadline=None)
@given(happenings=events)
def test_orders_add_up(happenings: list[NewOrder | tuple[str, int] | int]) -> None:
    exchange = Exchange(clock=lambda: 1_700_000_000_000_000)
    for happening in happenings:
        run(exchange, happening)

    for order in exchange.orders:
        assert order.executed == sum((trade.quantity for trade in order.trades), Decimal(0)) <= order.quantity
        assert (order.status is Status.FILLED) == (order.remaining == 0)
        assert (order.status is Status.EXPIRED) == (order.expiry_reason is not None)
        assert not (order.open and order.request.time_in_force is not TimeInForce.GTC)
        for trade in order.trades:
            limit = order.request.price
            if limit is not None:
                assert trade.price <= limit if order.side is Side.BUY else trade.price >= limit


LEVELS = st.lists(st.builds(Level, st.decimals(1, 1000, places=2), st.decimals("0.01", 100, places=2)), max_size=8).map(
    sorted
)


@given(levels=LEVELS, quantity=st.decimals("0.01", 500, places=2), limit=st.decimals(1, 1000, places=2))
def test_a_sweep_takes_the_best_levels_first_and_no_more_than_there_is(
    levels: list[Level], quantity: Decimal, limit: Decimal
) -> None:
    fills = sweep(levels, Side.BUY, quantity, limit)

    reachable = [level for level in levels if level.price <= limit]
    assert filled(fills) == min(quantity, filled(reachable))
    assert [fill.price for fill in fills] == [level.price for level in reachable[: len(fills)]]
    assert all(fill.quantity <= level.quantity for fill, level in zip(fills, reachable, strict=False))


@given(levels=LEVELS, quantity=st.decimals("0.01", 500, places=2), limit=st.decimals(1, 1000, places=2))
def test_fill_or_kill_is_all_or_nothing(levels: list[Level], quantity: Decimal, limit: Decimal) -> None:
    order = NewOrder(
        symbol="AB",
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=quantity,
        price=limit,
        time_in_force=TimeInForce.FOK,
    )

    assert filled(match(order, quantity, levels, limit).fills) in (0, quantity)


@given(levels=LEVELS, quote=st.decimals(1, 50_000, places=2), step=st.sampled_from([Decimal("0.01"), Decimal(1)]))
def test_a_quote_amount_is_never_overspent(levels: list[Level], quote: Decimal, step: Decimal) -> None:
    quantity = quantity_for_quote(levels, quote, step)

    assert quantity % step == 0
    assert cost(sweep(levels, Side.BUY, quantity)) <= quote
    if levels and quantity + step <= filled(levels):
        assert cost(sweep(levels, Side.BUY, quantity + step)) > quote, "another step would have been affordable"


def test_a_walk_repeats_itself_and_fills_what_it_crosses() -> None:
    def walked(seed: int) -> tuple[list[Decimal], list[Status]]:
        now = 0
        exchange = Exchange(clock=lambda: now, seed=seed)
        limit = NewOrder(
            symbol="BTCUSDT", side=Side.BUY, type=OrderType.LIMIT, quantity=Decimal(1), price=Decimal(64_900)
        )
        exchange.place(limit)
        prices = []
        for second in range(1, 301):
            now = second * 1_000_000
            exchange.advance()
            prices.append(exchange.market("BTCUSDT").price)
        return prices, [order.status for order in exchange.orders]

    prices, statuses = walked(seed=7)

    assert (prices, statuses) == walked(seed=7)
    assert prices != walked(seed=8)[0]
    assert len(set(prices)) > 100
    assert (min(prices) < Decimal(64_900)) == (statuses == [Status.FILLED])


def test_a_walk_takes_one_step_a_second() -> None:
    exchange = Exchange(clock=lambda: 0, seed=7)
    prices = []
    for quarter in range(40):
        exchange.clock_offset_ms = quarter * 250
        exchange.advance()
        prices.append(exchange.market("BTCUSDT").price)

    for second in range(10):
        assert len(set(prices[second * 4 : second * 4 + 4])) == 1
    assert all(abs(later - earlier) < 20 for earlier, later in pairwise(prices))
    assert len(set(prices)) > 3


def test_a_walk_does_not_catch_up_after_a_long_pause() -> None:
    walk = Walk(seed=7, now_us=0)

    assert walk.steps_until(365 * 86_400 * 1_000_000) == 60
    assert walk.steps_until((365 * 86_400 + 1) * 1_000_000) == 1


def test_a_book_that_comes_closer_fills_a_resting_order_in_parts() -> None:
    exchange = Exchange(clock=lambda: 0)
    order = exchange.place(
        NewOrder(symbol="BTCUSDT", side=Side.SELL, type=OrderType.LIMIT, quantity=Decimal(3), price=Decimal(70_000))
    )

    exchange.set_book("BTCUSDT", Book([Level(Decimal(70_001), Decimal(2))], []))
    assert (order.status, order.executed) == (Status.PARTIALLY_FILLED, Decimal(2))
    exchange.set_book("BTCUSDT", Book([Level(Decimal(70_001), Decimal(2))], []))
    assert (order.status, order.executed_quote) == (Status.FILLED, Decimal(210_000))
