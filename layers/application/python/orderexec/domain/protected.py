"""An entry with the exits that guard it, where the exchange links no orders: sent one by one, the stop-loss first.

No crash between two steps leaves an entry without its stop: what can be left is nothing, a lone stop that only reduces,
the stop and the entry, or all of it. A stop whose entry came to nothing is cancelled again.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from .order_words import TimeInForce
from .orders import Order, OrderReport
from .outcomes import Failure


class Step(StrEnum):
    """What a plan sends now. The order of the steps is what protects the entry."""

    STOP = "stop"
    ENTRY = "entry"
    PROFIT = "profit"
    UNDO = "undo"  # the entry came to nothing: its stop is cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """The plan of one protected entry. Each step has a client order id of its own, and a fence of its own.

    `round` counts the stops that were cancelled again before, so that no old one is ever taken for this one. `failure`
    is why the entry came to nothing, where the step undoes its stop.
    """

    entry: Order
    stop_loss: Order
    take_profit: Order | None = None
    step: Step = Step.STOP
    round: int = 0
    failure: Failure | None = None

    @property
    def symbol(self) -> str:
        """The symbol of all its orders."""
        return self.entry.symbol

    @property
    def order(self) -> Order:
        """The order that the step is about."""
        if self.step is Step.PROFIT and self.take_profit is not None:
            return self.take_profit
        return self.entry if self.step is Step.ENTRY else self.stop_loss

    @property
    def client_order_id(self) -> str:
        """That of the order that the step is about."""
        return self.order.client_order_id

    @property
    def dry_run(self) -> bool:
        """False: the exchange cannot try out orders that it does not link."""
        return False

    @property
    def decided(self) -> bool:
        """Whether it is known what became of the entry."""
        return self.step in (Step.PROFIT, Step.UNDO)

    @property
    def legs(self) -> tuple[Order, ...]:
        """Its orders, the entry first."""
        return tuple(leg for leg in (self.entry, self.stop_loss, self.take_profit) if leg is not None)

    def awaits(self, report: OrderReport) -> bool:
        """Return whether `report` shows the entry at work although it never rests: what it has traded will show."""
        rests = self.entry.time_in_force in (TimeInForce.GTC, TimeInForce.GTX)
        return self.step is Step.ENTRY and report.open and not rests

    def advance(self, report: OrderReport) -> "Protected | None":
        """Return the plan at the step that follows, `report` being of this step's order as it was accepted; None: done.

        An entry that ended without a trade is undone. The take-profit is as large as what the entry traded.
        """
        if self.step is Step.STOP:
            return replace(self, step=Step.ENTRY)
        if self.step is not Step.ENTRY or self.awaits(report):
            return None
        if not report.open and not report.executed_quantity:
            return replace(self, step=Step.UNDO)
        if self.take_profit is None or not report.executed_quantity:
            return None
        return replace(self, step=Step.PROFIT, take_profit=_resize(self.take_profit, report.executed_quantity))

    def undo(self, failure: Failure | None) -> "Protected":
        """Return the plan at the step that cancels its stop, since the entry will not be there."""
        return replace(self, step=Step.UNDO, failure=failure)


def _resize(order: Order, size: Decimal) -> Order:
    return replace(order, quantity=size) if order.contracts is None else replace(order, contracts=size)
