"""The sparse index of rows whose orders rest: in which part of it a row stands, and beside which others.

Its entries hold whole rows, since whoever follows orders needs each of them once a minute: a page of a query costs a
fraction of what reading its rows one by one would ("Capacity unit consumption" in DynamoDB's guide). The parts are
fewer than those of the other index, since most orders never rest; four take 4,000 writes a second.
"""

import zlib
from typing import Any

from orderexec.domain.following import is_resting
from orderexec.domain.row import Row

INDEX = "resting"
PARTS = tuple(f"resting#{number}" for number in range(4))


def make_resting_keys(row: Row) -> dict[str, Any]:
    """Return the attributes that put the row into the index; none if none of its orders rests.

    `resting_at` is account, market and symbol, so that orders which one question can be about stand side by side.
    """
    if row.request is None or not is_resting(row):
        return {}
    place = f"{row.identity.account}/{row.market}/{row.request.symbol}"
    return {"resting": {"S": PARTS[zlib.crc32(place.encode()) % len(PARTS)]}, "resting_at": {"S": place}}
