"""The simulated orders of Bybit: each request is acknowledged first and works later, and two lists show what it did.

One account in one-way mode. No prices move: an order that rests may fill, and one that waits may be triggered, by
chance. The first list has what is open and what was closed since the last restart, the second what is closed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .book import SimBook
from .bounds import BLINK_MS, Breaks
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
    Trades,
    Wanted,
    WhoseKey,
    Why,
)
from .timing import Source

_ALL, _HALF, _NOTHING = Decimal(1), Decimal("0.5"), Decimal(0)
# Of what does not rest: which shares of it may trade at once.
_SHARES = {"IOC": (_ALL, _ALL, _HALF, _NOTHING), "FOK": (_ALL, _NOTHING), "": (_ALL, _ALL, _ALL, _HALF, _NOTHING)}
_SIGNS = {"BUY": 1, "SELL": -1}
_OPPOSITE = {"BUY": "SELL", "SELL": "BUY"}
_NEVER = 1 << 62  # when an order came to be that has not come to be yet
_PRICE = Decimal(65_000)
# "Get Order History": so long it has what ended without a fill.
REMEMBERED_MS = 86_400_000
_RESTARTS_AFTER = (60_000, 300_000)


@dataclass(slots=True)
class BybitBook(SimBook):
    """`execute` acknowledges, `work` does it. A name that was used once is used for good."""

    terms: defaultdict[str, list[tuple[str, str, int]]] = field(default_factory=lambda: defaultdict(list))
    turned_away: int = 0  # orders whose id was used before
    _held: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))  # by account
    _closed_at: dict[int, int] = field(default_factory=dict)  # by number, as the following; times of the world
    _in_history_from: dict[int, int] = field(default_factory=dict)
    _blind_until: dict[int, int] = field(default_factory=dict)
    _restarted_at: int = 0

    def __post_init__(self) -> None:
        SimBook.__post_init__(self)
        self.world.at(self.world.rng.randint(*_RESTARTS_AFTER), self._restart)

    def _restart(self) -> None:
        """The first list loses what is closed; "the order records will still be queried in order history"."""
        if not self.world.happens(self.world.weather.lookup_lags):
            return
        self.world.note("the exchange restarts")
        self._restarted_at = self.world.now
        self._stale.clear()
        for number in self._closed_at:
            self._in_history_from[number] = min(self._in_history_from[number], self.world.now)
        self.world.at(self.world.rng.randint(*_RESTARTS_AFTER), self._restart)

    # ------------------------------------------------------------------ what is acknowledged

    def execute(self, call: Change, account: str, signed_at: int) -> Outcome | Why:
        """What an account is answered. Nothing has been done yet."""
        self._asking = account
        match call:
            case Place():
                return self._take(call.orders[0])
            case Cancel():
                return self._find_open(call.name or self._numbered(call.number), call.service) or Why.NOT_OPEN
            case CancelAll():
                return [self.orders[name] for name in self._list_open(call.service)]
            case Amend():
                return self._check_amendment(call)
        raise AssertionError(f"Bybit knows no {call}")

    def _take(self, wanted: Wanted) -> SimOrder | Why:
        if self._is_used(wanted.name):
            self.turned_away += 1
            return Why.DUPLICATE
        told_at_once = wanted.reduce_only and not wanted.conditional and self.world.rng.random() < 0.5
        if told_at_once and not self._find_reducible(wanted.side, self._asking):
            return Why.NO_POSITION
        order = self._enter(wanted, Status.TAKEN, "0")
        order.created_at = _NEVER
        return order

    def _is_used(self, name: str) -> bool:
        return name in self.orders

    def _find_open(self, name: str, service: str) -> SimOrder | Why | None:
        """The open order, unless another service holds it."""
        if not self._is_open(name):
            return None
        order = self.orders[name]
        if order.status is Status.TAKEN:
            return self.world.rng.choice((Why.UNDER_WORK, None))
        return order if self._holds(service, order) else None

    def _list_open(self, service: str) -> list[str]:
        opened = (name for name in self.orders if self._is_open(name) and self.orders[name].status is not Status.TAKEN)
        return [name for name in opened if self._holds(service, self.orders[name])]

    def _holds(self, service: str, order: SimOrder) -> bool:
        return True

    def _check_amendment(self, call: Amend) -> SimOrder | Why:
        order = self._find_open(call.name, "")
        if not isinstance(order, SimOrder):
            return order or Why.NOT_OPEN_TO_AMEND
        if Decimal(call.quantity) <= Decimal(order.executed):
            return Why.TRADED_MORE
        had = Decimal(order.quantity), Decimal(order.price)
        return Why.NOTHING_TO_AMEND if had == (Decimal(call.quantity), Decimal(call.price or "0")) else order

    # ------------------------------------------------------------------ what is done

    def work(self, call: Change, account: str, signed_at: int) -> None:
        """Do what was acknowledged, as far as it is still possible."""
        self._asking = account
        match call:
            case Place():
                self._create(self.orders[call.name])
            case Cancel():
                self._end([call.name or self._numbered(call.number)])
            case CancelAll():
                self._end(self._list_open(call.service))
            case Amend():
                self._change(call, signed_at)

    def _create(self, order: SimOrder) -> None:
        rng, stays = self.world.rng, order.conditional
        order.created_at = self.clock()
        self.sight.appear(order.number)
        order.status = Status.NEW
        self.terms[order.name].append((order.quantity, order.price, 0))
        nothing_left = order.reduce_only and not stays and not self._find_reducible(order.side, self.owners[order.name])
        if rng.random() < 0.06 or nothing_left:
            self._close(order.name, Status.REJECTED)
        elif stays:
            self._may_fill(order.name, (self._trigger,) if rng.random() < 0.2 else ())
        elif order.time_in_force in _SHARES:
            self._trade_at_once(order, rng.choice(_SHARES[order.time_in_force]))
        elif order.time_in_force == "PostOnly" and rng.random() < 0.1:
            self._close(order.name, Status.CANCELED)
        else:
            fills = rng.choice(((), (), (self._fill_half,), (self._fill,), (self._fill_half, self._fill)))
            self._may_fill(order.name, fills)

    def _may_fill(self, name: str, fills: Iterable[object]) -> None:
        for fill in fills:
            self._let_market_act(lambda fill=fill: fill(name))  # type: ignore[misc]

    def _trade_at_once(self, order: SimOrder, share: Decimal) -> None:
        if order.reduce_only:  # it is cut to what is open
            left = self._find_reducible(order.side, self.owners[order.name])
            order.quantity = str(min(Decimal(order.quantity), left))
        size = self._get_size(order)
        self._trade(order, share * size)
        self._close(order.name, Status.FILLED if size and share == _ALL else Status.CANCELED)

    def _fill(self, name: str) -> None:
        """A resting order trades whole, or what is left to reduce."""
        order = self.orders[name]
        if not order.is_open:
            return
        left = self._get_size(order) - Decimal(order.executed)
        if order.reduce_only:
            left = min(left, self._find_reducible(order.side, self.owners[name]))
        self._trade(order, left)
        self._close(name, Status.FILLED if left else Status.CANCELED)

    def _fill_half(self, name: str) -> None:
        order = self.orders[name]
        if order.is_open and not Decimal(order.executed) and not order.reduce_only:
            before = replace(order)
            self._trade(order, self._get_size(order) * _HALF)
            order.status, order.updated_at = Status.PARTLY, self.clock()
            self._lag_behind(name, before)

    def _trigger(self, name: str) -> None:
        """An order that waited trades at once, an exit instead of the other exit of its entry."""
        order = self.orders[name]
        if not order.is_open:
            return
        if not Decimal(order.quantity):  # whatever is open, "up to maxMktOrderQty"
            order.quantity = str(self._find_reducible(order.side, self.owners[name]))
        self._trade_at_once(order, _ALL)
        kind, _, rest = name.partition("-")
        other = {"tp": "sl", "sl": "tp"}.get(kind, "")
        if order.nameless and self.is_open(f"{other}-{rest}"):
            self._close(f"{other}-{rest}", Status.CANCELED)

    def _get_size(self, order: SimOrder) -> Decimal:
        size = Decimal(order.quantity)
        return size / _PRICE if order.in_quote else size

    def _trade(self, order: SimOrder, amount: Decimal) -> None:
        if not amount:
            return
        order.executed = str((Decimal(order.executed) + amount).normalize())
        self._held[self.owners[order.name]] += _SIGNS[order.side] * amount
        for kind in order.exits:
            self._add_exit(order, kind, amount)

    def _add_exit(self, order: SimOrder, kind: str, amount: Decimal) -> None:
        """ "It will create tp/sl orders with the qty you actually fill"."""
        name = f"{kind}-{order.executed}-{order.name}"
        self._asking = self.owners[order.name]
        leg = Wanted(name, _OPPOSITE[order.side], str(amount.normalize()), conditional=True, reduce_only=True)
        added = self._enter(leg, Status.NEW, "0")
        added.nameless = True
        if self.world.rng.random() < 0.2:
            self._may_fill(name, (self._trigger,))

    def _end(self, names: Iterable[str]) -> None:
        for name in names:
            if self.is_open(name) and self.orders[name].status is not Status.TAKEN:
                self._close(name, Status.CANCELED)

    def _change(self, call: Amend, signed_at: int) -> None:
        order, price = self.orders[call.name], call.price or "0"
        if not order.is_open or Decimal(call.quantity) <= Decimal(order.executed):
            return
        before = replace(order)
        order.quantity, order.price, order.updated_at = call.quantity, price, self.clock()
        self.amended.add((call.name, signed_at))
        self.terms[call.name].append((call.quantity, price, signed_at))
        self._lag_behind(call.name, before)

    def _close(self, name: str, status: Status) -> SimOrder:
        """The order, which may not be shown for a moment, and in the history only after a while."""
        order, world = SimBook._close(self, name, status), self.world
        if order.number not in self._closed_at:
            shown_already = world.bounds.breaks is Breaks.LOOKUP
            lags = world.happens(world.weather.lookup_lags) and not shown_already
            self._closed_at[order.number] = world.now
            lag = world.rng.randint(1, self.timing.lag[Source.LISTS]) if lags else 0
            self._in_history_from[order.number] = world.now + lag
            if world.happens(world.weather.lookup_lags / 2):
                self._stale.pop(name, None)
                self._blind_until[order.number] = world.now + world.rng.randint(1, BLINK_MS)
        return order

    def _find_reducible(self, side: str, account: str) -> Decimal:
        """How much of the position an order of that side can end."""
        return max(Decimal(0), -_SIGNS[side] * self._held[account])

    # ------------------------------------------------------------------ what is shown

    def look_up(self, call: Question, account: str) -> Outcome | Why:
        """What the lists show of the account's orders, the newest first. There is no answer "no such order"."""
        self._asking = account
        theirs = [order for order in (*self.orders.values(), *self.doubled) if self._is_theirs(order.name)]
        theirs.sort(key=lambda order: (order.created_at, order.number), reverse=True)
        match call:
            case WhoseKey():
                return account
            case Find():
                return self._list_first(order for order in theirs if order.name == call.name)
            case History():
                named = (order for order in theirs if order.name == call.name)
                return [order for order in named if self._is_in_history(order)]
            case Trades():
                return self._list_traded(call.number)
            case FindOpen():
                return [shown for shown in self._list_first(theirs) if shown.is_open is not call.closed]
        raise AssertionError(f"nobody asks Bybit for {call}")

    def _list_first(self, orders: Iterable[SimOrder]) -> list[SimOrder]:
        """The orders as the first list shows them."""
        return [shown for order in orders if (shown := self._show(order)) is not None]

    def _show(self, order: SimOrder) -> SimOrder | None:
        now, closed_at = self.world.now, self._closed_at.get(order.number)
        if order.status is Status.TAKEN or not self.sight.shows(order.number, Source.LOOKUP):
            return None
        if now < self._blind_until.get(order.number, 0) or self._is_forgotten(order):
            return None
        if closed_at is not None and closed_at <= self._restarted_at:
            return None
        until, _, before = self._stale.get(order.name, (0, 0, order))  # there is one list for both
        return before if until > now else order

    def _is_in_history(self, order: SimOrder) -> bool:
        """What is closed; what is open only where nothing else would show it, since the first list breaks its bound."""
        now, number = self.world.now, order.number
        if number not in self._closed_at and self.world.bounds.breaks is not Breaks.LOOKUP:
            return False
        if order.status is Status.TAKEN or self._is_forgotten(order):
            return False
        seen = now >= self._in_history_from.get(number, 0) and now >= self._blind_until.get(number, 0)
        return seen and self.sight.shows(number, Source.LISTS)

    def _is_forgotten(self, order: SimOrder) -> bool:
        closed_at = self._closed_at.get(order.number)
        traded = Decimal(order.executed) > 0
        return closed_at is not None and not traded and self.world.now - closed_at >= REMEMBERED_MS


@dataclass(slots=True)
class BybitSpotBook(BybitBook):
    """Nothing only reduces; plain orders and those that wait are held by services of their own."""

    def _holds(self, service: str, order: SimOrder) -> bool:
        return not service or service == ("tpslOrder" if order.conditional else "Order")

    def _find_reducible(self, side: str, account: str) -> Decimal:
        return Decimal("Infinity")
