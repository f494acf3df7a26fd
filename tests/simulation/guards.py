"""What must hold of a protected entry, whose orders the exchange does not link: it is never without its stop.

An order that ends is one thing, who ended it another: a "cancel all" may end a stop, and the market may trigger it.
By its name a stop is ended only if its entry is not there: by its plan, or by a cancellation that ended the entry.
"""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderexec.domain.lifecycle import State

from .accounts import account_signed_for
from .dialect import Cancel, CancelAll, SimOrder
from .exchange import Placement, SimExchange
from .futures_book import FuturesBook
from .invariants import Invariants, client_id
from .stores import SimTable
from .world import Broken


@dataclass(slots=True)
class Plan:
    """What the ledger has said of one protected entry: its orders by their client order ids, of every round."""

    key: str
    entry: str
    stops: set[str] = field(default_factory=set)
    profits: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Guards:
    """Watches the protected entries of one world."""

    table: SimTable
    exchange: SimExchange
    book: FuturesBook
    invariants: Invariants
    plans: dict[str, Plan] = field(default_factory=dict)  # by key
    of_leg: dict[str, Plan] = field(default_factory=dict)  # by client order id

    def __post_init__(self) -> None:
        self.table.watch.insert(0, self.row_written)
        self.book.changed = self.order_changed
        self.invariants.follows_entry = self.follows_entry
        self.invariants.key_of_leg = lambda name: self.of_leg[name].key if name in self.of_leg else None

    def row_written(self, item: dict[str, Any]) -> None:
        """Which orders are a plan's; and a signal of which nothing is there has at most a stop, and that in doubt."""
        key, state = item["pk"]["S"], item["state"]["S"]
        if "step" in item:
            self._learn(key, item)
        plan = self.plans.get(key)
        if plan is not None and state in (State.DEAD, State.WAITING) and "doubts" not in item:
            self._nothing_is_left(plan, state)
        if state == State.ACCEPTED and key in self.invariants.cancels:
            self._cancel_done(key)

    def _learn(self, key: str, item: dict[str, Any]) -> None:
        legs = {part: leg["client_order_id"] for part, leg in json.loads(item["legs"]["S"]).items()}
        plan = self.plans.setdefault(key, Plan(key, legs["entry"]))
        plan.stops.add(legs["stop_loss"])
        plan.profits |= {legs["take_profit"]} if "take_profit" in legs else set()
        self.of_leg |= dict.fromkeys((plan.entry, *plan.stops, *plan.profits), plan)

    def _nothing_is_left(self, plan: Plan, state: str) -> None:
        for name in (*plan.stops, *plan.profits):
            if self.book.is_open(name):
                raise Broken(f"{plan.key} is {state}, was never in doubt, and its exit {name[:6]} is open")
            if any(map(self.invariants.is_alive, self.exchange.placements[name])):
                raise Broken(f"{plan.key} is {state}, was never in doubt, and its exit {name[:6]} may still come")

    def _cancel_done(self, key: str) -> None:
        """Of an entry that has not traded the stop is ended with it."""
        plan = self.plans.get(self.invariants.cancels[key])
        entry = None if plan is None else self.book.orders.get(plan.entry)
        if plan is None or entry is None or _has_traded(entry):
            return
        if self.table.row(plan.key).state is State.ACCEPTED and any(map(self.book.is_open, plan.stops)):  # type: ignore[union-attr]
            raise Broken(f"{key} is ACCEPTED, and the stop of its target is open")

    # ------------------------------------------------------------------ at each change of an order

    def order_changed(self, order: SimOrder) -> None:
        """See the rules at the top."""
        plan = self.of_leg.get(order.name)
        if plan is None or self._excused(plan):
            return
        entry = self.book.orders.get(plan.entry)
        if order.name in plan.profits:
            self._profit_changed(plan, order, entry)
        if entry is not None and _stands(entry) and not any(self._guards(plan, each, entry) for each in plan.stops):
            raise Broken(f"{plan.key}: its entry stands without a stop")

    def _profit_changed(self, plan: Plan, profit: SimOrder, entry: SimOrder | None) -> None:
        traded = Decimal(0) if entry is None else Decimal(entry.executed)
        if Decimal(profit.quantity) > traded:
            raise Broken(f"{plan.key}: its take-profit is for {profit.quantity}, and {traded} was traded")

    def _guards(self, plan: Plan, name: str, entry: SimOrder) -> bool:
        """Whether the stop is open, or would be if the market or a "cancel all" had not ended it."""
        stop = self.book.orders.get(name)
        if stop is None or Decimal(stop.quantity) < Decimal(entry.quantity):
            return False
        ended = self.book.ended.get(name)
        return stop.is_open or ended is None or not (isinstance(ended.call, Cancel) and ended.call.name == name)

    def _excused(self, plan: Plan) -> bool:
        return self.exchange.world.bounds.doubles_may_happen and client_id(plan.key) in self.invariants.doubted

    def follows_entry(self, placement: Placement) -> bool:
        """Whether it is the take-profit of an entry that has traded: that goes on whatever is halted or called off."""
        plan = self.of_leg.get(placement.client_order_id)
        return plan is not None and placement.client_order_id in plan.profits

    # ------------------------------------------------------------------ in the end

    def in_the_end(self) -> None:
        """No dead signal has an open stop, and no accepted one lacks its own, unless its row says why."""
        for plan in self.plans.values():
            row, entry = self.table.row(plan.key), self.book.orders.get(plan.entry)
            left = [name for name in (*plan.stops, *plan.profits) if self.book.is_open(name)]
            stops = [name for name in left if name in plan.stops]
            if row is None or self._excused(plan):
                continue
            if len(stops) > 1:
                raise Broken(f"{plan.key} ended {row.state} with {len(stops)} open stops")
            if row.state is State.DEAD and left:
                raise Broken(f"{plan.key} ended DEAD, and {len(left)} of its exits are open")
            if row.state is State.ACCEPTED and entry is not None:
                self._accepted_in_the_end(plan, entry, stops, row.detail)

    def _accepted_in_the_end(self, plan: Plan, entry: SimOrder, stops: list[str], detail: str | None) -> None:
        if not _stands(entry) and stops and not self._was_left_by_a_person(plan, stops):
            raise Broken(f"{plan.key}: its entry came to nothing, and its stop is open")
        profits = [name for name in plan.profits if name in self.book.orders]
        if _has_traded(entry) and plan.profits and not profits and not detail:
            raise Broken(f"{plan.key}: its take-profit was never placed, and nothing says so")

    def _was_left_by_a_person(self, plan: Plan, stops: list[str]) -> bool:
        """Whether who ended the entry could not end the stop: a cancellation died in between, and its letter tells it.

        Or a "cancel all" came so late that it met an entry from after it; its repeat spares what came after it. Or it
        was repeated at another account, whose key had been stored meanwhile.
        """
        invariants, ended = self.invariants, self.book.ended.get(plan.entry)
        of_it = [key for key, target in invariants.cancels.items() if target == plan.key]
        rows = [self.table.row(key) for key in (*of_it, *invariants.sweeps)]
        if any(row is not None and row.state is State.DEAD for row in rows):
            return True
        swept = ended is not None and isinstance(ended.call, CancelAll)
        if not swept:
            return False
        owners = {account_signed_for(row.signed_for) for row in rows if row is not None and row.signed_for}
        created = min(self.book.orders[name].created_at for name in stops)
        return owners != {self.book.owners[plan.entry]} or any(at <= created for at in invariants.sweeps.values())


def _has_traded(order: SimOrder) -> bool:
    return Decimal(order.executed) > 0


def _stands(entry: SimOrder) -> bool:
    return entry.is_open or _has_traded(entry)
