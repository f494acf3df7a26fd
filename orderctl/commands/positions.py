"""`accounts leverage` and `accounts position-mode`: what signals check and never set, seen and set by a person."""

from typing import Annotated, Any, TypeVar

import typer

from orderctl.command import Run, confirm
from orderctl.commands.limits import check_account_name
from orderctl.sources import exchange
from orderctl.trouble import ExitCode, Misused, Trouble
from orderexec.domain.outcomes import Failure
from orderexec.domain.signal_fields import MOST_LEVERAGE
from orderexec.venues.inspection import PositionMode

T = TypeVar("T")
Account = Annotated[str, typer.Argument(help="The name that signals use for the account.")]
Symbol = Annotated[str, typer.Argument(help="The symbol, such as BTCUSDT.")]
Leverage = Annotated[
    int | None, typer.Argument(help="The new leverage. Without it: show what it is.", min=1, max=MOST_LEVERAGE)
]
Mode = Annotated[str | None, typer.Argument(help="one-way or hedge. Without it: show what it is.")]
Venue = Annotated[str, typer.Option(help="The futures venue.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

_OF_LEVERAGE = (
    "That changes the margin and the liquidation price of what is open in the symbol, for every strategy of the "
    "account. A signal that names another leverage is refused (RULES)."
)
_OF_MODE = (
    "That holds for all symbols, at binance-usdm and binance-coinm. The exchange refuses it while an order or a "
    "position is open. Signals must name position_side in hedge mode, and must not in one-way mode."
)


def leverage(
    run: Run, account: Account, symbol: Symbol, value: Leverage = None, venue: Venue = "binance-usdm", yes: Yes = False
) -> ExitCode:
    """Show the leverage of an account's position in a symbol, or set it. Signals check it and never set it."""
    setup, name = exchange.position_setup(run.stack, venue), symbol.upper()
    key = exchange.credentials(run.stack, check_account_name(account))
    now = _demand(setup.ask_leverage(name, key))
    what = f"the leverage of {name} of account {account} at {venue}"
    if value is None or value == now:
        return _tell(run, f"{what} is {now}", {"leverage": now, "changed": False})
    if not _may_change(run, f"{what} is {now}, and becomes {value}. {_OF_LEVERAGE}", yes=yes):
        return ExitCode.FINDING
    _demand_done(setup.set_leverage(name, value, key))
    return _tell(run, f"{what} was {now}, and is {value}", {"leverage": value, "changed": True})


def position_mode(
    run: Run, account: Account, mode: Mode = None, venue: Venue = "binance-usdm", yes: Yes = False
) -> ExitCode:
    """Show whether an account is in one-way or in hedge mode, or set it. Signals never set it."""
    wanted = None if mode is None else _read_mode(mode)
    setup = exchange.position_setup(run.stack, venue)
    key = exchange.credentials(run.stack, check_account_name(account))
    now = _demand(setup.ask_position_mode(key))
    what = f"the position mode of account {account} at {venue}"
    if wanted in (None, now):
        return _tell(run, f"{what} is {now}", {"position_mode": now, "changed": False})
    if not _may_change(run, f"{what} is {now}, and becomes {wanted}. {_OF_MODE}", yes=yes):
        return ExitCode.FINDING
    _demand_done(setup.set_position_mode(PositionMode(str(wanted)), key))
    return _tell(run, f"{what} was {now}, and is {wanted}", {"position_mode": wanted, "changed": True})


def _read_mode(text: str) -> PositionMode:
    if text not in set(PositionMode):
        raise Misused(f"{text!r} is no position mode; it is one of {', '.join(PositionMode)}")
    return PositionMode(text)


def _demand(answer: T | Failure) -> T:
    """Return what the exchange told. Raises Trouble with its words if it told nothing."""
    if isinstance(answer, Failure):
        raise Trouble(f"the exchange does not tell it: {answer.detail}")
    return answer


def _demand_done(failure: Failure | None) -> None:
    if failure is None:
        return
    if failure.certainly_not_executed:
        raise Trouble(f"nothing was changed: {failure.detail}")
    raise Trouble(f"it may have been changed or not, look again: {failure.detail}")


def _may_change(run: Run, text: str, *, yes: bool) -> bool:
    if confirm(run, f"{text} Set it?", yes=yes):
        return True
    run.screen.answer({"changed": False}, "nothing was changed")
    return False


def _tell(run: Run, text: str, document: dict[str, Any]) -> ExitCode:
    run.screen.answer(document, text)
    return ExitCode.DONE
