"""`doctor`: which checks there are of a whole stack, in one list."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from orderctl import findings
from orderctl.checks import deployment, egress, key, operation, outcomes, sight, signers, tables
from orderctl.command import Run
from orderctl.findings import Check, Finding
from orderctl.sources import exchange
from orderctl.target import Stack
from orderctl.trouble import ExitCode
from orderexec.domain.products import name_venues


def doctor(run: Run) -> ExitCode:
    """Check whether the stack is complete, whether it works, and whether the exchange answers.

    The exchange is asked from this machine. The function is asked what it sees of the exchange, as its address and its
    region are its own. Exit code 1 if something is bad; a warning alone does not count.
    """
    stack, now = run.stack, run.now()
    checks: dict[str, Check] = {
        "stack": lambda: deployment.check_stack(stack),
        "queues": lambda: deployment.check_queues(stack),
        "mapping": lambda: deployment.check_mapping(stack),
        "quotas": lambda: deployment.check_quotas(stack),
        "ledger": lambda: tables.check_ledger(stack),
        "outcomes": lambda: outcomes.check_outcomes(stack),
        "functions": lambda: operation.check_functions(stack),
        "address": lambda: egress.check_address(stack),
        "function's view": lambda: sight.ask_function(stack),
        "errors": lambda: operation.check_errors(stack, now),
        "waiting": lambda: operation.check_backlog(stack, now),
        "signers": lambda: signers.check_signers(stack),
        "halts": lambda: operation.check_controls(stack, now),
        **{
            f"exchange {venue}": partial(_check_exchange, stack, venue)
            for venue in name_venues(exchange.list_addresses(stack))
        },
    }
    found = list(findings.run_checks(stack, checks))
    run.screen.answer({"findings": findings.build_documents(found)}, findings.render_findings(found))
    return findings.choose_exit_code(found)


def _check_exchange(stack: Stack, venue: str) -> Iterator[Finding]:
    """Ask the venue for its time, one with several products once: they are at one address."""
    market = exchange.name_markets(venue)[0]
    found = key.check_clock(
        exchange.venue(stack, market),
        exchange.clock(),
        exchange.get_address(stack, market),
        recv_window_ms=exchange.recv_window_ms(stack),
        most_ahead_ms=exchange.most_ahead_ms(market),
    )
    yield from (replace(each, about=f"{each.about} of {venue}") for each in found)
