"""The first looks at an order that rests, by its own message, seconds after its acceptance; then the schedule looks."""

from dataclasses import dataclass

from orderexec.domain.following import list_resting
from orderexec.domain.resting_groups import gather_groups
from orderexec.domain.row import Row
from orderexec.ports import Ports

from .follow_group import FollowGroup

# When so much of the exchange's limits is used, orders shall have the rest: the schedule, which is bounded, looks.
_MOST_LOAD_PERCENT = 50


@dataclass(frozen=True, slots=True)
class LookEarly:
    """Looks once at the orders of one row. Raises only when a store of ours fails."""

    ports: Ports

    def __call__(self, row: Row) -> Row:
        """Return the row with what was seen, as it stands in the ledger; the same row if nothing new was."""
        if row.market not in self.ports.venues or next(list_resting(row), None) is None:
            return row
        venue = self.ports.venues[row.market]
        follow = FollowGroup(self.ports)
        for group in gather_groups([row], {row.market: venue.look_costs.conditionals_apart}):
            for change in follow(group, lambda _: venue.traffic.load().weight_percent < _MOST_LOAD_PERCENT).changed:
                row = change.after
        return row
