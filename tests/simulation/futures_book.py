"""The simulated exchange's orders where a position is traded: some wait for a price in a service of their own.

One account is in one-way mode. No prices move; an order that rests may fill, and one that waits may be triggered, by
chance, but what only reduces does so only while there is something to reduce.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .book import SimBook
from .dialect import (
    Amend,
    Cancel,
    CancelAll,
    Change,
    Find,
    FindOpen,
    History,
    Outcome,
    Place,
    Question,
    SimOrder,
    Status,
    Wanted,
    Why,
)
from .timing import Source

_ALL, _HALF, _NOTHING = Decimal(1), Decimal("0.5"), Decimal(0)
# Of what does not rest: which shares of it may trade at once.
_SHARES = {"IOC": (_ALL, _ALL, _HALF, _NOTHING), "FOK": (_ALL, _NOTHING), "": (_ALL, _ALL, _ALL, _HALF, _NOTHING)}
_SIGNS = {"BUY": 1, "SELL": -1}


@dataclass(frozen=True, slots=True)
class Ended:
    """By which request an order was ended, and with which instant that was signed."""

    call: Change
    signed_at: int


@dataclass(slots=True)
class FuturesBook(SimBook):
    """`changed` is told of each order that came to be, traded, or ended."""

    changed: Callable[[SimOrder], None] = lambda _: None
    ended: dict[str, Ended] = field(default_factory=dict)  # by a request, not by the market
    terms: defaultdict[str, list[tuple[str, str, int]]] = field(default_factory=lambda: defaultdict(list))
    _held: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))  # by account
    _by: Ended | None = None

    def execute(self, call: Change, account: str, signed_at: int) -> Outcome | Why:
        """See SimBook."""
        self._by = Ended(call, signed_at)
        became = SimBook.execute(self, call, account, signed_at)
        self._by = None
        return became

    def _place(self, call: Place) -> Outcome | Why:
        wanted = call.orders[0]
        if self._is_open(wanted.name):
            return Why.DUPLICATE
        if wanted.conditional:
            return self._wait(wanted)
        if wanted.reduce_only and not self._find_reducible(wanted.side, self._asking):
            return Why.NO_POSITION
        if wanted.time_in_force in _SHARES:
            return self._trade_at_once(wanted)
        if wanted.time_in_force == "GTX" and self.world.rng.random() < 0.1:
            return Why.WOULD_TAKE
        return self._rest(wanted)

    def _wait(self, wanted: Wanted) -> SimOrder:
        """Nothing of the account is looked at before it is triggered."""
        order = self._enter(wanted, Status.NEW, "0")
        if self.world.rng.random() < 0.1:
            self._let_market_act(lambda: self._trigger(order.name))
        self.changed(order)
        return order

    def _rest(self, wanted: Wanted) -> SimOrder:
        order, rng = self._enter(wanted, Status.NEW, "0"), self.world.rng
        for fill in rng.choice(((), (), (self._fill_half,), (self._fill,), (self._fill_half, self._fill))):
            self._let_market_act(lambda fill=fill: fill(order.name))  # type: ignore[misc]
        self.changed(order)
        return order

    def _trade_at_once(self, wanted: Wanted) -> SimOrder:
        """Lookups may show for a while that it has not traded yet."""
        executed = self.world.rng.choice(_SHARES[wanted.time_in_force]) * Decimal(wanted.quantity)
        if wanted.reduce_only:
            executed = min(executed, self._find_reducible(wanted.side, self._asking))
        status = Status.FILLED if executed == Decimal(wanted.quantity) else Status.EXPIRED
        order = self._enter(wanted, status, str(executed.normalize()))
        self._lag_behind(order.name, replace(order, status=Status.NEW, executed="0"))
        self._count(order, executed)
        return order

    def _fill(self, name: str) -> None:
        """A resting order trades whole, or what is left to reduce."""
        order = self.orders[name]
        left = Decimal(order.quantity) - Decimal(order.executed)
        if order.reduce_only:
            left = min(left, self._find_reducible(order.side, self.owners[name]))
        if order.is_open:
            self._trade(order, left, Status.FILLED if left else Status.EXPIRED)

    def _fill_half(self, name: str) -> None:
        order = self.orders[name]
        if order.is_open and not order.reduce_only and not Decimal(order.executed):
            self._trade(order, Decimal(order.quantity) * _HALF, Status.PARTLY)

    def _trade(self, order: SimOrder, amount: Decimal, status: Status) -> None:
        before = replace(order)
        order.executed, order.status, order.updated_at = str(Decimal(order.executed) + amount), status, self.clock()
        self._lag_behind(order.name, before)
        self._count(order, amount)

    def _trigger(self, name: str) -> None:
        """A plain order comes of an order that waited; not where it would find nothing to reduce."""
        order = self.orders[name]
        size = self._find_reducible(order.side, self.owners[name])
        if not order.is_open or not size:
            return
        self._asking = self.owners[name]
        executed = str(min(size, Decimal(order.quantity)))
        plain = self._enter(Wanted(f"of-{name}", order.side, executed, reduce_only=True), Status.FILLED, executed)
        before = replace(order)
        order.status, order.executed, order.became, order.updated_at = (
            Status.FINISHED,
            executed,
            plain.number,
            self.clock(),
        )
        self._lag_behind(name, before)
        self._count(plain, Decimal(executed))
        self.changed(order)

    def _count(self, order: SimOrder, amount: Decimal) -> None:
        self._held[self.owners[order.name]] += _SIGNS[order.side] * amount
        self.changed(order)

    def _find_reducible(self, side: str, account: str) -> Decimal:
        """How much of the position an order of that side can end."""
        return max(Decimal(0), -_SIGNS[side] * self._held[account])

    # ------------------------------------------------------------------ changing

    def _close(self, name: str, status: Status) -> SimOrder:
        order = SimBook._close(self, name, status)
        if self._by is not None:
            self.ended[name] = self._by
        self.changed(order)
        return order

    def _cancel(self, call: Cancel) -> Outcome | Why:
        name = call.name or self._numbered(call.number)
        if not self._is_open(name) or self.orders[name].conditional is not call.conditional:
            return Why.NOT_OPEN
        return self._close(name, Status.CANCELED)

    def _cancel_all(self) -> Outcome:
        """Those of one of the services; that there is none is no refusal."""
        assert self._by is not None
        assert isinstance(self._by.call, CancelAll)
        conditional = self._by.call.conditional
        still_open = [name for name in self.orders if self._is_open(name)]
        meant = [name for name in still_open if self.orders[name].conditional is conditional]
        return [self._close(name, Status.CANCELED) for name in meant]

    def _amend(self, call: Amend, signed_at: int) -> Outcome | Why:
        """Another quantity and price, as a whole."""
        if not self._is_open(call.name) or self.orders[call.name].conditional:
            return Why.NOT_OPEN_TO_AMEND
        order, price = self.orders[call.name], call.price or ""
        if (Decimal(order.quantity), Decimal(order.price)) == (Decimal(call.quantity), Decimal(price)):
            return Why.NOTHING_TO_AMEND
        before = replace(order)
        order.quantity, order.price, order.updated_at = call.quantity, price, self.clock()
        self.amended.add((call.name, signed_at))
        self.terms[call.name].append((call.quantity, price, signed_at))
        self._lag_behind(call.name, before)
        self.changed(order)
        return order

    def _lag_behind(self, name: str, before: SimOrder) -> None:
        if self.world.happens(self.world.weather.lookup_lags):
            timing = (self.timing.conditional if before.conditional else None) or self.timing
            self._show_as_before(name, before, timing)

    # ------------------------------------------------------------------ asking

    def look_up(self, call: Question, account: str) -> Outcome | Why:
        """See SimBook. No question to one service shows an order of the other."""
        self._asking = account
        match call:
            case Find():
                found = self._shown(call.name or self._numbered(call.number), Source.LOOKUP)
                return found if found is not None and found.conditional is call.conditional else Why.NO_ORDER
            case FindOpen() | History():
                listed = SimBook.look_up(self, call, account)
                assert isinstance(listed, list)
                return [order for order in listed if order.conditional is call.conditional]
            case _:
                return SimBook.look_up(self, call, account)
