"""What came of ending an order that has rested for as long as it may (usecases/end_by_itself.py)."""

from dataclasses import dataclass

from .row import Row


@dataclass(frozen=True, slots=True)
class Ended:
    """The cancellation is done: `cancel` says what it did. `repeated`: an earlier call has told of it."""

    row: Row
    cancel: Row
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """The cancellation cannot be finished now, and why; the next call goes on with it."""

    row: Row
    cancel: Row
    why: str


@dataclass(frozen=True, slots=True)
class NotEnded:
    """The cancellation is dead: the order rests for longer than it should, and its row says so."""

    row: Row
    cancel: Row


EndResult = Ended | Ending | NotEnded
