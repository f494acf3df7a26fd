"""How the ledger is read for people: one signal, all open ones by the index, or a search through the whole table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orderctl.sources.exchange import clock, randomness
from orderctl.target import Stack
from orderexec.aws.day_counters import DayCounters
from orderexec.aws.ledger import DynamoLedger, RowGone
from orderexec.aws.ledger_item import parse_item
from orderexec.domain.lifecycle import Row
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable, UnreadableRow
from orderexec.ports import RowChanged

_FOR_EVER = 10**15  # epoch ms; every open row is due before it


@dataclass(frozen=True)
class Wanted:
    """What rows are looked for; None: whatever it is. `day` is from and to, epoch ms, of when the signal was issued."""

    state: str | None = None
    account: str | None = None
    reason: str | None = None
    strategy: str | None = None
    symbol: str | None = None
    day: tuple[int, int] | None = None

    @property
    def equal(self) -> dict[str, str]:
        """Attributes and the values that they must have."""
        names = ("state", "account", "reason", "strategy", "symbol")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def filter(self) -> dict[str, Any]:
        """As a Scan takes it."""
        names = {f"#{name}": name for name in self.equal}
        values: dict[str, Any] = {f":{name}": {"S": value} for name, value in self.equal.items()}
        parts = [f"#{name} = :{name}" for name in self.equal]
        if self.day is not None:
            names["#issued_at"] = "issued_at"
            values |= {":from": {"N": str(self.day[0])}, ":to": {"N": str(self.day[1] - 1)}}
            parts.append("#issued_at BETWEEN :from AND :to")
        if not parts:
            return {}
        return {
            "FilterExpression": " AND ".join(parts),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }

    def holds(self, row: Row) -> bool:
        """The same of a row that was read already."""
        request = row.request
        known = {
            "state": row.state.value,
            "account": row.identity.account,
            "reason": row.reason and row.reason.value,
            "strategy": row.strategy,
            "symbol": request and request.symbol,
        }
        if self.day is not None and not self.day[0] <= row.issued_at < self.day[1]:
            return False
        return all(known[name] == value for name, value in self.equal.items())


@dataclass(frozen=True)
class Page:
    """Rows found, how many were looked at, and the key to go on after (None: that was all)."""

    rows: list[Row]
    read: int
    after: str | None
    unreadable: list[Unreadable] = field(default_factory=list)


def page(found: Iterable[Row | Unreadable], read: int, after: str | None) -> Page:
    """What was found, the rows apart from what cannot be read."""
    known = list(found)
    return Page(
        [each for each in known if isinstance(each, Row)],
        read,
        after,
        [each for each in known if isinstance(each, Unreadable)],
    )


def row(stack: Stack, identity: Identity) -> Row | Unreadable | None:
    """The signal's row as it stands."""
    try:
        return ledger(stack).read(identity)
    except UnreadableRow as trouble:
        return trouble.row


def replace(stack: Stack, row: Row, *, over: Row) -> bool:
    """Put `row` where `over` stands; False, and nothing is changed, if another one, or none, stands there meanwhile."""
    try:
        ledger(stack).write(row, over=over)
    except (RowChanged, RowGone, UnreadableRow):
        return False
    return True


def find(stack: Stack, signal: str, account: str, venue: str) -> Row | Unreadable | None:
    """The row of a signal that a person names by its id, or by its whole key."""
    found = row(stack, Identity(account=account, venue=venue, id=signal))
    parts = signal.split("/", 2)
    if found is None and len(parts) == 3:
        return row(stack, Identity(account=parts[0], venue=parts[1], id=parts[2]))
    return found


def open_rows(stack: Stack) -> Iterator[Row | Unreadable]:
    """Every row that somebody may still have to look after, the longest due first; closed ones cost nothing."""
    for entry in sorted(ledger(stack).find_overdue(_FOR_EVER), key=lambda entry: (entry.due, entry.key)):
        identity = entry.identity
        if identity is None:
            yield Unreadable(entry.key, "its key is not <account>/<venue>/<id>")
        elif (found := row(stack, identity)) is not None and (isinstance(found, Unreadable) or found.due is not None):
            yield found


def attributes(stack: Stack, key: str) -> dict[str, Any]:
    """What stands under a key, by name, whether it is a row or not."""
    call = {"TableName": stack.output("LedgerTable"), "Key": {"pk": {"S": key}}, "ConsistentRead": True}
    item = stack.client("dynamodb").get_item(**call).get("Item", {})
    return {name: next(iter(value.values())) for name, value in sorted(item.items())}


def search(
    stack: Stack, wanted: Wanted, *, limit: int, after: str | None, progress: Callable[[int, int], None]
) -> Page:
    """Up to `limit` rows in the table's own order, which is none; `progress` hears how many were read and found.

    The ledger has no index for this, since one would cost a write with each signal: the table is read through, and
    each 4 KB of it cost half a read unit.
    """
    client, table = stack.client("dynamodb"), stack.output("LedgerTable")
    found: list[Mapping[str, Any]] = []
    read = 0
    start: dict[str, Any] = {} if after is None else {"ExclusiveStartKey": {"pk": {"S": after}}}
    while True:
        answer = client.scan(TableName=table, **wanted.filter(), **start)
        read += answer["ScannedCount"]
        found += answer["Items"]
        progress(read, len(found))
        if len(found) > limit:
            return page(map(parse_item, found[:limit]), read, found[limit - 1]["pk"]["S"])
        if "LastEvaluatedKey" not in answer:
            return page(map(parse_item, found), read, None)
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def ledger(stack: Stack) -> DynamoLedger:
    """The stack's own."""
    counters = DayCounters(stack.output("SharedTable"), clock(), randomness())
    return DynamoLedger(stack.client("dynamodb"), stack.output("LedgerTable"), counters)
