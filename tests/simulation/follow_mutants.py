"""Following broken on purpose, one rule at a time: each of these must be caught by the simulation."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from orderexec.domain import following, resting_groups
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.row import Row
from orderexec.usecases import follow_group
from orderexec.usecases.follow_group import _Look, _Seen

from .mutants import Mutant


def absence_from_a_list_ends_the_order() -> AbstractContextManager[Any]:
    """What is not among the open orders must have ended."""
    see = _Look.see

    def mutated(self: _Look, row: Row, leg: Order) -> _Seen:
        known = following.index_reports(row).get(leg.client_order_id)
        if known is not None and self.listed and leg.client_order_id not in self.listed:
            return _Seen(replace(known, status="CANCELED"))
        return see(self, row, leg)

    return patch.object(_Look, "see", mutated)


def older_views_are_taken_in() -> AbstractContextManager[Any]:
    """Whatever was seen last is what holds."""
    older = patch.object(following, "is_older", lambda _seen, _known: False)
    group = patch.object(follow_group, "is_older", lambda _seen, _known: False)
    return _both(older, group)


def what_the_list_lacks_is_not_looked_up() -> AbstractContextManager[Any]:
    """An order that has ended is in no list, so nobody hears of it."""

    def mutated(self: _Look, row: Row, leg: Order) -> _Seen:
        return _Seen(self.listed.get(leg.client_order_id))

    return patch.object(_Look, "see", mutated)


def a_part_ends_the_looks() -> AbstractContextManager[Any]:
    """Once something has traded, nobody looks any more."""
    rest = following.list_resting

    def mutated(row: Row) -> Any:
        known = following.index_reports(row)
        return (leg for leg in rest(row) if not _has_traded(known.get(leg.client_order_id)))

    groups = patch.object(resting_groups, "list_resting", mutated)
    return _both(patch.object(following, "list_resting", mutated), groups)


def _has_traded(report: OrderReport | None) -> bool:
    return report is not None and report.executed_quantity > 0


def _both(*patches: AbstractContextManager[Any]) -> AbstractContextManager[Any]:
    stack = ExitStack()
    for each in patches:
        stack.enter_context(each)
    return stack


FOLLOW_MUTANTS: tuple[Mutant, ...] = (
    absence_from_a_list_ends_the_order,
    older_views_are_taken_in,
    what_the_list_lacks_is_not_looked_up,
    a_part_ends_the_looks,
)
