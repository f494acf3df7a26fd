"""The ledger's table, the secrets and the shared cache of the simulation: with calls that fail either way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from botocore.exceptions import ClientError

from orderexec.aws.ledger import DynamoLedger
from orderexec.aws.ledger_item import from_item
from orderexec.domain.controls import Controls
from orderexec.domain.lifecycle import Row
from orderexec.ports import CacheEntry, Credentials
from tests.doubles.board import MemoryBoard

from .world import World

_CLIENT_TRIES = 3


class StoreFault(RuntimeError):
    """The store did not answer, or answered with an error of its own."""


@dataclass(slots=True)
class SimTable:
    """The two calls that the ledger makes of DynamoDB's client, which repeats what fails, as the real one does."""

    world: World
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    watch: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)

    def ledger(self) -> DynamoLedger:
        """The real adapter over this table."""
        return DynamoLedger(cast(Any, self), "ledger")

    def row(self, key: str) -> Row | None:
        """What stands there for one signal."""
        return from_item(self.items[key]) if key in self.items else None

    def get_item(self, **call: Any) -> dict[str, Any]:
        """As DynamoDB's, with ConsistentRead."""
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault("read")
        item = self.items.get(call["Key"]["pk"]["S"])
        return {"Item": item} if item else {}

    def get_paginator(self, operation: str) -> "SimTable":
        """As DynamoDB's, for the one query that the ledger makes."""
        if operation != "query":
            raise AssertionError(f"the simulated table knows no {operation}")
        return self

    def paginate(self, **call: Any) -> Iterator[dict[str, Any]]:
        """The overdue index, one page."""
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault("query")
        values = call["ExpressionAttributeValues"]
        found = [item for item in self.items.values() if item.get("open") == values[":venue"]]
        due = [item for item in found if int(item["due"]["N"]) < int(values[":now"]["N"])]
        yield {"Items": [{"pk": item["pk"]} for item in sorted(due, key=lambda item: int(item["due"]["N"]))]}

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

    def _apply(self, call: dict[str, Any]) -> None:
        key = call["Item"]["pk"]["S"]
        standing = self.items.get(key)
        if not _holds(call, standing):
            response: Any = {"Error": {"Code": "ConditionalCheckFailedException"}, "Item": standing}
            raise ClientError(response, "PutItem")
        self.items[key] = call["Item"]
        self.world.note(
            f"ledger {key} " + " ".join(str(call["Item"].get(name)) for name in ("state", "attempts", "reason"))
        )
        for watcher in self.watch:
            watcher(call["Item"])


def _holds(call: dict[str, Any], standing: dict[str, Any] | None) -> bool:
    match call.get("ConditionExpression"):
        case "attribute_not_exists(pk)":
            return standing is None
        case "#token = :seen":
            return standing is not None and standing["token"] == call["ExpressionAttributeValues"][":seen"]
        case None:
            return True
        case other:
            raise AssertionError(f"the simulated table does not know the condition {other}")


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
class SimBoard(MemoryBoard):
    """Implements ports.ControlBoard for one container; looking at it can fail."""

    world: World = field(kw_only=True)
    watch: Callable[[str, int], None] = field(kw_only=True)

    def current(self) -> Controls:
        """See ports.ControlBoard."""
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault("controls")
        return MemoryBoard.current(self)

    def glance(self) -> Controls:
        """See ports.ControlBoard."""
        return MemoryBoard.current(self)

    def shut(self, gate: str, until: int, why: str) -> None:
        """See ports.ControlBoard."""
        MemoryBoard.shut(self, gate, until, why)
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
        standing = self.entries.get(key)
        if (standing.leased_until if standing else 0) != seen:
            return False
        text, fetched_at = (standing.text, standing.fetched_at) if standing else (None, 0)
        self.entries[key] = CacheEntry(text, fetched_at, until)
        return True

    def publish(self, key: str, text: str, fetched_at: int, *, leased_until: int) -> None:
        """See ports.SharedCache."""
        self.entries[key] = CacheEntry(text, fetched_at, leased_until)

    def fail(self, key: str, why: str, *, leased_until: int) -> None:
        """See ports.SharedCache."""
        standing = self.entries.get(key) or CacheEntry(None, 0, 0)
        self.entries[key] = CacheEntry(standing.text, standing.fetched_at, leased_until, why)
