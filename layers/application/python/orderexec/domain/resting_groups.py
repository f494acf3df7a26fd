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
    """What orders have in common that stand in one list of the exchange and are asked about with one key."""

    account: str
    market: str
    symbol: str
    margin_mode: MarginMode | None = None
    conditional: bool = False  # only where the exchange lists orders apart that wait for a price
    signed_for: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of which orders rest in one list. A row whose orders rest in two lists stands in two groups."""

    key: GroupKey
    rows: tuple[Row, ...]

    @property
    def like(self) -> Order:
        """One of the orders: its list is the group's."""
        return next(self.list_legs(self.rows[0]))

    @property
    def count(self) -> int:
        """How many orders they are."""
        return sum(1 for row in self.rows for _ in self.list_legs(row))

    def list_legs(self, row: Row) -> Iterator[Order]:
        """Yield the row's orders that belong to the group."""
        return (leg for leg in list_resting(row) if not self.key.conditional or leg.triggered)


def gather_groups(rows: Iterable[Row], apart: Mapping[str, bool]) -> list[Group]:
    """Return the rows by what one question can be about. `apart` says of each market whether conditionals are."""
    found: dict[GroupKey, list[Row]] = {}
    for row in rows:
        for key in dict.fromkeys(_make_key(row, leg, apart=apart[row.market]) for leg in list_resting(row)):
            found.setdefault(key, []).append(row)
    return [Group(key, tuple(members)) for key, members in found.items()]


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


def _make_key(row: Row, leg: Order, *, apart: bool) -> GroupKey:
    return GroupKey(
        account=row.identity.account,
        market=row.market,
        symbol=leg.symbol,
        margin_mode=leg.margin_mode,
        conditional=apart and leg.triggered,
        signed_for=row.signed_for,
    )
