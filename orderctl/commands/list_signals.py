"""`list`: signals by what is known of them; a search through the whole ledger, or only the open ones by its index."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from orderctl.command import Run
from orderctl.documents import of_row_document, rows_table
from orderctl.sources import rows
from orderctl.sources.rows import Page, Wanted
from orderctl.trouble import ExitCode, Misused
from orderexec.domain.lifecycle import Reason, Row, State
from orderexec.domain.unreadable import Unreadable


def list_signals(
    run: Run,
    state: Annotated[State | None, typer.Option(case_sensitive=False)] = None,
    account: Annotated[str | None, typer.Option()] = None,
    reason: Annotated[Reason | None, typer.Option(case_sensitive=False)] = None,
    strategy: Annotated[str | None, typer.Option()] = None,
    symbol: Annotated[str | None, typer.Option()] = None,
    day: Annotated[str | None, typer.Option(help="Of issue, in UTC: 2026-11-24, today, yesterday.")] = None,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only what may still have to be looked after: SENT, WAITING, letter due.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Rows at the most.")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this key, which the page before has named.")] = None,
) -> ExitCode:
    """Signals by state, account, day, reason, strategy, symbol.

    The ledger has no index for that: the whole table is read through, a page at a time, in no order (a million signals
    are about 1 GB, some minutes and some cents). With --open an index serves, which holds the open ones only.
    """
    wanted = Wanted(
        state=state and state.value,
        account=account,
        reason=reason and reason.value,
        strategy=strategy,
        symbol=symbol and symbol.upper(),
        day=None if day is None else _bounds(day, run.now()),
    )
    if only_open and after is not None:
        raise Misused("--after goes with a search, not with --open")
    page = _open(run, wanted, limit) if only_open else _search(run, wanted, limit, after)
    found = sorted(page.rows, key=lambda row: row.issued_at, reverse=True)
    document = {
        "signals": [of_row_document(row, run.stack.options) for row in found],
        "rows_read": page.read,
        "next": page.after,
        "unreadable": [{"key": each.key, "why": each.why} for each in page.unreadable],
    }
    run.screen.answer(document, rows_table(found, run.now(), run.screen.out.width), _summary(page, only_open=only_open))
    for each in page.unreadable:
        run.screen.warn(f"{each.key} cannot be read: {each.why}")
    return ExitCode.DONE


def _open(run: Run, wanted: Wanted, limit: int) -> Page:
    found: list[Row | Unreadable] = []
    read = 0
    for row in rows.open_rows(run.stack):
        read += 1
        found += [row] if isinstance(row, Unreadable) or wanted.holds(row) else []
        if len(found) == limit:
            break
    return rows.page(found, read, None)


def _search(run: Run, wanted: Wanted, limit: int, after: str | None) -> Page:
    def progress(read: int, found: int) -> None:
        if run.screen.err.is_terminal:
            run.screen.err.print(f"{read} rows read, {found} found", end="\r", style="dim")

    return rows.search(run.stack, wanted, limit=limit, after=after, progress=progress)


def _bounds(day: str, now: int) -> tuple[int, int]:
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    try:
        chosen = {"today": today, "yesterday": today - timedelta(days=1)}.get(day) or date.fromisoformat(day)
    except ValueError:
        raise Misused(f"--day must be a date like 2026-11-24, or today, or yesterday, not {day!r}") from None
    start = datetime(chosen.year, chosen.month, chosen.day, tzinfo=UTC)
    return int(start.timestamp() * 1000), int((start + timedelta(days=1)).timestamp() * 1000)


def _summary(page: Page, *, only_open: bool) -> str:
    kind = "open signals" if only_open else "signals"
    more = f"; there may be more: --after '{page.after}'" if page.after else ""
    return f"\n{len(page.rows)} {kind} ({page.read} rows read){more}"
