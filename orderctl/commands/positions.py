"""`accounts leverage` and `accounts position-mode`: what signals check and never set, seen and set by a person."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

import typer

from orderctl.command import Run, confirm
from orderctl.commands.limits import check_account_name
from orderctl.sources import exchange
from orderctl.trouble import ExitCode, Misused, Trouble
from orderexec.domain.decimals import format_plain
from orderexec.domain.outcomes import Failure
from orderexec.domain.signal_fields import MOST_LEVERAGE
from orderexec.ports import PositionSettings
from orderexec.venues.inspection import Contracts, PositionMode, PositionSetup

T = TypeVar("T")
Account = Annotated[str, typer.Argument(help="The name that signals use for the account.")]
Symbol = Annotated[str, typer.Argument(help="The symbol, such as BTCUSDT.")]
Leverage = Annotated[
    str | None,
    typer.Argument(help="The new leverage, which may have decimals at Bybit: 12.5. Without it: show what it is."),
]
Mode = Annotated[str | None, typer.Argument(help="one-way or hedge. Without it: show what it is.")]
Venue = Annotated[
    str | None,
    typer.Option(help="The venue, such as binance-usdm or bybit/linear. Else the first with positions of the stack."),
]
OfSymbol = Annotated[
    str | None, typer.Option("--symbol", help="The symbol, where each has a mode of its own, as at Bybit.")
]
OfCoin = Annotated[
    str | None, typer.Option("--coin", help="In place of a symbol: set the mode of all contracts that settle in it.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

_OF_LEVERAGE = (
    "That changes the margin and the liquidation price of what is open in the symbol, for every strategy of the "
    "account. A signal that names another leverage is refused (RULES)."
)
_SIGNALS = "Signals must name position_side in hedge mode, and must not in one-way mode."
_OF_ALL = (
    "That holds for all symbols, at binance-usdm and binance-coinm. The exchange refuses it while an order or a "
    "position is open."
)
_OF_SYMBOL = "That holds for {symbol} alone. The exchange refuses it while an order or a position is open in it."
_OF_COIN = (
    "That holds for each contract that settles in {coin} and has no order and no position, also for those that are "
    "listed later; the others stay as they are, and nothing tells which: look with --symbol."
)


def leverage(
    run: Run, account: Account, symbol: Symbol, value: Leverage = None, venue: Venue = None, yes: Yes = False
) -> ExitCode:
    """Show the leverage of an account's position in a symbol, or set it. Signals check it and never set it."""
    wanted = None if value is None else _read_leverage(value)
    venue, name = venue or exchange.choose_contracts(run.stack), symbol.upper()
    setup = exchange.position_setup(run.stack, venue)
    key = exchange.credentials(run.stack, check_account_name(account))
    now = _demand(setup.ask_settings(name, key))
    what, shown = f"the leverage of {name} of account {account} at {venue}", _show_leverage(now)
    if wanted is None or (now.leverage == wanted and now.short_leverage is None):
        return _tell(run, f"{what} is {shown}", {"leverage": _write(now.leverage)} | _name_short(now))
    if not _may_change(run, f"{what} is {shown}, and becomes {format_plain(wanted)}. {_OF_LEVERAGE}", yes=yes):
        return ExitCode.FINDING
    _demand_done(setup.set_leverage(name, wanted, key))
    text = f"{what} was {shown}, and is {format_plain(wanted)}"
    return _tell(run, text, {"leverage": _write(wanted)}, changed=True)


def position_mode(
    run: Run,
    account: Account,
    mode: Mode = None,
    venue: Venue = None,
    symbol: OfSymbol = None,
    coin: OfCoin = None,
    yes: Yes = False,
) -> ExitCode:
    """Show whether an account is in one-way or in hedge mode, or set it. Signals never set it."""
    wanted = None if mode is None else _read_mode(mode)
    venue = venue or exchange.choose_contracts(run.stack)
    setup = exchange.position_setup(run.stack, venue)
    of = _choose_contracts(setup, venue, symbol, coin, mode)
    key = exchange.credentials(run.stack, check_account_name(account))
    what = " of ".join(filter(None, ("the position mode", of.symbol, of.coin, f"account {account} at {venue}")))
    now = None if of.coin else _demand(setup.ask_position_mode(of.symbol, key))
    if now is not None and wanted in (None, now):
        return _tell(run, f"{what} is {now}", {"position_mode": now})
    becomes = f"{what} becomes {wanted}" if now is None else f"{what} is {now}, and becomes {wanted}"
    if not _may_change(run, f"{becomes}. {_describe_reach(of)} {_SIGNALS}", yes=yes):
        return ExitCode.FINDING
    _demand_done(setup.set_position_mode(PositionMode(str(wanted)), of, key))
    done = f"{what} is {wanted} where nothing was open" if now is None else f"{what} was {now}, and is {wanted}"
    return _tell(run, done, {"position_mode": wanted}, changed=True)


def _choose_contracts(
    setup: PositionSetup, venue: str, symbol: str | None, coin: str | None, mode: str | None
) -> Contracts:
    """Return which contracts are meant. Raises Misused if the venue has no mode of such contracts."""
    if not setup.modes_by_symbol and (symbol or coin):
        raise Misused(f"{venue} has one position mode for the whole account: leave --symbol and --coin out")
    if setup.modes_by_symbol and bool(symbol) == bool(coin):
        raise Misused(f"at {venue} each symbol has a position mode: give --symbol, or --coin to set those of a coin")
    if coin and mode is None:
        raise Misused("what is set for a coin is not told; look at a contract with --symbol")
    return Contracts(symbol and symbol.upper(), coin and coin.upper())


def _describe_reach(of: Contracts) -> str:
    if of.coin:
        return _OF_COIN.format(coin=of.coin)
    return _OF_SYMBOL.format(symbol=of.symbol) if of.symbol else _OF_ALL


def _read_leverage(text: str) -> Decimal:
    try:
        value = Decimal(text)
        if 1 <= value <= MOST_LEVERAGE:
            return value
    except InvalidOperation:
        pass
    raise Misused(f"{text!r} is no leverage; it is a number from 1 to {MOST_LEVERAGE}, such as 5 or 12.5")


def _show_leverage(now: PositionSettings) -> str:
    """Return it in words: of both sides of hedge mode, where they differ."""
    long = format_plain(Decimal(now.leverage))
    if now.short_leverage is None:
        return long
    return f"{long} of the long position and {format_plain(Decimal(now.short_leverage))} of the short one"


def _name_short(now: PositionSettings) -> dict[str, int | str]:
    return {} if now.short_leverage is None else {"short_leverage": _write(now.short_leverage)}


def _write(leverage: int | Decimal) -> int | str:
    """Return it for programs: a whole number as one, else as text, so that no digit changes."""
    return int(leverage) if leverage == int(leverage) else format_plain(Decimal(leverage))


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


def _tell(run: Run, text: str, document: dict[str, Any], *, changed: bool = False) -> ExitCode:
    run.screen.answer(document | {"changed": changed}, text)
    return ExitCode.DONE
