"""Order lists: what is asked for, how each stands, and how they are found again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.engine.orders import NO_LIST, ZERO, NewOrder, Order
from paper_exchange.enums import Contingency


@dataclass(frozen=True, slots=True, kw_only=True)
class NewList:
    """What a client asks for. An OCO has no working order; of two `others` one cancels the other."""

    symbol: str
    working: NewOrder | None
    others: Sequence[NewOrder]
    """The pending orders, or the pair of an OCO: first the one above, then the one below."""
    client_order_id: str | None = None
    pays_the_other: bool = False
    """OPO and OPOCO: what the working order receives is what the pending orders sell."""

    @property
    def legs(self) -> list[NewOrder]:
        """Every order that is asked for, the working one first."""
        return [*([] if self.working is None else [self.working]), *self.others]


@dataclass(slots=True, kw_only=True)
class OrderList:
    """An order list as it lives."""

    list_id: int
    client_order_id: str
    request: NewList
    working: Order | None
    others: Sequence[Order]
    time_ms: int
    update_time_ms: int
    locked: Decimal = ZERO
    """What the others hold together, of the asset they pay with, until one of them works alone."""
    borrowed: Decimal = ZERO
    """What was borrowed for the others, of the asset they pay with."""
    hidden_until_us: int = 0

    @property
    def symbol(self) -> str:
        """The symbol of all its orders."""
        return self.request.symbol

    @property
    def contingency(self) -> Contingency:
        """Whether one order cancels the other, or one triggers the others."""
        return Contingency.OCO if self.working is None else Contingency.OTO

    @property
    def orders(self) -> list[Order]:
        """Every order of it, the working one first."""
        return [*([] if self.working is None else [self.working]), *self.others]

    @property
    def open(self) -> bool:
        """Whether any of its orders is open."""
        return any(order.open for order in self.orders)

    def buys_for_others(self, order: Order) -> bool:
        """Return whether what the order receives is what the others sell."""
        return self.request.pays_the_other and order is self.working


class OrderLists:
    """Every order list ever accepted, oldest first; numbered from `first_id`."""

    def __init__(self, first_id: int = 0) -> None:
        self._first_id = first_id
        self._all: list[OrderList] = []

    def __iter__(self) -> Iterator[OrderList]:
        return iter(self._all)

    def next_id(self) -> int:
        """Return the number of the list that comes next."""
        return self._first_id + len(self._all)

    def add(self, order_list: OrderList) -> None:
        """Add a list that was accepted."""
        self._all.append(order_list)

    def of(self, order: Order) -> OrderList | None:
        """Return the list that the order is in; None if it is in none."""
        return None if order.list_id == NO_LIST else self._all[order.list_id - self._first_id]

    def by_id(self, list_id: int) -> OrderList | None:
        """Return the list of that number; None if there is none."""
        return self._all[list_id - self._first_id] if self._first_id <= list_id < self.next_id() else None

    def since(self, list_id: int) -> list[OrderList]:
        """Return the lists of that number and above."""
        return self._all[list_id - self._first_id :]

    def newest(self, client_order_id: str) -> OrderList | None:
        """Return the last of the lists that had this id; None if there is none."""
        return next((each for each in reversed(self._all) if each.client_order_id == client_order_id), None)

    def open_lists(self, symbol: str | None = None) -> list[OrderList]:
        """Return the lists that are open, of one symbol or of all."""
        return [each for each in self._all if each.open and symbol in (None, each.symbol)]

    def is_open(self, client_order_id: str) -> bool:
        """Return whether an open list has this id."""
        return any(each.client_order_id == client_order_id for each in self.open_lists())
