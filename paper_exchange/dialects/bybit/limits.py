"""How much may be asked for: by account and path in a rolling second, by address in five ("Rate Limit Rules")."""

from collections import defaultdict, deque
from dataclasses import dataclass

SECOND_MS = 1_000
ADDRESS_WINDOW_MS = 5_000
BLOCKED_MS = 600_000  # "wait for at least 10 minutes"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a limit leaves after a request. `reset_ms` is now, unless nothing was left for the request."""

    limit: int
    left: int
    reset_ms: int
    exceeded: bool = False


class PathLimits:
    """Counts requests of each account to each path."""

    def __init__(self) -> None:
        self._sent: defaultdict[tuple[int, str], deque[int]] = defaultdict(deque)

    def count(self, uid: int, path: str, limit: int, now_ms: int) -> Standing:
        """Count a request, unless it is one too many."""
        sent = self._sent[uid, path]
        _forget(sent, now_ms - SECOND_MS)
        if len(sent) >= limit:
            return Standing(limit, 0, (sent[0] if sent else now_ms) + SECOND_MS, exceeded=True)
        sent.append(now_ms)
        return Standing(limit, limit - len(sent), now_ms)


class AddressLimits:
    """Counts requests of each address, and keeps one out that sent too many."""

    def __init__(self) -> None:
        self._sent: defaultdict[str, deque[int]] = defaultdict(deque)
        self._blocked_until: dict[str, int] = {}

    def admits(self, ip: str, limit: int, now_ms: int) -> bool:
        """Count a request, and return whether it comes in."""
        if now_ms < self._blocked_until.get(ip, 0):
            return False
        sent = self._sent[ip]
        _forget(sent, now_ms - ADDRESS_WINDOW_MS)
        sent.append(now_ms)
        if len(sent) > limit:
            self._blocked_until[ip] = now_ms + BLOCKED_MS
            return False
        return True


def _forget(sent: deque[int], until_ms: int) -> None:
    while sent and sent[0] <= until_ms:
        sent.popleft()
