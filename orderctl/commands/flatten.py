"""`flatten`: how a person halts an account, ends all that it has open and holds, and sees what is left."""

from collections.abc import Iterable
from typing import Annotated

import typer

from orderctl.command import Run, confirm
from orderctl.commands import ending_report as report
from orderctl.commands.limits import check_account_name
from orderctl.ending import Ending, Remainder, Scope, list_cancels, list_closes, list_unseen
from orderctl.screen import format_count
from orderctl.sources import controls, endings
from orderctl.sources.standing import Seen, ask_account
from orderctl.trouble import ExitCode, Trouble
from orderexec.aws.controls import BoardFull

Account = Annotated[str, typer.Argument(help="The name that signals use for the account.")]
Symbol = Annotated[str | None, typer.Option(help="Only this symbol; then only its orders are halted.")]
Quote = Annotated[str, typer.Option(help="What assets are sold for where an asset itself is traded; it is not sold.")]
Why = Annotated[str, typer.Option(help="The reason; it stands on the halt.")]
Wait = Annotated[float, typer.Option(help="For how many seconds to wait for the outcomes.", min=0)]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


def flatten(
    run: Run,
    account: Account,
    symbol: Symbol = None,
    quote: Quote = "USDT",
    why: Why = "flattened by hand",
    wait: Wait = 120,
    yes: Yes = False,
) -> ExitCode:
    """Halt an account, cancel all its orders, and close all that it holds; then say what is left and why.

    It shows first what the account has, and asks. Each step is a signal of its own, so it is in the ledger. Run it
    again at any time: what is ended already is not ended twice, and what a close finds is only what is still there.
    The halt stays: `resume` lifts it. Exit code 1 if something is left.
    """
    scope = Scope(check_account_name(account), symbol=symbol and symbol.upper())
    halted = f"account/{account}" + ("" if scope.symbol is None else f"/symbol/{scope.symbol}")
    seen, started = ask_account(run.stack, account, quote, scope.symbol), run.now()
    plan, remainders = _make_plan(seen, scope, quote, started)
    report.show_plan(run, plan, remainders)
    question = f"Halt {halted}, and publish {format_count(len(plan), 'signal')} to end all of that ({run.stack.place})?"
    if not confirm(run, question, yes=yes):
        run.screen.answer({"flattened": False}, "nothing was done")
        return ExitCode.FINDING
    _halt(run, halted, why)
    endings.settle()  # what was placed until the halt was known is in the plan now
    plan, _ = _make_plan(ask_account(run.stack, account, quote, scope.symbol), scope, quote, started)
    became = report.carry_out(run, plan, wait)
    left = report.find_left(run, scope, quote, became)
    run.screen.answer(
        {"flattened": not left, "halted": halted} | report.build_document(plan, became, left),
        *report.render_outcomes(plan, became, left),
    )
    run.screen.sum_up(f"{halted} stays halted; `orderctl resume {halted}{run.stack.options}` lifts that")
    if waiting := report.count_waiting(run, scope):
        drop = f"`orderctl drop --account {account}{run.stack.options}`"
        run.screen.warn(f"{format_count(waiting, 'signal')} of it still wait unsent: {drop} ends them")
    return ExitCode.FINDING if left else ExitCode.DONE


def _make_plan(seen: Seen, scope: Scope, quote: str, started: int) -> tuple[list[Ending], list[Remainder]]:
    """Return the signals, and what none of them ends. A close cancels the orders of its symbol itself."""
    closes = list(list_closes(seen, scope, quote, started))
    ended = [each for each in closes if isinstance(each, Ending)]
    cancels = [each for each in list_cancels(seen, scope, started) if not _covers(ended, each)]
    stays = [each for each in closes if isinstance(each, Remainder)]
    return cancels + ended, [*stays, *list_unseen(seen, scope)]


def _covers(closes: Iterable[Ending], cancel: Ending) -> bool:
    return any(close.place == cancel.place for close in closes)


def _halt(run: Run, scope: str, why: str) -> None:
    try:
        controls.open_board(run.stack).halt(scope, why)
    except BoardFull as full:
        raise Trouble(f"nothing was done: {scope} cannot be halted: {full}") from None
