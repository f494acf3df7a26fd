"""`gates`: what keeps requests from the exchange for a while, and the one way to open such a gate before its time."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from orderctl.command import Run, agreed
from orderctl.screen import instant, lasting, table
from orderctl.sources import controls
from orderctl.trouble import ExitCode, Misused
from orderexec.domain.controls import ClosedGate, Controls, is_ban

Gate = Annotated[str, typer.Argument(help="As `orderctl gates` lists it, such as pause/binance-spot/main.")]
UnderBan = Annotated[
    bool, typer.Option("--under-ban", help="Open a ban/... gate, though requests under a ban make it longer.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Open it without a question.")]

_BAN = (
    "{gate} is the exchange's own ban, for {left} more: {why}. Requests under a ban make it longer, up to 3 days, for "
    "every account. Wait; only if you know that it is over (another address, say), add --under-ban"
)
_RISKS = {
    "ban": "If the exchange still bans this address, every request makes it longer, up to 3 days, for every account.",
    "pause": "If the limit is used up indeed, the exchange refuses orders, and may ban the address for going on.",
    "crowd": "Containers then let more orders out at once, and may overrun the limit together.",
}


def list_gates(run: Run) -> ExitCode:
    """What is closed now, until when, and why. Without a subcommand."""
    now = run.now()
    current = controls.board(run.stack).read()
    run.screen.answer({"gates": documents(current, now)}, *shown(current, now))
    return ExitCode.DONE


def open_gate(run: Run, gate: Gate, under_ban: UnderBan = False, yes: Yes = False) -> ExitCode:
    """Open a gate before its time, for every container, within two seconds. Exit code 1 if it was not closed.

    A gate opens by itself; this is for one that was closed by mistake. It closes again if the next answer of the
    exchange says so.
    """
    now, board = run.now(), controls.board(run.stack)
    closed = list_closed_gates(board.read(), now).get(gate)
    if closed is None:
        return _told(run, gate, f"{gate} is not closed; `orderctl gates{run.stack.options}` lists those that are")
    if is_ban(gate) and not under_ban:
        raise Misused(_BAN.format(gate=gate, left=lasting(closed.until - now), why=closed.why))
    run.screen.note(
        f"{gate} is closed until {instant(closed.until)}: {closed.why}. {_RISKS.get(gate.partition('/')[0], '')}"
    )
    if not agreed(run, f"Open {gate} now?", yes=yes):
        return _told(run, gate, "nothing was done")
    if not board.open_gate(gate, closed.until):
        text = f"{gate} was closed anew, or opened, while you looked; look again: `orderctl gates{run.stack.options}`"
        return _told(run, gate, text)
    run.screen.answer({"gate": gate, "opened": True, "until": closed.until}, f"{gate} is open")
    return ExitCode.DONE


def list_closed_gates(current: Controls, now: int) -> Mapping[str, ClosedGate]:
    """The gates that are closed."""
    return {gate: closed for gate, closed in current.gates.items() if closed.until > now}


def documents(current: Controls, now: int) -> list[dict[str, Any]]:
    """For programs."""
    gates = list_closed_gates(current, now).items()
    return [{"gate": gate, "until": closed.until, "why": closed.why} for gate, closed in gates]


def shown(current: Controls, now: int) -> list[Any]:
    """For people."""
    lines = table("gate", "closed until", "for", "why")
    for gate, closed in list_closed_gates(current, now).items():
        lines.add_row(gate, instant(closed.until), lasting(closed.until - now), closed.why)
    return [lines] if lines.rows else ["every gate is open"]


def _told(run: Run, gate: str, text: str) -> ExitCode:
    run.screen.answer({"gate": gate, "opened": False, "why": text}, text)
    return ExitCode.FINDING
