"""What a request is worth to a limit: each of its orders, the largest of them, and all that can trade because of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .decimals import add, multiply
from .instruments import Contract
from .order_words import Side
from .orders import Order
from .protected import Protected
from .requests import OrderList, PlacingPlan, get_first_order


@dataclass(frozen=True, slots=True)
class Leg:
    """One order of a request; `entry` is the order of the same list that must fill before it, if there is one.

    `is_exit`: it belongs to a pair of exits, or follows an entry. `contract` is what it counts, if it counts contracts.
    """

    order: Order
    entry: Order | None = None
    is_exit: bool = False
    contract: Contract | None = None

    @property
    def quantity(self) -> Decimal | None:
        """Its quantity in base units; for an exit that sells what its entry buys the entry's: it can be no larger."""
        if self.order.quantity is None and self.entry is not None:
            return self.entry.quantity
        return self.order.quantity

    @property
    def prices(self) -> tuple[Decimal, ...]:
        """The prices that it names; where an exit names none, its entry's: it begins to watch the market there."""
        own = tuple(price for price in (self.order.price, self.order.stop_price) if price is not None)
        entry = self.entry.price if self.entry is not None else None
        return own or (() if entry is None else (entry,))

    @property
    def needs_last_price(self) -> bool:
        """Whether only the market says what it is worth."""
        if self.order.quote_quantity is not None or self.order.contracts is not None or self.order.close_position:
            return False
        return not self.prices or self._sells_at_the_market

    @property
    def _sells_at_the_market(self) -> bool:
        """Whether it may trade at the market's price, which lies above the limit price that it names.

        A limit price below the market keeps no SELL from trading there, unless it is a maker's or has a trigger.
        """
        order = self.order
        if order.side != Side.SELL or order.type.kind.maker:
            return False
        return order.price is not None and order.stop_price is None

    def measure_worth(self, last: Decimal | None) -> Decimal:
        """Return its worth in quote units, at the highest price it names, or at `last` where only the market says."""
        if self.order.quote_quantity is not None:
            return self.order.quote_quantity
        if self.order.contracts is not None and self.contract is not None:
            return self.contract.measure_worth(self.order.contracts)
        if self.order.close_position:  # as much as is open then, which nobody knows yet; it only reduces
            return Decimal(0)
        market = (last or Decimal(0),) if self.needs_last_price else ()
        return multiply(max(self.prices + market), self.quantity or Decimal(0))


def list_legs(request: PlacingPlan, contract: Contract | None = None) -> Iterator[Leg]:
    """Yield every order that is sent with the request, the entry first. `contract` is what the symbol counts."""
    if not isinstance(request, OrderList | Protected):
        order = get_first_order(request)
        yield Leg(order, contract=contract)
        for attached in (order.take_profit, order.stop_loss):
            if attached is not None:
                yield Leg(attached, order, is_exit=True, contract=contract)
        return
    entry = request.entry if isinstance(request, Protected) else request.working
    for order in request.legs:
        is_exit = order is not entry
        yield Leg(order, entry if is_exit else None, is_exit=is_exit, contract=contract)


def sum_worth_of_day(request: PlacingPlan, last: Decimal | None, contract: Contract | None = None) -> Decimal:
    """Return all that can trade because of the request, in quote units: its entry and the larger of its exits."""
    entries, exits = [Decimal(0)], [Decimal(0)]
    for leg in list_legs(request, contract):
        (exits if leg.is_exit else entries).append(leg.measure_worth(last))
    return add(max(entries), max(exits))
