"""`cancel`: how a person ends the order of one signal, or all open orders of an account, by signals of their own."""

from typing import Annotated

import typer

from orderctl.command import Run, confirm
from orderctl.commands import ending_report as report
from orderctl.commands import show
from orderctl.commands.limits import check_account_name
from orderctl.ending import Ending, Scope, list_cancels, list_unseen, make_cancel
from orderctl.screen import format_count
from orderctl.sources import rows
from orderctl.sources.standing import ask_account
from orderctl.trouble import ExitCode, Misused, Trouble
from orderexec.domain.lifecycle import State
from orderexec.domain.products import name_venues
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable
from orderexec.usecases.restore import read_symbol


def cancel(
    run: Run,
    signal: Annotated[
        str | None, typer.Argument(help="The signal whose order is meant: its id, or its key <account>/<venue>/<id>.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(help="The account of the signal. Without a signal: all its orders.")
    ] = None,
    venue: Annotated[str | None, typer.Option(help="The venue of the signal. Without a signal: only there.")] = None,
    symbol: Annotated[str | None, typer.Option(help="Without a signal: only orders of this symbol.")] = None,
    wait: Annotated[float, typer.Option(help="For how many seconds to wait for the outcomes.", min=0)] = 60,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> ExitCode:
    """Cancel the order of a signal, or all open orders of an account, as the signals of a producer would.

    It shows first what is cancelled, and asks. Run it again at any time: what is cancelled already stays so. A signal
    that was not sent yet is ended as well. Exit code 1 if an order is left, or a cancellation came to nothing.
    """
    if signal is not None:
        return _cancel_one(run, signal, account or "main", venue or "binance-spot", wait=wait, yes=yes)
    if account is None:
        raise Misused("say what to cancel: the id of a signal, or --account (with --venue, --symbol)")
    scope = Scope(check_account_name(account), venue, symbol and symbol.upper())
    seen = ask_account(run.stack, account)
    if venue not in (None, *name_venues(seen)):
        raise Misused(f"the stack does not trade at {venue}, only at {', '.join(name_venues(seen))}")
    plan, unseen = list(list_cancels(seen, scope, run.now())), list(list_unseen(seen, scope))
    report.show_plan(run, plan, unseen)
    if plan:
        done = _carry_out(run, plan, wait=wait, yes=yes)
    else:
        run.screen.answer({"signals": [], "left": []}, "there is nothing to cancel")
        done = ExitCode.DONE
    for each in unseen:
        run.screen.warn(f"{each.market}: {each.words}")
    return ExitCode.FINDING if unseen else done


def _cancel_one(run: Run, signal: str, account: str, venue: str, *, wait: float, yes: bool) -> ExitCode:
    row = rows.find(run.stack, signal, account, venue)
    if row is None:
        return show.report_unknown(run, Identity(account=account, venue=venue, id=signal))
    if isinstance(row, Unreadable):
        return show.report_unreadable(run, row)
    symbol = read_symbol(row)
    if symbol is None:
        raise Trouble(f"{row.identity.key} does not say which symbol it is about; cancel it at the exchange")
    plan = [make_cancel(row.identity.account, row.market, symbol, run.now(), target=row.identity.id)]
    report.show_plan(run, plan, [])
    return _carry_out(run, plan, wait=wait, yes=yes)


def _carry_out(run: Run, plan: list[Ending], *, wait: float, yes: bool) -> ExitCode:
    if not confirm(run, f"Publish {format_count(len(plan), 'signal')} ({run.stack.place})?", yes=yes):
        run.screen.answer({"signals": []}, "nothing was done")
        return ExitCode.FINDING
    became = report.carry_out(run, plan, wait)
    run.screen.answer(report.build_document(plan, became, []), *report.render_outcomes(plan, became, None))
    done = all(isinstance(row, Row) and row.state is State.ACCEPTED for row in became.values())
    return ExitCode.DONE if done else ExitCode.FINDING
