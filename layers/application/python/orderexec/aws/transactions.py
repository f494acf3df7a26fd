"""One write of DynamoDB, tried again while other writes are at its items; and what else can cancel a transaction.

Source: "TransactWriteItems" in DynamoDB's API reference. A transaction that meets another one at an item is cancelled
with the reason TransactionConflict for that item, and the SDK does not repeat it. The reason ConditionalCheckFailed
comes with the item as it stands. A request that the SDK repeats within 10 minutes is recognised by the
ClientRequestToken that the SDK gave it. A plain write that meets a transaction is refused with a
TransactionConflictException, which the SDK does not repeat.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orderexec.ports import Clock, Randomness

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .dynamodb import DynamoDB

BROKEN = "ConditionalCheckFailed"
_BUSY = "TransactionConflict"
# Signals of one account that are counted at the same moment get in each other's way.
_TRIES = 12
_LONGEST_PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A transaction that wrote nothing. `reasons` are DynamoDB's, one for each part, in the order of the parts."""

    reasons: list[Any]

    @property
    def broken(self) -> bool:
        """Whether a condition does not hold, so that another try would end in the same way."""
        return any(reason["Code"] == BROKEN for reason in self.reasons)

    def get_code(self, part: int) -> str:
        """Return DynamoDB's code for why that part could not be written; the text "None" if it could be."""
        return str(self.reasons[part]["Code"])

    def get_item(self, part: int) -> Any:
        """Return the item whose condition failed in that part; None if there is no such item."""
        return self.reasons[part].get("Item")


def write_until_free(write: Callable[[], object], clock: Clock, randomness: Randomness) -> None:
    """Make a plain write of an item, again while a transaction is at that item, up to twelve times.

    Raises the ClientError of the last try, or any other that DynamoDB answers before.
    """
    for _ in range(_TRIES - 1):
        try:
            write()
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionConflictException":
                raise
            _wait_a_little(clock, randomness)
        else:
            return
    write()


def transact(
    client: "DynamoDBClient | DynamoDB", parts: list[Any], clock: Clock, randomness: Randomness
) -> Cancelled | None:
    """Write all parts or none, again while other transactions are at their items, up to twelve times.

    Returns None once all parts are written; Cancelled if a condition fails, or if others were in the way at every try.
    Raises the ClientError of any other answer.
    """
    cancelled = _try(client, parts)
    for _ in range(_TRIES - 1):
        if cancelled is None or cancelled.broken:
            break
        _wait_a_little(clock, randomness)
        cancelled = _try(client, parts)
    return cancelled


def _wait_a_little(clock: Clock, randomness: Randomness) -> None:
    clock.sleep(randomness.jitter() * _LONGEST_PAUSE_SECONDS)


def _try(client: "DynamoDBClient | DynamoDB", parts: list[Any]) -> Cancelled | None:
    try:
        client.transact_write_items(TransactItems=parts)
    except ClientError as error:
        return _read_cancellation(error)
    return None


def _read_cancellation(error: ClientError) -> Cancelled:
    reasons: Any = error.response.get("CancellationReasons")
    if error.response["Error"]["Code"] != "TransactionCanceledException" or not reasons:
        raise error
    if not {reason["Code"] for reason in reasons} <= {"None", BROKEN, _BUSY}:
        raise error
    return Cancelled(list(reasons))
