"""How one write of the ledger reads as a record of its table's stream."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from orderexec.domain.lifecycle import Row

from .ledger_item import read_row

Record = Mapping[str, Any]  # as Lambda gets it, images in the client's form


def read_sequence_number(record: Record) -> str:
    """By which Lambda is told which record it must bring again."""
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def read_written_at(record: Record) -> datetime:
    """When the write was made, to the second."""
    return datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)


def read_rows(record: Record) -> tuple[Row | None, Row | None]:
    """The row before and after the write, None where there was or is none. Raises on items that are no rows."""
    before, after = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
    return (read_row(before) if before else None), (read_row(after) if after else None)
