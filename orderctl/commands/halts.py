"""`halt` and `resume`: stop new orders of a scope at once, and let them go on."""

from typing import Annotated, Any

import typer

from orderctl.command import Run
from orderctl.commands import gates
from orderctl.screen import instant, lasting, table
from orderctl.sources import controls
from orderctl.trouble import ExitCode, Misused, Trouble
from orderexec.aws.controls import BoardFull
from orderexec.domain.controls import Controls
from orderexec.domain.scopes import FORMS

Scope = Annotated[
    str | None,
    typer.Argument(help=f"{', '.join(FORMS)}. Without one: what stands."),
]


def halt(
    run: Run,
    scope: Scope = None,
    why: Annotated[str, typer.Option(help="Told with each signal that waits.")] = "by hand",
) -> ExitCode:
    """Let no new order of the scope out, within two seconds, until `resume`. Signals wait, and expire as they age.

    What may be at the exchange already is reconciled all the same, and no order there is cancelled. Without a scope:
    the halts and gates as they stand.
    """
    board = controls.board(run.stack)
    if scope is None:
        current = board.read()
        run.screen.answer(document(current, run.now()), *shown(current, run.now()))
        return ExitCode.DONE
    named = controls.scope(scope)
    try:
        done = board.halt(named, why)
    except BoardFull as full:
        raise Trouble(f"{named} is not halted: {full}") from None
    found = board.read().halts.get(named)
    since, reason = (found.since, found.why) if found else (run.now(), why)
    text = f"{named} is halted" if done else f"{named} was halted already, since {instant(since)}: {reason}"
    missing = controls.without_secret(run.stack, named)
    if missing:
        text += f"; but there is no secret {missing}, so no signal belongs to that account: is the name right?"
    told = {"scope": named, "halted": True, "since": since, "why": reason, "new": done, "no_secret": missing}
    run.screen.answer(told, text)
    return ExitCode.DONE


def resume(run: Run, scope: Scope = None) -> ExitCode:
    """Lift a halt, one that was set by hand or one that the function set itself. Exit code 1 if there was none."""
    if scope is None:
        raise Misused("say which halt is to be lifted; `halt` without a scope lists them")
    board = controls.board(run.stack)
    # What stands can be lifted, whatever version named it.
    named = scope if scope in board.read().halts else controls.scope(scope)
    done = board.resume(named)
    left = sorted(board.read().halts)
    text = f"{named} goes on" if done else f"{named} was not halted"
    if left:
        text += f"; still halted: {', '.join(left)}"
    run.screen.answer({"scope": named, "halted": False, "new": done, "still_halted": left}, text)
    return ExitCode.DONE if done else ExitCode.FINDING


def document(current: Controls, now: int) -> dict[str, Any]:
    """For programs; gates that are open again are left out."""
    return {
        "halts": [
            {"scope": scope, "since": halt.since, "why": halt.why, "automatic": halt.automatic}
            for scope, halt in current.halts.items()
        ],
        "gates": gates.documents(current, now),
    }


def shown(current: Controls, now: int) -> list[Any]:
    """What keeps signals from the exchange at this moment."""
    lines = table("what", "stands", "why")
    for scope, halt in current.halts.items():
        by = ", set by itself" if halt.automatic else ""
        lines.add_row(f"halt {scope}", f"since {instant(halt.since)}{by}, until it is lifted", halt.why)
    for gate, closed in gates.list_closed_gates(current, now).items():
        lines.add_row(f"gate {gate}", f"for {lasting(closed.until - now)} more", closed.why)
    return [lines] if lines.rows else ["nothing is halted, every gate is open"]
