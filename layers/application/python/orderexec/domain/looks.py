"""What a look at orders that rest brings: news, or why there is none; and what stands after a run of looks."""

from dataclasses import dataclass
from typing import NamedTuple

from .resting_groups import Group
from .row import Row


class Change(NamedTuple):
    """A row before and after something new was seen of its orders."""

    before: Row
    after: Row


@dataclass(frozen=True, slots=True)
class Looked:
    """All of the orders were seen; `changed` are the rows that have news."""

    group: Group
    changed: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class NotLooked:
    """Nothing, or not all, could be seen of these orders, and why; `changed` are the rows that did change.

    `waits`: only until there is room in a limit again.
    """

    group: Group
    why: str
    changed: tuple[Change, ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class LookFailed:
    """A fault of ours while these orders were looked at. The next run tries again."""

    group: Group
    error: Exception
    changed: tuple[Change, ...] = ()


Look = Looked | NotLooked | LookFailed


@dataclass(frozen=True, slots=True)
class Following:
    """What stands after a run: how many orders rest, and for how many ms one of them has not been seen as it is."""

    resting: int
    unseen_ms: int
