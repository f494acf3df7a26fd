"""What a cancellation really did, in words: it may have come too late, or after a part was filled."""

from .decimals import format_plain
from .order_words import OrderStatus, Side
from .orders import OrderReport
from .outcomes import Accepted
from .requests import Cancel, Plan


def came_too_late(request: Plan | None, report: OrderReport | None) -> bool:
    """Return whether a cancellation found its order closed by something else, so that it cancelled nothing of it."""
    return isinstance(request, Cancel) and report is not None and report.status != OrderStatus.CANCELED


def describe_cancellation(request: Plan | None, done: Accepted, unit: str) -> str | None:
    """Return what a person must know beside "cancelled", or None: too late, filled in part, exits that are gone.

    `unit` is what its quantities count, "" if it is not known.
    """
    report = done.report
    if not isinstance(request, Cancel) or report is None:
        return None
    moved = _describe_executed(report, unit or f"of {report.symbol}")
    if came_too_late(request, report):
        gone = [other.order_id for other in done.others if other.status == OrderStatus.CANCELED]
        canceled = f"of its list only {' and '.join(gone)} were canceled" if gone else "nothing was canceled"
        return f"too late: order {report.order_id} was {report.status} before; {canceled}; {moved}"
    if report.executed_quantity:
        return f"order {report.order_id} was filled in part before it was canceled; {moved}"
    return None


def _describe_executed(report: OrderReport, asset: str) -> str:
    if not report.executed_quantity:
        return "nothing of it was traded"
    verb = "hold" if report.side == Side.BUY else "sold"
    return f"you {verb} {format_plain(report.executed_quantity)} {asset} by it"
