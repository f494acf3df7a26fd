"""`gates`: what keeps requests from the exchange for a while, and the one way to open such a gate before its time."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from orderctl.command import Run, agreed
from orderctl.screen import instant, lasting, table
from orderctl.sources import controls
from orderctl.trouble import ExitCode, Misused
from orderexec.domain.controls import Controls, Shut, is_ban

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
    """What is shut now, until when, and why. Without a subcommand."""
    now = run.now()
    standing = controls.board(run.stack).read()
    run.screen.answer({"gates": documents(standing, now)}, *shown(standing, now))
    return ExitCode.DONE


def open_gate(run: Run, gate: Gate, under_ban: UnderBan = False, yes: Yes = False) -> ExitCode:
    """Open a gate before its time, for every container, within two seconds. Exit code 1 if it was not shut.

    A gate opens by itself; this is for one that was shut by mistake. It shuts again if the next answer of the exchange
    says so.
    """
    now, board = run.now(), controls.board(run.stack)
    shut = shut_now(board.read(), now).get(gate)
    if shut is None:
        return _told(run, gate, f"{gate} is not shut; `orderctl gates` lists those that are")
    if is_ban(gate) and not under_ban:
        raise Misused(_BAN.format(gate=gate, left=lasting(shut.until - now), why=shut.why))
    run.screen.note(f"{gate} is shut until {instant(shut.until)}: {shut.why}. {_RISKS.get(gate.partition('/')[0], '')}")
    if not agreed(run, f"Open {gate} now?", yes=yes):
        return _told(run, gate, "nothing was done")
    if not board.open_gate(gate, shut.until):
        return _told(run, gate, f"{gate} was shut anew, or opened, while you looked; look again with `orderctl gates`")
    run.screen.answer({"gate": gate, "opened": True, "until": shut.until}, f"{gate} is open")
    return ExitCode.DONE


def shut_now(standing: Controls, now: int) -> Mapping[str, Shut]:
    """The gates that are shut."""
    return {gate: shut for gate, shut in standing.gates.items() if shut.until > now}


def documents(standing: Controls, now: int) -> list[dict[str, Any]]:
    """For programs."""
    gates = shut_now(standing, now).items()
    return [{"gate": gate, "until": shut.until, "why": shut.why} for gate, shut in gates]


def shown(standing: Controls, now: int) -> list[Any]:
    """For people."""
    lines = table("gate", "shut until", "for", "why")
    for gate, shut in shut_now(standing, now).items():
        lines.add_row(gate, instant(shut.until), lasting(shut.until - now), shut.why)
    return [lines] if lines.rows else ["every gate is open"]


def _told(run: Run, gate: str, text: str) -> ExitCode:
    run.screen.answer({"gate": gate, "opened": False, "why": text}, text)
    return ExitCode.FINDING
