"""Whether leverage and margin mode of an account's position are what its signal says. They are checked, never set.

Another value would change the margin of what is open already, for every strategy on that symbol; a person sets it.
"""

from collections.abc import Iterator

from orderexec.domain.advice import redrive_after
from orderexec.domain.lifecycle import Reason
from orderexec.domain.signals import Signal
from orderexec.ports import Credentials, PositionSettings

from .ask_account import ask_account
from .prepared import NotReady, Refused, Task

_ADVICE = redrive_after("set it at the exchange", or_publish="with what the account has, or without it")


def check_settings(task: Task, credentials: Credentials) -> Refused | NotReady | None:
    """Return why the signal may not be executed as the account is set up; None if it may, or names nothing of it."""
    signal, positions = task.signal, task.venue.positions
    if positions is None or (signal.leverage is None and signal.margin_mode is None):
        return None
    what = f"how {signal.symbol} is set up"
    settings = ask_account(task, credentials, what, lambda key: positions.ask_settings(signal.symbol, key))
    if not isinstance(settings, PositionSettings):
        return settings
    wrong = "; ".join(_list_wrong(signal, settings))
    return Refused(Reason.RULES, f"{wrong}; {_ADVICE.words}") if wrong else None


def _list_wrong(signal: Signal, settings: PositionSettings) -> Iterator[str]:
    asked = (
        ("leverage", signal.leverage, settings.get_leverage(signal.position_side)),
        ("margin_mode", signal.margin_mode, settings.margin_mode),
    )
    for name, meant, found in asked:
        if meant is not None and meant != found:
            yield f"{name} of {signal.symbol} is {found} at the exchange, and the signal says {meant}"
