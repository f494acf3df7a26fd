"""Facts of the exchange that all containers share: at most one of them asks for each, the others read its answer.

A container keeps what it read. When that is too old it looks into the shared cache; when that is too old as well,
one container takes the lease and asks the exchange, while the others wait for it. Why a fact cannot be had is shared
as the fact is.

Stamps are of the clocks of many containers. A stamp that lies in the future is of a clock that was wrong and says
nothing; and a clock that was set back does not make older what a container holds, so its age is also counted in ticks.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, NamedTuple, TypeVar

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import CacheEntry, Clock, SharedCache, Snapshot

from .failure_text import read_failure, write_failure

T = TypeVar("T")

LEASE_MS = 8_000  # longer than a fetch can take
LEAST_INTERVAL_MS = 2_000  # between two fetches of one fact, whatever the reason for the second
PATIENCE_MS = 3_000
LONGEST_QUIET_MS = 300_000
AHEAD_MS = 1_000  # how far the clocks of containers differ while all is well
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.4
_WAITING = "another container asks the exchange for it, and has no answer yet"


class _Held(NamedTuple, Generic[T]):
    """What a container knows, and at which of its own ticks that was fetched, by whomever."""

    snapshot: Snapshot[T]
    ticks: int


class _Quiet(NamedTuple):
    """Until when (epoch ms) a fact that could not be had is not waited for, and why it could not."""

    until: int
    why: Failure


@dataclass(slots=True)
class SharedBook(Generic[T]):
    """`fetch` asks the exchange for a subject's fact as text, or says why it cannot be had; `parse` reads that text.

    `admit` is asked before the exchange is asked for a subject that nothing is known of anywhere: None lets it be
    asked, anything else is the answer instead. `interval_ms` lies between two fetches; nobody waits for another
    container's fetch for longer than `patience_ms`.
    """

    prefix: str
    cache: SharedCache
    fetch: Callable[[str], str | Failure]
    parse: Callable[[str], T]
    clock: Clock
    admit: Callable[[str, int], Snapshot[T] | Failure | None] = lambda *_: None
    interval_ms: int = LEAST_INTERVAL_MS
    patience_ms: int = PATIENCE_MS
    _held: dict[str, _Held[T]] = field(default_factory=dict)
    _quiet: dict[str, _Quiet] = field(default_factory=dict)
    _locks: defaultdict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))

    def get(self, subject: str, *, not_before: int) -> Snapshot[T] | Failure:
        """Return the fact, fetched at `not_before` (epoch ms) or later if possible; else the last known, or why not."""
        held = self._find_fresh(subject, not_before)
        if held is not None:
            return held
        with self._locks[subject]:
            held = self._find_fresh(subject, not_before)
            answer = held or self._renew_or_last(subject, not_before)
        if subject not in self._held and subject not in self._quiet:
            self._locks.pop(subject, None)  # a producer names subjects: what is not there must leave nothing behind
        return answer

    def known(self, subject: str) -> Snapshot[T] | None:
        """Return what this container holds, however old it is."""
        held = self._held.get(subject)
        return None if held is None else held.snapshot

    def _find_fresh(self, subject: str, not_before: int) -> Snapshot[T] | None:
        held, now = self._held.get(subject), self.clock.now()
        if held is None or not not_before <= held.snapshot.fetched_at <= now + AHEAD_MS:
            return None
        longest = max(now - not_before, 0) + AHEAD_MS
        return held.snapshot if self.clock.ticks() - held.ticks <= longest else None

    def _renew_or_last(self, subject: str, not_before: int) -> Snapshot[T] | Failure:
        answer = self._renew(subject, not_before)
        if isinstance(answer, Snapshot):
            return answer
        last = self.known(subject)
        return answer if last is None else replace(last, trouble=answer)

    def _renew(self, subject: str, not_before: int) -> Snapshot[T] | Failure:
        now = self.clock.now()
        quiet = self._quiet.get(subject)
        if quiet is not None and now < quiet.until <= now + PATIENCE_MS:
            return quiet.why
        self._quiet.pop(subject, None)
        deadline, pause = now + self.patience_ms, _FIRST_PAUSE
        while True:
            entry = self.cache.read(self._key(subject)) or CacheEntry(None, 0, 0)
            self._hold(subject, entry.text, entry.fetched_at)
            answer = self._find_fresh(subject, not_before) or self._ask(subject, entry, not_before)
            if answer is not None:
                return answer
            now = self.clock.now()
            if now >= deadline:
                # The signals of the next seconds shall not wait for it as well.
                return self._rest(subject, self.patience_ms, Failure(Meaning.RETRY, None, _WAITING))
            free_in = max(entry.leased_until - now, 1) / 1000
            self.clock.sleep(min(pause, free_in))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _ask(self, subject: str, entry: CacheEntry, not_before: int) -> Snapshot[T] | Failure | None:
        """Return what the exchange says, or why it is not asked; None if another container is about to know."""
        now, key = self.clock.now(), self._key(subject)
        if now < entry.leased_until <= now + LONGEST_QUIET_MS:
            if entry.failure is None:
                return None
            return self._rest(subject, entry.leased_until - now, read_failure(entry.failure))
        if entry.text is None and subject not in self._held:
            instead = self.admit(subject, not_before)
            if instead is not None:
                return instead
        if not self.cache.lease(key, seen=entry.leased_until, until=self.clock.now() + LEASE_MS):
            return None
        return self._fetch(subject, key)

    def _fetch(self, subject: str, key: str) -> Snapshot[T] | Failure:
        # The instant before the request: the exchange's answer is at least as new.
        fetched_at = self.clock.now()
        text = self.fetch(subject)
        if isinstance(text, Failure):
            wait = _choose_quiet_ms(text)
            self.cache.publish_failure(key, write_failure(text), leased_until=self.clock.now() + wait)
            return self._rest(subject, wait, text)
        self.cache.publish(key, text, fetched_at, leased_until=fetched_at + self.interval_ms)
        return self._hold(subject, text, fetched_at) or Failure(Meaning.RETRY, None, _WAITING)

    def _rest(self, subject: str, milliseconds: int, why: Failure) -> Failure:
        self._quiet[subject] = _Quiet(self.clock.now() + min(milliseconds, PATIENCE_MS), why)
        return why

    def _hold(self, subject: str, text: str | None, fetched_at: int) -> Snapshot[T] | None:
        """Keep the text's fact, unless what is held is newer; a stamp from the future, here or there, is no newer."""
        now, held = self.clock.now(), self._held.get(subject)
        if text is None:
            return None
        if held is None or held.snapshot.fetched_at < fetched_at or held.snapshot.fetched_at > now + AHEAD_MS:
            try:
                value = self.parse(text)
            except Exception:  # noqa: BLE001 - whatever another version wrote: it is fetched anew
                return None
            ticks = self.clock.ticks() - max(now - fetched_at, 0)
            self._held[subject] = _Held(Snapshot(value, fetched_at), ticks)
        return self._held[subject].snapshot

    def _key(self, subject: str) -> str:
        return f"{self.prefix}/{subject}"


def _choose_quiet_ms(failure: Failure) -> int:
    """Return for how many ms nobody asks again: a firewall's block of one subject lasts, a closed gate soon ends."""
    asked_for = int(1000 * (failure.retry_after or LEASE_MS / 1000))
    return min(asked_for, LONGEST_QUIET_MS if failure.meaning is Meaning.BLOCKED else LEASE_MS)
