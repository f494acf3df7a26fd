"""The ledger, the secrets and the shared cache of the simulation: real conditions, and calls that fail either way."""

from collections.abc import Callable
from dataclasses import dataclass, field

from orderexec.domain.lifecycle import Row
from orderexec.domain.signals import Identity
from orderexec.ports import CacheEntry, Credentials

from .world import World

_CLIENT_TRIES = 3


class StoreFault(RuntimeError):
    """The store did not answer, or answered with an error of its own."""


@dataclass(slots=True)
class SimLedger:
    """Implements ports.Ledger with the semantics of a conditional put, repeated by its client when it fails."""

    world: World
    rows: dict[str, Row] = field(default_factory=dict)
    watch: list[Callable[[Row], None]] = field(default_factory=list)

    def read(self, identity: Identity) -> Row | None:
        """See ports.Ledger."""
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault("read")
        return self.rows.get(identity.key)

    def write(self, row: Row, *, over: Row) -> Row | None:
        """See ports.Ledger."""
        for _ in range(_CLIENT_TRIES):
            self.world.step()
            if self.world.happens(self.world.weather.store_fails):
                continue  # failed before it was applied
            standing = self._apply(row, over)
            self.world.step()
            if self.world.happens(self.world.weather.store_fails):
                continue  # applied, but the reply is lost
            return standing
        raise StoreFault("write")

    def _apply(self, row: Row, over: Row) -> Row | None:
        standing = self.rows.get(row.identity.key)
        if (standing.token if standing else "") != over.token:
            return None if standing is not None and standing.token == row.token else standing
        self.world.note(f"ledger {row.identity.key} {row.state} attempts={row.attempts} {row.reason or ''}")
        self.rows[row.identity.key] = row
        for watcher in self.watch:
            watcher(row)
        return None


@dataclass(slots=True)
class SimSecrets:
    """Implements ports.Secrets: one account, one key."""

    world: World

    def credentials(self, account: str, *, refetch: bool = False) -> Credentials:
        """See ports.Secrets."""
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault(f"secret of {account}, refetched: {refetch}")
        return Credentials("key", "secret")


@dataclass(slots=True)
class SimCache:
    """Implements ports.SharedCache for all containers."""

    entries: dict[str, CacheEntry] = field(default_factory=dict)

    def read(self, key: str) -> CacheEntry | None:
        """See ports.SharedCache."""
        return self.entries.get(key)

    def lease(self, key: str, *, seen: int, until: int) -> bool:
        """See ports.SharedCache."""
        standing = self.entries.get(key)
        if (standing.leased_until if standing else 0) != seen:
            return False
        text, fetched_at = (standing.text, standing.fetched_at) if standing else (None, 0)
        self.entries[key] = CacheEntry(text, fetched_at, until)
        return True

    def publish(self, key: str, text: str, fetched_at: int, *, leased_until: int) -> None:
        """See ports.SharedCache."""
        self.entries[key] = CacheEntry(text, fetched_at, leased_until)
