"""Books, sweeps and walking prices: what holds for any of them."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from paper_exchange.engine.book import Book, Level, Walk
from paper_exchange.engine.matching import cost, filled, match, quantity_for_quote, sweep
from paper_exchange.engine.orders import NewOrder
from paper_exchange.enums import OrderType, Side, Status, TimeInForce
from paper_exchange.exchange import Exchange

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
