"""Facts of the exchange that all containers share: at most one of them asks for each, the others read its answer.

A container keeps what it read. When that is too old it looks into the shared cache; when that is too old as well,
one container takes the lease and asks the exchange, while the others wait for it.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from orderexec.ports import Chance, SharedCache, Snapshot

T = TypeVar("T")

LEASE_MS = 8_000  # longer than a fetch can take
LEAST_INTERVAL_MS = 2_000  # between two fetches of one fact, whatever the reason for the second
PATIENCE_MS = 3_000
_POLL_SECONDS = 0.05


@dataclass(slots=True)
class SharedBook(Generic[T]):
    """`fetch` asks the exchange for a subject's fact as text (None: it cannot be had); `parse` understands it."""

    prefix: str
    cache: SharedCache
    fetch: Callable[[str], str | None]
    parse: Callable[[str], T]
    chance: Chance
    _held: dict[str, Snapshot[T]] = field(default_factory=dict)
    _quiet_until: dict[str, int] = field(default_factory=dict)
    _locks: defaultdict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))

    def get(self, subject: str, *, not_before: int) -> Snapshot[T] | None:
        """The fact, fetched at `not_before` (epoch ms) or later if it can be had; else the last known, or None."""
        held = self._held.get(subject)
        if held is not None and held.fetched_at >= not_before:
            return held
        with self._locks[subject]:
            held = self._held.get(subject)
            fresh = held is not None and held.fetched_at >= not_before
            if not fresh and self.chance.now() >= self._quiet_until.get(subject, 0):
                self._renew(subject, not_before)
            return self._held.get(subject)

    def _renew(self, subject: str, not_before: int) -> None:
        deadline = self.chance.now() + PATIENCE_MS
        while (now := self.chance.now()) < deadline:
            entry = self.cache.read(self._key(subject))
            if entry is not None:
                self._hold(subject, entry.text, entry.fetched_at)
                if entry.fetched_at >= not_before:
                    return
            leased_until = entry.leased_until if entry else 0
            if leased_until <= now and self.cache.lease(self._key(subject), seen=leased_until, until=now + LEASE_MS):
                if self._fetch(subject):
                    return
                break
            self.chance.sleep(_POLL_SECONDS)
        # It could not be had: the signals of the next seconds shall not wait for it as well.
        self._quiet_until[subject] = self.chance.now() + PATIENCE_MS

    def _fetch(self, subject: str) -> bool:
        # The instant before the request: the exchange's answer is at least as new.
        fetched_at = self.chance.now()
        text = self.fetch(subject)
        if text is None:
            return False
        self._hold(subject, text, fetched_at)
        self.cache.publish(self._key(subject), text, fetched_at, leased_until=self.chance.now() + LEAST_INTERVAL_MS)
        return True

    def _hold(self, subject: str, text: str | None, fetched_at: int) -> None:
        held = self._held.get(subject)
        if text is not None and (held is None or held.fetched_at < fetched_at):
            self._held[subject] = Snapshot(self.parse(text), fetched_at)

    def _key(self, subject: str) -> str:
        return f"{self.prefix}/{subject}"
