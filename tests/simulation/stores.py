"""The ledger's table with its counters, the secrets and the shared cache of the simulation: with calls that fail."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from botocore.exceptions import ClientError

from orderexec.aws.day_counters import DayCounters
from orderexec.aws.ledger import DynamoLedger
from orderexec.aws.ledger_item import read_row
from orderexec.domain.controls import Controls
from orderexec.domain.row import Row
from orderexec.ports import CacheEntry, Clock, Credentials, NoCredentials, Randomness
from tests.doubles.board import MemoryBoard

from . import counters
from .accounts import Vault
from .world import World

_CLIENT_TRIES = 3
_SECRET_KEPT_MS = 300_000


class StoreFault(RuntimeError):
    """The store did not answer, or answered with an error of its own."""


@dataclass(slots=True)
class SimTable:
    """The calls that the ledger makes of DynamoDB's client, which repeats what fails, as the real one does."""

    world: World
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    counters: dict[str, dict[str, Any]] = field(default_factory=dict)  # of the shared table
    watch: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)

    def ledger(self) -> DynamoLedger:
        """The real adapter over this table."""
        clock = Clock(now=lambda: self.world.now, sleep=lambda seconds: self.world.sleep(int(seconds * 1000)))
        randomness = Randomness(token=lambda: "", jitter=self.world.rng.random)
        return DynamoLedger(cast(Any, self), "ledger", DayCounters("shared", clock, randomness))

    def row(self, key: str) -> Row | None:
        """What stands there for one signal."""
        return read_row(self.items[key]) if key in self.items else None

    def get_item(self, **call: Any) -> dict[str, Any]:
        """As DynamoDB's, with ConsistentRead."""
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault("read")
        item = self.items.get(call["Key"]["pk"]["S"])
        return {"Item": item} if item else {}

    def get_paginator(self, operation: str) -> "SimTable":
        """As DynamoDB's, for the queries that the ledger makes."""
        if operation != "query":
            raise AssertionError(f"the simulated table knows no {operation}")
        return self

    def paginate(self, **call: Any) -> Iterator[dict[str, Any]]:
        """One part of one of the two indexes, one page."""
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault("query")
        values = call["ExpressionAttributeValues"]
        if call["IndexName"] == "resting":
            yield {"Items": [item for item in self.items.values() if item.get("resting") == values[":part"]]}
            return
        found = [item for item in self.items.values() if item.get("open") == values[":part"]]
        due = [item for item in found if Decimal(item["due"]["N"]) < Decimal(values[":before"]["N"])]
        due.sort(key=lambda item: Decimal(item["due"]["N"]))
        yield {"Items": [{name: item[name] for name in ("pk", "open", "due")} for item in due]}

    def put_item(self, **call: Any) -> dict[str, Any]:
        """As DynamoDB's, with one of the ledger's two conditions."""
        for _ in range(_CLIENT_TRIES):
            self.world.step()
            if self.world.happens(self.world.weather.store_fails):
                continue  # failed before it was applied
            self._apply(call)
            self.world.step()
            if self.world.happens(self.world.weather.store_fails):
                continue  # applied, but the reply is lost
            return {}
        raise StoreFault("write")

    def transact_write_items(self, **call: Any) -> dict[str, Any]:
        """As DynamoDB's, of one put of a row and updates of counters.

        AWS would know a repetition by its ClientRequestToken; nobody does here, so that the row's own token must tell.
        """
        put, updates = call["TransactItems"][0]["Put"], [part["Update"] for part in call["TransactItems"][1:]]
        for _ in range(_CLIENT_TRIES):
            self.world.step()
            if self.world.happens(self.world.weather.store_fails):
                continue
            if self.world.happens(self.world.weather.store_fails):
                raise _cancelled([{"Code": "None"}, *({"Code": "TransactionConflict"} for _ in updates)])
            self._apply_all(put, updates)
            self.world.step()
            if self.world.happens(self.world.weather.store_fails):
                continue
            return {}
        raise StoreFault("transaction")

    def _apply_all(self, put: dict[str, Any], updates: list[dict[str, Any]]) -> None:
        current = self.items.get(put["Item"]["pk"]["S"])
        reasons = [_reason(_holds(put, current), current)]
        for update in updates:
            counter = self.counters.get(update["Key"]["pk"]["S"])
            reasons.append(_reason(counters.allows(update, counter), counter))
        if any(reason["Code"] != "None" for reason in reasons):
            raise _cancelled(reasons)
        for update in updates:
            key = update["Key"]["pk"]["S"]
            self.counters[key] = counters.updated(update, self.counters.get(key))
            self.world.note(f"counter {key} {self.counters[key]}")
        self._apply(put)

    def _apply(self, call: dict[str, Any]) -> None:
        key = call["Item"]["pk"]["S"]
        current = self.items.get(key)
        if not _holds(call, current):
            response: Any = {"Error": {"Code": "ConditionalCheckFailedException"}, "Item": current}
            raise ClientError(response, "PutItem")
        self.items[key] = call["Item"]
        self.world.note(
            f"ledger {key} " + " ".join(str(call["Item"].get(name)) for name in ("state", "attempts", "reason"))
        )
        for watcher in self.watch:
            watcher(call["Item"])


