"""`show`: what the ledger, the logs and the exchange say about one signal."""

from collections.abc import Iterator
from dataclasses import replace
from shlex import quote
from typing import Annotated, Any

import typer

from orderctl.asked import describe_asked
from orderctl.command import Run
from orderctl.documents import (
    build_order_document,
    build_row_document,
    build_times,
    describe_call,
    describe_outcome,
    render_order,
    write_body,
)
from orderctl.explanation import explain_row, suggest_redrive
from orderctl.hints import name_stack
from orderctl.layout import Facts
from orderctl.screen import format_count, format_instant
from orderctl.sources import exchange, rows
from orderctl.sources.logs import OF_SIGNALS, Line, read_lines
from orderctl.sources.names import list_accounts
from orderctl.sources.queues import read_depths
from orderctl.steps import StepTold, list_steps
from orderctl.trouble import ExitCode, Trouble, explain_trouble
from orderexec.domain.outcomes import Accepted, Answer, Failure
from orderexec.domain.products import name_venues
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.domain.signer import read_address, read_fingerprint
from orderexec.domain.unreadable import Unreadable

_LOG_MARGIN_MS = 60_000
_ACCOUNTS = 20  # that a signal is looked for at; a read of the ledger each


def show(
    run: Run,
    signal: Annotated[str, typer.Argument(help="The signal's id, or its key <account>/<venue>/<id>.")],
    account: Annotated[str, typer.Option(help="The account of the signal.")] = "main",
    venue: Annotated[str, typer.Option(help="The venue of the signal.")] = "binance-spot",
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the exchange.")] = False,
) -> ExitCode:
    """Show the life of a signal: times, attempts, request, outcome and its meaning, and the order as it is now."""
    row = rows.find(run.stack, signal, account, venue)
    if row is None:
        return report_unknown(run, Identity(account=account, venue=venue, id=signal))
    if isinstance(row, Unreadable):
        return report_unreadable(run, row)
    deliveries = _read_deliveries(run, row)
    seen = None if offline else ask_exchange(run, row)
    document = build_row_document(row, run.stack.options) | {
        "deliveries": [{"time": line.time, **_select_facts(line)} for line in deliveries],
        "at_the_exchange": build_exchange_document(seen),
    }
    run.screen.answer(document, *render_signal(row, deliveries, seen, run.stack.options))
    return ExitCode.DONE


def report_unknown(run: Run, identity: Identity) -> ExitCode:
    """Answer that the ledger has no such row, and where the signal may be."""
    waiting = read_depths(run.stack.client("sqs"), run.stack.output("SignalQueueUrl")).total
    text = f"the ledger has no signal {identity.id} of account {identity.account} at {identity.venue}"
    elsewhere = list(_find_elsewhere(run, identity))
    if elsewhere:
        text += "; another account has one of that id: " + ", ".join(
            f"`orderctl show {quote(key)}{run.stack.options}`" for key in elsewhere
        )
    else:
        text += (
            ": it was never delivered, or it has another account or venue (--account, --venue), or it had no id (then "
            f"its id is that of its message). The signal queue holds {format_count(waiting, 'message')}"
        )
    document = {"signal_id": identity.id, "state": None, "detail": text, "elsewhere": elsewhere}
    run.screen.answer(document, text)
    return ExitCode.FINDING


def _find_elsewhere(run: Run, identity: Identity) -> Iterator[str]:
    """Yield the keys of the signals of the same id that other accounts have, of those that have a secret."""
    for account in list_accounts(run.stack)[:_ACCOUNTS]:
        for venue in name_venues(exchange.VENUES):
            other = Identity(account=account, venue=venue, id=identity.id)
            if other != identity and rows.read_row(run.stack, other) is not None:
                yield other.key


def report_unreadable(run: Run, row: Unreadable) -> ExitCode:
    """Answer that this version cannot read the row, and show its attributes as they are."""
    text = (
        f"{row.key} cannot be read: {row.why}. Nothing is sent for it, and nothing overwrites it; its messages stay on "
        "the queue. After a rollback, deploy the version that wrote the row, and use the orderctl of that version"
    )
    found = rows.read_attributes(run.stack, row.key)
    document = {"signal_id": found.get("signal_id"), "state": None, "unreadable": row.why, "attributes": found}
    run.screen.answer(document, text, "", Facts({name: value for name, value in found.items() if name != "body"}))
    return ExitCode.FINDING


