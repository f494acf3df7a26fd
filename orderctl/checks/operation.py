"""Whether the stack does its work now: functions, their last errors, what waits, what is halted, what died."""

from collections.abc import Iterator
from itertools import islice
from shlex import quote

from orderctl.findings import Finding, bad, ok, warning
from orderctl.screen import instant, lasting
from orderctl.sources import controls, rows
from orderctl.sources.logs import OF_SIGNALS, REPORTING, configuration, lines
from orderctl.sources.queues import depths
from orderctl.target import Stack

_LOOK_BACK_MS = 3_600_000
_LATE_MS = 900_000  # as the alarm on unreconciled rows
_ROWS = 200
# Told by the function as errors, but they are outcomes: `dead` is about them.
_NO_FAULT = "signal dead"


def functions(of: Stack) -> Iterator[Finding]:
    """Whether the functions can run."""
    for output in (*OF_SIGNALS, REPORTING):
        found = configuration(of, output)
        state, update = found.get("State", "Active"), found.get("LastUpdateStatus", "Successful")
        if state in ("Active", "Inactive") and update == "Successful":  # inactive: not needed for weeks; it wakes
            yield ok("functions", f"{output} is ready")
        else:
            why = found.get("StateReason") or found.get("LastUpdateStatusReason") or ""
            yield bad("functions", f"{output} is {state}, its last update {update} {why}", "deploy it again")


def errors(of: Stack, now: int) -> Iterator[Finding]:
    """The newest error in each function's log of the last hour that is not the end of a signal."""
    for output in (*OF_SIGNALS, REPORTING):
        found = [
            line
            for level in ("ERROR", "CRITICAL")
            for line in lines(of, output, since=now - _LOOK_BACK_MS, containing=level)
            if line.level == level and line.message != _NO_FAULT
        ]
        if not found:
            yield ok("errors", f"{output} logged no fault in the last hour")
            continue
        last = max(found, key=lambda line: line.time)
        about = last.facts.get("exception_name") or last.facts.get("signal") or ""
        count = f"{output} logged {len(found)} in the last hour"
        yield warning(
            "errors",
            f"{count}, the last at {instant(last.time)}: {last.message} {about}".rstrip(),
            "its log has the whole story; no signal is lost",
        )


def waiting(of: Stack, now: int) -> Iterator[Finding]:
    """Dead letters, messages on the queue, and rows that should have been closed long ago."""
    client = of.client("sqs")
    letters, signals = (depths(client, of.output(key)) for key in ("DeadLetterQueueUrl", "SignalQueueUrl"))
    if letters.total:
        yield warning(
            "letters", f"{letters.total} dead letters", f"`orderctl dead{of.options}` says why, and what to do"
        )
    else:
        yield ok("letters", "no dead letters")
    yield ok("signals", f"{signals.visible} on the queue, {signals.hidden} being executed or waiting for their time")
    untold = depths(client, of.output("UnreportedOutcomesUrl"))
    if untold.total:
        yield warning(
            "outcomes",
            f"{untold.total} outcomes could not be published on the event bus",
            "each message of the queue UnreportedOutcomesUrl says why; docs/reports.md says how to publish it",
        )
    yield from _open_rows(of, now)


def _open_rows(of: Stack, now: int) -> Iterator[Finding]:
    known = rows.page(islice(rows.open_rows(of), _ROWS), 0, None)
    late = [row for row in known.rows if (row.due or now) < now - _LATE_MS]
    if known.unreadable:
        first = known.unreadable[0]
        yield bad(
            "ledger",
            f"{len(known.unreadable)} open rows cannot be read; {first.key}: {first.why}",
            "deploy the version that wrote them (after a rollback), and use its orderctl; they are left as they are",
        )
    if late:
        oldest = late[0]
        show = f"`orderctl show {quote(oldest.identity.key)}{of.options}`"
        yield bad(
            "ledger",
            f"{len(late)} rows should have been closed long ago; the oldest is {oldest.identity.key}, "
            f"due for {lasting(now - (oldest.due or now))}",
            f"{show} says why. If there are many, the reconcile function does not run, or its key is refused",
        )
    else:
        yield ok("ledger", "no row is overdue")


def halts(of: Stack, now: int) -> Iterator[Finding]:
    """What keeps signals from the exchange on purpose."""
    current = controls.board(of).read()
    for scope, halt in current.halts.items():
        yield warning(
            "halts",
            f"{scope} is halted since {instant(halt.since)}: {halt.why}",
            f"`orderctl resume {quote(scope)}{of.options}` once its cause is gone",
        )
    for gate, closed in current.gates.items():
        if closed.until > now and not gate.startswith("crowd/"):
            yield warning(
                "gates",
                f"{gate} is closed for {lasting(closed.until - now)} more: {closed.why}",
                f"it opens by itself; `orderctl gates{of.options}` says more",
            )
    if not current.halts:
        yield ok("halts", "nothing is halted")
