"""Facts of the exchange that all containers share: an item of the shared table for each, and who may renew it when."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orderexec.ports import CacheEntry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .dynamodb import DynamoDB

_KEPT_MS = 86_400_000  # the table deletes an entry that nobody has renewed for a day


@dataclass(frozen=True, slots=True)
class DynamoSharedCache:
    """Implements ports.SharedCache. Raises what DynamoDB's client raises where the table fails."""

    client: "DynamoDBClient | DynamoDB"
    table: str

    def read(self, key: str) -> CacheEntry | None:
        """See ports.SharedCache."""
        item = self.client.get_item(TableName=self.table, Key={"pk": {"S": key}}, ConsistentRead=True).get("Item")
        if item is None:
            return None
        return CacheEntry(
            item["text"]["S"] if "text" in item else None,
            int(item["fetched_at"]["N"]) if "fetched_at" in item else 0,
            int(item["leased_until"]["N"]),
            item["failure"]["S"] if "failure" in item else None,
        )

    def lease(self, key: str, *, seen: int, until: int) -> bool:
        """See ports.SharedCache.

        If the reply to a lease that was taken is lost, the client's next try fails, and this returns False. Then nobody
        fetches until the lease has run out.
        """
        values = {":until": {"N": str(until)}, ":expires": {"N": _compute_expiry(until)}}
        try:
            self.client.update_item(
                TableName=self.table,
                Key={"pk": {"S": key}},
                UpdateExpression="SET leased_until = :until, expires = :expires REMOVE failure",
                ConditionExpression="leased_until = :seen" if seen else "attribute_not_exists(pk)",
                ExpressionAttributeValues=values | ({":seen": {"N": str(seen)}} if seen else {}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def publish(self, key: str, text: str, fetched_at: int, *, leased_until: int) -> None:
        """See ports.SharedCache."""
        self.client.put_item(
            TableName=self.table,
            Item={
                "pk": {"S": key},
                "text": {"S": text},
                "fetched_at": {"N": str(fetched_at)},
                "leased_until": {"N": str(leased_until)},
                "expires": {"N": _compute_expiry(leased_until)},
            },
        )

    def publish_failure(self, key: str, why: str, *, leased_until: int) -> None:
        """See ports.SharedCache."""
        self.client.update_item(
            TableName=self.table,
            Key={"pk": {"S": key}},
            UpdateExpression="SET leased_until = :until, expires = :expires, failure = :why",
            ExpressionAttributeValues={
                ":until": {"N": str(leased_until)},
                ":expires": {"N": _compute_expiry(leased_until)},
                ":why": {"S": why},
            },
        )


def _compute_expiry(now_ms: int) -> str:
    return str((now_ms + _KEPT_MS) // 1000)