def _read_deliveries(run: Run, row: Row) -> list[Line]:
    """Return what the functions logged about the signal, the oldest first; empty if the logs cannot be read.

    The ledger keeps the last state only. Nothing depends on the logs, so that a failure is only a warning.
    """
    try:
        with explain_trouble(run.stack.place):
            since = row.issued_at - _LOG_MARGIN_MS
            found = [
                line
                for output in OF_SIGNALS
                for line in read_lines(run.stack, output, since=since, containing=row.identity.key)
                if line.facts.get("signal") == row.identity.key
            ]
    except Trouble as trouble:
        run.screen.warn(f"the log of its deliveries is not shown: {trouble}")
        return []
    return sorted(found, key=lambda line: line.time)


def ask_exchange(run: Run, row: Row) -> Answer | str | None:
    """Return what the exchange says about the order now.

    It is a sentence if the exchange cannot be asked, and None if there is nothing to ask about.
    """
    if row.request is None or row.request.dry_run:
        return None
    try:
        with explain_trouble(run.stack.place):
            found = exchange.find(run.stack, row, row.request)
    except Trouble as trouble:
        return name_stack(f"not asked: {trouble}", run.stack.options)
    if isinstance(found, Failure):
        return replace(found, detail=name_stack(found.detail, run.stack.options))
    return name_stack(found, run.stack.options) if isinstance(found, str) else found


def build_exchange_document(seen: Answer | str | None) -> Any:
    """Return what the exchange says about the order now as a JSON document, for programs."""
    match seen:
        case Accepted():
            reports = [report for report in (seen.report, *seen.others) if report is not None]
            return {"found": True, "orders": [build_order_document(report) for report in reports]}
        case str() | None:
            return {"found": None, "detail": seen}
    return {"found": False if seen.shows_absence else None, "code": seen.code, "detail": seen.detail}


def _select_facts(line: Line) -> dict[str, Any]:
    names = ("state", "attempts", "why", "delay_s", "reason", "code", "detail", "order_id", "order_status")
    return {"message": line.message} | {name: line.facts[name] for name in names if name in line.facts}


def render_signal(row: Row, deliveries: list[Line], seen: Answer | str | None, stack: str = "") -> list[Any]:
    """Return what the ledger, the logs and the exchange say about the signal, for people."""
    explained = explain_row(row, stack)
    identity = {
        "signal": row.identity.key,
        "strategy": row.strategy,
        "part of": row.part_of,
        "outcome": describe_outcome(row),
        "asked": describe_asked(row),
    }
    request: dict[str, Any] = {}
    if (call := describe_call(row)) is not None:
        request["request"] = f"{call.method} {call.path}"
        as_form = "  ".join(f"{name}={value}" for name, value in call.parameters.items())
        request[""] = write_body(row, call) or as_form
    orders = [report for report in (row.report, *row.others) if report is not None]
    if row.signed_for is not None:
        request["signed for"] = f"{read_address(row.signed_for)}, with the key {read_fingerprint(row.signed_for)}"
    ledger = {"order" if index == 0 else f"order {index + 1}": render_order(each) for index, each in enumerate(orders)}
    if steps := list_steps(row):
        ledger = {step.name: f"{step.asked}: {_render_step(step)}" for step in steps}
    redrive = suggest_redrive(explained, f"--signal {quote(row.identity.key)}", stack)
    end = {"detail": row.detail, "means": explained.what, "to do": explained.do, "redrive": redrive}
    parts: list[Any] = [Facts(identity | build_times(row) | {"attempts": row.attempts} | request | ledger | end)]
    if deliveries:
        parts += ["", "deliveries, from the function's log", Facts(dict(map(_render_delivery, deliveries)))]
    return parts if seen is None else [*parts, "", "at the exchange, now", Facts(_render_answer(seen))]


def _render_step(step: StepTold) -> str:
    return step.became if step.report is None else f"{step.became}; {render_order(step.report)}"


def _render_delivery(line: Line) -> tuple[str, str]:
    render_facts = {name: value for name, value in _select_facts(line).items() if name not in ("message", "detail")}
    return f"  {format_instant(line.time)}", f"{line.message}: " + ", ".join(
        f"{name} {value}" for name, value in render_facts.items()
    )


def _render_answer(seen: Answer | str) -> dict[str, Any]:
    match seen:
        case Accepted():
            reports = [report for report in (seen.report, *seen.others) if report is not None]
            return {f"  {index}": render_order(each) for index, each in enumerate(reports, 1)} or {"  ": "it is done"}
        case str():
            return {"  ": seen}
    return {"  ": seen.detail}
