"""A cheap look at the signals that have not ended: some keys of the sparse index, and their rows' state and times.

The index knows when a row is due, but not since when it is open. So of each part of the index the rows that are due
first are read, and those that are due last, which may wait for hours. A part with no more open rows than that is
measured exactly. A part with more is measured by its two ends, and a row in doubt that was put off may stand between
them; the UnreconciledAlarm sees it, because it counts the rows of the reconciling runs themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orderexec.domain.lifecycle import State
from orderexec.ports import OpenSignal

from .open_index import INDEX

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FIRST, LAST = 75, 25  # together 100, which is what one BatchGetItem takes ("BatchGetItem" in the API reference)
_TRIES = 3  # DynamoDB may return keys of a batch unread, as UnprocessedKeys
# By a row's state, the attributes that can say since when it is open; the first that the row has counts.
_SINCE = {
    State.SENT: ("earliest_signed_at", "signed_at", "updated_at"),
    State.WAITING: ("issued_at", "updated_at"),
    State.DEAD: ("updated_at",),
}
_READ = ("pk", "state", "letter_sent", "earliest_signed_at", "signed_at", "issued_at", "updated_at")
_NAMES = {f"#{name}": name for name in _READ}  # "state" is a reserved word of DynamoDB


class RowsLeftOut(RuntimeError):
    """Raised if DynamoDB did not return every row that was asked for."""


@dataclass(frozen=True, slots=True)
class DynamoOpenSignals:
    """Implements ports.OpenSignals. `partitions` are the keys of the parts of the index.

    Reads are eventually consistent: they cost half ("DynamoDB read consistency" in the developer guide), and what they
    miss of the last second does not matter here.
    """

    client: "DynamoDBClient"
    table: str
    partitions: Sequence[str]

    def look(self) -> list[OpenSignal]:
        """See ports.OpenSignals."""
        rows = [row for partition in self.partitions for row in self._read_rows(self._find_keys(partition))]
        return [signal for row in rows if (signal := _read_open_signal(row)) is not None]

    def _find_keys(self, partition: str) -> list[str]:
        first = self._query_due(partition, FIRST, forward=True)
        last = self._query_due(partition, LAST, forward=False) if len(first) == FIRST else []
        return list(dict.fromkeys([*first, *last]))

    def _query_due(self, partition: str, most: int, *, forward: bool) -> list[str]:
        answer = self.client.query(
            TableName=self.table,
            IndexName=INDEX,
            KeyConditionExpression="#open = :partition",
            ExpressionAttributeNames={"#open": "open"},
            ExpressionAttributeValues={":partition": {"S": partition}},
            ScanIndexForward=forward,
            Limit=most,
        )
        return [entry["pk"]["S"] for entry in answer["Items"]]

    def _read_rows(self, keys: Sequence[str]) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        left: Any = {self.table: self._make_request(keys)} if keys else {}
        for _ in range(_TRIES):
            if not left:
                return found
            answer = self.client.batch_get_item(RequestItems=left)
            found += answer["Responses"].get(self.table, [])
            left = answer.get("UnprocessedKeys", {})
        if left:
            raise RowsLeftOut(f"of {len(keys)} rows only {len(found)} could be read in {_TRIES} tries")
        return found

    def _make_request(self, keys: Sequence[str]) -> dict[str, Any]:
        return {
            "Keys": [{"pk": {"S": key}} for key in keys],
            "ProjectionExpression": ", ".join(_NAMES),
            "ExpressionAttributeNames": _NAMES,
        }


def _read_open_signal(item: Mapping[str, Any]) -> OpenSignal | None:
    """Return the open signal of a row.

    None if the signal has ended and its row only waits for its audit, and if this version cannot read the row.
    """
    values = {name: next(iter(value.values())) for name, value in item.items()}
    state = next((state for state in _SINCE if state == values.get("state")), None)
    if state is None or (state is State.DEAD and values.get("letter_sent")):
        return None
    since = next((values[name] for name in _SINCE[state] if name in values), None)
    try:
        return None if since is None else OpenSignal(values["pk"], state, int(since))
    except (TypeError, ValueError):
        return None
