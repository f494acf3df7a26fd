"""`cancel_orders` of a close: first what rests of the symbol is cancelled, by a signal of its own.

Two steps, and each stands in the ledger before it is sent. A crash in between is no harm: the message comes back, finds
the cancellation done, and the close goes on. The close goes only once the cancellation is accepted.
"""

from collections.abc import Callable
from dataclasses import replace

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.parts import make_cancel_before
from orderexec.domain.row import Row
from orderexec.domain.signals import Signal
from orderexec.domain.verdicts import Later, Verdict

from .delivery import Delivery, NotSent
from .prepared import Refused, not_ready

Execute = Callable[[Message, Signal], Verdict]


def cancel_before(delivery: Delivery, row: Row, execute: Execute) -> NotSent | None:
    """Return why the close must not go (yet); None if it may, or if nothing is to be cancelled before it."""
    signal = delivery.signal
    if not signal.cancel_orders or row.attempts or row.state is not State.WAITING:
        return None
    part = make_cancel_before(signal, delivery.message)
    verdict = execute(replace(delivery.message, id=part.identity.id, body=part.body, mark=None), part)
    done = verdict.row
    if isinstance(verdict, Later):
        return NotSent(
            row, not_ready(f"the orders of {signal.symbol} are cancelled first: {verdict.why}", verdict.delay)
        )
    if done.state is State.ACCEPTED:
        return None
    why = f"the orders of {signal.symbol} could not be cancelled first, so nothing was closed: {done.detail}"
    # No cause: that the exchange refused the cancellation was counted with its own signal.
    return NotSent(row, Refused(done.reason or Reason.REJECTED, why, done.code))
