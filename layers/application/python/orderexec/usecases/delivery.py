"""One delivery of a signal at its venue, and what one room hands to the next: what was sent, or why nothing was."""

from dataclasses import dataclass

from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Accepted, Answer, Failure
from orderexec.domain.row import Row
from orderexec.domain.signals import Signal
from orderexec.ports import Venue

from .hold import Hold
from .prepared import NothingToDo, NotReady, Ready, Refused
from .reconcile_request import Unclear


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message, the signal in it, and the venue that is meant. The signal is as old as its row says."""

    message: Message
    signal: Signal
    venue: Venue

    @property
    def tries(self) -> int:
        """How often the message has come, this delivery included."""
        return self.message.receive_count


@dataclass(frozen=True, slots=True)
class Submitted:
    """One request has left, and this is its answer. `row` is the SENT row that was written before it left."""

    row: Row
    ready: Ready
    answer: Answer

    @property
    def refusal(self) -> Failure | None:
        """The answer, if it says for certain that nothing was executed."""
        if isinstance(self.answer, Failure) and self.answer.certainly_not_executed:
            return self.answer
        return None


@dataclass(frozen=True, slots=True)
class TooEarly:
    """The signal waits for a time that its row names, in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Expired:
    """The signal is older than it may be. `held` is what keeps it besides, where something does."""

    held: str | None = None


@dataclass(frozen=True, slots=True)
class Exhausted:
    """All attempts of the signal are used up."""


@dataclass(frozen=True, slots=True)
class AppearedLate:
    """An earlier request was taken for absent, and now its order is there."""

    found: Accepted


@dataclass(frozen=True, slots=True)
class CanceledInDoubt:
    """Nothing came of the request, and another signal canceled this one while that was not known."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """No source shows an order of the request, and another one may not be sent; `shown` says how that was shown."""

    shown: str


@dataclass(frozen=True, slots=True)
class Undone:
    """The entry of a plan came to nothing for this reason, and its stop is cancelled: nothing is at the exchange."""

    failure: Failure


WhyNotSent = (
    TooEarly
    | Expired
    | Exhausted
    | Hold
    | Refused
    | NotReady
    | NothingToDo  # it may not go, or not yet
    | Accepted
    | AppearedLate
    | Unclear
    | CanceledInDoubt
    | Doubtful
    | Undone  # what became of an earlier request
)


@dataclass(frozen=True, slots=True)
class NotSent:
    """This delivery sends nothing more, and why. `row` is the signal's as it is known."""

    row: Row
    why: WhyNotSent
