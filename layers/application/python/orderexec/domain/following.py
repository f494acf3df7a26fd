"""What becomes of the orders of an accepted signal: which may still trade, and how news of them is taken into its row.

Nothing here decides what may be sent: news of an order never moves a row out of ACCEPTED. No news goes back in time:
an older view of an order, as a list that lags may have it, changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .lifecycle import State
from .orders import Order, OrderReport
from .requests import OrderList, PlacingPlan, Replace
from .row import Row

# An order that should be there and is not shown, or is shown as it cannot be, is told of after this time: lists and
# lookups lag for a minute at the most at the venues that stand (docs/exactly-once.md).
TELL_AFTER_MS = 600_000
# How the row's detail begins to say so, behind what it said before.
UNCLEAR = "its order is not clear: "
# After this time it is not looked for any more. A person has been told long before.
GIVE_UP_AFTER_MS = 86_400_000
# Ages in seconds, counted from the acceptance, at which the signal's own message looks. Then the schedule goes on.
EARLY_LOOKS = (2, 6, 15, 35)
_EARLY_MS = 60_000


def is_resting(row: Row) -> bool:
    """Return whether an order of the row may still trade, and is followed."""
    return next(list_resting(row), None) is not None


def list_resting(row: Row) -> Iterator[Order]:
    """Yield the orders of the row that may still trade, the entry first.

    An order of a list that no report tells of yet is one of them as long as another one is. What is not of this row
    (the order that was replaced) is followed by its own.
    """
    if row.state is not State.ACCEPTED or row.lost or not isinstance(row.request, PlacingPlan) or row.request.dry_run:
        return
    known = index_reports(row)
    legs = list_legs(row.request)
    if not any(report.open for name, report in known.items() if name in {leg.client_order_id for leg in legs}):
        return
    for leg in legs:
        report = known.get(leg.client_order_id)
        if report.open if report is not None else isinstance(row.request, OrderList):
            yield leg


def list_legs(plan: PlacingPlan) -> tuple[Order, ...]:
    """Return the orders that a placement is made of, the entry first."""
    match plan:
        case Order():
            return (plan,)
        case Replace():
            return (plan.order,)
        case _:
            return plan.legs


def index_reports(row: Row) -> dict[str, OrderReport]:
    """Return what the row knows of each order, by its client order id, the request's first."""
    told = row.others if row.report is None else (row.report, *row.others)
    return {report.client_order_id: report for report in told}


def is_older(seen: OrderReport, known: OrderReport | None) -> bool:
    """Return whether `seen` is a view from before `known`: fills do not shrink, and what has ended does not reopen."""
    if known is None:
        return False
    return seen.executed_quantity < known.executed_quantity or (seen.open and not known.open)


def take_in(
    row: Row, seen: Mapping[str, OrderReport], *, missing: str | None, complete: bool, token: str, now: int
) -> Row | None:
    """Return the row with what was seen of its orders, by client order id; None if that changes nothing.

    `missing` says in words what should be there and is not shown, as the order's own lookup has it; None if nothing
    is, as far as was asked (`complete`: about all of them). After a while the row says so too, for as long as it is so;
    after a day its orders are followed no more.
    """
    known = index_reports(row)
    news = {name: report for name, report in seen.items() if not is_older(report, known.get(name))}
    merged = known | {name: _join(known.get(name), report) for name, report in news.items()}
    since = (row.unclear_since or now) if missing is not None else None if complete else row.unclear_since
    lasts = 0 if since is None or missing is None else now - since
    after = row.note_update(
        tuple(merged.values()),
        seen_at=row.seen_at if merged == known else now,
        unclear_since=since,
        detail=_choose_detail(row.detail, missing if lasts >= TELL_AFTER_MS else None, still=since is not None),
        lost=lasts >= GIVE_UP_AFTER_MS,
        token=row.token,
    )
    return None if after == row else replace(after, token=token)


def _choose_detail(detail: str | None, missing: str | None, *, still: bool) -> str | None:
    """Return what the row said before, and what is missing by now; as it is while that is not known to be over."""
    if missing is None and still:
        return detail
    before = (detail or "").partition(UNCLEAR)[0].removesuffix("; ")
    told = f"{UNCLEAR}{missing}" if missing is not None else ""
    return "; ".join(filter(None, (before, told))) or None


def _join(known: OrderReport | None, seen: OrderReport) -> OrderReport:
    """What was known stays where the newer view does not tell it."""
    if known is None:
        return seen
    return replace(
        seen,
        order_id=known.order_id,
        created_at=known.created_at,
        quantity=known.quantity if seen.quantity is None else seen.quantity,
        quote_quantity=known.quote_quantity if seen.quote_quantity is None else seen.quote_quantity,
        average_price=known.average_price if seen.average_price is None else seen.average_price,
        why=known.why if seen.why is None else seen.why,
        fees=known.fees if seen.fees is None and seen.executed_quantity == known.executed_quantity else seen.fees,
    )


def is_early(row: Row, now: int) -> bool:
    """Return whether the signal was accepted so short a time ago that its message looks at its order."""
    return now - row.updated_at < _EARLY_MS


def find_next_look(row: Row, now: int) -> float | None:
    """Return in how many seconds the signal's own message looks at its order again; None: the schedule does."""
    if not is_resting(row):
        return None
    age = (now - row.updated_at) / 1000
    return next((look - age for look in EARLY_LOOKS if look > age), None)
