"""Whatever happens at the paper Bybit: positions are the sum of fills, money is held for what is open, exits fit."""

from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from paper_exchange.dialects.bybit.asked import Asked, Exit
from paper_exchange.dialects.bybit.changes import cancel_order
from paper_exchange.dialects.bybit.entering import contracts
from paper_exchange.dialects.bybit.errors import Refused
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.settings import Settings
from paper_exchange.dialects.bybit.tickets import Ticket
from paper_exchange.dialects.bybit.words import Category, Lifetime, MarketUnit, OrderFilter
from paper_exchange.engine.orders import ZERO, Trade
from paper_exchange.enums import Side
from paper_exchange.exchange import Exchange
from paper_exchange.unified import UnifiedAccount

SYMBOLS = {Category.SPOT: "BTCUSDT", Category.LINEAR: "BTCUSDT", Category.INVERSE: "BTCUSD"}
UNITS = {Category.SPOT: Decimal("0.01"), Category.LINEAR: Decimal("0.01"), Category.INVERSE: Decimal(100)}


@dataclass
class Clock:
    now_us: int = 1_700_000_000_000_000

    def __call__(self) -> int:
        return self.now_us


def office(clock: Clock) -> Office:
    """Its books are so thin that many orders are filled in part."""
    account = UnifiedAccount(Exchange(clock))
    for category, unit in UNITS.items():
        exchange = account if category is Category.SPOT else contracts(account, category)
        symbol = exchange.market(SYMBOLS[category]).symbol
        exchange.set_symbol(replace(symbol, level_quantity=unit * 10))  # type: ignore[arg-type]
        exchange.set_price(symbol.name, symbol.price)
    return Office(account, Settings())


@dataclass(frozen=True)
class Move:
    category: Category
    price: Decimal


@dataclass(frozen=True)
class Cancel:
    which: int


@dataclass(frozen=True)
class Wait:
    """Orders are in the engine so much later from now on, and so much time passes."""

    engine_ms: int
    passes_ms: int


CATEGORIES = st.sampled_from(Category)
PRICES = st.integers(60, 70).map(lambda thousands: Decimal(thousands * 1_000))


def _exits(base: Decimal, sign: int) -> st.SearchStrategy[Exit]:
    """Mostly on the side of the price where they make sense."""
    return st.integers(-1, 5).map(lambda thousands: Exit(base + sign * thousands * 1_000))


@st.composite
def orders(draw: st.DrawFn) -> Asked:
    category, side = draw(CATEGORIES), draw(st.sampled_from(Side))
    at_market, waits = draw(st.booleans()), draw(st.integers(0, 3)) == 0
    reduce_only = category is not Category.SPOT and draw(st.integers(0, 3)) == 0
    trigger = draw(PRICES) + 50 if waits else None
    exits = not reduce_only and (category is not Category.SPOT or not at_market)
    waiting = st.sampled_from([OrderFilter.TPSL, OrderFilter.STOP])
    price = None if at_market else draw(PRICES)
    above, below = draw(st.none() | _exits(price or START, 1)), draw(st.none() | _exits(price or START, -1))
    profit, loss = (above, below) if side is Side.BUY else (below, above)
    return Asked(
        category=category,
        symbol=SYMBOLS[category],
        side=side,
        at_market=at_market,
        quantity=UNITS[category] * draw(st.integers(1, 400)),
        unit=MarketUnit.BASE if at_market and category is Category.SPOT else None,
        price=price,
        lifetime=Lifetime.IOC if at_market else draw(st.sampled_from(Lifetime)),
        order_filter=draw(waiting) if waits and category is Category.SPOT else OrderFilter.ORDER,
        trigger_price=trigger,
        rises=draw(st.booleans()),
        reduce_only=reduce_only,
        take_profit=profit if exits else None,
        stop_loss=loss if exits else None,
        partial=category is Category.SPOT or draw(st.booleans()),
    )


