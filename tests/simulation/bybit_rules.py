"""What must hold at Bybit beside all else: an end that is told is one, and memory that has run out proves nothing.

An answer there says that the exchange has a request, and no more. So whatever a row tells of an order is held against
the order itself at the moment of the write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.row import Row

from .bybit_book import REMEMBERED_MS
from .bybit_exchange import BybitExchange
from .dialect import Amend
from .exchange import Placement
from .invariants import RECV_WINDOW_MS, Invariants, client_id
from .stores import SimTable
from .world import Broken

_ENDED = ("FILLED", "CANCELED", "REJECTED")
_REFUSED = (Reason.REJECTED, Reason.CREDENTIALS)
_DUPLICATE = ("110072", "170141")


@dataclass(slots=True)
class BybitRules:
    """Watches one world. `missing` says of accounts from when to when they have no key (time of the world)."""

    table: SimTable
    exchange: BybitExchange
    invariants: Invariants
    missing: Mapping[str, tuple[int, int]]
    doubts: dict[str, int] = field(default_factory=dict)  # how many a row has told, by its key
    claims: dict[str, int] = field(default_factory=dict)  # when the newest request of a row was signed, by its key
    accepted: set[int] = field(default_factory=set)  # what was signed at which instant

    def __post_init__(self) -> None:
        self.table.watch.insert(0, self.row_written)
        self.exchange.watch.insert(0, self.request_leaves)
        self.exchange.accepted = self.request_accepted
        self.exchange.worked = self.request_worked
        self.invariants.may_stay = self.may_stay

    def row_written(self, item: dict[str, Any]) -> None:
        """See the rules at the top."""
        key, state = item["pk"]["S"], item["state"]["S"]
        if state == State.SENT:
            self.claims[key] = int(item["signed_at"]["N"])
        if state == State.WAITING or item.get("reason", {}).get("S") in _REFUSED:
            self._was_not_accepted(key, state)
        if state == State.ACCEPTED:
            self._tells_the_truth(key, item)
        if not self._is_change(key):
            self._is_remembered(key, item)
        if state == State.DEAD and item.get("reason", {}).get("S") == Reason.REJECTED:
            self._was_refused(key, item)

    def _was_not_accepted(self, key: str, state: str) -> None:
        """What is said to be refused, the exchange has not accepted in part. Later, its effect may have been missed."""
        signed_at = self.claims.get(key)
        if signed_at is None or not self._is_change(key) or signed_at not in self.accepted:
            return
        young = self.exchange.clock() < signed_at + RECV_WINDOW_MS + self.exchange.timing.in_engine
        alone = list(self.claims.values()).count(signed_at) == 1  # else it may be another row's
        if young and alone:
            raise Broken(f"{key} is {state} as if it was refused, and the exchange has accepted it or a part of it")

    def _tells_the_truth(self, key: str, item: dict[str, Any]) -> None:
        order = self.exchange.orders.get(item.get("client_order_id", {}).get("S", ""))
        if order is None or "order_status" not in item:
            return
        status, executed = item["order_status"]["S"], Decimal(item["executed_quantity"]["S"])
        if status in _ENDED and order.is_open:
            raise Broken(f"{key} tells that its order is {status}, and it is open")
        if executed > Decimal(order.executed):
            raise Broken(f"{key} tells that {executed} was executed, and it was {order.executed}")

    def _is_remembered(self, key: str, item: dict[str, Any]) -> None:
        """ "Not found" was believed; the exchange would still have shown an order that came to nothing."""
        doubts = int(item.get("doubts", {}).get("N", 0))
        if doubts <= self.doubts.get(key, 0):
            return
        self.doubts[key] = doubts
        age = self.exchange.clock() - int(item["signed_at"]["N"])
        if age >= REMEMBERED_MS:
            raise Broken(f"{key} was taken for absent {age} ms after it was signed, beyond what the exchange remembers")

    def _was_refused(self, key: str, item: dict[str, Any]) -> None:
        """A second order of one id is refused because the first is there."""
        if item.get("code", {}).get("S") in _DUPLICATE:
            raise Broken(f"{key} is told as refused, because its order is there already")

    def request_leaves(self, placement: Placement) -> None:
        """Every request of a signal has the signal's one id."""
        if placement.client_order_id not in map(client_id, self.invariants.published):
            raise Broken(f"a request leaves under the id {placement.client_order_id}, which is no signal's")

    def request_accepted(self, placement: Placement) -> None:
        """The exchange has acknowledged it, whether the answer comes or not."""
        self.accepted.add(placement.signed_at)

    def request_worked(self, placement: Placement) -> None:
        """What was told as not executed is not executed afterwards."""
        call = placement.call
        if not isinstance(call, Amend) or (call.name, placement.signed_at) not in self.exchange.book.amended:
            return
        for key, target in self.invariants.amends.items():
            ours = client_id(target) == call.name and placement.signed_at in self.invariants.signed[client_id(key)]
            state = self.invariants.states.get(key)
            if ours and state in (State.DEAD, State.WAITING):
                raise Broken(f"{key} is {state}, and its amendment is executed")

    def may_stay(self, row: Row) -> bool:
        """Whether a row may be in doubt for good: nobody could ask for it before the exchange forgot."""
        if row.identity.account not in self.missing or row.signed_at is None or self._is_change(row.identity.key):
            return False
        _, back_at = self.missing[row.identity.account]
        return back_at - self.exchange.world.now + self.exchange.clock() >= row.signed_at + REMEMBERED_MS

    def _is_change(self, key: str) -> bool:
        return key in self.invariants.cancels | self.invariants.sweeps | self.invariants.amends
