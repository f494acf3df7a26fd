"""How it is checked that the stack works now: its functions, errors, queues, open rows, halts and gates."""

from collections.abc import Iterator
from itertools import islice

from orderctl.findings import Finding, bad, ok, warning
from orderctl.screen import format_count, format_instant, format_length
from orderctl.sources import controls, rows
from orderctl.sources.logs import OF_SIGNALS, REPORTING, read_configuration, read_lines
from orderctl.sources.queues import read_depths
from orderctl.target import Stack

_LOOK_BACK_MS = 3_600_000
_LATE_MS = 900_000  # the same as of the alarm on unreconciled rows
_ROWS = 200
# The function logs these as errors, but they are outcomes of signals, which `orderctl dead` shows.
_NO_FAULT = "signal dead"


def check_functions(of: Stack) -> Iterator[Finding]:
    """Check whether the functions can run."""
    for output in (*OF_SIGNALS, REPORTING):
        found = read_configuration(of, output)
        state, update = found.get("State", "Active"), found.get("LastUpdateStatus", "Successful")
        # An inactive function was unused for weeks; it starts when it is needed.
        if state in ("Active", "Inactive") and update == "Successful":
            yield ok("functions", f"{output} is ready")
        else:
            why = found.get("StateReason") or found.get("LastUpdateStatusReason") or ""
            yield bad(
                "functions", f"{output} is {state}, its last update is {update} {why}".rstrip(), "deploy it again"
            )


def check_errors(of: Stack, now: int) -> Iterator[Finding]:
    """Report the newest error in each function's log of the last hour; a signal that died is not one."""
    for output in (*OF_SIGNALS, REPORTING):
        found = [
            line
            for level in ("ERROR", "CRITICAL")
            for line in read_lines(of, output, since=now - _LOOK_BACK_MS, containing=level)
            if line.level == level and line.message != _NO_FAULT
        ]
        if not found:
            yield ok("errors", f"{output} logged no error in the last hour")
            continue
        last = max(found, key=lambda line: line.time)
        about = last.facts.get("exception_name") or last.facts.get("signal") or ""
        count = f"{output} logged {format_count(len(found), 'error')} in the last hour"
        yield warning(
            "errors",
            f"{count}, the last at {format_instant(last.time)}: {last.message} {about}".rstrip(),
            "its log says more; no signal is lost",
        )


def check_backlog(of: Stack, now: int) -> Iterator[Finding]:
    """Report dead letters, messages on the queue, unpublished outcomes, and rows that are overdue."""
    client = of.client("sqs")
    letters, signals = (read_depths(client, of.output(key)) for key in ("DeadLetterQueueUrl", "SignalQueueUrl"))
    if letters.total:
        yield warning("letters", format_count(letters.total, "dead letter"), "`orderctl dead` says why, and what to do")
    else:
        yield ok("letters", "no dead letters")
    yield ok("signals", f"{signals.visible} on the queue, {signals.hidden} being executed or waiting for a retry")
    unpublished = read_depths(client, of.output("UnreportedOutcomesUrl"))
    if unpublished.total:
        yield warning(
            "outcomes",
            f"{format_count(unpublished.total, 'outcome')} could not be published on the event bus",
            "each message of the queue UnreportedOutcomesUrl says why; docs/reports.md says how to publish it",
        )
    yield from _check_open_rows(of, now)


def _check_open_rows(of: Stack, now: int) -> Iterator[Finding]:
    """Report open rows that cannot be read, and rows that are overdue."""
    known = rows.build_page(islice(rows.read_open_rows(of), _ROWS), 0, None)
    late = [row for row in known.rows if (row.due or now) < now - _LATE_MS]
    if known.unreadable:
        first = known.unreadable[0]
        yield bad(
            "ledger",
            f"{format_count(len(known.unreadable), 'open row')} cannot be read; {first.key}: {first.why}",
            "after a rollback, deploy the version that wrote them, and use its orderctl; nothing overwrites them",
        )
    if late:
        oldest = late[0]
        yield bad(
            "ledger",
            f"{format_count(len(late), 'overdue row')}; the oldest is {oldest.identity.key}, "
            f"overdue for {format_length(now - (oldest.due or now))}",
            "look at it with `orderctl show`. If there are many, the reconcile function does not run, or its key is "
            "refused. If the exchange cannot be asked any more, look there yourself, then `orderctl close`",
        )
    else:
        yield ok("ledger", "no row is overdue")


def check_controls(of: Stack, now: int) -> Iterator[Finding]:
    """Report the halts and the closed gates."""
    current = controls.open_board(of).read()
    for scope, halt in current.halts.items():
        yield warning(
            "halts", f"{scope} is halted since {format_instant(halt.since)}: {halt.why}", f"`orderctl resume {scope}`"
        )
    for gate, closed in current.gates.items():
        if closed.until > now and not gate.startswith("crowd/"):
            yield warning(
                "gates",
                f"{gate} is closed for {format_length(closed.until - now)} more: {closed.why}",
                "it opens by itself; `orderctl gates` says more",
            )
    if not current.halts:
        yield ok("halts", "nothing is halted")
