"""`redrive` and `discard`: dead letters redriven to the signal queue, or deleted, after it was said which and why."""

from typing import Annotated

import typer

from orderctl.command import Run
from orderctl.commands.letter_plans import Acting, carry_out
from orderctl.judgement import Judgement, may_be_deleted, may_go_back
from orderctl.lengths import seconds_in
from orderctl.sources import rows
from orderctl.sources.dead_letter import Chosen, DeadLetter
from orderctl.sources.letters import LetterBox
from orderctl.sources.saved_letters import SavedLetters
from orderctl.trouble import ExitCode
from orderexec.domain.lifecycle import Reason

ByReason = Annotated[Reason | None, typer.Option("--reason", case_sensitive=False, help="Only letters of this reason.")]
ByAccount = Annotated[str | None, typer.Option("--account", help="Only letters of this account.")]
BySymbol = Annotated[str | None, typer.Option("--symbol", help="Only letters of this symbol.")]
BySignal = Annotated[str | None, typer.Option("--signal", help="Only the letter of this signal (id or key).")]
MaxAge = Annotated[
    str | None,
    typer.Option(
        "--max-age",
        help="Also execute signals that are older than they may be, up to this age: 90s, 15min, 2h, 3d. "
        "The price may be another one by now.",
    ),
]
Save = Annotated[
    str | None,
    typer.Option("--save", metavar="FILE", help="Write each letter to the end of this file, then delete it."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking. With --json and without this, only the plan.")]


def redrive(
    run: Run,
    reason: ByReason = None,
    account: ByAccount = None,
    symbol: BySymbol = None,
    signal: BySignal = None,
    max_age: MaxAge = None,
    yes: Yes = False,
) -> ExitCode:
    """Redrive dead letters to the signal queue, to be tried again: all, or those that the options name.

    Only what is certainly not executed: the ledger has no row of it, or one that says so. A signal keeps its age.
    What is too old, or still no signal, stays where it is. Exit code 1 if nothing was moved.
    """
    seconds = None if max_age is None else seconds_in(max_age)

    def judge(letter: DeadLetter) -> tuple[DeadLetter, Judgement]:
        row = rows.row(run.stack, letter.identity)
        letter = letter.bound_to(row)
        return letter, may_go_back(letter, row, run.now(), None if seconds is None else seconds * 1000)

    def act(box: LetterBox, letter: DeadLetter, judgement: Judgement) -> None:
        box.move(letter, seconds if judgement.older else None)

    return carry_out(run, _chosen(reason, account, symbol, signal), Acting("redriven", judge, act), yes=yes)


def discard(
    run: Run,
    reason: ByReason = None,
    account: ByAccount = None,
    symbol: BySymbol = None,
    signal: BySignal = None,
    save: Save = None,
    yes: Yes = False,
) -> ExitCode:
    """Delete dead letters that nobody needs any more, so that the alarm can end. The ledger keeps what became of them.

    A letter that says more than the ledger (it has no row, or its body or an attribute was too large for it) stays,
    unless --save keeps it. Exit code 1 if nothing was deleted.
    """
    saved = None if save is None else SavedLetters.to(save)

    def judge(letter: DeadLetter) -> tuple[DeadLetter, Judgement]:
        return letter, may_be_deleted(letter, rows.row(run.stack, letter.identity), saved=saved is not None)

    def act(box: LetterBox, letter: DeadLetter, _: Judgement) -> None:
        if saved is not None:
            saved.keep(letter)
        box.delete(letter)

    return carry_out(run, _chosen(reason, account, symbol, signal), Acting("deleted", judge, act), yes=yes)


def _chosen(reason: Reason | None, account: str | None, symbol: str | None, signal: str | None) -> Chosen:
    return Chosen(reason and reason.value, account, symbol and symbol.upper(), signal)
