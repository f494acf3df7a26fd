"""`redrive` and `discard`: dead letters moved back to the signal queue, or deleted, after it was said which and why."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple

import typer

from orderctl.command import Run, agreed
from orderctl.commands.dead import letter_document
from orderctl.screen import instant, table
from orderctl.sources import rows
from orderctl.sources.dead_letter import Chosen, DeadLetter
from orderctl.sources.letters import LetterBox, letter_box
from orderctl.trouble import ExitCode
from orderexec.domain.lifecycle import Reason, Row, State
from orderexec.domain.signals import InvalidSignal
from orderexec.domain.unreadable import Unreadable

MOST = 10_000  # letters that one command looks at

ByReason = Annotated[Reason | None, typer.Option("--reason", case_sensitive=False, help="Only letters of this reason.")]
ByAccount = Annotated[str | None, typer.Option("--account", help="Only letters of this account.")]
BySymbol = Annotated[str | None, typer.Option("--symbol", help="Only letters of this symbol.")]
BySignal = Annotated[str | None, typer.Option("--signal", help="Only the letter of this signal (id or key).")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking. With --json and without this, only the plan.")]
Judge = Callable[[DeadLetter], str | None]


class Plan(NamedTuple):
    """What will be done, and what will not, with the reason for it."""

    chosen: list[DeadLetter]
    left: list[tuple[DeadLetter, str]]


def redrive(
    run: Run, reason: ByReason = None, account: ByAccount = None, symbol: BySymbol = None, signal: BySignal = None,
    yes: Yes = False,
) -> ExitCode:  # fmt: skip
    """Move dead letters back to the signal queue, to be tried again: all, or those that the options name.

    Only what is certainly not executed: the ledger has no row of it, or one that says so. Signals that would die again
    at once, too old or still no signals, stay where they are. Exit code 1 if nothing was moved.
    """

    def judge(letter: DeadLetter) -> str | None:
        return why_not(letter, rows.row(run.stack, letter.identity), run.now())

    return _carried_out(run, _chosen(reason, account, symbol, signal), judge, "moved back", LetterBox.move, yes=yes)


def discard(
    run: Run, reason: ByReason = None, account: ByAccount = None, symbol: BySymbol = None, signal: BySignal = None,
    yes: Yes = False,
) -> ExitCode:  # fmt: skip
    """Delete dead letters that nobody needs any more, so that the alarm can end. The ledger keeps what became of them.

    Exit code 1 if nothing was deleted.
    """
    return _carried_out(
        run, _chosen(reason, account, symbol, signal), lambda _: None, "deleted", LetterBox.delete, yes=yes
    )


def why_not(letter: DeadLetter, row: Row | Unreadable | None, now: int) -> str | None:
    """Why the letter must not be moved back, or need not be; None: it may be."""
    if isinstance(row, Unreadable):
        return f"what the ledger has of it cannot be read ({row.why})"
    if row is not None and row.closed_by is not None:
        return "a person has closed it, and the exchange has not said that it has nothing; a new order needs a new id"
    if row is not None and row.state is State.PLACED:
        return "its signal has its order; a letter for other content under the same id needs a new id"
    if row is not None and row.state is State.SENT:
        return "its order may be at the exchange, which is being asked"
    if isinstance(letter.signal, InvalidSignal):
        return "it is still no valid signal, and would die again"
    if letter.signal.expires_at <= now:
        return f"it is too old since {instant(letter.signal.expires_at)} and would die again; publish it under a new id"
    return None


def _chosen(reason: Reason | None, account: str | None, symbol: str | None, signal: str | None) -> Chosen:
    return Chosen(reason and reason.value, account, symbol and symbol.upper(), signal)


def _carried_out(
    run: Run, chosen: Chosen, judge: Judge, done: str, act: Callable[[LetterBox, DeadLetter], None], *, yes: bool
) -> ExitCode:
    box = letter_box(run.stack, run.now)
    plan = _plan(box.look(MOST), chosen, judge)
    if not run.screen.as_json:
        run.screen.answer(None, *_shown(plan, done))
    count = 0
    if plan.chosen and agreed(run, f"{len(plan.chosen)} letters are to be {done} ({run.stack.place}). Go on?", yes=yes):
        count = _done(box, {letter.message_id for letter in plan.chosen}, judge, act)
    run.screen.answer(_document(plan, count), f"{count} letters were {done}.")
    return ExitCode.DONE if count else ExitCode.FINDING


def _plan(letters: Sequence[DeadLetter], chosen: Chosen, judge: Judge) -> Plan:
    plan = Plan([], [])
    for letter in letters:
        if chosen.holds(letter):
            why = judge(letter)
            plan.chosen.append(letter) if why is None else plan.left.append((letter, why))
    return plan


def _done(box: LetterBox, planned: set[str], judge: Judge, act: Callable[[LetterBox, DeadLetter], None]) -> int:
    """Each is judged anew, since the person may have thought for an hour; what came meanwhile was not agreed on.

    Nor is a letter of this command's own making: what is moved back may die again within milliseconds.
    """
    count = 0
    with box.taken(MOST) as letters:
        for letter in letters:
            if letter.message_id in planned:
                planned.remove(letter.message_id)
                if judge(letter) is None:
                    act(box, letter)
                    count += 1
            if not planned:
                break
    return count


def _document(plan: Plan, count: int) -> dict[str, Any]:
    return {
        "done": count,
        "chosen": [letter_document(letter) for letter in plan.chosen],
        "left": [letter_document(letter) | {"why": why} for letter, why in plan.left],
    }


def _shown(plan: Plan, done: str) -> list[Any]:
    shown = table("letters", "reason", "what will happen", "example", right=("letters",))
    what = [(letter, f"will be {done}") for letter in plan.chosen] + [
        (each, f"stays: {why}") for each, why in plan.left
    ]
    counts = Counter((letter.text("reason") or "", happens) for letter, happens in what)
    examples = {(letter.text("reason") or "", happens): letter.identity.key for letter, happens in what}
    for (reason, happens), count in counts.items():
        shown.add_row(str(count), reason, happens, examples[reason, happens])
    return [shown, ""] if what else ["there is no such letter"]
