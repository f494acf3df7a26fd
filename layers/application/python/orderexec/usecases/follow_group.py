"""One look at orders that rest together: one list for all of them, a lookup for each that the list does not show."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from orderexec.domain.decimals import format_plain
from orderexec.domain.following import index_reports, is_older, is_resting, list_resting, take_in
from orderexec.domain.looks import Change, Looked, NotLooked
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.resting_groups import Group
from orderexec.domain.row import Row
from orderexec.ports import Ports, RowChanged, Venue

from .account_proof import ask_its_account

Spend = Callable[[int], bool]
SPENT = "this run has spent what following may cost, or its time"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of one order now: a report, or why there is none. `missing`: the exchange does not have it."""

    report: OrderReport | None = None
    failure: str | None = None
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class FollowGroup:
    """Looks at the orders of one account and symbol.

    Every write is a compare-and-swap. Raises only when a store of ours fails.
    """

    ports: Ports

    def __call__(self, group: Group, spend: Spend) -> Looked | NotLooked:
        """Look once. `spend` takes so much of what the run may cost; it returns False if so much is not left."""
        venue = self.ports.venues[group.key.market]
        closed = venue.traffic.find_closed_gate(group.key.account, places=True)
        if closed is not None:
            return NotLooked(group, closed.why, waits=True)
        listed = self._list(group, venue, spend)
        if isinstance(listed, NotLooked):
            return listed
        look = _Look(venue, self.ports, listed, spend)
        changed, troubles = list[Change](), list[str]()
        for row in group.rows:
            seen = {leg.client_order_id: look.see(row, leg) for leg in list_resting(row)}
            troubles += [each.failure for each in seen.values() if each.failure is not None]
            changed += self._take_in(row, seen)
        if not troubles:
            return Looked(group, tuple(changed))
        why = next((trouble for trouble in troubles if trouble != SPENT), SPENT)
        return NotLooked(group, why, tuple(changed), waits=why == SPENT)

    def _list(self, group: Group, venue: Venue, spend: Spend) -> dict[str, OrderReport] | NotLooked:
        """Return what the exchange lists as open, by client order id; nothing where single lookups cost less."""
        listed: dict[str, OrderReport] = {}
        for orders in group.split_by_list():
            like, costs = orders[0], venue.look_costs
            if not costs.prefers_list(len(orders), like):
                continue
            if not spend(costs.price_list(len(orders))):
                return NotLooked(group, SPENT, waits=True)
            told = ask_its_account(group.rows[0], venue, self.ports.secrets, partial(venue.list_open_orders, like))
            if told.doubt is not None:
                return NotLooked(group, told.doubt.why)
            if isinstance(told.answer, Failure):
                return NotLooked(group, told.answer.detail)
            listed |= {report.client_order_id: report for report in told.answer}
        return listed

    def _take_in(self, row: Row, seen: Mapping[str, _Seen]) -> Iterator[Change]:
        """Write what was seen. Over a row that somebody has changed meanwhile it is as true as over the one before."""
        reports = {name: each.report for name, each in seen.items() if each.report is not None}
        missing = next((each.missing for each in seen.values() if each.missing is not None), None)
        complete = all(each.report is not None for each in seen.values())
        while is_resting(row):
            token, now = self.ports.randomness.token(), self.ports.clock.now()
            after = take_in(row, reports, missing=missing, complete=complete, token=token, now=now)
            if after is None:
                return
            try:
                self.ports.ledger.write(after, over=row)
            except RowChanged as changed:
                row = changed.current
            else:
                yield Change(row, after)
                return


@dataclass(frozen=True, slots=True)
class _Look:
    venue: Venue
    ports: Ports
    listed: Mapping[str, OrderReport]
    spend: Spend

    def see(self, row: Row, leg: Order) -> _Seen:
        """Return what is known of the order. A list lags, so what it lacks, or has from before, a lookup decides."""
        known = index_reports(row).get(leg.client_order_id)
        report = self.listed.get(leg.client_order_id)
        if report is not None and not is_older(report, known):
            return _Seen(report)
        if not self.spend(self.venue.look_costs.price_lookup(leg)):
            return _Seen(failure=SPENT)
        told = ask_its_account(row, self.venue, self.ports.secrets, lambda key: self.venue.look_up(leg, key))
        if told.doubt is not None:
            return _Seen(failure=told.doubt.why)
        seen = _judge(leg, known, told.answer)
        return seen if seen.report is None else _Seen(self._add_fees(row, leg, seen.report))

    def _add_fees(self, row: Row, leg: Order, report: OrderReport) -> OrderReport:
        """Return the report of an order that has ended with its fees, if they can be had now; nothing waits for them.

        It is looked at no more once its end stands in the ledger, so they are asked for once.
        """
        if report.open or not report.executed_quantity or report.fees is not None:
            return report
        if not self.spend(self.venue.look_costs.price_fees(leg)):
            return report
        told = ask_its_account(row, self.venue, self.ports.secrets, lambda key: self.venue.ask_fees(leg, report, key))
        if told.doubt is not None or isinstance(told.answer, Failure):
            return report
        return replace(report, fees=told.answer)


def _judge(leg: Order, known: OrderReport | None, told: OrderReport | Failure) -> _Seen:
    if isinstance(told, Failure):
        if told.meaning is Meaning.NOT_FOUND:
            return _Seen(missing=f"the exchange does not show its order {leg.client_order_id} any more")
        return _Seen(failure=told.detail)
    if known is None or not is_older(told, known):
        return _Seen(told)
    was, now = (f"{each.status}, {format_plain(each.executed_quantity)} executed" for each in (known, told))
    return _Seen(missing=f"the exchange tells less of its order {known.order_id} than before: {now}; before: {was}")
