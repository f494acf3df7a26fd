"""The simulated exchange's orders: what each request does to them, and what lookups that lag behind show of them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .dialect import (
    Amend,
    Cancel,
    CancelAll,
    CancelList,
    Change,
    Find,
    FindList,
    FindOpen,
    History,
    ListIsOpen,
    Outcome,
    Place,
    Question,
    Replace,
    Replaced,
    SimOrder,
    Status,
    Trades,
    Wanted,
    WhoseKey,
    Why,
)
from .sight import Sight
from .timing import Source, Timing
from .world import Broken, World


@dataclass(slots=True)
class SimBook:
    """Executes at once; only lookups lag. A name that was used may not come again: that would be a second order."""

    world: World
    clock: Callable[[], int]
    timing: Timing
    orders: dict[str, SimOrder] = field(default_factory=dict)  # the newest of each client order id
    doubled: list[SimOrder] = field(default_factory=list)  # older ones of an id that came again
    market_acts: int = 0  # so many things will still happen to orders that rest, by the market itself
    owners: dict[str, str] = field(default_factory=dict)  # of each order the account, by its uid
    lists: dict[str, list[str]] = field(default_factory=dict)
    sight: Sight = field(init=False)
    amended: set[tuple[str, int]] = field(default_factory=set)  # what, by the request signed at which instant
    _asking: str = ""  # the account that the present request is of
    # Until when a lookup, and until when a list, shows what an order was before.
    _stale: dict[str, tuple[int, int, SimOrder]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sight = Sight(self.world, self.timing)

    def execute(self, call: Change, account: str, signed_at: int) -> Outcome | Why:
        """What the matching engine does for an account."""
        self._asking = account
        match call:
            case Place():
                return self._place(call) if call.list_name is None else self._place_list(call, call.list_name)
            case Replace():
                return self._replace(call)
            case Amend():
                return self._amend(call, signed_at)
            case Cancel():
                return self._cancel(call)
            case CancelAll():
                return self._cancel_all()
            case CancelList():
                return self._cancel_list(call)

    def is_open(self, client_order_id: str) -> bool:
        """Whether the order may still trade, whose ever it is."""
        order = self.orders.get(client_order_id)
        return order is not None and order.is_open

    def _is_theirs(self, client_order_id: str) -> bool:
        return self.owners.get(client_order_id) == self._asking

    def _is_open(self, client_order_id: str) -> bool:
        return self._is_theirs(client_order_id) and self.is_open(client_order_id)

    def _place(self, call: Place) -> Outcome | Why:
        if self._is_open(call.name):
            return Why.DUPLICATE
        status = self.world.rng.choice((Status.FILLED, Status.FILLED, Status.NEW, Status.EXPIRED))
        return self._accept(call.orders[0], status)

    def _place_list(self, call: Place, list_name: str) -> Outcome | Why:
        if self._is_open(call.name):
            return Why.DUPLICATE
        first = self.world.rng.choice((Status.NEW, Status.FILLED))
        statuses = [first, *[Status.PENDING] * (len(call.orders) - 1)]
        placed = [self._accept(order, status) for order, status in zip(call.orders, statuses, strict=True)]
        self.lists[list_name] = [order.name for order in call.orders]
        return placed

    def _replace(self, call: Replace) -> Outcome:
        """Nothing new unless the old order could be cancelled."""
        if not self._is_open(call.old):
            return Replaced()
        canceled = self._close(call.old, Status.CANCELED)
        if self.world.happens(self.world.weather.refused):
            return Replaced(canceled)
        return Replaced(canceled, self._accept(call.order, Status.NEW))

    def _cancel_all(self) -> Outcome | Why:
        still_open = list(filter(self._is_open, self.orders))
        if not still_open:
            return Why.NOT_OPEN
        return [self._close(client_id, Status.CANCELED) for client_id in still_open]

    def _amend(self, call: Amend, signed_at: int) -> Outcome | Why:
        """The quantity can only become smaller; the order keeps its id, if it is given that as its new one."""
        if not self._is_open(call.name):
            return Why.NOT_OPEN_TO_AMEND
        order = self.orders[call.name]
        before = replace(order)
        if Decimal(call.quantity) >= Decimal(before.quantity):
            return Why.NOT_SMALLER
        order.quantity = call.quantity
        self.amended.add((call.name, signed_at))
        self._lag_behind(call.name, before)
        return order

    def _cancel(self, call: Cancel) -> Outcome | Why:
        client_id = call.name or self._numbered(call.number)
        if not self._is_open(client_id):
            return Why.NOT_OPEN
        return self._close(client_id, Status.CANCELED)

    def _numbered(self, number: int | None) -> str:
        theirs = (name for name, order in self.orders.items() if self._is_theirs(name) and order.number == number)
        return next(theirs, "")

    def _cancel_list(self, call: CancelList) -> Outcome | Why:
        legs = self.lists.get(call.name, [])
        if not any(map(self._is_open, legs)):
            return Why.NOT_OPEN
        return [self._close(leg, Status.CANCELED) for leg in legs]

    def _accept(self, wanted: Wanted, status: Status) -> SimOrder:
        order = self._enter(wanted, status, wanted.quantity if status is Status.FILLED else "0")
        if status is Status.NEW and self.world.rng.random() < 0.4:
            self._let_market_act(lambda: self._fill(order.name))
        return order

    def _let_market_act(self, action: Callable[[], None]) -> None:
        """Some time later the market does something to an order that rests."""

        def act() -> None:
            self.market_acts -= 1
            action()

        self.market_acts += 1
        self.world.at(self.world.rng.randint(*self.timing.rests), act)

    def _enter(self, wanted: Wanted, status: Status, executed: str) -> SimOrder:
        name = wanted.name
        if name in self.orders:
            if not self.world.bounds.doubles_may_happen:
                owners = f"of {self.owners[name]}, {self._asking}"
                raise Broken(f"two orders for client order id {name}: {owners}")
            self.doubled.append(self.orders[name])
        self.owners[name] = self._asking
        self.world.note(f"exchange executes {name[:6]}: {status}")
        number = len(self.orders) + len(self.doubled) + 1
        self.orders[name] = SimOrder(
            number,
            name,
            wanted.side,
            status,
            wanted.quantity,
            executed,
            self.clock(),
            price=wanted.price,
            conditional=wanted.conditional,
            reduce_only=wanted.reduce_only,
            time_in_force=wanted.time_in_force,
            exits=wanted.exits,
            in_quote=wanted.in_quote,
        )
        self.sight.appear(number, conditional=wanted.conditional)
        return self.orders[name]

    def _fill(self, name: str) -> None:
        """The market reaches the order: it trades as a whole, or a part of it now and the rest later."""
        if not self.is_open(name):
            return
        order = self.orders[name]
        if order.status is Status.NEW and self.world.rng.random() < 0.3:
            before = replace(order)
            order.status, order.executed = Status.PARTLY, str(Decimal(order.quantity) / 2)
            order.updated_at = self.clock()
            self._lag_behind(name, before)
            self._let_market_act(lambda: self._fill(name))
            return
        order.executed = order.quantity
        self._close(name, Status.FILLED)

    def _close(self, name: str, status: Status) -> SimOrder:
        """The order, which is no longer open."""
        order = self.orders[name]
        if order.is_open:
            before = replace(order)
            order.status, order.updated_at = status, self.clock()
            self._lag_behind(name, before)
        return order

    def _lag_behind(self, name: str, before: SimOrder) -> None:
        """Lookups may show for a while what the order was before."""
        if self.world.happens(self.world.weather.lookup_lags):
            self._show_as_before(name, before, self.timing)

    def _show_as_before(self, name: str, before: SimOrder, timing: Timing) -> None:
        """A list goes on for a good while longer than the order's own lookup."""
        until = self.world.now + self.world.rng.randint(1, timing.stale)
        self._stale[name] = until, until + self.world.rng.randint(0, 4 * timing.stale), before

    # ------------------------------------------------------------------ asking

    def look_up(self, call: Question, account: str) -> Outcome | Why:
        """What the lookups show of the account's orders, which may be behind."""
        self._asking = account
        match call:
            case WhoseKey():
                return account
            case History():
                return self._created(call.start, self.clock() if call.end is None else call.end)
            case FindList():
                return self._list(call.name)
            case Trades():
                return self._list_traded(call.number)
            case FindOpen():
                listed = [self._shown(name, Source.LISTS) for name in self.orders]
                return [shown for shown in listed if shown is not None and shown.is_open]
            case Find():
                return self._shown(call.name or self._numbered(call.number), Source.LOOKUP) or Why.NO_ORDER

    def _list_traded(self, number: int) -> list[SimOrder]:
        theirs = (order for name, order in self.orders.items() if self._is_theirs(name))
        return [order for order in theirs if order.number == number and Decimal(order.executed)]

    def _created(self, start: int, end: int) -> list[SimOrder]:
        orders = [order for order in (*self.doubled, *self.orders.values()) if self._is_theirs(order.name)]
        seen = [order for order in orders if self.sight.shows(order.number, Source.LISTS)]
        return [order for order in seen if start <= order.created_at <= end]

    def _shown(self, name: str, source: Source) -> SimOrder | None:
        order = self.orders.get(name)
        if order is None or not self._is_theirs(name) or not self.sight.shows(order.number, source):
            return None
        until, listed_until, before = self._stale.get(name, (0, 0, order))
        lags = (listed_until if source is Source.LISTS else until) > self.world.now
        return before if lags else order

    def _list(self, list_name: str) -> Outcome | Why:
        legs = list(filter(self._is_theirs, self.lists.get(list_name, [])))
        lags = self.world.happens(self.world.weather.lookup_lags)
        lag = self.world.rng.randint(1, self.timing.list_lag) if lags else 0
        if not legs or self.sight.from_when(self.orders[legs[0]].number, Source.LISTS) + lag > self.world.now:
            return Why.NO_LIST
        return ListIsOpen(any(map(self.is_open, legs)))
