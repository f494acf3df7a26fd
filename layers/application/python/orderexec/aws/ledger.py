"""The ledger as a DynamoDB table: every write is a conditional put of the whole row."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orderexec.domain.backlog import OpenRow
from orderexec.domain.lifecycle import Row
from orderexec.domain.signals import Identity

from .ledger_item import from_item, to_item
from .open_index import INDEX, PARTS, open_row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from .dynamodb import DynamoDB


MOST_OF_A_PART = 5_000  # entries of 100 bytes; beyond 80,000 open rows only the longest overdue are told


class RowGone(RuntimeError):
    """The row that a write came from is no longer in the table: somebody deleted it by hand."""


@dataclass(frozen=True, slots=True)
class DynamoLedger:
    """Implements ports.Ledger."""

    client: "DynamoDBClient | DynamoDB"
    table: str

    def read(self, identity: Identity) -> Row | None:
        """See ports.Ledger."""
        answer = self.client.get_item(TableName=self.table, Key={"pk": {"S": identity.key}}, ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    def write(self, row: Row, *, over: Row) -> Row | None:
        """See ports.Ledger."""
        try:
            if over.token:
                self._put(row, "#token = :seen", {"#token": "token"}, {":seen": {"S": over.token}})
            else:
                self._put(row, "attribute_not_exists(pk)", None, None)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            standing = _standing(error, row)
            # The client repeats a request whose reply was lost; then the row that is in the way is our own.
            return None if standing.token == row.token else standing
        return None

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

    def _put(
        self,
        row: Row,
        condition: str,
        names: dict[str, str] | None,
        values: "dict[str, AttributeValueTypeDef] | None",
    ) -> None:
        given = {} if names is None else {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        self.client.put_item(
            TableName=self.table,
            Item=to_item(row),
            ConditionExpression=condition,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **given,  # type: ignore[arg-type]
        )


def _standing(error: ClientError, row: Row) -> Row:
    item = error.response.get("Item")
    if not isinstance(item, dict):
        raise RowGone(f"{row.identity.key} was deleted from the ledger while it was worked on") from error
    return from_item(item)
