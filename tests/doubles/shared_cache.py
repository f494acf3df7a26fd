"""The shared cache in memory: what all containers see."""

import threading
from dataclasses import replace

from orderexec.ports import CacheEntry


class MemorySharedCache:
    """Implements ports.SharedCache."""

    def __init__(self) -> None:
        self.entries: dict[str, CacheEntry] = {}
        self._lock = threading.Lock()

    def read(self, key: str) -> CacheEntry | None:
        return self.entries.get(key)

    def lease(self, key: str, *, seen: int, until: int) -> bool:
        with self._lock:
            entry = self.entries.get(key)
            if (entry.leased_until if entry else 0) != seen:
                return False
            self.entries[key] = replace(entry or CacheEntry(None, 0, 0), leased_until=until, failure=None)
            return True

    def publish(self, key: str, text: str, fetched_at: int, *, leased_until: int) -> None:
        with self._lock:
            self.entries[key] = CacheEntry(text, fetched_at, leased_until)

    def publish_failure(self, key: str, why: str, *, leased_until: int) -> None:
        with self._lock:
            entry = self.entries.get(key) or CacheEntry(None, 0, 0)
            self.entries[key] = replace(entry, leased_until=leased_until, failure=why)
