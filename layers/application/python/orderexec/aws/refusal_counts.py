"""Runs of refusals: an item of the shared table for each, which the table deletes an hour after its last refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orderexec.domain.refusals import LASTS_MS
from orderexec.ports import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .dynamodb import DynamoDB

_NAMES = {"#count": "count", "#at": "at", "#expires": "expires"}
_NONE = "attribute_not_exists(#at)"


@dataclass(frozen=True, slots=True)
class RefusalCounts:
    """Counts what the exchange refused. A message that names something new costs one small item, for an hour."""

    client: "DynamoDBClient | DynamoDB"
    table: str
    clock: Clock

    def count_one_more(self, run: str) -> int:
        """Count one more refusal of the run; return how many it has now.

        After an hour without any refusal a new run begins, and this is its first.
        """
        alive, old = f"{_NONE} OR #at >= :alive", "#at < :alive"
        while True:  # an old run is replaced by a new one, unless another container was first
            counted = self._write(run, "SET #at = :now, #expires = :expires ADD #count :one", alive)
            if counted is not None:
                return int(counted["count"]["N"])
            if self._write(run, "SET #at = :now, #expires = :expires, #count = :one", old) is not None:
                return 1

    def end(self, run: str) -> None:
        """Forget the run's refusals: the next one is the first again.

        The item itself is left for the table to delete, because the function's role may not delete items.
        """
        self.client.update_item(
            TableName=self.table,
            Key=_make_key(run),
            UpdateExpression="SET #expires = :expires REMOVE #count, #at",
            ExpressionAttributeNames=_NAMES,
            ExpressionAttributeValues={":expires": {"N": str(self._compute_expiry())}},
        )

    def _compute_expiry(self) -> int:
        return (self.clock.now() + LASTS_MS) // 1000 + 1

    def _write(self, run: str, expression: str, condition: str) -> Mapping[str, Any] | None:
        now = self.clock.now()
        values = {":now": now, ":expires": self._compute_expiry(), ":one": 1, ":alive": now - LASTS_MS}
        try:
            answer = self.client.update_item(
                TableName=self.table,
                Key=_make_key(run),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=_NAMES,
                ExpressionAttributeValues={name: {"N": str(value)} for name, value in values.items()},
                ReturnValues="UPDATED_NEW",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return None
        return answer["Attributes"]


def _make_key(run: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"refusals/{run}"}}
