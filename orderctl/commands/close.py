"""`close`: end a row that the function cannot, on the word of a person who has looked at the exchange."""

from enum import StrEnum
from typing import Annotated

import typer

from orderctl.command import Run, agreed
from orderctl.commands import show
from orderctl.documents import of_row_document, outcome_of
from orderctl.screen import instant
from orderctl.sources import caller, exchange, rows
from orderctl.trouble import ExitCode, Misused
from orderexec.aws.queues import DeadLetterQueue
from orderexec.domain.closing import explain_refusal, may_still_execute
from orderexec.domain.lifecycle import Row, State
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Answer
from orderexec.domain.requests import find_mismatch
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable
from orderexec.domain.validity import CLOCK_MARGIN_MS
from orderexec.ports import RowChanged
from orderexec.usecases.close_row import CloseRow
from orderexec.usecases.dead_letter_signal import DeadLetterSignal


class As(StrEnum):
    """What the person has seen at the exchange."""

    ACCEPTED = "placed"
    DEAD = "dead"


def close(
    run: Run,
    signal: Annotated[str, typer.Argument(help="The signal's id, or its key <account>/<venue>/<id>.")],
    ending: Annotated[
        As, typer.Option("--as", help="placed: the exchange has it or did it. dead: nothing of it is there.")
    ],
    why: Annotated[str, typer.Option(help="What you have looked at; kept in the row and told in its event.")],
    order_id: Annotated[str | None, typer.Option(help="With --as placed: the order's id at the exchange.")] = None,
    account: Annotated[str, typer.Option(help="Whose signal.")] = "main",
    venue: Annotated[str, typer.Option(help="For which venue.")] = "binance-spot",
    before_its_fence: Annotated[
        bool,
        typer.Option(
            "--before-its-fence", help="Close it though its request may still become an order: if the venue is no more."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> ExitCode:
    """Close a row that the function cannot close: its key is gone, or the exchange does not say what became of it.

    Look at the exchange first, in its own app. What you say stands for the exchange's word: with a wrong `dead` an
    order goes unnoticed. Nothing is sent or cancelled. As `dead` the signal gets its dead letter. Of a row that is
    closed already only an audit can be ended. Exit code 1 if nothing was closed.
    """
    if not why.strip():
        raise Misused("--why must say what you have looked at")
    if order_id is not None and ending is As.DEAD:
        raise Misused("--order-id goes with --as placed")
    row = rows.find(run.stack, signal, account, venue)
    if row is None:
        return show.unknown(run, Identity(account=account, venue=venue, id=signal))
    if isinstance(row, Unreadable):
        return show.unreadable(run, row)
    seen = show.seen_now(run, row)
    refused = _refusal(row, seen, State[ending.name], before_its_fence=before_its_fence, now=_exchange_now(run, row))
    if refused is not None:
        return _answer(run, row, seen, f"{row.identity.key} was not closed: {refused}", closed=False)
    if not run.screen.as_json:
        run.screen.answer(None, *show.shown(row, [], seen, run.stack.options), "")
    if not agreed(run, f"{row.identity.key} is to be closed as {ending.upper()} ({run.stack.place}). Go on?", yes=yes):
        return _answer(run, row, seen, "nothing was closed", closed=False)
    return _closed(run, row, State[ending.name], why.strip(), order_id, seen)


def _refusal(row: Row, seen: Answer | str | None, state: State, *, before_its_fence: bool, now: int) -> str | None:
    refused = explain_refusal(row, state)
    if refused is None and may_still_execute(row, now) and not before_its_fence:
        refused = (
            f"its request may still become an order, until {instant(row.fence)}; wait until then "
            "(--before-its-fence closes it all the same)"
        )
    if refused is None and row.state is State.SENT and state is State.DEAD and _has_done_it(row, seen):
        refused = "the exchange has done what it asks for; the function notes that by itself"
    return refused


def _closed(run: Run, row: Row, state: State, why: str, order_id: str | None, seen: Answer | str | None) -> ExitCode:
    order = "" if order_id is None else f"; order {order_id}"
    words = f"closed by a person ({caller.name(run.stack)}): {why}{order}"
    ledger, clock, randomness = rows.ledger(run.stack), exchange.clock(), exchange.randomness()
    letters = DeadLetterQueue(run.stack.client("sqs"), run.stack.output("DeadLetterQueueUrl"))
    report = _its_order(row, seen)
    known = report if order_id is None or (report is not None and report.order_id == order_id) else None
    dead_letter = DeadLetterSignal(ledger, letters, clock, randomness)
    try:
        ended = CloseRow(ledger, dead_letter, clock, randomness)(row, state, words, known)
    except RowChanged as changed:
        text = f"nothing was closed: it changed meanwhile, and is {changed.current.state} now; look at it again"
        return _answer(run, changed.current, seen, text, closed=False)
    return _answer(run, ended, seen, f"{row.identity.key} is closed: {outcome_of(ended)}", closed=True)


def _has_done_it(row: Row, seen: Answer | str | None) -> bool:
    """Whether the exchange shows its order, or has nothing left of what it was to end."""
    return isinstance(seen, Accepted) and (seen.report is None or _its_order(row, seen) is not None)


def _its_order(row: Row, seen: Answer | str | None) -> OrderReport | None:
    """The order that the exchange shows, if it is the one that was sent."""
    if row.request is None or not isinstance(seen, Accepted) or seen.report is None:
        return None
    since = (row.earliest_signed_at or 0) - CLOCK_MARGIN_MS
    differs = find_mismatch(row.request, seen.report, since, any_size=row.doubted)
    return None if differs else seen.report


def _exchange_now(run: Run, row: Row) -> int:
    """By the exchange's clock if it can be asked, else by this machine's."""
    if row.state is not State.SENT or row.identity.venue not in exchange.VENUES:
        return run.now()
    told = exchange.venue(run.stack, row.identity.venue).server_time()
    return told if isinstance(told, int) else run.now()


def _answer(run: Run, row: Row, seen: Answer | str | None, text: str, *, closed: bool) -> ExitCode:
    document = of_row_document(row, run.stack.options) | {
        "closed": closed,
        "answer": text,
        "at_the_exchange": show.exchange_document(seen),
    }
    run.screen.answer(document, text)
    return ExitCode.DONE if closed else ExitCode.FINDING
