"""The ledger as a DynamoDB table: every write is a conditional put of one whole row.

Where an attempt is counted in its account's day, the put and the counter's update are one transaction: both or neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orderexec.domain.backlog import OpenRow
from orderexec.domain.daily_count import find_broken_day_limit, list_moves
from orderexec.domain.limits import Limits
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable
from orderexec.ports import DayBusy, DayFull, RowChanged

from . import resting_index
from .day_counters import DayCounters, read_counter
from .ledger_item import make_item, parse_item, read_row
from .open_index import INDEX, PARTS, read_open_row
from .transactions import BROKEN, Cancelled, transact, write_until_free

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .dynamodb import DynamoDB


MOST_OF_A_PART = 5_000  # entries of 100 bytes; of more than 80,000 open rows only the longest overdue are read


class RowGone(RuntimeError):
    """Raised if the row that a write should replace is no longer in the table: somebody deleted it by hand."""


class CounterBusy(RuntimeError):
    """Raised if other writes kept the account's counter busy at every try; nothing was written."""


@dataclass(frozen=True, slots=True)
class DynamoLedger:
    """Implements ports.Ledger. Raises what DynamoDB's client raises where the table fails."""

    client: "DynamoDBClient | DynamoDB"
    table: str
    counters: DayCounters

    def read(self, identity: Identity) -> Row | None:
        """See ports.Ledger."""
        answer = self.client.get_item(TableName=self.table, Key={"pk": {"S": identity.key}}, ConsistentRead=True)
        return read_row(answer["Item"]) if "Item" in answer else None

    def write(self, row: Row, *, over: Row) -> None:
        """See ports.Ledger."""
        if row.counted != over.counted:
            self._take_back(row, over)
            return
        try:
            put = self._make_put(row, over)
            write_until_free(lambda: self.client.put_item(**put), self.counters.clock, self.counters.randomness)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            _check_current(error.response.get("Item"), row)

    def claim(self, row: Row, *, over: Row, limits: Limits) -> DayFull | DayBusy | None:
        """See ports.Ledger."""
        attempt = row.counted
        if attempt is None:
            raise ValueError(f"{row.identity.key} is to be counted, but as nothing")
        to_count, *others = list_moves(over.counted, attempt)
        counted = self.counters.make_update(row.identity.account, to_count, attempt, limits)
        given_back = [self.counters.make_update(row.identity.account, move) for move in others]
        cancelled = self._transact(row, over, [counted, *given_back])
        if cancelled is None:
            return None
        if cancelled.get_code(0) == BROKEN:
            _check_current(cancelled.get_item(0), row)
            return None
        if cancelled.get_code(1) == BROKEN:
            used = read_counter(cancelled.get_item(1) or {})
            return DayFull(
                find_broken_day_limit(used, to_count, attempt, limits) or f"the limits of {attempt.day} are used up"
            )
        return DayBusy(_describe_busy(row))

    def _take_back(self, row: Row, over: Row) -> None:
        """A row whose attempt came to nothing for certain is written with the counter put back, both or neither."""
        updates = [
            self.counters.make_update(row.identity.account, move) for move in list_moves(over.counted, row.counted)
        ]
        cancelled = self._transact(row, over, updates)
        if cancelled is None:
            return
        if cancelled.get_code(0) != BROKEN:
            raise CounterBusy(_describe_busy(row))
        _check_current(cancelled.get_item(0), row)

    def find_overdue(self, before: int) -> Iterator[OpenRow]:
        """See ports.Ledger. The index may lag behind the table: read a row before you act on its entry."""
        for part in PARTS:
            yield from islice(self._query_part(part, before), MOST_OF_A_PART)

    def find_resting(self) -> Iterator[Row | Unreadable]:
        """See ports.Ledger. The index may lag: a row may be an older one, and nothing is written over that."""
        pages = self.client.get_paginator("query")
        for part in resting_index.PARTS:
            found = pages.paginate(
                TableName=self.table,
                IndexName=resting_index.INDEX,
                KeyConditionExpression="resting = :part",
                ExpressionAttributeValues={":part": {"S": part}},
            )
            for page in found:
                yield from map(parse_item, page["Items"])

    def _query_part(self, part: str, before: int) -> Iterator[OpenRow]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=INDEX,
            KeyConditionExpression="#open = :part AND due < :before",
            ExpressionAttributeNames={"#open": "open"},
            ExpressionAttributeValues={":part": {"S": part}, ":before": {"N": str(before)}},
        )
        for page in pages:
            yield from map(read_open_row, page["Items"])

    def _transact(self, row: Row, over: Row, updates: list[Any]) -> Cancelled | None:
        parts: list[Any] = [{"Put": self._make_put(row, over)}, *({"Update": update} for update in updates)]
        return transact(self.client, parts, self.counters.clock, self.counters.randomness)

    def _make_put(self, row: Row, over: Row) -> Any:
        put: dict[str, Any] = {
            "TableName": self.table,
            "Item": make_item(row),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if over.token:
            put["ConditionExpression"] = "#token = :seen"
            put["ExpressionAttributeNames"] = {"#token": "token"}
            put["ExpressionAttributeValues"] = {":seen": {"S": over.token}}
        return put


def _check_current(item: Any, row: Row) -> None:
    """Raise RowChanged unless the row in the way is our own: the client repeats a write whose reply was lost."""
    if not isinstance(item, dict):
        raise RowGone(f"{row.identity.key} was deleted from the ledger while it was worked on")
    current = read_row(item)
    if current.token != row.token:
        raise RowChanged(current)


def _describe_busy(row: Row) -> str:
    return f"the counter of account {row.identity.account} is moved by too many signals at once"
