"""As much of DynamoDB's expressions as a day's counter needs: `SET x = :x ADD y :y, ...`, and "at most" conditions."""

import re
from decimal import Decimal
from typing import Any

Item = dict[str, Any]
_AT_MOST = re.compile(r"(?:\(attribute_not_exists\((\S+)\) OR )?(\S+) <= (:\w+)\)?")


def allows(update: Item, current: Item | None) -> bool:
    """Whether the update's condition holds for the item as it stands."""
    condition = update.get("ConditionExpression")
    return condition is None or all(_is_met(part, update, current or {}) for part in condition.split(" AND "))


def updated(update: Item, current: Item | None) -> Item:
    """The item after the update."""
    item, values = dict(current or update["Key"]), update["ExpressionAttributeValues"]
    assigned, added = re.fullmatch(r"SET (.+) ADD (.+)", update["UpdateExpression"]).groups()  # type: ignore[union-attr]
    name, value = assigned.split(" = ")
    item[_name(name, update)] = values[value]
    for part in added.split(", "):
        name, value = part.split(" ")
        before = Decimal(item.get(_name(name, update), {"N": "0"})["N"])
        item[_name(name, update)] = {"N": str(before + Decimal(values[value]["N"]))}
    return item


def _is_met(condition: str, update: Item, item: Item) -> bool:
    found = _AT_MOST.fullmatch(condition)
    if found is None:
        raise AssertionError(f"the simulated table does not know the condition {condition}")
    may_be_absent, name, value = found.groups()
    if _name(name, update) not in item:
        return may_be_absent is not None
    most = Decimal(update["ExpressionAttributeValues"][value]["N"])
    return Decimal(item[_name(name, update)]["N"]) <= most


def _name(name: str, update: Item) -> str:
    return str(update.get("ExpressionAttributeNames", {}).get(name, name))
