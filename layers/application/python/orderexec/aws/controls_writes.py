"""The requests that change the board's item. None of them fails because older versions left too much in it.

"The maximum item size in DynamoDB is 400 KB, which includes both attribute name binary length (UTF-8 length) and
attribute value lengths", and an expression may have 4 KB and 300 operators: "Quotas" in the Developer Guide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from .controls_item import find_leftovers

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .dynamodb import DynamoDB

KEY = {"pk": {"S": "controls"}}
_AT_ONCE = 100  # attributes that one request removes
_EXPIRED_AT_ONCE = 40  # fewer, because each has a condition of its own


class BoardFull(RuntimeError):
    """Raised if the item holds as much as it may, and all of it is needed."""


@dataclass(frozen=True, slots=True)
class ControlsWrites:
    """Each method makes one request, unless the item has to be made smaller first.

    Raises what DynamoDB's client raises, except where a condition fails: then nothing was changed.
    """

    client: "DynamoDBClient | DynamoDB"
    table: str

    def read(self) -> Mapping[str, Any]:
        """Return the item as it stands, {} if there is none yet."""
        answer = self.client.get_item(TableName=self.table, Key=KEY, ConsistentRead=True)
        return answer.get("Item", {})

    def set(
        self,
        attribute: str,
        value: dict[str, Any],
        condition: str,
        *,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        remove: Sequence[str] = (),
        count: str | None = None,
    ) -> bool:
        """Set the attribute `#it`, and remove those of `remove`; return False if the `condition` does not hold.

        `count` names a number that the same write raises by one. If the item is too large, leftovers of older versions
        are removed first, as many as one request can remove, and again until the write is taken. Raises BoardFull if
        there are none left to remove.
        """
        expression, given = "SET #it = :it", {":it": value} | dict(values or {})
        if count is not None:
            expression += f", {count} = if_not_exists({count}, :zero) + :one"
            given |= {":zero": {"N": "0"}, ":one": {"N": "1"}}
        named = {"#it": attribute} | dict(names or {})
        while True:
            try:
                return self._update(_add_removals(expression, remove), condition, named, given)
            except ClientError as error:
                if not _is_too_large(error):
                    raise
            self._make_room()

    def remove(self, attribute: str) -> bool:
        """Remove the attribute; return False if it was not there."""
        return self._update("REMOVE #it", "attribute_exists(#it)", {"#it": attribute}, {})

    def clear(self, attributes: Sequence[str]) -> None:
        """Remove attributes that nobody writes any more, whatever stands in them."""
        for start in range(0, len(attributes), _AT_ONCE):
            names = _number_names(attributes[start : start + _AT_ONCE])
            self._update(_add_removals("", list(names)), None, names, {})

    def clear_expired(self, attributes: Sequence[str], now: int) -> None:
        """Remove the first 40 of the attributes, unless the `until` of one of them lies at `now` (epoch ms) or later.

        Then that one was written anew meanwhile, and none is removed.
        """
        names = _number_names(attributes[:_EXPIRED_AT_ONCE])
        condition = " AND ".join(f"{name}.#until < :now" for name in names)
        self._update(_add_removals("", list(names)), condition, names | {"#until": "until"}, {":now": {"N": str(now)}})

    def _make_room(self) -> None:
        old = find_leftovers(self.read())
        if not old:
            raise BoardFull("the board has no room; resume halts that are no longer needed")
        self.clear(old[:_AT_ONCE])

    def _update(
        self, expression: str, condition: str | None, names: Mapping[str, str], values: Mapping[str, Any]
    ) -> bool:
        """Change the item; return False if the condition does not hold, so that nothing was changed."""
        given: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        given |= {"ExpressionAttributeValues": values} if values else {}
        try:
            self.client.update_item(
                TableName=self.table, Key=KEY, UpdateExpression=expression, ExpressionAttributeNames=names, **given
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _number_names(attributes: Sequence[str]) -> dict[str, str]:
    return {f"#o{index}": name for index, name in enumerate(attributes)}


def _add_removals(expression: str, names: Sequence[str]) -> str:
    return f"{expression} REMOVE {', '.join(names)}".strip() if names else expression


def _is_too_large(error: ClientError) -> bool:
    known = error.response["Error"]
    return known["Code"] == "ValidationException" and "size" in known.get("Message", "").lower()
