"""What the sample signals of `events/` are: what each publishes, which faults it meets, and how it should end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.exchange import Control
from local.run import ROOT
from orderexec.domain.orders import make_client_order_id

EVENTS = ROOT / "events"


@dataclass(frozen=True)
class Sample:
    """One file of `events/`.

    `expect` holds the attributes that its row in the ledger must have, and two more: `orders` is the number of orders
    that the exchange must ever have had for it, and `dead_letters` are the reasons of its dead letters (if it is left
    out, the row's own reason if the row is DEAD, else none). `control` is what is set at the exchange before it is
    published, each with the `path` of its control endpoint and a `body`. `halt` is a halt that is set before it is
    published, with `scope`, `why` and `lift_after_seconds`.
    """

    name: str
    about: str
    bodies: tuple[str, ...]
    arrange: tuple[Mapping[str, Any], ...]
    control: tuple[Mapping[str, Any], ...]
    halt: Mapping[str, Any] | None
    expect: Mapping[str, Any]

    @property
    def dead_letters(self) -> list[str]:
        """The reasons of the dead letters that it should get."""
        expected: list[str] = self.expect.get("dead_letters", [self.expect["reason"]] if self.is_dead else [])
        return expected

    @property
    def is_dead(self) -> bool:
        """Whether its row should end DEAD."""
        return bool(self.expect["state"] == "DEAD")

    @property
    def waits_for_fence(self) -> bool:
        """Whether it must wait for its fence: an answer is lost, and a look at once does not find the order either."""
        return any(fault["fault"] == "lose_request" or "hide_seconds" in fault for fault in self.arrange)

    def arm(self, control: Control) -> None:
        """Set what the account is to have, and arm the faults that are for this signal and for no other."""
        for each in self.control:
            control.set(each["path"], each["body"])
        for fault in self.arrange:
            control.arm(_resolve(fault))


def load() -> list[Sample]:
    """Return all samples: first plain orders, then those that meet a fault, then those that are refused."""
    found = [_read_sample(file.stem, json.loads(file.read_text())) for file in EVENTS.glob("*.json")]
    return sorted(found, key=lambda sample: (sample.is_dead, len(sample.arrange), sample.name))


def _read_sample(name: str, event: Mapping[str, Any]) -> Sample:
    bodies = tuple(record["body"] for record in event["Records"])
    arrange = tuple(event.get("arrange", ()))
    control = tuple(event.get("control", ()))
    return Sample(name, event["about"], bodies, arrange, control, event.get("halt"), event["expect"])


def _resolve(fault: Mapping[str, Any]) -> dict[str, Any]:
    match = dict(fault["match"])
    if isinstance(match.get("client_order_id"), dict):
        signal = match["client_order_id"]["signal"]
        match["client_order_id"] = make_client_order_id(signal["account"], signal["venue"], signal["id"])
    return {**fault, "match": match}
