"""`doctor`: everything that can be looked at from outside, in one list."""

from collections.abc import Iterator
from functools import partial

from orderctl import findings
from orderctl.checks import deployment, egress, key, operation, sight, signers, tables
from orderctl.command import Run
from orderctl.findings import Check, Finding
from orderctl.sources import exchange
from orderctl.target import Stack
from orderctl.trouble import ExitCode


def doctor(run: Run) -> ExitCode:
    """Is it whole, does it work, does the exchange answer? Exit code 1 if something is bad; warnings alone are none.

    The exchange is asked from this machine, and the function is asked what it sees: address and region are its own.
    """
    stack, now = run.stack, run.now()
    checks: dict[str, Check] = {
        "stack": lambda: deployment.stack(stack),
        "queues": lambda: deployment.queues(stack),
        "mapping": lambda: deployment.mapping(stack),
        "quotas": lambda: deployment.quotas(stack),
        "ledger": lambda: tables.ledger(stack),
        "functions": lambda: operation.functions(stack),
        "address": lambda: egress.address(stack),
        "function's view": lambda: sight.ask_function(stack),
        "errors": lambda: operation.errors(stack, now),
        "waiting": lambda: operation.waiting(stack, now),
        "signers": lambda: signers.signers(stack),
        "halts": lambda: operation.halts(stack, now),
        **{f"exchange {venue}": partial(_exchange, stack, venue) for venue in exchange.VENUES},
    }
    found = list(findings.looked_at(stack, checks))
    run.screen.answer({"findings": findings.documents(found)}, findings.shown(found))
    return findings.exit_code(found)


def _exchange(stack: Stack, venue: str) -> Iterator[Finding]:
    yield from key.check_clock(
        exchange.venue(stack, venue),
        exchange.clock(),
        recv_window_ms=exchange.recv_window_ms(stack),
        most_ahead_ms=exchange.most_ahead_ms(venue),
    )
