"""The requests of late: what a test looks at to see what a client really sent."""

from collections import deque
from dataclasses import dataclass

KEPT = 10_000


@dataclass(slots=True, kw_only=True)
class Entry:
    """One request, and how it was answered."""

    time: int
    """Arrival, on the exchange's clock, in milliseconds."""
    method: str | None
    path: str | None
    symbol: str | None
    client_order_id: str | None
    fault: str | None
    status: int | None = None
    """None while it is being answered, and for good when the connection was cut instead."""


class RequestLog:
    """The last `KEPT` requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def add(self, entry: Entry) -> None:
        """Add a request as the newest."""
        self._entries.append(entry)

    def entries(self) -> list[Entry]:
        """Return the requests, oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget every request."""
        self._entries.clear()
