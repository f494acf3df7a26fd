"""Whatever orders of contracts come and wherever prices go: positions are the fills, the wallet what they earned."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings

from paper_exchange.engine.conditional_orders import ConditionalType, State
from paper_exchange.engine.futures_orders import FuturesTrade, asked
from paper_exchange.engine.positions import PositionSide
from paper_exchange.enums import OrderType, Side, Status, TimeInForce
from paper_exchange.futures import Futures
from paper_exchange.refusal import FuturesKind, Kind, Refusal
from tests.paper_exchange.paper_futures_happenings import Happening, histories, start
from tests.paper_exchange.paper_futures_happenings import Kind as OfContracts

UNIT = Decimal("1E-8")
History = tuple[OfContracts, bool, list[Happening]]


def after(history: History, check: Callable[[Futures], None] = lambda _: None) -> Futures:
    kind, hedged, happened = history
    futures = start(kind, hedged=hedged)
    for happening in happened:
        with suppress(Refusal):
            happening(futures)
        check(futures)
    return futures


def signed(trade: FuturesTrade) -> int:
    return 1 if trade.order.side is Side.BUY else -1


def key(trade: FuturesTrade) -> tuple[str, PositionSide]:
    return trade.order.symbol, asked(trade.order).position_side


def check_positions(futures: Futures) -> None:
    filled: defaultdict[tuple[str, PositionSide], Decimal] = defaultdict(Decimal)
    for trade in futures.trades:
        filled[key(trade)] += signed(trade) * trade.quantity
    for position in futures.positions:
        assert position.quantity == filled[position.symbol, position.side]
        assert bool(position.quantity) == bool(position.cost)
        assert position.quantity * position.cost >= 0
        if position.side is not PositionSide.BOTH:
            assert position.quantity * (1 if position.side is PositionSide.LONG else -1) >= 0


@settings(max_examples=200)
@given(history=histories())
def test_a_position_is_the_sum_of_its_fills(history: History) -> None:
    after(history, check_positions)


@settings(max_examples=200)
@given(history=histories())
def test_the_wallet_is_what_it_began_with_and_what_was_realised_less_commissions(history: History) -> None:
    def check(futures: Futures) -> None:
        asset = history[0].margin_asset
        assert futures.wallet.free(asset) == history[0].wallet + sum(
            trade.realised - trade.commission for trade in futures.trades
        )
        assert futures.wallet.locked(asset) == 0

    after(history, check)


@settings(max_examples=200)
@given(history=histories())
def test_what_was_realised_is_what_was_paid_and_received_beside_what_positions_cost(history: History) -> None:
    """Worked out anew from prices: contracts bought and sold for values, the rest being what open ones cost."""
    futures = after(history)

    realised = sum((trade.realised for trade in futures.trades), Decimal(0))
    flow = Decimal(0)
    for trade in futures.trades:
        contract = futures.market(trade.order.symbol).symbol.contract
        flow += signed(trade) * contract.value(trade.quantity, trade.price)
    cost = sum((position.cost for position in futures.positions), Decimal(0))
    earned = flow - cost if futures.inverse else cost - flow
    assert abs(realised - earned) <= UNIT * (len(futures.trades) + 1)


@settings(max_examples=200)
@given(history=histories())
def test_what_may_only_reduce_never_opens_and_never_flips(history: History) -> None:
    def check(futures: Futures) -> None:
        for order in futures.orders.open_orders():
            if asked(order).reduces:
                position = futures.requirements.position_of(order.symbol, asked(order).position_side)
                assert order.remaining <= position.reducible_by(order.side)

    futures = after(history, check)

    held: defaultdict[tuple[str, PositionSide], Decimal] = defaultdict(Decimal)
    for trade in futures.trades:
        before, change = held[key(trade)], signed(trade) * trade.quantity
        held[key(trade)] += change
        if asked(trade.order).reduces:
            assert abs(before + change) == abs(before) - trade.quantity


@settings(max_examples=200)
@given(history=histories())
def test_orders_add_up(history: History) -> None:
    futures = after(history)

    for order in futures.orders:
        assert order.executed == sum((trade.quantity for trade in order.trades), Decimal(0)) <= order.quantity
        assert order.remaining == 0 or order.status is not Status.FILLED
        immediate = order.request.time_in_force is not TimeInForce.GTC or order.request.type is OrderType.MARKET
        assert not (order.open and immediate)
        assert not order.open or order.remaining > 0
        if order.request.type is OrderType.LIMIT_MAKER:
            assert all(trade.maker for trade in order.trades)


@settings(max_examples=200)
@given(history=histories())
def test_conditional_orders_become_one_order_or_none(history: History) -> None:
    futures = after(history)

    became = [each.actual for each in futures.conditionals if each.actual is not None]
    assert len({order.order_id for order in became}) == len(became)
    for each in futures.conditionals:
        assert (each.actual is not None) == (each.state in (State.TRIGGERED, State.FINISHED))
        if each.actual is not None:
            assert each.trigger_time_ms
            at_most = each.request.quantity
            assert at_most is None or each.actual.amendments or each.actual.quantity <= at_most
            assert asked(each.actual).reduces or not each.request.reduces


@settings(max_examples=200)
@given(history=histories())
def test_cancelling_everything_leaves_positions_alone(history: History) -> None:
    futures = after(history)
    held = [(each.symbol, each.side, each.quantity) for each in futures.positions]

    for conditional in futures.conditionals.open_ones():
        futures.cancel_conditional(conditional)
    for order in futures.orders.open_orders():
        futures.cancel(order)

    assert not futures.has_orders()
    assert [(each.symbol, each.side, each.quantity) for each in futures.positions] == held
    assert all(futures.requirements.of_orders(asset) == 0 for asset in futures.wallet.assets())


def test_such_events_really_lead_everywhere() -> None:
    """The generators would be worth little if all they ask for were refused."""
    seen: set[object] = set()

    @settings(max_examples=1000, database=None, derandomize=True)
    @given(history=histories())
    def explore(history: History) -> None:
        kind, hedged, happened = history
        futures = start(kind, hedged=hedged)
        for happening in happened:
            try:
                happening(futures)
            except Refusal as refusal:
                seen.add(refusal.kind)
        seen.update((each.request.type, each.state) for each in futures.conditionals)
        seen.update(each.state for each in futures.conditionals)
        seen.update(("cut", order.status) for order in futures.orders if asked(order).reduces)
        seen.update("profit" if trade.realised > 0 else "loss" for trade in futures.trades if trade.realised)
        seen.update((position.side, position.quantity > 0) for position in futures.positions if position.quantity)
        seen.update("modified" for order in futures.orders if order.amendments)

    explore()

    wanted: set[object] = {(kind, State.FINISHED) for kind in ConditionalType}
    wanted |= {*State}
    wanted |= {"profit", "loss", "modified", ("cut", Status.EXPIRED), ("cut", Status.FILLED)}
    wanted |= {(PositionSide.BOTH, True), (PositionSide.BOTH, False), (PositionSide.LONG, True)}
    wanted |= {FuturesKind.REDUCE_ONLY_REJECTED, FuturesKind.INSUFFICIENT_MARGIN, FuturesKind.WOULD_NOT_FILL}
    wanted |= {Kind.WOULD_TRIGGER_IMMEDIATELY, Kind.WOULD_MATCH_IMMEDIATELY, FuturesKind.POSITION_NEEDED}
    assert wanted - seen == set()
