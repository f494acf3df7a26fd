"""The orders of a unified account as Bybit numbers and lists them, whatever they are in the engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from paper_exchange.dialects.bybit.asked import Asked
from paper_exchange.dialects.bybit.words import Category
from paper_exchange.engine.conditional_orders import Conditional
from paper_exchange.engine.orders import ZERO, Order

FIRST_SPOT_ID = 1_800_000_000_000_000_000
CONTRACTS_IDS = UUID("c0de0000-0000-4000-8000-000000000000").int


class Role(StrEnum):
    """What an order is that came from another one; the values are those of stopOrderType."""

    TAKE_PROFIT = "TakeProfit"
    STOP_LOSS = "StopLoss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an order ended that the engine does not have."""

    status: str
    reason: str
    time_ms: int


@dataclass(slots=True, kw_only=True)
class Ticket:
    """An order from its acknowledgement on."""

    order_id: str
    asked: Asked
    time_ms: int
    enters_us: int
    """When the engine gets it."""
    seen_us: int
    """From when on `realtime` shows it."""
    plain: Order | None = None
    conditional: Conditional | None = None
    ended: Ended | None = None
    covered: Decimal = ZERO
    """For how much of what it filled there are exits."""
    parent: "Ticket | None" = None
    role: Role | None = None
    sibling: "Ticket | None" = None
    """The other exit of the same fill, which ends when this one is triggered."""
    cancel_type: str = "UNKNOWN"
    price_on_created: Decimal | None = None
    hidden_until_us: int = 0
    wiped: bool = False
    """It was closed when the venue restarted."""

    @property
    def order(self) -> Order | None:
        """The order in the book, once there is one."""
        return self.plain if self.conditional is None else self.conditional.actual

    @property
    def open(self) -> bool:
        """Whether it may still trade."""
        if self.ended is not None:
            return False
        if self.conditional is not None and self.conditional.open:
            return True
        order = self.order
        return order.open if order is not None else self.conditional is None

    @property
    def update_time_ms(self) -> int:
        """When it last changed."""
        if self.ended is not None:
            return self.ended.time_ms
        times = [each.update_time_ms for each in (self.order, self.conditional) if each is not None]
        return max(times, default=self.time_ms)


class Tickets:
    """Every order that was ever acknowledged, oldest first."""

    def __init__(self) -> None:
        self._all: list[Ticket] = []
        self._by_id: dict[str, Ticket] = {}
        self._by_link: dict[tuple[bool, str], Ticket] = {}
        self._by_number: dict[tuple[Category, bool, int], Ticket] = {}

    def __iter__(self) -> Iterator[Ticket]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def since(self, count: int) -> list[Ticket]:
        """Return those made since there were so many."""
        return self._all[count:]

    def new_id(self, category: Category) -> str:
        """Return the id of the next order: a number at spot, a UUID of contracts."""
        number = len(self._all) + 1
        return str(FIRST_SPOT_ID + number) if category is Category.SPOT else str(UUID(int=CONTRACTS_IDS + number))

    def add(self, ticket: Ticket) -> None:
        """Add an order that is acknowledged."""
        self._all.append(ticket)
        self._by_id[ticket.order_id] = ticket
        if ticket.asked.link_id is not None:
            self._by_link[ticket.asked.spot, ticket.asked.link_id] = ticket

    def index(self, ticket: Ticket) -> None:
        """Let it be found by what the engine has of it."""
        category = ticket.asked.category
        if ticket.order is not None:
            self._by_number[category, False, ticket.order.order_id] = ticket
        if ticket.conditional is not None:
            self._by_number[category, True, ticket.conditional.conditional_id] = ticket

    def taken(self, *, spot: bool, link_id: str) -> bool:
        """Return whether an order ever had this id; of contracts all categories have them in common."""
        return (spot, link_id) in self._by_link

    def named(self, category: Category, order_id: str | None, link_id: str | None) -> Ticket | None:
        """Return the order of that id, or else of that client's id; None if the category has none."""
        if order_id is not None:
            found = self._by_id.get(order_id)
        else:
            found = self._by_link.get((category is Category.SPOT, link_id or ""))
        return found if found is not None and found.asked.category is category else None

    def of_order(self, category: Category, order: Order) -> Ticket | None:
        """Return the one that became this order in the book."""
        return self._by_number.get((category, False, order.order_id))

    def of_conditional(self, category: Category, conditional: Conditional) -> Ticket | None:
        """Return the one that this conditional order is of."""
        return self._by_number.get((category, True, conditional.conditional_id))
