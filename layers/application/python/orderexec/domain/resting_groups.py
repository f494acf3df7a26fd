"""Which resting orders one question to the exchange can be about, and whose turn it is when there are too many."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .following import list_resting
from .order_words import MarginMode
from .orders import Order
from .row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupKey:
    """What orders have in common that are asked about together, with one key of the account."""

    account: str
    market: str
    symbol: str
    margin_mode: MarginMode | None = None
    signed_for: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of which orders rest in one symbol. `apart`: orders that wait for a price stand in a list of their own."""

    key: GroupKey
    rows: tuple[Row, ...]
    apart: bool = False

    @property
    def count(self) -> int:
        """How many orders they are."""
        return sum(1 for row in self.rows for _ in list_resting(row))

    def split_by_list(self) -> list[list[Order]]:
        """Return the orders by the list of the exchange in which they stand: one list, or two."""
        found: dict[bool, list[Order]] = {}
        for leg in (leg for row in self.rows for leg in list_resting(row)):
            found.setdefault(self.apart and leg.triggered, []).append(leg)
        return list(found.values())


def gather_groups(rows: Iterable[Row], apart: Mapping[str, bool]) -> list[Group]:
    """Return the rows by what is asked about together. `apart`: see Group, for each market."""
    found: dict[GroupKey, list[Row]] = {}
    for row in rows:
        if (leg := next(list_resting(row), None)) is not None:  # all orders of a row are of one symbol and account
            found.setdefault(_make_key(row, leg), []).append(row)
    return [Group(key, tuple(members), apart[key.market]) for key, members in found.items()]


def take_turns(groups: Iterable[Group], asked_at: Mapping[GroupKey, int]) -> Iterator[Group]:
    """Yield one group of each account after the other: the one that was asked about longest ago first.

    `asked_at` says when that was (epoch ms). So no account, however many orders it has, takes another one's turn.
    """
    waiting: dict[tuple[str, str], deque[Group]] = {}
    for group in sorted(groups, key=lambda group: asked_at.get(group.key, 0)):
        waiting.setdefault((group.key.account, group.key.market), deque()).append(group)
    lines = deque(waiting.values())
    while lines:
        line = lines.popleft()
        yield line.popleft()
        if line:
            lines.append(line)


def _make_key(row: Row, leg: Order) -> GroupKey:
    return GroupKey(
        account=row.identity.account,
        market=row.market,
        symbol=leg.symbol,
        margin_mode=leg.margin_mode,
        signed_for=row.signed_for,
    )
