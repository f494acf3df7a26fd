"""`list`: how signals are found by what is known about them, in the whole ledger or by one of its two indexes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from shlex import quote
from typing import Annotated

import typer

from orderctl.command import Run
from orderctl.documents import build_row_document, render_rows
from orderctl.screen import format_count
from orderctl.sources import rows
from orderctl.sources.rows import Page, Wanted
from orderctl.trouble import ExitCode, Misused
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.row import Row
from orderexec.domain.unreadable import Unreadable


def list_signals(
    run: Run,
    state: Annotated[State | None, typer.Option(case_sensitive=False, help="Only signals in this state.")] = None,
    account: Annotated[str | None, typer.Option(help="Only signals of this account.")] = None,
    reason: Annotated[Reason | None, typer.Option(case_sensitive=False, help="Only signals that died for it.")] = None,
    strategy: Annotated[str | None, typer.Option(help="Only signals of this strategy.")] = None,
    symbol: Annotated[str | None, typer.Option(help="Only signals of this symbol.")] = None,
    day: Annotated[
        str | None, typer.Option(help="Only signals issued on this day (UTC): 2026-11-24, today, yesterday.")
    ] = None,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only open rows: SENT, WAITING, or with a letter or an audit due.")
    ] = False,
    resting: Annotated[
        bool, typer.Option("--resting", help="Only signals of which an order may still trade: resting orders.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="The largest number of rows.")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this key, which the previous page named.")] = None,
) -> ExitCode:
    """List signals by state, account, day, reason, strategy or symbol.

    The ledger has no index for that: the command reads the whole table page by page, in no order (a million signals are
    about 1 GB, some minutes and some cents). With --open or --resting it reads an index that holds those rows only.
    """
    wanted = Wanted(
        state=state and state.value,
        account=account,
        reason=reason and reason.value,
        strategy=strategy,
        symbol=symbol and symbol.upper(),
        day=None if day is None else _parse_day(day, run.now()),
    )
    if only_open and resting:
        raise Misused("--open and --resting are different lists: name one of them")
    if (only_open or resting) and after is not None:
        raise Misused(f"--after cannot be used with {'--open' if only_open else '--resting'}")
    index = rows.read_open_rows if only_open else rows.read_resting_rows if resting else None
    page = _search(run, wanted, limit, after) if index is None else _pick(index(run.stack), wanted, limit)
    found = sorted(page.rows, key=lambda row: row.issued_at, reverse=True)
    document = {
        "signals": [build_row_document(row, run.stack.options) for row in found],
        "rows_read": page.read,
        "next": page.after,
        "unreadable": [{"key": each.key, "why": each.why} for each in page.unreadable],
    }
    run.screen.answer(document, render_rows(found, run.now(), in_pipe=run.screen.in_pipe))
    run.screen.sum_up(_summarize(page, "open signal" if only_open else "resting signal" if resting else "signal"))
    for each in page.unreadable:
        run.screen.warn(f"{each.key} cannot be read: {each.why}")
    return ExitCode.DONE


def _pick(listed: Iterator[Row | Unreadable], wanted: Wanted, limit: int) -> Page:
    found: list[Row | Unreadable] = []
    read = 0
    for row in listed:
        read += 1
        found += [row] if isinstance(row, Unreadable) or wanted.holds(row) else []
        if len(found) == limit:
            break
    return rows.build_page(found, read, None)


def _search(run: Run, wanted: Wanted, limit: int, after: str | None) -> Page:
    stack = run.stack
    with run.screen.err.status("reading the ledger") as status:

        def report_progress(read: int, found: int) -> None:
            status.update(f"reading the ledger: {read} rows read, {found} found")

        return rows.search(stack, wanted, limit=limit, after=after, progress=report_progress)


def _parse_day(day: str, now: int) -> tuple[int, int]:
    """Return the first instant of the day and of the next one, in epoch ms."""
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    try:
        chosen = {"today": today, "yesterday": today - timedelta(days=1)}.get(day) or date.fromisoformat(day)
    except ValueError:
        raise Misused(f"--day must be a date like 2026-11-24, or today, or yesterday, not {day!r}") from None
    start = datetime(chosen.year, chosen.month, chosen.day, tzinfo=UTC)
    return int(start.timestamp() * 1000), int((start + timedelta(days=1)).timestamp() * 1000)


def _summarize(page: Page, kind: str) -> str:
    more = f"; there may be more: the same command with --after {quote(page.after)}" if page.after else ""
    return f"{format_count(len(page.rows), kind)} ({format_count(page.read, 'row')} read){more}"
