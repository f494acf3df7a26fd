"""Which rows of a history are asked for: `startTime`, `endTime` and `limit` (rest-api.md, General API Information)."""

from typing import TypeVar

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.parameters import Parameters

Row = TypeVar("Row")

DEFAULT_COUNT = 500
MAX_COUNT = 1_000
DAY_MS = 86_400_000


class Page:
    """The rows that are asked for, read from `parameters`. Raises -1127, or `refusal`, for more than `longest_ms`."""

    def __init__(self, parameters: Parameters, longest_ms: int = DAY_MS, refusal: Refused | None = None) -> None:
        self._start, self._end = parameters.integer("startTime"), parameters.integer("endTime")
        self._limit = min(parameters.integer("limit") or DEFAULT_COUNT, MAX_COUNT)
        if self._start is not None and self._end is not None and self._end - self._start > longest_ms:
            raise refusal or errors.interval_too_long()

    @property
    def bounded(self) -> bool:
        """Whether a time was given."""
        return (self._start, self._end) != (None, None)

    def holds(self, time_ms: int) -> bool:
        """Return whether a row of that time is asked for."""
        return (self._start or 0) <= time_ms and (self._end is None or time_ms <= self._end)

    def cut(self, rows: list[Row], *, from_oldest: bool) -> list[Row]:
        """Return the oldest rows from a given start, else the most recent; chronological either way."""
        if from_oldest or self._start is not None:
            return rows[: self._limit]
        return rows[-self._limit :]
