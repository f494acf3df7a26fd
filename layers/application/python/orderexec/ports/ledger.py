"""The ledger: one row a signal, changed only by compare-and-swap; and which signals are open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from orderexec.domain.backlog import OpenRow
from orderexec.domain.lifecycle import State
from orderexec.domain.limits import Limits
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class DayFull:
    """A daily limit of the account does not allow the attempt; `detail` names the limit and the value.

    Nothing was written.
    """

    detail: str


@dataclass(frozen=True, slots=True)
class DayBusy:
    """Too many signals of the account are being counted at this moment; the attempt may be tried again.

    Nothing was written.
    """

    detail: str


class RowChanged(Exception):
    """Raised to the loser of a compare-and-swap: nothing of his was written, and `current` is the row that stands."""

    def __init__(self, current: Row) -> None:
        super().__init__(f"{current.identity.key} was written by somebody else meanwhile")
        self.current = current


class Ledger(Protocol):
    """One row for each signal, changed only by compare-and-swap. A fault of the store itself raises.

    Each write also moves the counter of the account's day: by what the row says its attempt counts as (`Row.counted`).
    """

    def read(self, identity: Identity) -> Row | None:
        """Return the row as it stands after every acknowledged write; None if the signal has none.

        Raises UnreadableRow (domain/unreadable.py).
        """

    def write(self, row: Row, *, over: Row) -> None:
        """Put `row` where `over` stands (its token; none where `over` was never written).

        It stands afterwards, also if an earlier try of this very write had applied it and lost its reply. Raises
        RowChanged if another row stands there: then nothing was changed. Raises UnreadableRow if that cannot be read.
        What `over` was counted as and `row` is not is taken back, by the same write: all of it, or nothing.
        """

    def claim(self, row: Row, *, over: Row, limits: Limits) -> DayFull | DayBusy | None:
        """As `write`, for an attempt that is counted: the row and its count are written, or neither of them.

        Returns DayFull if the day of `row.counted` would then hold more than `limits` allow, and DayBusy if the counter
        could not be moved now. What `over` was counted as is replaced.
        """

    def find_overdue(self, before: int) -> Iterator[OpenRow]:
        """Yield the open rows of all venues that are due before that instant (epoch ms), in no order.

        The rows themselves are not read, so rows that cannot be read are among them.
        """

    def find_resting(self) -> Iterator[Row | Unreadable]:
        """Yield the rows whose orders may still trade (domain/following.py), those of one account and symbol together.

        They are as they stood a moment ago: a write over one that has changed since raises RowChanged, as always.
        """


@dataclass(frozen=True, slots=True)
class OpenSignal:
    """A signal that has not ended, and since when (epoch ms). It is in doubt, waits, or is dead without its letter."""

    key: str
    state: State
    since: int


class OpenSignals(Protocol):
    """The signals of the ledger that have not ended. A fault of the store raises."""

    def look(self) -> list[OpenSignal]:
        """Return the signals that are due first and those that are due last, as many as can be read at little cost."""
