"""The gates and halts that all containers share: one item of the shared table, an attribute for each of them."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from orderexec.domain.controls import Controls, Halt, Refusals, Shut
from orderexec.ports import Chance

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = logging.getLogger(__name__)

KEY = {"pk": {"S": "controls"}}
READ_EVERY_MS = 1_000
# What has been over for an hour is cleared away with the next write, a few attributes at a time: the item must not
# grow for ever (DynamoDB takes 400 KB), and a strategy's name is whatever a producer writes.
_KEPT_MS = 3_600_000
_CLEARED_AT_ONCE = 50
_GATE, _HALT, _COUNT, _COUNTED_AT = "gate:", "halt:", "refusals:", "refused_at:"


@dataclass(slots=True)
class DynamoControls:
    """Implements ports.ControlBoard. Safe to share between threads."""

    client: "DynamoDBClient"
    table: str
    chance: Chance
    _known: Controls = field(default_factory=Controls, init=False)
    _read_at: int = field(default=0, init=False)
    _reading: threading.Lock = field(default_factory=threading.Lock, init=False)

    def current(self) -> Controls:
        """See ports.ControlBoard."""
        if self._is_old():
            with self._reading:
                if self._is_old():
                    self.read()
        return self._known

    def known(self) -> Controls:
        """See ports.ControlBoard."""
        return self._known

    def read(self) -> Controls:
        """As they stand at this moment."""
        asked_at = self.chance.now()
        item = self.client.get_item(TableName=self.table, Key=KEY, ConsistentRead=True).get("Item", {})
        self._known, self._read_at = _controls(item), asked_at
        return self._known

    def shut(self, gate: str, until: int, why: str) -> None:
        """See ports.ControlBoard."""
        standing = self._known.gates.get(gate)
        if standing is not None and standing.until >= until:
            return
        self._keep(gates={**self._known.gates, gate: Shut(until, why)})
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
        halt = Halt(self.chance.now(), why)
        done = self._update(
            "SET #it = :it",
            "attribute_not_exists(#it)",
            {"#it": f"{_HALT}{scope}"},
            {":it": {"M": {"since": {"N": str(halt.since)}, "why": {"S": why}}}},
        )
        if done:
            self._keep(halts={**self._known.halts, scope: halt})
        return done

    def resume(self, scope: str) -> bool:
        """See ports.ControlBoard."""
        names = {"#it": f"{_HALT}{scope}", "#count": f"{_COUNT}{scope}", "#at": f"{_COUNTED_AT}{scope}"}
        done = self._update("REMOVE #it, #count, #at", "attribute_exists(#it)", names, {})
        self._keep(halts={name: halt for name, halt in self._known.halts.items() if name != scope})
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
        count = int(answer["Attributes"][f"{_COUNT}{scope}"]["N"])
        self._keep(refusals={**self._known.refusals, scope: Refusals(count, self.chance.now())})
        return count

    def forget_refusals(self, scopes: tuple[str, ...]) -> None:
        """See ports.ControlBoard."""
        names = {f"#{kind}{index}": f"{prefix}{scope}" for index, scope in enumerate(scopes)
                 for kind, prefix in (("count", _COUNT), ("at", _COUNTED_AT))}  # fmt: skip
        self._update(f"REMOVE {', '.join(names)}", None, names, {})
        self._keep(refusals={scope: each for scope, each in self._known.refusals.items() if scope not in scopes})

    def _is_old(self) -> bool:
        age = self.chance.now() - self._read_at
        return not 0 <= age < READ_EVERY_MS

    def _keep(self, **changes: Mapping[str, Any]) -> None:
        known = self._known
        self._known = Controls(**({"gates": known.gates, "halts": known.halts, "refusals": known.refusals} | changes))

    def _clearing(self, names: dict[str, str]) -> str:
        """The rest of an update that also removes what is long over; its names are added to `names`."""
        before = self.chance.now() - _KEPT_MS
        over = [f"{_GATE}{gate}" for gate, shut in self._known.gates.items() if shut.until < before]
        for scope, refusals in self._known.refusals.items():
            over += [f"{_COUNT}{scope}", f"{_COUNTED_AT}{scope}"] if refusals.at < before else []
        taken = set(names.values())
        cleared = {f"#over{index}": name for index, name in enumerate(over[:_CLEARED_AT_ONCE]) if name not in taken}
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
