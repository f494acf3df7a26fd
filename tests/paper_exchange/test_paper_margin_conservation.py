"""Whatever margin orders come: what an account has less what it owes is what its trades say, and no loan is lost."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from paper_exchange.engine.order_lists import NewList
from paper_exchange.engine.orders import NewOrder
from paper_exchange.enums import BORROWING, Side, SideEffect, Status
from paper_exchange.exchange import Exchange
from paper_exchange.margin import MarginAccount, MarginAccounts
from paper_exchange.refusal import Refusal
from tests.paper_exchange.paper_happenings import (
    NOW_US,
    SYMBOLS,
    add_trades,
    leap,
    lists,
    move,
    orders,
    quote_sized,
    symbols,
    thin_out,
)

POOL = Decimal(400_000)
STARTING = {"USDT": Decimal(5_000), "BTC": Decimal("0.1"), "ETH": Decimal(1)}
Happening = Callable[[Exchange, MarginAccounts], object]


class Owner:
    """An exchange on which margin accounts trade that have little; the pool of USDT is small."""

    def __init__(self) -> None:
        self.exchange = Exchange(clock=lambda: NOW_US)
        self.margin = MarginAccounts(self.exchange)
        self.margin.lender.pool["USDT"] = POOL
        for account in self.accounts:
            for asset in ("USDT", "BTC", "ETH", "DOGE"):
                account.account.set_free(asset, STARTING.get(asset, Decimal(0)))

    @property
    def accounts(self) -> list[MarginAccount]:
        return [self.margin.cross, *self.margin.isolated.values()]


@st.composite
def with_effect(draw: st.DrawFn, new: st.SearchStrategy[NewOrder]) -> NewOrder:
    return _with(draw(new), draw(st.sampled_from(SideEffect)), repays=draw(st.booleans()))


@st.composite
def lists_with_effect(draw: st.DrawFn) -> NewList:
    new = draw(lists().filter(lambda each: not each.pays_the_other))
    effect, repays = draw(st.sampled_from(SideEffect)), draw(st.booleans())
    working = None if new.working is None else _with(new.working, effect, repays=repays)
    return replace(new, working=working, others=[_with(each, effect, repays=repays) for each in new.others])


def _with(order: NewOrder, effect: SideEffect, *, repays: bool) -> NewOrder:
    return replace(order, side_effect=effect, repays_at_cancel=repays and effect in BORROWING)


def in_account(new: NewOrder | NewList, isolated: bool) -> Happening:
    def happening(_: Exchange, margin: MarginAccounts) -> object:
        account = margin.of(new.symbol, isolated=isolated)
        return account.place_list(new) if isinstance(new, NewList) else account.place(new)

    return happening


def on_market(happening: Callable[[Exchange], object]) -> Happening:
    return lambda exchange, _: happening(exchange)


def cancel_one(number: int) -> Happening:
    """Cancels one of the open orders of the margin accounts, if there are any."""

    def happening(_: Exchange, margin: MarginAccounts) -> None:
        accounts = [margin.cross, *margin.isolated.values()]
        found = [(account, order) for account in accounts for order in account.orders.open_orders()]
        if found:
            account, order = found[number % len(found)]
            account.cancel(order)

    return happening


happenings = st.lists(
    st.one_of(
        st.builds(in_account, with_effect(symbols.flatmap(orders)), st.booleans()),
        st.builds(in_account, with_effect(quote_sized()), st.booleans()),
        st.builds(in_account, lists_with_effect(), st.booleans()),
        st.builds(move, symbols, st.integers(-100, 100)).map(on_market),
        st.builds(leap, symbols, st.integers(-60, 60)).map(on_market),
        st.builds(thin_out, symbols, st.integers(0, 2_000)).map(on_market),
        st.builds(cancel_one, st.integers(0, 30)),
        st.builds(cancel_one, st.integers(0, 30)),
    ),
    min_size=10,
    max_size=25,
)


def after(happened: list[Happening], check: Callable[[Owner], None]) -> Owner:
    owner = Owner()
    for happening in happened:
        with suppress(Refusal):
            happening(owner.exchange, owner.margin)
        check(owner)
    return owner


def check_money(owner: Owner) -> None:
    for account in owner.accounts:
        held, loans, expected = account.account, account.loans, add_trades(STARTING, account.trades)
        for asset in {*held.assets(), *loans.assets(), *expected}:
            owed = loans.owed(asset)
            assert held.free(asset) >= 0
            assert held.locked(asset) >= 0
            assert 0 <= owed <= owner.margin.lender.limits.get(asset, Decimal(0))
            assert held.free(asset) + held.locked(asset) - owed == expected[asset]
    lent = sum((account.loans.owed("USDT") for account in owner.accounts), Decimal(0))
    assert owner.margin.lender.pool["USDT"] == POOL - lent >= 0
    assert not list(owner.exchange.orders), "the spot account has no part in it"


@settings(max_examples=250)
@given(happened=happenings)
def test_what_is_held_less_what_is_owed_is_what_the_trades_say(happened: list[Happening]) -> None:
    after(happened, check_money)


@settings(max_examples=150)
@given(happened=happenings)
def test_cancelling_everything_frees_everything_and_loses_no_debt(happened: list[Happening]) -> None:
    owner = after(happened, lambda _: None)
    for account in owner.accounts:
        for order in account.orders:
            if order.open:
                account.cancel(order)
        assert all(account.account.locked(asset) == 0 for asset in account.account.assets())
    check_money(owner)


@settings(max_examples=150)
@given(happened=happenings)
def test_only_orders_that_borrow_are_the_cause_of_debt(happened: list[Happening]) -> None:
    owner = after(happened, lambda _: None)
    for account in owner.accounts:
        borrowed: defaultdict[str, Decimal] = defaultdict(Decimal)
        for order in account.orders:
            assert not order.borrowed or order.request.side_effect in BORROWING
            base, quote = SYMBOLS[order.symbol]
            borrowed[quote if order.side is Side.BUY else base] += order.borrowed
        for each in account.lists:
            base, quote = SYMBOLS[each.symbol]
            borrowed[quote if each.others[0].side is Side.BUY else base] += each.borrowed
        assert all(account.loans.owed(asset) <= borrowed[asset] for asset in account.loans.assets())


def test_such_events_really_lead_everywhere() -> None:
    """The generators would be worth little if nothing were borrowed, repaid, refused or cancelled."""
    seen: set[object] = set()

    def note(account: MarginAccount, kind: str) -> None:
        for order in account.orders:
            if order.borrowed:
                seen.add((order.request.side_effect, order.status is Status.FILLED))
            if order.borrowed and order.status is Status.CANCELED:
                seen.add(("cancelled", order.request.repays_at_cancel))
        for asset in account.loans.assets():
            seen.add((kind, "owes" if account.loans.owed(asset) else "has repaid"))
        if any(each.borrowed for each in account.lists):
            seen.add((kind, "borrows for a list"))

    @settings(max_examples=400, database=None, derandomize=True)
    @given(happened=happenings)
    def explore(happened: list[Happening]) -> None:
        owner = after(happened, lambda _: None)
        for account in owner.accounts:
            note(account, "cross" if account is owner.margin.cross else "isolated")

    explore()

    wanted: set[object] = {(effect, filled) for effect in BORROWING for filled in (False, True)}
    wanted |= {("cancelled", repays) for repays in (False, True)}
    for kind in ("cross", "isolated"):
        wanted |= {(kind, "owes"), (kind, "has repaid"), (kind, "borrows for a list")}
    assert wanted - seen == set()
