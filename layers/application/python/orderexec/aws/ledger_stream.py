"""What a record of the ledger's stream says: which row was written over which, when, and by which number."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from orderexec.domain.row import Row

from .ledger_item import read_row

Record = Mapping[str, Any]  # as Lambda hands it to the function; its images have the form of the client's items


def read_sequence_number(record: Record) -> str:
    """Return the number by which the function names a record that Lambda shall bring again."""
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def read_written_at(record: Record) -> datetime:
    """Return when the write was made, in UTC and to the second."""
    return datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)


def read_rows(record: Record) -> tuple[Row | None, Row | None]:
    """Return the row before the write and the row after it, None where there was none or is none.

    Raises UnreadableRow if one of them cannot be read.
    """
    before, after = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
    return (read_row(before) if before else None), (read_row(after) if after else None)
