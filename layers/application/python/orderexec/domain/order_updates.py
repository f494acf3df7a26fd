"""What the user's own programs are told of an order that rested: docs/order-update.schema.json as code."""

from collections.abc import Iterator
from typing import Any

from .execution_reports import VERSION, describe_order, drop_absent, format_time
from .following import index_reports, is_resting, list_legs
from .lifecycle import State
from .order_types import Trigger
from .order_words import OrderStatus
from .orders import Order, OrderReport
from .protected import Protected
from .requests import OrderList, PlacingPlan
from .row import Row


def make_order_updates(before: Row | None, after: Row, stack: str) -> Iterator[dict[str, Any]]:
    """Yield what is news of each order of an accepted signal, `before` being the row that `after` was written over.

    What its orders were when the signal was accepted is told by the outcome. `update_id` is the token of the write that
    is told of, with the order: the same news has the same id however often it comes. What is told would not do, since
    an order may come back to what it was: amended to another size, and back again.
    """
    if before is None or before.state is not State.ACCEPTED or after.state is not State.ACCEPTED:
        return
    known = index_reports(before)
    for name, report in index_reports(after).items():
        if _read_state(report) != _read_state(known.get(name)):
            yield _make_update(after, report, known.get(name), stack)


def name_role(plan: PlacingPlan, client_order_id: str) -> str:
    """Return what the order is to its signal: `entry`, `take_profit`, `stop_loss`, or `order` if it is the only one."""
    if isinstance(plan, Protected):
        names = {"take_profit": plan.take_profit, "stop_loss": plan.stop_loss}
        return next((name for name, leg in names.items() if _is(leg, client_order_id)), "entry")
    if not isinstance(plan, OrderList):
        return "order"
    if _is(plan.working, client_order_id):
        return "entry"
    leg = next((leg for leg in plan.legs if _is(leg, client_order_id)), None)
    if leg is None:
        return "order"
    if leg is plan.pending:
        return "take_profit" if leg.type.kind.trigger in (Trigger.NONE, Trigger.PROFIT) else "stop_loss"
    # Of a pair that sells, the one above the market takes the profit; of one that buys, the one below it.
    return "take_profit" if (leg is plan.above) == (leg.side == "SELL") else "stop_loss"


def _make_update(row: Row, report: OrderReport, known: OrderReport | None, stack: str) -> dict[str, Any]:
    plan = row.request
    told: dict[str, Any] = {
        "version": VERSION,
        "update_id": f"{row.token}/{report.client_order_id}",
        "stack": stack,
        "signal_id": row.identity.id,
        "account": row.identity.account,
        "venue": row.identity.venue,
        "product": row.product,
        "strategy": row.strategy,
        "previous_status": known and known.status,
        "order_closed": not report.open,
        "signal_closed": not is_resting(row),
        "canceled_by": row.canceled_by if report.status == OrderStatus.CANCELED else None,
        "seen_at": None if row.seen_at is None else format_time(row.seen_at),
    }
    if isinstance(plan, PlacingPlan):
        resting = [name_role(plan, leg.client_order_id) for leg in list_legs(plan) if _rests(row, leg)]
        told |= {"role": name_role(plan, report.client_order_id), "still_resting": resting}
    return drop_absent(told | describe_order(report))


def _read_state(report: OrderReport | None) -> tuple[object, ...] | None:
    return None if report is None else (report.status, report.executed_quantity, report.quantity)


def _rests(row: Row, leg: Order) -> bool:
    report = index_reports(row).get(leg.client_order_id)
    return report is not None and report.open


def _is(leg: Order | None, client_order_id: str) -> bool:
    return leg is not None and leg.client_order_id == client_order_id
