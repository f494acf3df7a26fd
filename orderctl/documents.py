"""A signal's row as JSON documents and lines for people; the same words in every command."""

from typing import Any

from rich.text import Text

from orderctl.asked import describe_asked
from orderctl.explanation import explain_row
from orderctl.layout import Column, Listing
from orderctl.screen import format_instant, format_length, render_state
from orderctl.steps import list_steps
from orderexec.domain.cancellations import came_too_late
from orderexec.domain.decimals import format_plain
from orderexec.domain.following import is_resting
from orderexec.domain.orders import OrderReport
from orderexec.domain.parts import get_end
from orderexec.domain.requests import get_request
from orderexec.domain.row import Row
from orderexec.venues.call import Call
from orderexec.venues.registry import inspect_venue

# At 80 columns there is room for what became of a signal and what it asked for; what `show` says better goes first.
_COLUMNS = (
    Column("signal"),
    Column("outcome"),
    Column("tries", rank=4, right=True),
    Column("issued", rank=2),
    Column("asked", rank=1, least=24),
    Column("detail", rank=3, least=24),
)


def describe_call(row: Row) -> Call | None:
    """Return the row's request as it went over the wire, before it was signed; written by the code that sends it.

    None if there is none, if it is of a venue that this version does not know, or if the venue knows no such request: a
    row that somebody wrote by hand is shown as far as it can be.
    """
    inspection = inspect_venue(row.market)
    if row.request is None or inspection is None:
        return None
    try:
        return inspection.describe_call(get_request(row.request))
    except ValueError:
        return None


def write_body(row: Row, call: Call) -> str | None:
    """Return the body of the row's request as it went, where the venue takes no form; None of one that does."""
    inspection = inspect_venue(row.market)
    return (
        None if inspection is None or inspection.write_body is None else inspection.write_body(call.parameters).decode()
    )


def build_row_document(row: Row, stack: str = "") -> dict[str, Any]:
    """For programs: everything that the row holds, times in epoch ms, amounts as strings. `stack`: Stack.options."""
    names = (
        "issued_at",
        "expires_at",
        "updated_at",
        "seen_at",
        "unclear_since",
        "lost",
        "attempts",
        "signed_at",
        "earliest_signed_at",
        "fence",
        "retry_at",
        "signed_for",
        "code",
        "detail",
        "strategy",
        "letter_sent",
        "doubts",
        "audits",
        "looks",
        "next_look",
        "closed_by",
        "canceled_by",
        "part_of",
        "body",
        "body_cut",
    )
    explained = explain_row(row, stack)
    document: dict[str, Any] = {
        "signal_id": row.identity.id,
        "account": row.identity.account,
        "venue": row.identity.venue,
        "state": row.state.value,
        "reason": row.reason and row.reason.value,
        "asked": describe_asked(row),
        **{name: getattr(row, name) for name in names},
        "meaning": explained.what,
        "to_do": explained.do,
        "remedy": explained.remedy.value,
        "resting": is_resting(row),
    }
    if row.request is not None:
        call = describe_call(row)
        document |= {"request": call and _build_call_document(row, call), "dry_run": row.request.dry_run}
    if steps := list_steps(row):
        document["steps"] = [
            {
                "step": step.name.partition(" ")[2],
                "asked": step.asked,
                "became": step.became,
                "order": None if step.report is None else build_order_document(step.report),
            }
            for step in steps
        ]
    if row.report is not None:
        document["order"] = build_order_document(row.report)
    if row.others:
        document["other_orders"] = [build_order_document(report) for report in row.others]
    return document


def _build_call_document(row: Row, call: Call) -> dict[str, Any]:
    sent = {"method": call.method, "path": call.path, "parameters": call.parameters}
    body = write_body(row, call)
    return sent if body is None else {**sent, "body": body}


def build_order_document(report: OrderReport) -> dict[str, Any]:
    """What the exchange says of one order."""
    amounts = {
        name: getattr(report, name) for name in ("quantity", "executed_quantity", "quote_quantity", "average_price")
    }
    return {
        "order_id": report.order_id,
        "client_order_id": report.client_order_id,
        "symbol": report.symbol,
        "side": report.side,
        "status": report.status,
        "created_at": report.created_at,
        **{name: None if amount is None else format_plain(amount) for name, amount in amounts.items()},
    }


def render_order(report: OrderReport) -> str:
    """What the exchange says of one order, in one line."""
    asked = "as much as its entry bought" if report.quantity is None else format_plain(report.quantity)
    price = "" if report.average_price is None else f" at {format_plain(report.average_price)}"
    filled = f"{format_plain(report.executed_quantity)} of {asked}{price}"
    return f"{report.order_id}  {report.side} {report.symbol}  {report.status}  executed {filled}"


def describe_outcome(row: Row) -> Text:
    """State and what goes with it: the order's status, or why there is none."""
    dry = "dry run" if row.request and row.request.dry_run else None
    late = came_too_late(row.request, row.report)
    words = (row.reason and row.reason.value, row.code, dry or (row.report and row.report.status))
    return render_state(row.state.value, "too late:" if late else None, *words, style="red" if late else None)


def render_rows(rows: list[Row], now: int, *, in_pipe: bool) -> Listing:
    """One line a signal. When it was issued is an instant in a pipe, and how long ago at a terminal."""
    return Listing(
        _COLUMNS,
        (
            (
                row.identity.key,
                describe_outcome(row),
                str(row.attempts),
                (format_instant(row.issued_at) or "") if in_pipe else f"{format_length(now - row.issued_at)} ago",
                describe_asked(row) or "",
                row.detail or "",
            )
            for row in rows
        ),
    )


def build_times(row: Row) -> dict[str, str | None]:
    """The instants of a signal's life, each with how long after its issue it was."""

    def after(moment: int | None) -> str | None:
        return None if moment is None else f"{format_instant(moment)}  (+{format_length(moment - row.issued_at)})"

    first = row.earliest_signed_at if row.earliest_signed_at != row.signed_at else None
    return {
        "issued": format_instant(row.issued_at),
        "first sent": after(first),
        "sent": after(row.signed_at),
        "retry": after(row.retry_at),
        "looked at in vain": f"{row.looks} times, next at {format_instant(row.next_look)}" if row.looks else None,
        row.state.value.lower(): after(row.updated_at),
        "last news of its orders": after(row.seen_at),
        "unclear": after(row.unclear_since),
        "ends by itself": after(get_end(row)),
    }
