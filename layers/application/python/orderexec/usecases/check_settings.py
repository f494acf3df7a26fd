"""Whether leverage and margin mode of an account's position are what its signal says. They are checked, never set.

Another value would change the margin of what is open already, for every strategy on that symbol; a person sets it.
"""

from orderexec.domain.advice import redrive_after
from orderexec.domain.lifecycle import Reason
from orderexec.domain.outcomes import Failure
from orderexec.ports import Credentials

from .prepared import NotReady, Refused, Task
from .size_order import refuse_unknown


def check_settings(task: Task, credentials: Credentials) -> Refused | NotReady | None:
    """Return why the signal may not be executed as the account is set up; None if it may, or names nothing of it."""
    signal, positions = task.signal, task.venue.positions
    if positions is None or (signal.leverage is None and signal.margin_mode is None):
        return None
    settings = positions.ask_settings(signal.symbol, credentials)
    if isinstance(settings, Failure):
        return refuse_unknown(settings, f"leverage and margin mode of {signal.symbol}")
    wrong = [
        f"{name} of {signal.symbol} is {is_} at the exchange, and the signal says {says}"
        for name, says, is_ in (
            ("leverage", signal.leverage, settings.leverage),
            ("margin_mode", signal.margin_mode, settings.margin_mode),
        )
        if says is not None and says != is_
    ]
    if not wrong:
        return None
    advice = redrive_after("set it at the exchange if it shall be so (orderctl accounts)")
    return Refused(Reason.RULES, f"{'; '.join(wrong)}; {advice.words}")
