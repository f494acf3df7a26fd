"""How the ledger is read for people: one row, all open rows by the index, or a search through the whole table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orderctl.sources.exchange import clock, randomness
from orderctl.target import Stack
from orderexec.aws.day_counters import DayCounters
from orderexec.aws.ledger import DynamoLedger, RowGone
from orderexec.aws.ledger_item import parse_item
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable, UnreadableRow
from orderexec.ports import RowChanged

_FOR_EVER = 10**15  # epoch ms; every open row is due before this


@dataclass(frozen=True)
class Wanted:
    """Which rows are wanted; a field of None restricts nothing. `day`: issued from when, before when (epoch ms)."""

    state: str | None = None
    account: str | None = None
    reason: str | None = None
    strategy: str | None = None
    symbol: str | None = None
    day: tuple[int, int] | None = None

    @property
    def equal(self) -> dict[str, str]:
        """The attributes that are given, and the values that they must have."""
        names = ("state", "account", "reason", "strategy", "symbol")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def build_filter(self) -> dict[str, Any]:
        """Return the filter as the parameters of a Scan."""
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
        """Return whether a row that was already read is wanted."""
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
    """The rows found, how many were read, and the key to go on after; None if there are no more."""

    rows: list[Row]
    read: int
    after: str | None
    unreadable: list[Unreadable] = field(default_factory=list)


def build_page(found: Iterable[Row | Unreadable], read: int, after: str | None) -> Page:
    """Return a page of what was found, with the rows that cannot be read apart from the others."""
    known = list(found)
    return Page(
        [each for each in known if isinstance(each, Row)],
        read,
        after,
        [each for each in known if isinstance(each, Unreadable)],
    )


def read_row(stack: Stack, identity: Identity) -> Row | Unreadable | None:
    """Return the current row of the signal; None if there is none."""
    try:
        return open_ledger(stack).read(identity)
    except UnreadableRow as trouble:
        return trouble.row


def replace(stack: Stack, row: Row, *, over: Row) -> bool:
    """Replace the row `over` by `row`. Return False, and change nothing, if the ledger no longer holds `over`."""
    try:
        open_ledger(stack).write(row, over=over)
    except (RowChanged, RowGone, UnreadableRow):
        return False
    return True


def find(stack: Stack, signal: str, account: str, venue: str) -> Row | Unreadable | None:
    """Return the row of a signal that a person names by its id or by its whole key; None if there is none."""
    found = read_row(stack, Identity(account=account, venue=venue, id=signal))
    parts = signal.split("/", 2)
    if found is None and len(parts) == 3:
        return read_row(stack, Identity(account=parts[0], venue=parts[1], id=parts[2]))
    return found


def read_open_rows(stack: Stack) -> Iterator[Row | Unreadable]:
    """Yield every open row, the longest due first. The index holds no other rows, so that they cost nothing."""
    for entry in sorted(open_ledger(stack).find_overdue(_FOR_EVER), key=lambda entry: (entry.due, entry.key)):
        identity = entry.identity
        if identity is None:
            yield Unreadable(entry.key, "its key is not <account>/<venue>/<id>")
        elif (found := read_row(stack, identity)) is not None and (
            isinstance(found, Unreadable) or found.due is not None
        ):
            yield found


def read_resting_rows(stack: Stack) -> Iterator[Row | Unreadable]:
    """Yield every row of which an order may still trade, those of one account and symbol together."""
    yield from open_ledger(stack).find_resting()


def read_attributes(stack: Stack, key: str) -> dict[str, Any]:
    """Return the attributes stored under a key, by name, also if they make no valid row."""
    call = {"TableName": stack.output("LedgerTable"), "Key": {"pk": {"S": key}}, "ConsistentRead": True}
    item = stack.client("dynamodb").get_item(**call).get("Item", {})
    return {name: next(iter(value.values())) for name, value in sorted(item.items())}


def search(
    stack: Stack, wanted: Wanted, *, limit: int, after: str | None, progress: Callable[[int, int], None]
) -> Page:
    """Return up to `limit` wanted rows, in no order; `progress` is called with the number of rows read and found.

    The ledger has no index for this, because an index would cost a write with each signal. So the whole table is read,
    and each 4 KB of it cost half a read unit.
    """
    client, table = stack.client("dynamodb"), stack.output("LedgerTable")
    found: list[Mapping[str, Any]] = []
    read = 0
    start: dict[str, Any] = {} if after is None else {"ExclusiveStartKey": {"pk": {"S": after}}}
    while True:
        answer = client.scan(TableName=table, **wanted.build_filter(), **start)
        read += answer["ScannedCount"]
        found += answer["Items"]
        progress(read, len(found))
        if len(found) > limit:
            return build_page(map(parse_item, found[:limit]), read, found[limit - 1]["pk"]["S"])
        if "LastEvaluatedKey" not in answer:
            return build_page(map(parse_item, found), read, None)
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def open_ledger(stack: Stack) -> DynamoLedger:
    """Return the ledger of the stack."""
    counters = DayCounters(stack.output("SharedTable"), clock(), randomness())
    return DynamoLedger(stack.client("dynamodb"), stack.output("LedgerTable"), counters)
