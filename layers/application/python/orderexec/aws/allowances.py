"""What each account has used of its day: a counter in the shared table, moved together with a mark for each signal.

Both are written in one transaction, so a signal is counted once, whatever dies in between, and however often it comes.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orderexec.domain.decimals import plain
from orderexec.domain.limits import Limits
from orderexec.domain.signals import Identity
from orderexec.ports import Chance

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A mark must outlive every message of its signal: SQS keeps one for 14 days, and again in the dead-letter queue.
_KEPT_SECONDS = 30 * 86_400
# Signals of one account that are counted at the same moment get in each other's way.
_TRIES = 12
_PAUSE_SECONDS = 0.05
_BUSY = "TransactionConflict"
_BROKEN = "ConditionalCheckFailed"


class CounterBusy(RuntimeError):
    """The account's counter could not be moved for all the others that were moving it; nothing was counted."""


@dataclass(frozen=True, slots=True)
class DynamoAllowances:
    """Implements ports.Allowances."""

    client: "DynamoDBClient"
    table: str
    chance: Chance

    def take(self, identity: Identity, day: str, asset: str, notional: Decimal, limits: Limits) -> str | None:
        """See ports.Allowances."""
        mark, counter = self._mark(identity), self._counter(identity.account, day, asset, notional, limits)
        for _ in range(_TRIES):
            try:
                self.client.transact_write_items(TransactItems=[{"Put": mark}, {"Update": counter}])
            except ClientError as error:
                of_mark, of_counter = _reasons(error)
                if of_mark["Code"] == _BROKEN:
                    return None  # counted before
                if of_counter["Code"] == _BROKEN:
                    return _told(of_counter.get("Item", {}), day, asset, notional, limits)
                if _BUSY not in (of_mark["Code"], of_counter["Code"]):
                    raise
                self.chance.sleep(self.chance.jitter() * _PAUSE_SECONDS)
            else:
                return None
        raise CounterBusy(f"the counter of account {identity.account} for {day} is moved by too many at once")

    def _mark(self, identity: Identity) -> Any:
        return {
            "TableName": self.table,
            "Item": {"pk": {"S": f"counted/{identity.key}"}, "expires": self._expires()},
            "ConditionExpression": "attribute_not_exists(pk)",
        }

    def _counter(self, account: str, day: str, asset: str, notional: Decimal, limits: Limits) -> Any:
        conditions, names = [], {"#notional": f"notional:{asset}"}
        values = {":one": {"N": "1"}, ":notional": {"N": plain(notional)}, ":expires": self._expires()}
        if limits.max_daily_orders is not None:
            conditions.append("(attribute_not_exists(orders) AND :one <= :orders OR orders < :orders)")
            values[":orders"] = {"N": str(limits.max_daily_orders)}
        if limits.max_daily_notional:
            # What a single order is worth has been compared with the day's limit before.
            conditions.append("(attribute_not_exists(#notional) OR #notional <= :rest)")
            values[":rest"] = {"N": plain(limits.max_daily_notional[asset] - notional)}
        return {
            "TableName": self.table,
            "Key": {"pk": {"S": _key(account, day)}},
            "UpdateExpression": "SET expires = :expires ADD orders :one, #notional :notional",
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _expires(self) -> dict[str, str]:
        return {"N": str(self.chance.now() // 1000 + _KEPT_SECONDS)}


def _key(account: str, day: str) -> str:
    return f"day/{account}/{day}"


def _reasons(error: ClientError) -> tuple[dict[str, Any], dict[str, Any]]:
    reasons: Any = error.response.get("CancellationReasons")
    if error.response["Error"]["Code"] != "TransactionCanceledException" or not reasons:
        raise error
    of_mark, of_counter = reasons
    return of_mark, of_counter


def _told(counter: dict[str, Any], day: str, asset: str, notional: Decimal, limits: Limits) -> str:
    orders = int(counter.get("orders", {"N": "0"})["N"])
    if limits.max_daily_orders is not None and orders >= limits.max_daily_orders:
        return f"{orders} orders were sent on {day} (UTC), max_daily_orders is {limits.max_daily_orders}"
    used = Decimal(counter.get(f"notional:{asset}", {"N": "0"})["N"])
    return (
        f"orders worth {plain(used)} {asset} were sent on {day} (UTC), this one is worth {plain(notional)}, "
        f"max_daily_notional is {plain(limits.max_daily_notional[asset])}"
    )
