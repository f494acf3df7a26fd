"""The sparse index of open rows: in which part of it a row stands, and what an entry says without its row.

A partition of DynamoDB takes 1,000 writes a second (AWS, "Best practices for designing and using partition keys
effectively in DynamoDB"), an index that is slower slows down its table, and a signal writes the index twice: when its
row opens, and when it closes. So the rows are spread over parts by a hash of their key.
"""

import zlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orderexec.domain.backlog import OpenRow
from orderexec.domain.row import Row

INDEX = "overdue"
SHARDS = 16  # 8,000 signals a second
# The version before wrote all rows into one part, which had the name of its one venue.
_OLD_PARTS = ("binance-spot",)
PARTS = (*(f"open#{number:02d}" for number in range(SHARDS)), *_OLD_PARTS)
_DIGITS = 13  # of an instant in epoch ms, until the year 2286


def make_index_keys(row: Row) -> dict[str, Any]:
    """Return the attributes that put the row into the index; none if nobody has to look after the row.

    `due` is when the row is looked at next, in epoch ms. For a row that was looked at in vain, the instant since when
    it is really due follows behind the decimal point (a number of DynamoDB has up to 38 digits). So the index alone
    says how long the oldest row has been due.
    """
    if row.due is None:
        return {}
    since = f".{row.due:0{_DIGITS}d}" if row.looks else ""
    part = PARTS[zlib.crc32(row.identity.key.encode()) % SHARDS]
    return {"open": {"S": part}, "due": {"N": f"{row.next_look}{since}"}}


def read_open_row(entry: Mapping[str, Any]) -> OpenRow:
    """Return what an entry of the index says of its row."""
    due = Decimal(entry["due"]["N"])
    next_look = int(due)
    since = int((due - next_look).scaleb(_DIGITS))
    return OpenRow(entry["pk"]["S"], since or next_look, next_look)
