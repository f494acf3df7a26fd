"""What becomes of one delivery in the end: the message is done with, or comes back later."""

from dataclasses import dataclass

from .endings import EndResult
from .row import Row


@dataclass(frozen=True, slots=True)
class Done:
    """The message may be deleted: `row` stands in the ledger, ACCEPTED or DEAD, and a dead letter was sent if due.

    `halted` are the scopes that were halted because it died. `repeated`: the message is another one of a signal that
    had ended before, and whose end was told then. `look_in`: the message may come back after so many seconds instead,
    to look at the order that rests; nothing is lost if it does not. `before` is the row before such a look, if the look
    brought news. `ending` is what came of ending that order, if it had rested for as long as it may.
    """

    row: Row
    halted: tuple[str, ...] = ()
    repeated: bool = False
    look_in: float | None = None
    before: Row | None = None
    ending: EndResult | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """The message goes back to the queue for `delay` seconds, nothing is lost; `row` is the signal's as it stands.

    `held`: a gate or a halt keeps it, the exchange was not asked.
    """

    delay: float
    why: str
    row: Row
    held: bool = False


Verdict = Done | Later
