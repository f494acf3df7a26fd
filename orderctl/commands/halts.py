"""`halt` and `resume`: how a person stops new orders of a scope, and lets them go on."""

from typing import Annotated, Any

import typer

from orderctl.command import Run
from orderctl.commands import gates
from orderctl.layout import Column, Listing
from orderctl.screen import format_instant, format_length
from orderctl.sources import controls, names
from orderctl.trouble import ExitCode, Misused, Trouble
from orderexec.aws.controls import BoardFull
from orderexec.domain.controls import Controls
from orderexec.domain.scopes import FORMS

Scope = Annotated[
    str | None,
    typer.Argument(help=f"{', '.join(FORMS)}. Without a scope: show the halts and closed gates."),
]

_COLUMNS = (Column("what"), Column("how long"), Column("why"))


def halt(
    run: Run,
    scope: Scope = None,
    why: Annotated[str, typer.Option(help="The reason; it is shown with each signal that waits.")] = "by hand",
) -> ExitCode:
    """Stop new orders of the scope within two seconds, until `resume`. Its signals wait, and expire with age.

    Requests that were sent before are still reconciled, and no order is cancelled. Without a scope: show the halts and
    the closed gates.
    """
    board = controls.open_board(run.stack)
    if scope is None:
        current = board.read()
        run.screen.answer(build_document(current, run.now()), *render_controls(current, run.now()))
        return ExitCode.DONE
    named = controls.parse_scope(scope)
    try:
        done = board.halt(named, why)
    except BoardFull as full:
        raise Trouble(f"{named} is not halted: {full}") from None
    found = board.read().halts.get(named)
    since, reason = (found.since, found.why) if found else (run.now(), why)
    text = f"{named} is halted" if done else f"{named} was already halted, since {format_instant(since)}: {reason}"
    # The halt stands before its name is doubted: whoever stops trading must not wait for an answer.
    doubts = list(names.find_doubts(run.stack, named))
    document = {"scope": named, "halted": True, "since": since, "why": reason, "new": done, "doubts": doubts}
    run.screen.answer(document, "; but ".join([text, *doubts]))
    return ExitCode.DONE


def resume(run: Run, scope: Scope = None) -> ExitCode:
    """Lift a halt, whether a person or the function set it. Exit code 1 if there was none."""
    if scope is None:
        raise Misused("say which halt to lift; `halt` without a scope lists them")
    board = controls.open_board(run.stack)
    # A halt that is there can be lifted, even if this version would not accept its name.
    named = scope if scope in board.read().halts else controls.parse_scope(scope)
    done = board.resume(named)
    left = sorted(board.read().halts)
    doubts = [] if done else list(names.find_doubts(run.stack, named))
    text = f"{named} is resumed" if done else "; ".join([f"{named} was not halted", *doubts])
    if left:
        text += f"; still halted: {', '.join(left)}"
    document = {"scope": named, "halted": False, "new": done, "still_halted": left, "doubts": doubts}
    run.screen.answer(document, text)
    return ExitCode.DONE if done else ExitCode.FINDING


def build_document(current: Controls, now: int) -> dict[str, Any]:
    """Return the halts and the closed gates as a JSON document, for programs."""
    return {
        "halts": [
            {"scope": scope, "since": halt.since, "why": halt.why, "automatic": halt.automatic}
            for scope, halt in current.halts.items()
        ],
        "gates": gates.build_documents(current, now),
    }


def render_controls(current: Controls, now: int) -> list[Any]:
    """Return the halts and the closed gates as a table, for people."""
    lines: list[tuple[str, str, str]] = []
    for scope, halt in current.halts.items():
        by = ", set by the function" if halt.automatic else ""
        lines.append((f"halt {scope}", f"since {format_instant(halt.since)}{by}, until it is lifted", halt.why))
    for gate, closed in gates.list_closed_gates(current, now).items():
        lines.append((f"gate {gate}", f"for {format_length(closed.until - now)} more", closed.why))
    return (
        [Listing((Column("what"), Column("how long"), Column("why")), lines)]
        if lines
        else ["nothing is halted, every gate is open"]
    )
