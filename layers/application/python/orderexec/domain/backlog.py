"""The open rows of a ledger: whose turn it is, and when a row that could not be reconciled is looked at again."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from .signals import Identity

FIRST_PAUSE_MS = 60_000  # after one look in vain; the schedule looks once a minute
LONGEST_PAUSE_MS = 900_000  # a key that was put right is noticed after this time at the latest


@dataclass(frozen=True, slots=True)
class OpenRow:
    """What an index tells of an open row, times in epoch ms: since when it is due, and when it is looked at next."""

    key: str
    due: int
    next_look: int

    @property
    def identity(self) -> Identity | None:
        """The signal that the key names, None if it is the key of none."""
        parts = self.key.split("/", 2)
        return Identity(account=parts[0], venue=parts[1], id=parts[2]) if len(parts) == 3 else None

    @property
    def line(self) -> str:
        """The account and venue that the row belongs to. Rows of different lines are looked at in turn."""
        return "/".join(self.key.split("/", 2)[:2])


def take_turns(rows: Iterable[OpenRow]) -> Iterator[OpenRow]:
    """Yield one row of each line after the other, the longest overdue first within a line and between the lines.

    If R rows are looked at in a run and A lines have rows that are due, each line gets at least R // A looks a run.
    """
    lines: dict[str, list[OpenRow]] = {}
    for row in sorted(rows, key=lambda row: (row.next_look, row.key)):
        lines.setdefault(row.line, []).append(row)
    waiting = deque(map(iter, lines.values()))
    while waiting:
        line = waiting.popleft()
        for row in islice(line, 1):
            yield row
            waiting.append(line)


def bound_runs(place: int, lines: int, rows: int, rows_a_run: int) -> int:
    """Return the number of runs within which the `place`-th overdue row of a line (counted from 1) is looked at.

    `lines` lines have overdue rows, which are `rows` together. Rows that fail meanwhile rest behind those that are due.
    """
    share = rows_a_run // lines
    return -(-place // share) if share else place + -(-rows // rows_a_run)


def choose_pause_ms(looks: int, jitter: float) -> int:
    """Return for how many ms a row rests after `looks` looks in vain.

    These are 1, 2, 4, 8, then 15 minutes, or up to a quarter less, as `jitter` (0 up to 1) says.
    """
    longest = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** min(max(looks - 1, 0), 8))
    return int(longest * (0.75 + jitter / 4))
