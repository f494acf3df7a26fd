"""What it costs at one exchange to look at orders that rest, and how much of its limit may be spent on that."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LookCosts:
    """What the exchange counts for each question, in the unit of its limit of `per_minute` (weight, or requests).

    `listing` is the list of a symbol's open orders, `lookup` one order by its id. `conditionals_apart`: orders that
    wait for a price stand in a list of their own.
    """

    listing: int
    lookup: int
    per_minute: int
    conditionals_apart: bool = False

    def get_budget(self, share: float) -> int:
        """Return what one run, which has a minute, may spend if following may take that share (0 to 1)."""
        return max(self.listing + self.lookup, int(self.per_minute * share))

    def prefers_list(self, orders: int) -> bool:
        """Return whether the list is cheaper than a lookup of each of so many orders."""
        return self.listing < orders * self.lookup
