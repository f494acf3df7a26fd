"""The steps of a protected entry in words: what each order of the plan is, and what became of it."""

from typing import NamedTuple

from orderexec.domain.lifecycle import State
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import describe_request
from orderexec.domain.row import Row

_NAMES = {Step.STOP: "1 stop-loss", Step.ENTRY: "2 entry", Step.PROFIT: "3 take-profit"}


class StepTold(NamedTuple):
    """One order of a plan: its place in it, what is asked, what became of it, and what the exchange said of it."""

    name: str
    asked: str
    became: str
    report: OrderReport | None


def list_steps(row: Row) -> list[StepTold]:
    """Return the steps of the row's plan in the order in which they are sent; empty if the row holds no plan."""
    plan = row.request
    if not isinstance(plan, Protected):
        return []
    orders = {Step.STOP: plan.stop_loss, Step.ENTRY: plan.entry, Step.PROFIT: plan.take_profit}
    return [_tell(row, plan, step, order) for step, order in orders.items() if order is not None]


def _tell(row: Row, plan: Protected, step: Step, order: Order) -> StepTold:
    reports = [report for report in (row.report, *row.others) if report is not None]
    report = next((each for each in reports if each.client_order_id == order.client_order_id), None)
    return StepTold(_NAMES[step], describe_request(order), _describe(row, plan, step, report), report)


def _describe(row: Row, plan: Protected, step: Step, report: OrderReport | None) -> str:
    if plan.step is Step.UNDO and step is Step.STOP:
        known = "was" if row.state is not State.SENT else "is being"
        return f"{known} cancelled, because the entry came to nothing"
    if report is not None:
        return report.status
    if plan.step is Step.UNDO:
        return "came to nothing" if step is Step.ENTRY else "was not sent"
    if plan.step is step:
        return _describe_present(row, step)
    return "is sent after the one before it" if row.state in (State.SENT, State.WAITING) else "was not sent"


def _describe_present(row: Row, step: Step) -> str:
    if row.state is State.SENT:
        return "a request may have left; the exchange is being asked"
    if row.state is State.ACCEPTED and step is Step.PROFIT:
        return "is not at the exchange; the entry has only its stop-loss"
    return "is not at the exchange"
