"""`redrive` and `discard`: which dead letters go back to the signal queue or are deleted, after the plan was shown."""

from typing import Annotated

import typer

from orderctl.command import Run
from orderctl.commands.letter_plans import LetterAction, carry_out
from orderctl.judgement import Judgement, may_be_deleted, may_be_redriven
from orderctl.lengths import parse_length
from orderctl.sources import rows
from orderctl.sources.dead_letter import DeadLetter, Selection
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
        help="Also execute signals above their maximum age, up to this age: 90s, 15min, 2h, 3d. "
        "The price may have changed since.",
    ),
]
Save = Annotated[
    str | None,
    typer.Option("--save", metavar="FILE", help="Append each letter to this file before it is deleted."),
]
Yes = Annotated[
    bool, typer.Option("--yes", help="Do it without asking. With --json and without --yes, only the plan is shown.")
]


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

    Only signals that were certainly not executed are redriven: the ledger has no row of them, or a row that says so. A
    signal keeps its age. One that is too old, or still not valid, stays. Exit code 1 if nothing was redriven.
    """
    seconds = None if max_age is None else parse_length(max_age)

    def judge(letter: DeadLetter) -> tuple[DeadLetter, Judgement]:
        row = rows.read_row(run.stack, letter.identity)
        letter = letter.bind_to(row)
        return letter, may_be_redriven(letter, row, run.now(), None if seconds is None else seconds * 1000)

    def act(box: LetterBox, letter: DeadLetter, judgement: Judgement) -> None:
        box.redrive(letter, seconds if judgement.older else None)

    return carry_out(
        run, _select_letters(reason, account, symbol, signal), LetterAction("redriven", judge, act), yes=yes
    )


def discard(
    run: Run,
    reason: ByReason = None,
    account: ByAccount = None,
    symbol: BySymbol = None,
    signal: BySignal = None,
    save: Save = None,
    yes: Yes = False,
) -> ExitCode:
    """Delete dead letters that nobody needs any more, so that the alarm ends. The ledger keeps what became of them.

    A letter that says more than the ledger (without a row, or with a body or an attribute too large for the row) stays,
    unless --save FILE keeps it. Exit code 1 if nothing was deleted.
    """
    saved = None if save is None else SavedLetters.open(save)

    def judge(letter: DeadLetter) -> tuple[DeadLetter, Judgement]:
        return letter, may_be_deleted(letter, rows.read_row(run.stack, letter.identity), saved=saved is not None)

    def act(box: LetterBox, letter: DeadLetter, _: Judgement) -> None:
        if saved is not None:
            saved.keep(letter)
        box.delete(letter)

    return carry_out(
        run, _select_letters(reason, account, symbol, signal), LetterAction("deleted", judge, act), yes=yes
    )


def _select_letters(reason: Reason | None, account: str | None, symbol: str | None, signal: str | None) -> Selection:
    return Selection(reason and reason.value, account, symbol and symbol.upper(), signal)
