"""`show`: the life of one signal, and its order as the exchange sees it now."""

from shlex import quote
from typing import Annotated, Any

import typer

from orderctl.command import Run
from orderctl.documents import describe_call, of_row_document, order_document, order_line, outcome_of, times
from orderctl.explanation import explain_row, suggest_redrive
from orderctl.screen import facts, instant
from orderctl.sources import exchange, rows
from orderctl.sources.logs import OF_SIGNALS, Line, lines
from orderctl.sources.queues import depths
from orderctl.trouble import ExitCode, Trouble, told
from orderexec.domain.lifecycle import Row
from orderexec.domain.outcomes import Accepted, Answer
from orderexec.domain.signals import Identity
from orderexec.domain.signer import read_address, read_fingerprint
from orderexec.domain.unreadable import Unreadable

_LOG_MARGIN_MS = 60_000


def show(
    run: Run,
    signal: Annotated[str, typer.Argument(help="The signal's id, or its key <account>/<venue>/<id>.")],
    account: Annotated[str, typer.Option(help="Whose signal.")] = "main",
    venue: Annotated[str, typer.Option(help="For which venue.")] = "binance-spot",
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the exchange.")] = False,
) -> ExitCode:
    """The life of a signal: times, attempts, the request, the outcome and what it means, the order as it is now."""
    row = rows.find(run.stack, signal, account, venue)
    if row is None:
        return unknown(run, Identity(account=account, venue=venue, id=signal))
    if isinstance(row, Unreadable):
        return unreadable(run, row)
    deliveries = _deliveries(run, row)
    seen = None if offline else seen_now(run, row)
    document = of_row_document(row, run.stack.options) | {
        "deliveries": [{"time": line.time, **_told(line)} for line in deliveries],
        "at_the_exchange": exchange_document(seen),
    }
    run.screen.answer(document, *shown(row, deliveries, seen, run.stack.options))
    return ExitCode.DONE


def unknown(run: Run, identity: Identity) -> ExitCode:
    """There is no row of that name; where the signal may be."""
    waiting = depths(run.stack.client("sqs"), run.stack.output("SignalQueueUrl")).total
    text = (
        f"the ledger has no signal {identity.id} of account {identity.account} at {identity.venue}: it was never "
        f"delivered, or it has another account or venue (--account, --venue), or it had no id (then its message id is "
        f"its id). {waiting} messages are on the signal queue"
    )
    run.screen.answer({"signal_id": identity.id, "state": None, "detail": text}, text)
    return ExitCode.FINDING


def unreadable(run: Run, row: Unreadable) -> ExitCode:
    """There is something, but no row that this version can read; it is shown as it stands."""
    text = (
        f"{row.key} cannot be read: {row.why}. Nothing is sent for it, and nobody writes over it; its messages come "
        "back. After a rollback, deploy the version that wrote it, and use its orderctl"
    )
    found = rows.attributes(run.stack, row.key)
    document = {"signal_id": found.get("signal_id"), "state": None, "unreadable": row.why, "attributes": found}
    run.screen.answer(document, text, "", facts({name: value for name, value in found.items() if name != "body"}))
    return ExitCode.FINDING


def _deliveries(run: Run, row: Row) -> list[Line]:
    """What the functions logged of it; a ledger keeps the last state only. Best effort: nothing depends on it."""
    try:
        with told(run.stack.place):
            since = row.issued_at - _LOG_MARGIN_MS
            found = [
                line
                for output in OF_SIGNALS
                for line in lines(run.stack, output, since=since, containing=row.identity.key)
                if line.facts.get("signal") == row.identity.key
            ]
    except Trouble as trouble:
        run.screen.warn(f"the log of its deliveries is not shown: {trouble}")
        return []
    return sorted(found, key=lambda line: line.time)


def seen_now(run: Run, row: Row) -> Answer | str | None:
    """Its order at the exchange now; a sentence where the exchange cannot be asked; None: there is nothing to ask."""
    if row.request is None or row.request.dry_run:
        return None
    try:
        with told(run.stack.place):
            return exchange.find(run.stack, row, row.request)
    except Trouble as trouble:
        return f"not asked: {trouble}"


def exchange_document(seen: Answer | str | None) -> Any:
    """For programs: what the exchange says of the order now."""
    match seen:
        case Accepted():
            reports = [report for report in (seen.report, *seen.others) if report is not None]
            return {"found": True, "orders": [order_document(report) for report in reports]}
        case str() | None:
            return {"found": None, "detail": seen}
    return {"found": False if seen.shows_absence else None, "code": seen.code, "detail": seen.detail}


def _told(line: Line) -> dict[str, Any]:
    names = ("state", "attempts", "why", "delay_s", "reason", "code", "detail", "order_id", "order_status")
    return {"message": line.message} | {name: line.facts[name] for name in names if name in line.facts}


def shown(row: Row, deliveries: list[Line], seen: Answer | str | None, stack: str = "") -> list[Any]:
    """For people: what the ledger, the log and the exchange say. `stack`: Stack.options."""
    explained = explain_row(row, stack)
    identity = {"signal": row.identity.key, "strategy": row.strategy, "outcome": outcome_of(row)}
    request: dict[str, Any] = {}
    if (call := describe_call(row)) is not None:
        request["request"] = f"{call.method} {call.path}"
        request[""] = "  ".join(f"{name}={value}" for name, value in call.parameters.items())
    orders = [report for report in (row.report, *row.others) if report is not None]
    if row.signed_for is not None:
        request["signed for"] = f"{read_address(row.signed_for)}, with the key {read_fingerprint(row.signed_for)}"
    ledger = {"order" if index == 0 else f"order {index + 1}": order_line(each) for index, each in enumerate(orders)}
    redrive = suggest_redrive(explained, f"--signal {quote(row.identity.key)}", stack)
    end = {"detail": row.detail, "means": explained.what, "to do": explained.do, "redrive": redrive}
    parts: list[Any] = [facts(identity | times(row) | {"attempts": row.attempts} | request | ledger | end)]
    if deliveries:
        parts += ["", "deliveries, from the function's log", facts(dict(map(_delivery, deliveries)))]
    return parts if seen is None else [*parts, "", "at the exchange, now", facts(_now(seen))]


def _delivery(line: Line) -> tuple[str, str]:
    told_of_it = {name: value for name, value in _told(line).items() if name not in ("message", "detail")}
    return f"  {instant(line.time)}", f"{line.message}: " + ", ".join(f"{k} {v}" for k, v in told_of_it.items())


def _now(seen: Answer | str) -> dict[str, Any]:
    match seen:
        case Accepted():
            reports = [report for report in (seen.report, *seen.others) if report is not None]
            return {f"  {index}": order_line(each) for index, each in enumerate(reports, 1)} or {"  ": "it is done"}
        case str():
            return {"  ": seen}
    return {"  ": seen.detail}