def _reason(holds: bool, current: dict[str, Any] | None) -> dict[str, Any]:
    return {"Code": "None"} if holds else {"Code": "ConditionalCheckFailed", "Item": current}


def _cancelled(reasons: list[dict[str, Any]]) -> ClientError:
    response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(response, "TransactWriteItems")


def _holds(call: dict[str, Any], current: dict[str, Any] | None) -> bool:
    match call.get("ConditionExpression"):
        case "attribute_not_exists(pk)":
            return current is None
        case "#token = :seen":
            return current is not None and current["token"] == call["ExpressionAttributeValues"][":seen"]
        case None:
            return True
        case other:
            raise AssertionError(f"the simulated table does not know the condition {other}")


@dataclass(slots=True)
class SimSecrets:
    """Implements ports.Secrets for one container, which keeps its copy for some minutes.

    `missing` says of accounts from when to when (ms) they have no key.
    """

    world: World
    vault: Vault
    missing: dict[str, tuple[int, int]] = field(default_factory=dict)
    _held: Credentials | None = None
    _since: int = 0

    def get_credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        """See ports.Secrets."""
        since, until = self.missing.get(account, (0, 0))
        if since <= self.world.now < until:
            return NoCredentials(f"there is no key of {account}")
        self.world.step()
        if self._held is None or refetch or self.world.now - self._since > _SECRET_KEPT_MS:
            self._may_fail(f"secret of {account}")
            self._held, self._since = self.vault.stored, self.world.now
        return self._held

    def get_previous(self, account: str) -> Credentials | NoCredentials:
        """See ports.Secrets."""
        self.world.step()
        self._may_fail(f"secret of {account} before")
        return self.vault.before or NoCredentials(f"the key of {account} was never replaced")

    def _may_fail(self, what: str) -> None:
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault(what)


@dataclass(slots=True)
class SimBoard(MemoryBoard):
    """Implements ports.ControlBoard for one container; looking at it can fail."""

    world: World = field(kw_only=True)
    watch: Callable[[str, int], None] = field(kw_only=True)

    def look(self) -> Controls:
        """See ports.ControlBoard."""
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault("controls")
        return MemoryBoard.look(self)

    def glance(self) -> Controls:
        """See ports.ControlBoard."""
        return MemoryBoard.look(self)

    def close_gate(self, gate: str, until: int, why: str) -> None:
        """See ports.ControlBoard."""
        MemoryBoard.close_gate(self, gate, until, why)
        self.watch(gate, until)


@dataclass(slots=True)
class SimCache:
    """Implements ports.SharedCache for all containers."""

    entries: dict[str, CacheEntry] = field(default_factory=dict)

    def read(self, key: str) -> CacheEntry | None:
        """See ports.SharedCache."""
        return self.entries.get(key)

    def lease(self, key: str, *, seen: int, until: int) -> bool:
        """See ports.SharedCache."""
        current = self.entries.get(key)
        if (current.leased_until if current else 0) != seen:
            return False
        text, fetched_at = (current.text, current.fetched_at) if current else (None, 0)
        self.entries[key] = CacheEntry(text, fetched_at, until)
        return True

    def publish(self, key: str, text: str, fetched_at: int, *, leased_until: int) -> None:
        """See ports.SharedCache."""
        self.entries[key] = CacheEntry(text, fetched_at, leased_until)

    def publish_failure(self, key: str, why: str, *, leased_until: int) -> None:
        """See ports.SharedCache."""
        current = self.entries.get(key) or CacheEntry(None, 0, 0)
        self.entries[key] = CacheEntry(current.text, current.fetched_at, leased_until, why)
