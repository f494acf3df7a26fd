"""What must hold of orders that are followed: news is true, never goes back, and no end of an order is missed."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderexec.aws.ledger_item import read_row
from orderexec.domain.following import index_reports, list_resting
from orderexec.domain.order_updates import make_order_updates
from orderexec.domain.row import Row

from .exchange import SimExchange
from .stores import SimTable
from .world import Broken


@dataclass(frozen=True, slots=True)
class _News:
    executed: Decimal
    closed: bool


@dataclass(slots=True)
class Followed:
    """Watches every write of a row as the ledger's stream tells it; raises Broken the moment something is wrong."""

    table: SimTable
    exchange: SimExchange
    rows: dict[str, Row] = field(default_factory=dict)
    latest: dict[tuple[str, str], _News] = field(default_factory=dict)  # by key and client order id
    parts: list[str] = field(default_factory=list)  # update ids of what was told as filled in part
    ends: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))  # update ids

    def __post_init__(self) -> None:
        self.table.watch.append(self.row_written)

    def row_written(self, item: dict[str, Any]) -> None:
        """What is told of an order is true by now, and newer than what was told before."""
        row = read_row(item)
        before = self.rows.get(row.identity.key)
        self.rows[row.identity.key] = row
        for update in make_order_updates(before, row, "simulated"):
            self._told(row.identity.key, update)

    def is_unseen(self) -> bool:
        """Return whether an order that is followed is not as its row says, or may change by itself."""
        return self.exchange.book.market_acts > 0 or any(self._lags(row) for row in self.rows.values())

    def in_the_end(self) -> None:
        """Every order that has ended is told as ended, once."""
        for row in self.rows.values():
            if self._lags(row):
                raise Broken(f"{row.identity.key}: an order of it has ended, and nobody has been told")
        twice = [key for key, told in self.ends.items() if len(told) > 1]
        if twice:
            raise Broken(f"{twice[0]} was told as ended in {len(self.ends[twice[0]])} ways")

    def _told(self, key: str, update: dict[str, Any]) -> None:
        name, executed = update["client_order_id"], Decimal(update["executed_quantity"])
        order, closed = self.exchange.orders[name], update["order_closed"]
        known = self.latest.get((key, name), _News(Decimal(0), closed=False))
        if executed < known.executed or (known.closed and not closed):
            raise Broken(f"{key}: news of {name[:6]} goes back from {known} to {executed}, closed {closed}")
        if executed > Decimal(order.executed) or (closed and order.is_open):
            raise Broken(f"{key}: {name[:6]} is told as {update['order_status']}, and it is {order.status}")
        self.latest[key, name] = _News(executed, closed)
        if executed and not closed:
            self.parts.append(update["update_id"])
        if closed:
            self.ends[key, name].add(update["update_id"])

    def _lags(self, row: Row) -> bool:
        """Whether an order that rests by its row has ended, and the row does not say that it is unclear either.

        What the exchange has forgotten before anybody could ask cannot be told as ended.
        """
        if row.unclear_since is not None:
            return False
        known = index_reports(row)
        return any(
            leg.client_order_id in self.exchange.orders
            and not self.exchange.orders[leg.client_order_id].is_open
            and leg.client_order_id in known
            for leg in list_resting(row)
        )
