"""What each account has used of its daily limits: one item of the shared table for each account and day.

A counter is never written alone: it moves in one transaction with the row whose attempt it counts (aws/ledger.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderexec.domain.daily_count import Counted, Move, Used, compute_worth_left, count_orders_left
from orderexec.domain.decimals import SMALLEST, format_plain, round_down
from orderexec.domain.limits import Limits
from orderexec.ports import Clock, Randomness

# The function needs only the present day; the month before is kept for a person to look at.
_KEPT_SECONDS = 30 * 86_400
_WORTH = "notional:"


@dataclass(frozen=True, slots=True)
class DayCounters:
    """Where the counters stand. `clock` and `randomness` also say how the ledger waits between tries to move them."""

    table: str
    clock: Clock
    randomness: Randomness

    def make_update(
        self, account: str, move: Move, attempt: Counted | None = None, limits: Limits | None = None
    ) -> Any:
        """Return the update that adds the move to the account's counter, for use as part of a transaction.

        With `attempt` and `limits`, it has the condition that the limits allow the attempt.
        """
        # ADD creates what is missing, and takes negative numbers ("Update expressions" in DynamoDB's developer guide).
        names = {f"#n{place}": f"{_WORTH}{asset}" for place, asset in enumerate(move.worth)}
        values = {":orders": _make_number(Decimal(move.orders)), ":expires": self._compute_expiry()}
        values |= {f":n{place}": _make_number(by) for place, by in enumerate(move.worth.values())}
        added = ", ".join(["orders :orders", *(f"#n{place} :n{place}" for place in range(len(move.worth)))])
        condition: dict[str, Any] = {}
        if attempt is not None and limits is not None:
            condition = _make_condition(move, attempt, limits, names, values)
        return {
            "TableName": self.table,
            "Key": {"pk": {"S": make_day_key(account, move.day)}},
            "UpdateExpression": f"SET expires = :expires ADD {added}",
            "ExpressionAttributeValues": values,
            **({"ExpressionAttributeNames": names} if names else {}),
            **condition,
        }

    def _compute_expiry(self) -> dict[str, str]:
        return {"N": str(self.clock.now() // 1000 + _KEPT_SECONDS)}


def _make_condition(
    move: Move, attempt: Counted, limits: Limits, names: dict[str, str], values: dict[str, Any]
) -> dict[str, Any]:
    """Return the condition that the orders and the worth of the attempt's day stay within the limits.

    The names and values that the condition refers to are added to `names` and `values`.
    """
    conditions = []
    if (orders := count_orders_left(limits, move)) is not None:
        conditions.append(_require_at_most("orders", ":orders_left", may_be_absent=orders >= 0))
        values[":orders_left"] = _make_number(Decimal(orders))
    if (worth := compute_worth_left(limits, move, attempt)) is not None:
        names["#spent"] = f"{_WORTH}{attempt.asset}"
        conditions.append(_require_at_most("#spent", ":worth_left", may_be_absent=worth >= 0))
        values[":worth_left"] = _make_number(round_down(worth, SMALLEST))
    if not conditions:
        return {}
    return {"ConditionExpression": " AND ".join(conditions), "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _require_at_most(name: str, left: str, *, may_be_absent: bool) -> str:
    return f"(attribute_not_exists({name}) OR {name} <= {left})" if may_be_absent else f"{name} <= {left}"


def _make_number(value: Decimal) -> dict[str, str]:
    return {"N": format_plain(value)}


def make_day_key(account: str, day: str) -> str:
    """Return the key of the account's counter of that day (as in Counted.day, such as 2026-11-27)."""
    return f"day/{account}/{day}"


def read_counter(item: Mapping[str, Any]) -> Used:
    """Return what the item of a counter says was used; an empty item means a day without orders."""
    worth = {name.removeprefix(_WORTH): Decimal(value["N"]) for name, value in item.items() if name.startswith(_WORTH)}
    return Used(orders=int(item.get("orders", {"N": "0"})["N"]), worth=worth)
