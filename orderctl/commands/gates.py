"""`gates`: which gates are closed, and the one way to open a gate before its time."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from orderctl.command import Run, confirm
from orderctl.layout import Column, Listing
from orderctl.screen import format_instant, format_length
from orderctl.sources import controls
from orderctl.trouble import ExitCode, Misused
from orderexec.domain.controls import ClosedGate, Controls, is_ban

Gate = Annotated[str, typer.Argument(help="The gate as `orderctl gates` lists it, such as pause/binance-spot/main.")]
UnderBan = Annotated[
    bool, typer.Option("--under-ban", help="Open a ban/... gate, although requests under a ban make the ban longer.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Open it without asking.")]

_COLUMNS = (Column("gate"), Column("closed until"), Column("for"), Column("why"))
_BAN = (
    "{gate} is a ban by the exchange, for {left} more: {why}. Requests under a ban make it longer, up to 3 days, for "
    "every account. Wait. Only if you know that it is over (after a change of address, say), add --under-ban"
)
_RISKS = {
    "ban": "If the address is still banned, every request makes the ban longer, up to 3 days, for every account.",
    "pause": "If the limit is really used up, the exchange refuses orders, and may ban the address for going on.",
    "crowd": "Containers then send more orders at once, and may exceed the limit together.",
}


def list_gates(run: Run) -> ExitCode:
    """Show which gates are closed now, until when, and why."""
    now = run.now()
    current = controls.open_board(run.stack).read()
    run.screen.answer({"gates": build_documents(current, now)}, *render_gates(current, now))
    return ExitCode.DONE


def open_gate(run: Run, gate: Gate, under_ban: UnderBan = False, yes: Yes = False) -> ExitCode:
    """Open a gate before its time, for every container, within two seconds. Exit code 1 if it was not closed.

    A gate opens by itself; use this for a gate that was closed by mistake. It closes again if the next answer of the
    exchange says so.
    """
    now, board = run.now(), controls.open_board(run.stack)
    closed = list_closed_gates(board.read(), now).get(gate)
    if closed is None:
        return _report_refusal(
            run, gate, f"{gate} is not closed; `orderctl gates{run.stack.options}` lists those that are"
        )
    if is_ban(gate) and not under_ban:
        raise Misused(_BAN.format(gate=gate, left=format_length(closed.until - now), why=closed.why))
    run.screen.note(
        f"{gate} is closed until {format_instant(closed.until)}: {closed.why}. {_RISKS.get(gate.partition('/')[0], '')}"
    )
    if not confirm(run, f"Open {gate} now?", yes=yes):
        return _report_refusal(run, gate, "nothing was done")
    if not board.open_gate(gate, closed.until):
        text = f"{gate} was closed anew, or opened, while you looked; look again: `orderctl gates{run.stack.options}`"
        return _report_refusal(run, gate, text)
    run.screen.answer({"gate": gate, "opened": True, "until": closed.until}, f"{gate} is open")
    return ExitCode.DONE


def list_closed_gates(current: Controls, now: int) -> Mapping[str, ClosedGate]:
    """Return the gates that are closed at `now` (epoch ms)."""
    return {gate: closed for gate, closed in current.gates.items() if closed.until > now}


def build_documents(current: Controls, now: int) -> list[dict[str, Any]]:
    """Return the closed gates as JSON documents, for programs."""
    gates = list_closed_gates(current, now).items()
    return [{"gate": gate, "until": closed.until, "why": closed.why} for gate, closed in gates]


def render_gates(current: Controls, now: int) -> list[Any]:
    """Return the closed gates as a table, for people."""
    lines = [
        (gate, format_instant(closed.until) or "", format_length(closed.until - now), closed.why)
        for gate, closed in list_closed_gates(current, now).items()
    ]
    return [Listing(_COLUMNS, lines)] if lines else ["every gate is open"]


def _report_refusal(run: Run, gate: str, text: str) -> ExitCode:
    run.screen.answer({"gate": gate, "opened": False, "why": text}, text)
    return ExitCode.FINDING
