"""What becomes of a row that nobody closes: its message is gone, or its function died; and a second look at doubts."""

from dataclasses import dataclass

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Failure
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import Plan, Request
from orderexec.domain.row import AUDIT_GAPS_MS, Row
from orderexec.domain.verdicts import Done, Verdict
from orderexec.ports import Ports, RowChanged, Venue

from .account_proof import ask_its_account
from .dead_letter_signal import DeadLetterSignal
from .end_stop import end_stop
from .judge_doubt import LATE, describe_doubt, end_canceled, look_for_late_order, may_send_again
from .plan_answers import is_decided
from .reconcile_plan import ReconcilePlan
from .reconcile_request import Absent, Unclear, get_search_start, reconcile
from .restore import restore_message

TOLD_FOR_MS = 600_000


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Nothing is left to be done for the row, at least not by us now. `ended`: its signal has ended, by our hand."""

    row: Row
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Unreconciled:
    """It could not be done now; the next run tries again."""

    row: Row
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """Its audit waits: orders shall use what is left of a limit. That is no failure; `until` (epoch ms) it opens."""

    row: Row
    until: int
    why: str


@dataclass(frozen=True, slots=True)
class Surplus:
    """The exchange has more orders for the signal than it should: it broke its own documented bound."""

    row: Row
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReconcileRow:
    """Looks after one overdue row. Deliveries may do so at the same time: every write is a compare-and-swap."""

    ports: Ports
    dead_letter: DeadLetterSignal
    plan: ReconcilePlan

    def __call__(self, row: Row) -> Reconciled | Unreconciled | Held | Surplus:
        """Bring the row a step further; raises only when a store of ours fails."""
        try:
            return self._go_by(row)
        except RowChanged as changed:  # a delivery came meanwhile, or a person: nothing of ours was written
            return Reconciled(changed.current)

    def _go_by(self, row: Row) -> Reconciled | Unreconciled | Held | Surplus:
        if row.state is State.SENT:
            return self._ask(row)
        if row.state is State.WAITING:
            return self._expire(row)
        if row.state is State.DEAD and not row.letter_sent:
            return Reconciled(self.dead_letter.finish(restore_message(row), row).row, ended=True)
        return self._audit(row)

    def _ask(self, row: Row) -> Reconciled | Unreconciled:
        venue = self.ports.venues[row.market]
        match reconcile(row, venue, self.ports, tries=row.attempts):
            case Accepted() as done if isinstance(row.request, Protected):
                return _judge(row, self.plan.go_on(row, done))
            case Accepted() as done:
                token, now = self.ports.randomness.token(), self.ports.clock.now()
                return Reconciled(self._write(row.accept(done, token=token, now=now), row), ended=True)
            case Absent(shown):
                return self._end_absent(row.note_absence(), venue, shown)
            case Unclear(_, why):
                return Unreconciled(row, why)

    def _end_absent(self, row: Row, venue: Venue, shown: str) -> Reconciled | Unreconciled:
        if is_decided(row):
            return _judge(row, self.plan.resend(row, shown))
        if row.canceled_by is not None:
            ended = end_canceled(row, self.ports.clock, self.ports.randomness)
            return Reconciled(self._write(ended, row), ended=True)
        if may_send_again(row, venue):
            return self._expire(row)
        detail = describe_doubt(row, venue.resend, shown)
        done = self.dead_letter(restore_message(row), row, Reason.DOUBTFUL, detail, row.code)
        return Reconciled(done.row, ended=True)

    def _expire(self, row: Row) -> Reconciled | Unreconciled:
        """Certainly nothing is at the exchange. While the signal is young its message may still come and try again."""
        if self.ports.clock.now() <= row.expires_at:
            return Unreconciled(row, "nothing is at the exchange; its message may still come back")
        last = f"; last answer: {row.detail}" if row.detail else ""
        detail = f"its message did not come back before it expired{last}"
        done = self.dead_letter(restore_message(row), row, Reason.EXPIRED, detail, row.code)
        return Reconciled(done.row, ended=True)

    def _audit(self, row: Row) -> Reconciled | Unreconciled | Held | Surplus:
        """After a doubt: does the exchange still show no order but the one that it should?"""
        closed = self.ports.venues[row.market].traffic.find_closed_gate(row.identity.account, places=True)
        if closed is not None:
            return Held(row, closed.until, f"its audit waits: {closed.why}")
        if row.request is None:
            raise ValueError(f"{row.identity.key} was doubted without a request")
        request, venue = _find_audited(row.request), self.ports.venues[row.market]
        told = ask_its_account(
            row, venue, self.ports.secrets, lambda key: venue.list_orders(request, get_search_start(row), key)
        )
        orders = told.answer
        if isinstance(orders, Failure):
            return Unreconciled(row, f"the order history cannot be read: {orders.detail}")
        if told.doubt is not None:
            return Unreconciled(row, told.doubt.why)
        return self._compare(row, orders)

    def _compare(self, row: Row, orders: list[OrderReport]) -> Reconciled | Unreconciled | Surplus:
        if not orders and row.state is State.ACCEPTED:
            return Unreconciled(row, "the order history does not show its order yet")
        if _leaves_stop(row, orders):
            ended, failure = end_stop(row, self.ports)
            return Unreconciled(ended, failure.detail) if failure else self._record_audit(ended)
        finding = _find_wrong(row, orders)
        told = row.detail == finding and self.ports.clock.now() > (row.due or 0) + TOLD_FOR_MS
        return self._record_audit(row) if finding is None or told else self._tell(row, orders, finding)

    def _tell(self, row: Row, orders: list[OrderReport], finding: str) -> Unreconciled | Surplus:
        """The row stays due for some runs more: none of them that dies may swallow the alarm."""
        noted = self._accept_late(row, orders, finding) if row.state is State.DEAD else None
        noted = self._write(noted or row.note_finding(finding, token=self.ports.randomness.token()), row)
        return Surplus(noted, tuple(order.order_id for order in orders))

    def _accept_late(self, row: Row, orders: list[OrderReport], finding: str) -> Row:
        """The signal has its order after all: from now on nothing may send it again, whoever redrives its letter."""
        found = look_for_late_order(row, self.ports.venues[row.market], self.ports.secrets)
        done = found if isinstance(found, Accepted) else Accepted(orders[0])
        return row.accept_late(done, finding, token=self.ports.randomness.token(), now=self.ports.clock.now())

    def _record_audit(self, row: Row) -> Reconciled:
        token, now = self.ports.randomness.token(), self.ports.clock.now()
        return Reconciled(self._write(row.note_audit(token=token, now=now), row))

    def _write(self, row: Row, over: Row) -> Row:
        self.ports.ledger.write(row, over=over)
        return row


def _judge(row: Row, verdict: Verdict | str) -> Reconciled | Unreconciled:
    if isinstance(verdict, str):
        return Unreconciled(row, verdict)
    return Reconciled(verdict.row, ended=True) if isinstance(verdict, Done) else Unreconciled(verdict.row, verdict.why)


def _find_audited(plan: Plan) -> Request:
    """Return what must not be there more than once: of a plan its entry, unless that was never sent."""
    if isinstance(plan, Protected):
        return plan.stop_loss if plan.step is Step.STOP else plan.entry
    return plan


def _leaves_stop(row: Row, orders: list[OrderReport]) -> bool:
    """Whether a dead plan has a stop that guards nothing: it appeared late, or its entry is looked for no more."""
    if row.state is not State.DEAD or not isinstance(row.request, Protected):
        return False
    if row.request.step is Step.STOP:
        return bool(orders)
    # Cancelling it may have failed before: what is cancelled already is no trouble.
    return not orders and row.audits + 1 >= len(AUDIT_GAPS_MS)


def _find_wrong(row: Row, orders: list[OrderReport]) -> str | None:
    """What should not be, in words: orders beyond the one of a placed signal, or one of a signal that was given up."""
    names = ", ".join(order.order_id for order in orders)
    if len(orders) > 1:
        return f"the exchange has {len(orders)} orders for it: {names}"
    late = row.state is State.DEAD or row.is_late
    return f"{LATE}: order {names}" if orders and late else None
