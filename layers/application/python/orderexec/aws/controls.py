"""The gates and halts that all containers share: one item of the shared table, an attribute for each of them."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from orderexec.domain.controls import Controls, Halt, Refusals, Shut
from orderexec.ports import Chance

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .dynamodb import DynamoDB

logger = logging.getLogger(__name__)

KEY = {"pk": {"S": "controls"}}
READ_EVERY_MS = 1_000
# Counts that nobody moved for an hour are cleared away with the next write, a few at a time: the item must not grow for
# ever (DynamoDB takes 400 KB), and a strategy's name is whatever a producer writes. Gates are few, and stay.
_KEPT_MS = 3_600_000
_CLEARED_AT_ONCE = 25
_GATE, _HALT, _COUNT, _COUNTED_AT = "gate:", "halt:", "refusals:", "refused_at:"


@dataclass(slots=True)
class DynamoControls:
    """Implements ports.ControlBoard. Safe to share between threads."""

    client: "DynamoDBClient | DynamoDB"
    table: str
    chance: Chance
    _known: Controls = field(default_factory=Controls, init=False)
    _read_at: int = field(default=0, init=False)
    _read_at_ticks: int = field(default=0, init=False)
    _reading: threading.Lock = field(default_factory=threading.Lock, init=False)
    _changing: threading.Lock = field(default_factory=threading.Lock, init=False)

    def current(self) -> Controls:
        """See ports.ControlBoard."""
        if self._is_old():
            with self._reading:
                if self._is_old():
                    self.read()
        return self._known

    def glance(self) -> Controls:
        """See ports.ControlBoard."""
        try:
            return self.current()
        except (BotoCoreError, ClientError):
            return self._known

    def known(self) -> Controls:
        """See ports.ControlBoard."""
        return self._known

    def read(self) -> Controls:
        """As they stand at this moment."""
        asked_at, asked_at_ticks = self.chance.now(), self.chance.ticks()
        item = self.client.get_item(TableName=self.table, Key=KEY, ConsistentRead=True).get("Item", {})
        with self._changing:
            self._known, self._read_at = self._with_own_gates(_controls(item)), asked_at
            self._read_at_ticks = asked_at_ticks
        return self._known

    def shut(self, gate: str, until: int, why: str) -> None:
        """See ports.ControlBoard."""
        standing = self._known.gates.get(gate)
        if standing is not None and standing.until >= until:
            return
        with self._changing:
            self._known = replace(self._known, gates={**self._known.gates, gate: Shut(until, why)})
        try:
            self._update(
                "SET #it = :it",
                "attribute_not_exists(#it) OR #it.#until < :until",
                {"#it": f"{_GATE}{gate}", "#until": "until"},
                {":it": {"M": {"until": {"N": str(until)}, "why": {"S": why}}}, ":until": {"N": str(until)}},
            )
        except (BotoCoreError, ClientError):
            # An answer of the exchange is in our hands, which matters more; whoever is refused next writes it again.
            logger.exception("a gate could not be shut for the other containers", extra={"gate": gate})

    def halt(self, scope: str, why: str) -> bool:
        """See ports.ControlBoard."""
        since = str(self.chance.now())
        done = self._update(
            "SET #it = :it",
            "attribute_not_exists(#it)",
            {"#it": f"{_HALT}{scope}"},
            {":it": {"M": {"since": {"N": since}, "why": {"S": why}}}},
        )
        self._read_at = 0
        return done

    def resume(self, scope: str) -> bool:
        """See ports.ControlBoard."""
        names = {"#it": f"{_HALT}{scope}", "#count": f"{_COUNT}{scope}", "#at": f"{_COUNTED_AT}{scope}"}
        done = self._update("REMOVE #it, #count, #at", "attribute_exists(#it)", names, {})
        self._read_at = 0
        return done

    def count_refusal(self, scope: str) -> int:
        """See ports.ControlBoard."""
        names = {"#count": f"{_COUNT}{scope}", "#at": f"{_COUNTED_AT}{scope}"}
        answer = self.client.update_item(
            TableName=self.table,
            Key=KEY,
            UpdateExpression=f"SET #at = :now{self._clearing(names)} ADD #count :one",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={":one": {"N": "1"}, ":now": {"N": str(self.chance.now())}},
            ReturnValues="UPDATED_NEW",
        )
        self._read_at = 0
        return int(answer["Attributes"][f"{_COUNT}{scope}"]["N"])

    def forget_refusals(self, scopes: tuple[str, ...]) -> None:
        """See ports.ControlBoard."""
        names = {f"#{kind}{index}": f"{prefix}{scope}" for index, scope in enumerate(scopes)
                 for kind, prefix in (("count", _COUNT), ("at", _COUNTED_AT))}  # fmt: skip
        self._update(f"REMOVE {', '.join(names)}", None, names, {})
        self._read_at = 0

    def _is_old(self) -> bool:
        # A clock that was set back makes nothing younger; ticks may stand still while the container is frozen.
        ages = (self.chance.now() - self._read_at, self.chance.ticks() - self._read_at_ticks)
        return not all(0 <= age < READ_EVERY_MS for age in ages)

    def _with_own_gates(self, read: Controls) -> Controls:
        """A gate that was shut while the item was read, or that could not be written, stays shut for this container."""
        now = self.chance.now()
        own = {name: gate for name, gate in self._known.gates.items() if gate.until > now}
        later = {
            name: gate for name, gate in own.items() if name not in read.gates or read.gates[name].until < gate.until
        }
        return replace(read, gates={**read.gates, **later})

    def _clearing(self, names: dict[str, str]) -> str:
        """The rest of an update that also removes old counts; its names are added to `names`."""
        before = self.chance.now() - _KEPT_MS
        old = [scope for scope, refusals in self._known.refusals.items() if refusals.at < before]
        attributes = [f"{prefix}{scope}" for scope in old[:_CLEARED_AT_ONCE] for prefix in (_COUNT, _COUNTED_AT)]
        cleared = {f"#old{index}": name for index, name in enumerate(attributes) if name not in names.values()}
        names |= cleared
        return f" REMOVE {', '.join(cleared)}" if cleared else ""

    def _update(self, expression: str, condition: str | None, names: dict[str, str], values: dict[str, Any]) -> bool:
        """False if the condition did not hold, so that nothing was changed."""
        if expression.startswith("SET"):
            expression += self._clearing(names)
        given: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        given |= {"ExpressionAttributeValues": values} if values else {}
        try:
            self.client.update_item(
                TableName=self.table, Key=KEY, UpdateExpression=expression, ExpressionAttributeNames=names, **given
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _controls(item: Mapping[str, Any]) -> Controls:
    def named(prefix: str) -> list[tuple[str, Any]]:
        return [(name.removeprefix(prefix), value) for name, value in item.items() if name.startswith(prefix)]

    counted_at = {scope: int(value["N"]) for scope, value in named(_COUNTED_AT)}
    return Controls(
        gates={name: Shut(int(value["M"]["until"]["N"]), value["M"]["why"]["S"]) for name, value in named(_GATE)},
        halts={name: Halt(int(value["M"]["since"]["N"]), value["M"]["why"]["S"]) for name, value in named(_HALT)},
        refusals={scope: Refusals(int(value["N"]), counted_at.get(scope, 0)) for scope, value in named(_COUNT)},
    )
