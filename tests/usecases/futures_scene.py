"""The stage of a protocol test at a futures exchange, where the orders of one signal are sent one by one."""

from dataclasses import dataclass, field
from typing import Any

from orderexec.domain.lifecycle import State
from orderexec.domain.protected import Protected
from orderexec.domain.signals import Identity
from orderexec.venues.traffic import VenueTraffic
from tests.doubles.exchange import FakeExchange
from tests.doubles.futures import FuturesExchange, FuturesVenue
from tests.doubles.steps import Watch, watched
from tests.doubles.venue import FakeRules
from tests.usecases.scene import Scene


@dataclass(slots=True)
class FuturesScene(Scene):
    """A scene at a futures exchange."""

    identity: Identity = field(default_factory=lambda: Identity(venue="binance-usdm", id="signal-1"))

    def _make_exchange(self) -> FakeExchange:
        return FuturesExchange(self.time)

    @property
    def futures(self) -> FuturesExchange:
        assert isinstance(self.exchange, FuturesExchange)
        return self.exchange

    def _venue(self, board: Any, watch: Watch) -> FuturesVenue:
        traffic = VenueTraffic("binance-futures", board, self.time.clock(), share=0.9, containers=10)
        rules = FakeRules(self.exchange)
        venue = FuturesVenue(self.exchange, rules, traffic, self.cache, self.address, self.elsewhere)
        venue.resend = self.resend
        return watched(venue, "venue", watch)

    def list_stops(self) -> list[str]:
        """The statuses of all stops that were ever placed."""
        stops = [held for held in self.orders if held.report.side == "SELL" and not held.report.executed_quantity]
        return [held.report.status for held in stops if held.report.client_order_id != self._profit_id]

    @property
    def _profit_id(self) -> str | None:
        plan = self.row.request
        profit = plan.take_profit if isinstance(plan, Protected) else None
        return profit.client_order_id if profit is not None else None

    def check(self) -> None:
        """What must hold of a protected entry that is done with."""
        self.time.advance(600_000)
        self.reconcile_hours()
        assert not self.broken, self.broken
        assert not self.futures.unguarded, self.futures.unguarded
        entries = [held.report for held in self.orders if held.report.side == "BUY"]
        assert len(entries) <= 1, f"{len(entries)} entries for one signal"
        row = self.row
        assert row.due is None, "nothing is left to be looked after"
        if row.state is State.ACCEPTED:
            assert [row.report] == entries
        else:
            assert row.state is State.DEAD
            assert not any(entry.executed_quantity or entry.open for entry in entries)
        standing = bool(entries) and (entries[0].open or bool(entries[0].executed_quantity))
        assert self.list_stops().count("NEW") == int(standing), "a stop for a standing entry, and none alone"

        profits = [held.report for held in self.orders if held.report.client_order_id == self._profit_id]
        assert all(profit.quantity == entries[0].executed_quantity for profit in profits), "larger than what was traded"
        if row.state is State.ACCEPTED and self._profit_id and entries[0].executed_quantity:
            told = "its take-profit is not" in (row.detail or "")
            assert len(profits) == 1 or told, "what was traded has no profit, and nothing says so"

    def reconcile_hours(self) -> None:
        """The function that looks after rows, until nothing is open: an hour of audits, and what they end."""
        for _ in range(12):
            self.time.advance(1_200_000)
            self.reconcile_overdue()
