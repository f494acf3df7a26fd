"""Whatever orders and lists come and wherever prices go: no money appears or vanishes, nothing falls below zero."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings

from paper_exchange.engine.order_lists import NewList
from paper_exchange.engine.orders import Order
from paper_exchange.enums import (
    MARKET_TYPES,
    Contingency,
    ExpiryReason,
    OrderType,
    Side,
    Status,
    TimeInForce,
)
from paper_exchange.exchange import Exchange
from paper_exchange.refusal import Refusal
from paper_exchange.rules.starting_state import BALANCES
from tests.paper_exchange.paper_happenings import NOW_US, SYMBOLS, Happening, add_trades, happenings, lists


def exchange_after(happened: list[Happening], check: Callable[[Exchange], None]) -> Exchange:
    exchange = Exchange(clock=lambda: NOW_US)
    for happening in happened:
        with suppress(Refusal):
            happening(exchange)
        check(exchange)
    return exchange


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
    account, expected, holds = exchange.account, add_trades(BALANCES, exchange.trades), held(exchange)
    for asset in account.assets():
        assert account.free(asset) >= 0
        assert account.free(asset) + account.locked(asset) == expected[asset]
        assert account.locked(asset) == holds[asset] >= 0
    assert all(order.locked == 0 or order.open for order in exchange.orders)
    assert all(order_list.locked == 0 or order_list.open for order_list in exchange.lists)


@settings(max_examples=250)
@given(happened=happenings)
def test_balances_are_what_the_trades_say(happened: list[Happening]) -> None:
    exchange_after(happened, check_money)


@settings(max_examples=150)
@given(happened=happenings)
def test_cancelling_everything_frees_everything(happened: list[Happening]) -> None:
    exchange = exchange_after(happened, lambda _: None)

    for order in exchange.orders:
        if order.open:
            exchange.cancel(order)

    assert not exchange.lists.open_lists()
    assert all(exchange.account.locked(asset) == 0 for asset in exchange.account.assets())


@settings(max_examples=250)
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


@settings(max_examples=250)
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


@settings(max_examples=100)
@given(new=lists())
def test_a_refused_list_changes_nothing(new: NewList) -> None:
    exchange = Exchange(clock=lambda: NOW_US)
    try:
        exchange.place_list(new)
    except Refusal:
        assert (list(exchange.orders), list(exchange.lists)) == ([], [])
        assert all(exchange.account.free(asset) == amount for asset, amount in BALANCES.items())
    else:
        count = len(new.legs)
        assert [order.list_id for order in exchange.orders] == [0] * count


def test_such_events_really_lead_everywhere() -> None:
    """The generators would be worth little if all they ask for were refused."""
    seen: set[object] = set()

    @settings(max_examples=1000, database=None, derandomize=True)
    @given(happened=happenings)
    def explore(happened: list[Happening]) -> None:
        exchange = exchange_after(happened, lambda _: None)
        for order in exchange.orders:
            seen.add((order.request.type, order.working_time_ms is not None))
            seen.add(order.expiry_reason)
        for order_list in exchange.lists:
            filled = order_list.working is not None and order_list.working.status is Status.FILLED
            seen.add(("paid" if order_list.request.pays_the_other else order_list.contingency, filled))

    explore()

    wanted: set[object] = {(order_type, True) for order_type in OrderType}
    wanted |= {("paid", True), (Contingency.OTO, True), (Contingency.OCO, False)}
    wanted |= {*ExpiryReason}
    assert wanted - seen == set()
