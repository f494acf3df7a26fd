"""What it costs at one exchange to look at orders that rest, and how much of its limit may be spent on that."""

from dataclasses import dataclass

from .orders import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class LookCosts:
    """What the exchange counts for each question, in the unit of its limit of `per_minute` (weight, or requests).

    `listing` is one page of a symbol's open orders, `lookup` one order by its id, `fees` the trades of one order.
    `page` is how many orders a page holds; None: all of them. `conditionals_apart`: orders that wait for a price stand
    in a list of their own, and what came of one is a second question.
    """

    listing: int
    lookup: int
    fees: int
    per_minute: int
    page: int | None = None
    conditionals_apart: bool = False

    def get_budget(self, share: float) -> int:
        """Return what one run, which has a minute, may spend if following may take that share (0 to 1).

        It is enough for one order at least: a run that could never look at one would never end.
        """
        one_order = self.price_list(1) + self.fees + self.lookup * (3 if self.conditionals_apart else 1)
        return max(one_order, int(self.per_minute * share))

    def price_list(self, orders: int) -> int:
        """Return what the list costs at the most if it holds so many orders."""
        return self.listing * (1 if self.page is None else orders // self.page + 1)

    def price_lookup(self, order: Order) -> int:
        """Return what a lookup of the order costs at the most: of one that was triggered, with what came of it."""
        return self.lookup * (2 if self._stands_apart(order) else 1)

    def price_fees(self, order: Order) -> int:
        """Return what it costs to ask for the order's fees: of one that was triggered, by what came of it."""
        return self.fees + (self.lookup if self._stands_apart(order) else 0)

    def prefers_list(self, orders: int, like: Order) -> bool:
        """Return whether the list is cheaper than a lookup of each of so many orders that stand where `like` does."""
        return self.price_list(orders) < orders * self.price_lookup(like)

    def _stands_apart(self, order: Order) -> bool:
        return self.conditionals_apart and order.triggered
