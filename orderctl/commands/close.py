"""`close`: how a person who has looked at the exchange closes a row that the function cannot close."""

from enum import StrEnum
from typing import Annotated

import typer

from orderctl.command import Run, confirm
from orderctl.commands import show
from orderctl.documents import build_row_document, describe_outcome
from orderctl.screen import format_instant
from orderctl.sources import caller, exchange, rows
from orderctl.trouble import ExitCode, Misused
from orderexec.aws.queues import DeadLetterQueue
from orderexec.domain.closing import explain_refusal, may_still_execute
from orderexec.domain.lifecycle import State
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Answer
from orderexec.domain.protected import Protected
from orderexec.domain.requests import find_mismatch
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable
from orderexec.domain.validity import CLOCK_MARGIN_MS
from orderexec.ports import RowChanged
from orderexec.usecases.close_row import CloseRow
from orderexec.usecases.dead_letter_signal import DeadLetterSignal


class As(StrEnum):
    """What the person found at the exchange."""

    ACCEPTED = "accepted"
    DEAD = "dead"


def close(
    run: Run,
    signal: Annotated[str, typer.Argument(help="The signal's id, or its key <account>/<venue>/<id>.")],
    ending: Annotated[
        As,
        typer.Option(
            "--as", help="accepted: the exchange has the order or has done the request. dead: the exchange has nothing."
        ),
    ],
    why: Annotated[str, typer.Option(help="What you looked at. It is kept in the row and in its event.")],
    order_id: Annotated[
        str | None, typer.Option(help="With --as accepted: the id of the order at the exchange.")
    ] = None,
    account: Annotated[str, typer.Option(help="The account of the signal.")] = "main",
    venue: Annotated[str, typer.Option(help="The venue of the signal.")] = "binance-spot",
    before_its_fence: Annotated[
        bool,
        typer.Option(
            "--before-its-fence", help="Close it before its fence, while its request may still become an order."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> ExitCode:
    """Close a row that the function cannot close: its key is gone, or the exchange does not say what became of it.

    First look at the exchange, in its own app. Your word replaces the exchange's: after a wrong `dead` nobody notices
    the order. Nothing is sent or cancelled. With `dead` the signal gets its dead letter. If the row is ACCEPTED or DEAD
    already, only its audit is ended. Exit code 1 if nothing was closed.
    """
    if not why.strip():
        raise Misused("--why must say what you looked at")
    if order_id is not None and ending is As.DEAD:
        raise Misused("--order-id goes with --as accepted")
    row = rows.find(run.stack, signal, account, venue)
    if row is None:
        return show.report_unknown(run, Identity(account=account, venue=venue, id=signal))
    if isinstance(row, Unreadable):
        return show.report_unreadable(run, row)
    seen = show.ask_exchange(run, row)
    refused = _find_objection(
        row, seen, State[ending.name], before_its_fence=before_its_fence, now=_read_exchange_clock(run, row)
    )
    if refused is not None:
        return _answer(run, row, seen, f"{row.identity.key} was not closed: {refused}", closed=False)
    if not run.screen.as_json:
        run.screen.answer(None, *show.render_signal(row, [], seen, run.stack.options), "")
    if not confirm(run, f"Close {row.identity.key} as {ending.upper()} ({run.stack.place})?", yes=yes):
        return _answer(run, row, seen, "nothing was closed", closed=False)
    return _end_row(run, row, State[ending.name], why.strip(), order_id, seen)


def _find_objection(
    row: Row, seen: Answer | str | None, state: State, *, before_its_fence: bool, now: int
) -> str | None:
    """Return why the row must not be closed so; None if it may be."""
    refused = explain_refusal(row, state)
    if refused is None and may_still_execute(row, now) and not before_its_fence:
        refused = (
            f"its request may still become an order, until {format_instant(row.fence)}; wait until then "
            "(--before-its-fence closes it now)"
        )
    if refused is None and row.state is State.SENT and state is State.DEAD and _has_done_it(row, seen):
        refused = "the exchange has done what the signal asks for; the function will note that by itself"
    return refused


def _end_row(run: Run, row: Row, state: State, why: str, order_id: str | None, seen: Answer | str | None) -> ExitCode:
    """Close the row and answer with what it is now. Nothing changes if it was written to meanwhile."""
    order = "" if order_id is None else f"; order {order_id}"
    words = f"closed by a person ({caller.identify_caller(run.stack)}): {why}{order}"
    ledger, clock, randomness = rows.open_ledger(run.stack), exchange.clock(), exchange.randomness()
    letters = DeadLetterQueue(run.stack.client("sqs"), run.stack.output("DeadLetterQueueUrl"))
    report = _match_order(row, seen)
    known = report if order_id is None or (report is not None and report.order_id == order_id) else None
    dead_letter = DeadLetterSignal(ledger, letters, clock, randomness)
    try:
        ended = CloseRow(ledger, dead_letter, clock, randomness)(row, state, words, known)
    except RowChanged as changed:
        text = f"nothing was closed: the row changed meanwhile and is now {changed.current.state}; look at it again"
        return _answer(run, changed.current, seen, text, closed=False)
    text = f"{row.identity.key} is closed: {describe_outcome(ended)}{_warn_of_stop(ended)}"
    return _answer(run, ended, seen, text, closed=True)


def _warn_of_stop(row: Row) -> str:
    """Return what a person must still do whose word has ended a protected entry: nobody looks for its stop any more."""
    if row.state is not State.DEAD or not isinstance(row.request, Protected):
        return ""
    stop = row.request.stop_loss.client_order_id
    return f". Its stop-loss may be open at the exchange (client order id {stop}): cancel it there"


def _has_done_it(row: Row, seen: Answer | str | None) -> bool:
    """Return whether the exchange shows the order, or shows that the cancellation is done."""
    return isinstance(seen, Accepted) and (seen.report is None or _match_order(row, seen) is not None)


def _match_order(row: Row, seen: Answer | str | None) -> OrderReport | None:
    """Return the order that the exchange shows if it is the one that was sent, else None."""
    if row.request is None or not isinstance(seen, Accepted) or seen.report is None:
        return None
    since = (row.earliest_signed_at or 0) - CLOCK_MARGIN_MS
    sought = row.request.entry if isinstance(row.request, Protected) else row.request
    differs = find_mismatch(sought, seen.report, since, any_size=row.doubted)
    return None if differs else seen.report


def _read_exchange_clock(run: Run, row: Row) -> int:
    """Return the time (epoch ms) of the exchange's clock, or of this machine's if the exchange does not answer."""
    if row.state is not State.SENT or row.identity.venue not in exchange.VENUES:
        return run.now()
    time = exchange.venue(run.stack, row.identity.venue).ask_server_time()
    return time if isinstance(time, int) else run.now()


def _answer(run: Run, row: Row, seen: Answer | str | None, text: str, *, closed: bool) -> ExitCode:
    document = build_row_document(row, run.stack.options) | {
        "closed": closed,
        "answer": text,
        "at_the_exchange": show.build_exchange_document(seen),
    }
    run.screen.answer(document, text)
    return ExitCode.DONE if closed else ExitCode.FINDING
