"""What DynamoDB documents of numbers and moto does not keep: up to 38 digits, more raise ("Supported data types")."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient

MOST_DIGITS = 38


def refuse_long_numbers(client: DynamoDBClient) -> None:
    """From now on each call with a number that DynamoDB could not keep fails, as it would there."""

    def check(params: dict[str, Any], model: Any, **_: Any) -> None:
        for number in _numbers(json.loads(params["body"])):
            if len(Decimal(number).normalize().as_tuple().digits) > MOST_DIGITS:
                told: Any = {"Error": {"Code": "ValidationException", "Message": f"{number} has more than 38 digits"}}
                raise ClientError(told, model.name)

    client.meta.events.register("before-call.dynamodb", check)


def _numbers(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"N"}:
            yield value["N"]
        for inner in value.values():
            yield from _numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner)
