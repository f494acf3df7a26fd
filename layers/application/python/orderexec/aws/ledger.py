"""The ledger as a DynamoDB table: every write is a conditional put of the whole row.

Where an attempt is counted in its account's day, the put and the counter's update are one transaction: both or neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orderexec.domain.backlog import OpenRow
from orderexec.domain.daily_count import find_broken_day_limit, list_moves
from orderexec.domain.lifecycle import Row
from orderexec.domain.limits import Limits
from orderexec.domain.signals import Identity
from orderexec.ports import DayBusy, DayFull

from .day_counters import DayCounters, read_counter
from .ledger_item import from_item, to_item
from .open_index import INDEX, PARTS, open_row
from .transactions import BROKEN, Cancelled, transact, until_free

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .dynamodb import DynamoDB


MOST_OF_A_PART = 5_000  # entries of 100 bytes; beyond 80,000 open rows only the longest overdue are told


class RowGone(RuntimeError):
    """The row that a write came from is no longer in the table: somebody deleted it by hand."""


class CounterBusy(RuntimeError):
    """The account's counter could not be moved for all the others that were moving it; nothing was written."""


@dataclass(frozen=True, slots=True)
class DynamoLedger:
    """Implements ports.Ledger."""

    client: "DynamoDBClient | DynamoDB"
    table: str
    counters: DayCounters

    def read(self, identity: Identity) -> Row | None:
        """See ports.Ledger."""
        answer = self.client.get_item(TableName=self.table, Key={"pk": {"S": identity.key}}, ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    def write(self, row: Row, *, over: Row) -> Row | None:
        """See ports.Ledger."""
        if row.counted != over.counted:
            return self._take_back(row, over)
        try:
            put = self._put(row, over)
            until_free(lambda: self.client.put_item(**put), self.counters.clock)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return _current(error.response.get("Item"), row)
        return None

    def claim(self, row: Row, *, over: Row, limits: Limits) -> Row | DayFull | DayBusy | None:
        """See ports.Ledger."""
        attempt = row.counted
        if attempt is None:
            raise ValueError(f"{row.identity.key} is to be counted, but as nothing")
        to_count, *others = list_moves(over.counted, attempt)
        counted = self.counters.update(row.identity.account, to_count, attempt, limits)
        given_back = [self.counters.update(row.identity.account, move) for move in others]
        cancelled = self._transact(row, over, [counted, *given_back])
        if cancelled is None:
            return None
        if cancelled.of(0) == BROKEN:
            return _current(cancelled.item(0), row)
        if cancelled.of(1) == BROKEN:
            used = read_counter(cancelled.item(1) or {})
            return DayFull(
                find_broken_day_limit(used, to_count, attempt, limits) or f"the limits of {attempt.day} are used up"
            )
        return DayBusy(_busy(row))

    def _take_back(self, row: Row, over: Row) -> Row | None:
        """A row whose attempt came to nothing for certain is written with the counter put back, both or neither."""
        updates = [self.counters.update(row.identity.account, move) for move in list_moves(over.counted, row.counted)]
        cancelled = self._transact(row, over, updates)
        if cancelled is None:
            return None
        if cancelled.of(0) == BROKEN:
            return _current(cancelled.item(0), row)
        raise CounterBusy(_busy(row))

    def overdue(self, before: int) -> Iterator[OpenRow]:
        """See ports.Ledger. The index may lag behind the table: whoever acts on an entry reads its row first."""
        for part in PARTS:
            yield from islice(self._entries(part, before), MOST_OF_A_PART)

    def _entries(self, part: str, before: int) -> Iterator[OpenRow]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=INDEX,
            KeyConditionExpression="#open = :part AND due < :before",
            ExpressionAttributeNames={"#open": "open"},
            ExpressionAttributeValues={":part": {"S": part}, ":before": {"N": str(before)}},
        )
        for page in pages:
            yield from map(open_row, page["Items"])

    def _transact(self, row: Row, over: Row, updates: list[Any]) -> Cancelled | None:
        parts: list[Any] = [{"Put": self._put(row, over)}, *({"Update": update} for update in updates)]
        return transact(self.client, parts, self.counters.clock)

    def _put(self, row: Row, over: Row) -> Any:
        put: dict[str, Any] = {
            "TableName": self.table,
            "Item": to_item(row),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if over.token:
            put["ConditionExpression"] = "#token = :seen"
            put["ExpressionAttributeNames"] = {"#token": "token"}
            put["ExpressionAttributeValues"] = {":seen": {"S": over.token}}
        return put


def _current(item: Any, row: Row) -> Row | None:
    """The row that is in the way; None if it is our own: the client repeats a request whose reply was lost."""
    if not isinstance(item, dict):
        raise RowGone(f"{row.identity.key} was deleted from the ledger while it was worked on")
    current = from_item(item)
    return None if current.token == row.token else current


def _busy(row: Row) -> str:
    return f"the counter of account {row.identity.account} is moved by too many signals at once"
