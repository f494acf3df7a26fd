"""What each account has used of its day: an item in the shared table for each account and day, moved by the ledger.

A counter is never written alone: it moves in one transaction with the row whose attempt it counts (aws/ledger.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderexec.domain.daily_count import Counted, Move, Used, compute_worth_left, count_orders_left
from orderexec.domain.decimals import SMALLEST, format_plain, round_down
from orderexec.domain.limits import Limits
from orderexec.ports import Clock

# Nobody needs a day that is over; a month of them is there for a person to look at.
_KEPT_SECONDS = 30 * 86_400
_WORTH = "notional:"


@dataclass(frozen=True, slots=True)
class DayCounters:
    """Where the counters stand, and with what patience they are moved: `clock` gives time and jitter."""

    table: str
    clock: Clock

    def update(self, account: str, move: Move, attempt: Counted | None = None, limits: Limits | None = None) -> Any:
        """The move as part of a transaction; with `limits` on condition that they allow the attempt."""
        # ADD makes what is not there, and takes negative numbers ("Update expressions" in DynamoDB's guide).
        names = {f"#n{place}": f"{_WORTH}{asset}" for place, asset in enumerate(move.worth)}
        values = {":orders": _number(Decimal(move.orders)), ":expires": self._expires()}
        values |= {f":n{place}": _number(by) for place, by in enumerate(move.worth.values())}
        added = ", ".join(["orders :orders", *(f"#n{place} :n{place}" for place in range(len(move.worth)))])
        condition: dict[str, Any] = {}
        if attempt is not None and limits is not None:
            condition = _condition(move, attempt, limits, names, values)
        return {
            "TableName": self.table,
            "Key": {"pk": {"S": day_key(account, move.day)}},
            "UpdateExpression": f"SET expires = :expires ADD {added}",
            "ExpressionAttributeValues": values,
            **({"ExpressionAttributeNames": names} if names else {}),
            **condition,
        }

    def _expires(self) -> dict[str, str]:
        return {"N": str(self.clock.now() // 1000 + _KEPT_SECONDS)}


def _condition(
    move: Move, attempt: Counted, limits: Limits, names: dict[str, str], values: dict[str, Any]
) -> dict[str, Any]:
    """That orders and worth of the attempt's day stay within the limits; `names` and `values` get what it needs."""
    conditions = []
    if (orders := count_orders_left(limits, move)) is not None:
        conditions.append(_at_most("orders", ":orders_left", may_be_absent=orders >= 0))
        values[":orders_left"] = _number(Decimal(orders))
    if (worth := compute_worth_left(limits, move, attempt)) is not None:
        names["#spent"] = f"{_WORTH}{attempt.asset}"
        conditions.append(_at_most("#spent", ":worth_left", may_be_absent=worth >= 0))
        values[":worth_left"] = _number(round_down(worth, SMALLEST))
    if not conditions:
        return {}
    return {"ConditionExpression": " AND ".join(conditions), "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _at_most(name: str, left: str, *, may_be_absent: bool) -> str:
    return f"(attribute_not_exists({name}) OR {name} <= {left})" if may_be_absent else f"{name} <= {left}"


def _number(value: Decimal) -> dict[str, str]:
    return {"N": format_plain(value)}


def day_key(account: str, day: str) -> str:
    """Of the account's counter of that day."""
    return f"day/{account}/{day}"


def read_counter(item: Mapping[str, Any]) -> Used:
    """The counter as it stands in the table; an empty item is a day without orders."""
    worth = {name.removeprefix(_WORTH): Decimal(value["N"]) for name, value in item.items() if name.startswith(_WORTH)}
    return Used(orders=int(item.get("orders", {"N": "0"})["N"]), worth=worth)
