"""What must hold of daily limits: counted is all that may be executed, no more than was claimed, and within limits."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from orderexec.aws.day_counters import make_day_key, read_counter
from orderexec.domain.daily_count import Used
from orderexec.domain.limits import Limits

from .dialect import Place
from .exchange import Placement, SimExchange
from .invariants import client_id
from .stores import SimTable
from .world import Broken

ACCOUNT = "main"
RECV_WINDOW_MS = 5_000


def drawn(seed: int, asset: str = "USDT") -> tuple[Limits, int] | None:
    """In every third world: limits of a day in `asset`, and how many ms before midnight it begins. None: no limits.

    With a randomness of their own, so that the worlds without are what they were.
    """
    rng = random.Random(f"limits of {seed}")
    if rng.random() < 0.66:
        return None
    most = rng.choice((None, 4, 12, 100))
    worth = rng.choice((300, 900, 9_000)) if most is None or rng.random() < 0.5 else None
    limits = Limits(max_daily_orders=most, max_daily_notional={} if worth is None else {asset: Decimal(worth)})
    return limits, rng.choice((10, 60_000, 300_000, 900_000))


@dataclass(slots=True)
class Days:
    """Watches the counters of one world whose account has daily limits."""

    table: SimTable
    exchange: SimExchange
    limits: Limits
    asset: str
    placements: defaultdict[str, list[Placement]] = field(default_factory=lambda: defaultdict(list))  # by day
    claims: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # tokens, by day
    counted: dict[str, str] = field(default_factory=dict)  # the day that a plan was counted on, by its entry's name

    def __post_init__(self) -> None:
        self.table.watch.append(self.row_written)
        self.exchange.watch.append(self.request_leaves)

    def row_written(self, item: dict[str, Any]) -> None:
        """A counter holds no more than was claimed: it moves with a row, or not at all."""
        if "counted_day" in item and item["state"]["S"] == "SENT":
            self.claims[item["counted_day"]["S"]].add(item["token"]["S"])
        if "counted_day" in item and "step" in item:
            self.counted[client_id(item["pk"]["S"])] = item["counted_day"]["S"]
        for day, tokens in self.claims.items():
            if self.used(day).orders > len(tokens):
                raise Broken(f"{self.used(day).orders} orders are counted on {day}, of {len(tokens)} that were claimed")
        self.covered()

    def request_leaves(self, placement: Placement) -> None:
        """It belongs to the day in which it is signed, a plan to that of its first request; what reduces, to none."""
        if isinstance(placement.call, Place) and placement.call.orders[0].reduce_only:
            return
        signed = datetime.fromtimestamp(placement.signed_at / 1000, UTC).date().isoformat()
        self.placements[self.counted.get(placement.client_order_id, signed)].append(placement)
        self.covered()

    def covered(self) -> None:
        """What was executed, or may still be, is counted on its day; and what was executed keeps the limits."""
        for day, placements in self.placements.items():
            possible = [each for each in placements if each.executed or self._alive(each)]
            self._compare(f"counted on {day}", possible, self.used(day).orders, self.used(day).worth.get(self.asset))
            executed = [each for each in placements if each.executed]
            most = self.limits.max_daily_orders
            self._compare(f"allowed on {day}", executed, most, self.limits.max_daily_notional.get(self.asset))

    def used(self, day: str) -> Used:
        """The counter as it stands."""
        return read_counter(self.table.counters.get(make_day_key(ACCOUNT, day), {}))

    def _compare(self, what: str, found: list[Placement], orders: int | None, worth: Decimal | None) -> None:
        if orders is not None and len(found) > orders:
            raise Broken(f"{len(found)} orders were or may be executed, {orders} are {what}")
        total = sum((each.worth for each in found), Decimal(0))
        if self.limits.max_daily_notional and worth is not None and total > worth:
            raise Broken(f"orders worth {total} were or may be executed, {worth} are {what}")

    def _alive(self, placement: Placement) -> bool:
        bound = placement.signed_at + RECV_WINDOW_MS + self.exchange.timing.in_engine
        return not placement.sealed and self.exchange.clock() <= bound
