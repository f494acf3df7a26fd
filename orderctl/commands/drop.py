"""`drop`: signals that wait unsent are ended by a person, one or all of a scope, after it was said which."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from orderctl.command import Run, agreed
from orderctl.documents import of_row_document, rows_table
from orderctl.sources import rows
from orderctl.trouble import ExitCode, Misused
from orderexec.bootstrap import make_system_randomness
from orderexec.domain.lifecycle import Row, State
from orderexec.domain.messages import Message
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.signals import AMEND, CANCEL, Signal


def drop(
    run: Run,
    signal: Annotated[str | None, typer.Argument(help="The id of one signal that waits.")] = None,
    account: Annotated[str | None, typer.Option(help="Only signals of this account.")] = None,
    venue: Annotated[str | None, typer.Option(help="Only signals for this venue.")] = None,
    symbol: Annotated[str | None, typer.Option(help="Only signals of this symbol.")] = None,
    strategy: Annotated[str | None, typer.Option(help="Only signals of this strategy.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All signals that wait.")] = False,
    why: Annotated[str, typer.Option(help="Kept in the row of each.")] = "by hand",
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> ExitCode:
    """End signals that wait unsent (held by a halt or a gate, or not ready), so that they are never executed.

    Only signals of which nothing is at the exchange (state WAITING). What may be there is cancelled by a signal with
    action cancel. Signals that cancel or amend are dropped by their id only. Exit code 1 if nothing was dropped.
    """
    wanted = {
        "id": signal,
        "account": account,
        "venue": venue,
        "symbol": symbol and symbol.upper(),
        "strategy": strategy,
    }
    if not every and not any(wanted.values()):
        raise Misused("say which signals are to be dropped: an id, --account, --symbol, --strategy, --venue, or --all")
    plan = [row for row in _waiting(run) if _is_wanted(row, wanted)]
    if not run.screen.as_json:
        run.screen.answer(None, rows_table(plan, run.now(), run.screen.out.width), "")
    question = f"{len(plan)} signals are to be dropped and never executed ({run.stack.place}). Go on?"
    dropped = [row for row in plan if _end(run, row, why)] if plan and agreed(run, question, yes=yes) else []
    left = len(plan) - len(dropped)
    text = f"{len(dropped)} signals were dropped" + (f"; {left} were not, or went on meanwhile" if left else "")
    documents = [of_row_document(row, run.stack.options) for row in plan]
    run.screen.answer({"dropped": [row.identity.key for row in dropped], "chosen": documents}, text)
    return ExitCode.DONE if dropped else ExitCode.FINDING


def _waiting(run: Run) -> Iterator[Row]:
    return (row for row in rows.open_rows(run.stack) if isinstance(row, Row) and row.state is State.WAITING)


def _is_wanted(row: Row, wanted: dict[str, str | None]) -> bool:
    known: dict[str, Any] = {
        "id": row.identity.id,
        "account": row.identity.account,
        "venue": row.identity.venue,
        "symbol": _symbol(row),
        "strategy": row.strategy,
    }
    meant = all(value in (None, known[name]) for name, value in wanted.items())
    return meant and (wanted["id"] is not None or not _ends_orders(row))


def _ends_orders(row: Row) -> bool:
    """Whether it cancels or reduces: without it an order stays as it is, so that is dropped only if it is named."""
    parsed = _parsed(row)
    return parsed is not None and parsed.action in (CANCEL, AMEND)


def _symbol(row: Row) -> str | None:
    """Of its request, or of its message where none was made yet."""
    if row.request is not None:
        return row.request.symbol
    parsed = _parsed(row)
    return None if parsed is None else parsed.symbol


def _parsed(row: Row) -> Signal | None:
    message = Message(id=row.identity.id, body=row.body, sent_at=row.issued_at)
    parsed = parse_signal(message, max_age_ms=0, now=row.updated_at)
    return parsed if isinstance(parsed, Signal) else None


def _end(run: Run, row: Row, why: str) -> bool:
    """Whether it was ended; not if it went on meanwhile, since the ledger takes the write only over this very row."""
    ended = row.cancel(f"dropped by a person: {why}", token=make_system_randomness().token(), now=run.now())
    return rows.replace(run.stack, ended, over=row)
