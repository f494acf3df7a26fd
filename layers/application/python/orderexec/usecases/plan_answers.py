"""What an answer to one step of a plan means: which step follows, and what the plan came to as one answer."""

from dataclasses import dataclass

from orderexec.domain.lifecycle import State
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.protected import Protected, Step
from orderexec.domain.row import Row
from orderexec.ports import Venue

from .delivery import CanceledInDoubt, NotSent, Submitted, Undone
from .reconcile_request import Unclear


@dataclass(frozen=True, slots=True)
class Ahead:
    """The plan at its next step, and the orders of it that are there: the entry's report, and those of the others."""

    plan: Protected
    report: OrderReport | None
    others: tuple[OrderReport, ...]


def is_under_way(row: Row) -> bool:
    """Return whether the row's plan is beyond its stop: its present step is repeated as it is, never prepared anew."""
    return row.state is State.SENT and isinstance(row.request, Protected) and row.request.step is not Step.STOP


def is_decided(row: Row) -> bool:
    """Return whether the row holds a plan of which it is known what became of the entry."""
    return isinstance(row.request, Protected) and row.request.decided


def find_next(step: Submitted | NotSent) -> Ahead | None:
    """Return what follows from what is known of the present step; None: nothing, at least not now."""
    row, plan = step.row, step.row.request
    if row.state is not State.SENT or not isinstance(plan, Protected):
        return None
    answer = step.answer if isinstance(step, Submitted) else step.why
    if isinstance(answer, Accepted) and answer.report is not None:
        return _follow(row, plan, answer.report)
    if isinstance(step, Submitted) and step.refusal is not None and plan.step is Step.ENTRY:
        return Ahead(plan.undo(step.ready.explain(step.refusal)), row.report, row.others)
    return None


def _follow(row: Row, plan: Protected, report: OrderReport) -> Ahead | None:
    if plan.step is Step.STOP:
        return Ahead(_leave_stop(row, plan, report), None, (report,))
    following = plan.advance(report)
    return None if following is None else Ahead(following, report, row.others)


def _leave_stop(row: Row, plan: Protected, report: OrderReport) -> Protected:
    if not report.open:
        return plan.undo(Failure(Meaning.REJECT, None, f"its stop-loss was {report.status} before its entry was sent"))
    following = plan.undo(None) if row.canceled_by is not None else plan.advance(report)
    return following or plan


def tell_as_one(step: Submitted | NotSent, venue: Venue) -> Submitted | NotSent:
    """Return what the present step came to as an answer to the whole signal."""
    row, plan = step.row, step.row.request
    if row.state is not State.SENT or not isinstance(plan, Protected):
        return step
    answer = step.answer if isinstance(step, Submitted) else step.why
    if not plan.decided:
        unsettled = isinstance(answer, Accepted) and answer.report is not None and plan.awaits(answer.report)
        return NotSent(row, _await_end(row, venue)) if unsettled else step
    if isinstance(answer, Unclear):
        return step
    if plan.step is Step.PROFIT:
        return _tell_profit(step, row, venue)
    if isinstance(answer, Accepted):
        return _tell_undone(row, plan, answer)
    if isinstance(step, Submitted) and step.refusal is not None:
        return NotSent(row, _stay(row, step.refusal, venue))  # the stop stands, and must go
    return step


def _tell_profit(step: Submitted | NotSent, row: Row, venue: Venue) -> Submitted | NotSent:
    """The entry is there and has its stop, whatever became of the take-profit."""
    answer = step.answer if isinstance(step, Submitted) else step.why
    if isinstance(answer, Accepted):
        profit = () if answer.report is None else (answer.report,)
        return NotSent(row, Accepted(row.report, (*row.others, *profit)))
    if isinstance(step, Submitted):
        if step.refusal is None:
            return step
        if step.refusal.meaning not in (Meaning.REJECT, Meaning.STALE_RULES, Meaning.CREDENTIALS):
            return NotSent(row, _stay(row, step.refusal, venue))
        words = step.ready.explain(step.refusal).detail
    else:
        words = "no answer came to it, and no source of the exchange shows it"
    note = f"the entry and its stop-loss are there, its take-profit is not: {words}; place it yourself"
    return NotSent(row, Accepted(row.report, row.others, note=note))


def _tell_undone(row: Row, plan: Protected, done: Accepted) -> NotSent:
    if row.report is None and (plan.failure is None or row.canceled_by is not None):
        return NotSent(row, CanceledInDoubt())
    if plan.failure is not None:
        return NotSent(row, Undone(plan.failure))
    stop = () if done.report is None else (done.report,)
    return NotSent(row, Accepted(row.report, stop))


def _stay(row: Row, failure: Failure, venue: Venue) -> Unclear:
    """Certainly without effect, and it may pass: the step is sent again once its fence has passed."""
    until_fence = max(0, (row.fence or 0) - venue.now()) / 1000
    return Unclear(until_fence, failure.detail, failure)


def _await_end(row: Row, venue: Venue) -> Unclear:
    """Lookups lag: past the fence they show what the entry has traded."""
    until_fence = max(1.0, ((row.fence or 0) - venue.now()) / 1000)
    return Unclear(until_fence, "its entry is shown as if it still worked, so what it has traded is not known yet")
