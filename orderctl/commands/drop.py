"""`drop`: how a person ends signals that wait unsent, after the command has shown which ones."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from orderctl.command import Run, confirm
from orderctl.documents import build_row_document, render_rows
from orderctl.screen import format_count
from orderctl.sources import names, rows
from orderctl.trouble import ExitCode, Misused
from orderexec.bootstrap import make_system_randomness
from orderexec.domain.lifecycle import State
from orderexec.domain.product import AMEND, CANCEL, CLOSE
from orderexec.domain.row import Row
from orderexec.usecases.restore import read_symbol, restore_signal


def drop(
    run: Run,
    signal: Annotated[str | None, typer.Argument(help="The id of one waiting signal.")] = None,
    account: Annotated[str | None, typer.Option(help="Only signals of this account.")] = None,
    venue: Annotated[str | None, typer.Option(help="Only signals for this venue.")] = None,
    symbol: Annotated[str | None, typer.Option(help="Only signals of this symbol.")] = None,
    strategy: Annotated[str | None, typer.Option(help="Only signals of this strategy.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Drop all waiting signals.")] = False,
    why: Annotated[str, typer.Option(help="The reason; it is kept in the row of each signal.")] = "by hand",
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> ExitCode:
    """End signals that wait unsent (held by a halt or a closed gate, or not ready yet); they are never executed.

    Only signals in state WAITING: nothing of them is at the exchange. To cancel an order that may be there, use
    `orderctl cancel`. Signals that cancel, amend or close are dropped by their id only. Exit code 1 if nothing was
    dropped.
    """
    wanted = {
        "id": signal,
        "account": account,
        "venue": venue,
        "symbol": symbol and symbol.upper(),
        "strategy": strategy,
    }
    if not every and not any(wanted.values()):
        raise Misused("say which signals to drop: give an id, --account, --symbol, --strategy, --venue, or --all")
    for doubt in _find_doubts(run, account, symbol):
        run.screen.warn(doubt)
    plan = [row for row in _list_waiting(run) if _is_wanted(row, wanted)]
    if not run.screen.as_json:
        run.screen.answer(None, render_rows(plan, run.now(), in_pipe=run.screen.in_pipe), "")
    question = f"Drop {format_count(len(plan), 'signal')}, never to be executed ({run.stack.place})?"
    dropped = [row for row in plan if _end_row(run, row, why)] if plan and confirm(run, question, yes=yes) else []
    left = len(plan) - len(dropped)
    text = f"{len(dropped)} signals were dropped" + (f"; {left} were not, or went on meanwhile" if left else "")
    documents = [build_row_document(row, run.stack.options) for row in plan]
    run.screen.answer({"dropped": [row.identity.key for row in dropped], "chosen": documents}, text)
    return ExitCode.DONE if dropped else ExitCode.FINDING


def _find_doubts(run: Run, account: str | None, symbol: str | None) -> Iterator[str]:
    if account is not None:
        yield from names.find_account_doubts(run.stack, account)
    if symbol is not None:
        yield from names.find_symbol_doubts(run.stack, symbol.upper())


def _list_waiting(run: Run) -> Iterator[Row]:
    return (row for row in rows.read_open_rows(run.stack) if isinstance(row, Row) and row.state is State.WAITING)


def _is_wanted(row: Row, wanted: dict[str, str | None]) -> bool:
    known: dict[str, Any] = {
        "id": row.identity.id,
        "account": row.identity.account,
        "venue": row.identity.venue,
        "symbol": read_symbol(row),
        "strategy": row.strategy,
    }
    meant = all(value in (None, known[name]) for name, value in wanted.items())
    return meant and (wanted["id"] is not None or not _ends_orders(row))


def _ends_orders(row: Row) -> bool:
    """Return whether the signal ends or amends something. Without it that stays, so only the signal's id drops it."""
    parsed = restore_signal(row)
    return parsed is not None and parsed.action in (CANCEL, AMEND, CLOSE)


def _end_row(run: Run, row: Row, why: str) -> bool:
    """End the signal and return True; False if its row changed meanwhile, as the ledger then refuses the write."""
    ended = row.cancel(f"dropped by a person: {why}", token=make_system_randomness().token(), now=run.now())
    return rows.replace(run.stack, ended, over=row)