START = Decimal(65_000)
HAPPENINGS = st.one_of(
    orders(),
    orders(),
    orders(),
    st.builds(Move, CATEGORIES, PRICES),
    st.builds(Cancel, st.integers(0, 20)),
    st.builds(Wait, st.sampled_from([0, 500]), st.integers(0, 1_000)),
)


def happen(at: Office, clock: Clock, what: Asked | Move | Cancel | Wait) -> None:
    at.advance()
    if isinstance(what, Wait):
        at.settings.engine_ms = what.engine_ms
        clock.now_us += what.passes_ms * 1_000
    elif isinstance(what, Move):
        mover = at.account if what.category is Category.SPOT else contracts(at.account, what.category)
        mover.set_price(SYMBOLS[what.category], what.price)
    elif isinstance(what, Cancel):
        tickets = [*at.tickets]
        if what.which < len(tickets):
            cancel_order(at, tickets[what.which])
    else:
        at.place(what)


def filled(ticket: Ticket) -> Decimal:
    executed = ZERO if ticket.order is None else ticket.order.executed
    return executed if ticket.asked.side is Side.BUY else -executed


@settings(max_examples=150)
@given(st.lists(HAPPENINGS, min_size=3, max_size=25))
def test_positions_money_and_exits_fit_what_was_filled(happenings: list[Asked | Move | Cancel | Wait]) -> None:
    clock = Clock()
    at = office(clock)
    for what in happenings:
        with suppress(Refused):
            happen(at, clock, what)

    for category in (Category.LINEAR, Category.INVERSE):
        of_category = [each for each in at.tickets if each.asked.category is category]
        held = sum((each.quantity for each in contracts(at.account, category).positions), ZERO)
        assert held == sum(map(filled, of_category), ZERO)
    check_wallet(at)
    check_locked(at)
    check_exits(at)


def check_wallet(at: Office) -> None:
    """One wallet has what spot paid and earned, what contracts realised, less every commission."""
    account = at.account
    for asset, start in (("USDT", Decimal(1_000_000)), ("BTC", Decimal(100))):
        flows = [_flow(trade, asset) for trade in account.trades]
        flows += [
            trade.realised - trade.commission
            for futures in (account.linear, account.inverse)
            for trade in futures.trades
            if trade.commission_asset == asset
        ]
        assert account.account.free(asset) + account.account.locked(asset) == start + sum(flows, ZERO)


def _flow(trade: Trade, asset: str) -> Decimal:
    """Of spot, whose asset and price are BTC and USDT."""
    amount = trade.quantity if asset == "BTC" else trade.quantity * trade.price
    earned = (asset == "BTC") == (trade.order.side is Side.BUY)
    return amount - trade.commission if earned else -amount


def check_locked(at: Office) -> None:
    """What spot orders hold is what is locked, and nothing is owed."""
    account = at.account
    lists = sum((each.locked for each in account.lists if each.others[0].side is Side.SELL), ZERO)
    selling = sum((each.locked for each in account.orders.open_orders() if each.side is Side.SELL), ZERO)
    assert account.account.locked("BTC") == selling + lists
    assert all(not each.locked for each in account.orders if not each.open)


def check_exits(at: Office) -> None:
    """Each partial exit is for what its entry filled, less at spot the commission; no exit is without an entry."""
    tickets = [*at.tickets]
    for entry in tickets:
        order = entry.order
        if entry.parent is not None or order is None or not entry.asked.partial:
            continue
        assert entry.covered == (order.executed if order.executed else ZERO)
        for leg in (entry.asked.take_profit, entry.asked.stop_loss):
            if leg is None or not order.executed:
                continue
            made = [
                each.asked.quantity
                for each in tickets
                if each.parent is entry and each.asked.trigger_price == leg.trigger_price
            ]
            most = order.executed * (2 if entry.asked.take_profit == entry.asked.stop_loss else 1)
            least = most * Decimal("0.998") - Decimal("0.00002") if entry.asked.spot else most
            assert least <= sum(made, ZERO) <= most
