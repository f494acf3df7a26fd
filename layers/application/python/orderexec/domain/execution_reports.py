"""What the user's own programs are told of a signal's end: docs/outcome.schema.json as code."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .decimals import format_plain
from .lifecycle import State
from .messages import Message
from .orders import Order, OrderReport
from .product import AMEND, CANCEL, CLOSE, PLACE, REPLACE
from .requests import Amend, Cancel, CancelAll, PlacingPlan, Plan, Replace, describe_request, get_first_order
from .row import Row
from .signal_parser import parse_signal
from .signals import InvalidSignal

VERSION = "1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_DETAIL = 2_000  # as in a dead letter


def is_news(before: Row | None, after: Row) -> bool:
    """Return whether `after` ends its signal in a way that `before`, the row it was written over, did not.

    Notes on a closed row (its letter is sent, its audit is done) are no news, and neither is what became of its order
    since (order_updates.py). A finding is, and so is the second death of a signal that a person redrove, which may look
    just like its first.
    """
    closed = after.state in (State.ACCEPTED, State.DEAD)
    return closed and (before is None or _read_ending(before) != _read_ending(after))


def make_execution_report(row: Row, stack: str) -> dict[str, Any]:
    """Return the report of the closed `row`, without what the row does not have.

    Amounts are plain decimals, times ISO 8601. `stack` is the name of the stack whose ledger holds the row; several may
    tell the same bus. `outcome_id` is the token of the write that is told of, so that the same news has the same id
    however often it comes. The message's body is not part of the report: it is the producer's, of any size, and may
    hold anything.
    """
    told: dict[str, Any] = {
        "version": VERSION,
        "outcome_id": row.token,
        "stack": stack,
        "signal_id": row.identity.id,
        "account": row.identity.account,
        "venue": row.identity.venue,
        "product": row.product,
        "strategy": row.strategy,
        "part_of": row.part_of,
        "state": row.state.value,
        "reason": row.reason and row.reason.value,
        "code": row.code,
        "detail": row.detail and row.detail[:_LONGEST_DETAIL],
        "attempts": row.attempts,
        "closed_by": row.closed_by,
        "issued_at": format_time(row.issued_at),
        "decided_at": format_time(row.updated_at),
    }
    told |= _describe_asked(row)
    if row.report is not None:
        told |= describe_order(row.report)
    if row.others:
        told["other_orders"] = [drop_absent(describe_order(other)) for other in row.others]
    return drop_absent(told)


def _read_ending(row: Row) -> tuple[object, ...]:
    return (row.state, row.reason, row.code, row.detail, row.message_id, row.attempts)


def _describe_asked(row: Row) -> dict[str, Any]:
    """Return the request as it was sent; before the first, what the signal asks for.

    Nothing if the signal cannot be understood.
    """
    if row.request is not None:
        return _describe_request(row.request)
    message = Message(id=row.identity.id, body=row.body, sent_at=row.issued_at)
    signal = parse_signal(message, max_age_ms=0, now=row.updated_at)
    if isinstance(signal, InvalidSignal):
        return {}
    return {
        "action": signal.action,
        "symbol": signal.symbol,
        "side": signal.side,
        "type": signal.type,
        "dry_run": signal.dry_run,
    }


def _describe_request(request: Plan) -> dict[str, Any]:
    told = {
        "action": _name_action(request),
        "symbol": request.symbol,
        "request": describe_request(request),
        "client_order_id": request.client_order_id,
        "dry_run": request.dry_run,
    }
    if isinstance(request, PlacingPlan):
        order = get_first_order(request)
        told |= {"side": order.side, "type": order.type, "client_order_id": order.client_order_id}
    return told


def _name_action(request: Plan) -> str:
    match request:
        case Cancel() | CancelAll():
            return CANCEL
        case Amend():
            return AMEND
        case Replace():
            return REPLACE
        case Order(closes=True):
            return CLOSE
        case _:
            return PLACE


def describe_order(report: OrderReport) -> dict[str, Any]:
    """Return what is told of one order; None for what the exchange does not tell."""
    amounts = {
        "order_quantity": report.quantity,
        "order_quote_quantity": report.quote_quantity,
        "executed_quantity": report.executed_quantity,
        "average_price": report.average_price,
    }
    return {
        "order_id": report.order_id,
        "client_order_id": report.client_order_id,
        "symbol": report.symbol,
        "side": report.side,
        "order_status": report.status,
        "ended_because": None if report.open else report.why,
        "fees": report.fees and {asset: format_plain(fee) for asset, fee in report.fees.items()},
        **{name: None if amount is None else format_plain(amount) for name, amount in amounts.items()},
    }


def drop_absent(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told, without what is not known."""
    return {name: value for name, value in told.items() if value is not None}


def format_time(epoch_ms: int) -> str:
    """Return the instant as ISO 8601 in UTC, to the millisecond."""
    moment = _EPOCH + timedelta(milliseconds=epoch_ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
