"""The sample signals of `events/`: what each publishes, what it needs of the exchange, and what should become of it."""

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
    """One file of `events/`. `expect` holds attributes of the ledger's row, and:

    `orders`, how many orders the exchange must hold for it (all samples say it), and `dead_letters`, the
    reasons of its dead letters (the row's own reason where it is not given and the row is DEAD).

    `halt` is a halt that stands when it is published: its `scope`, `why`, and `lift_after_seconds`.
    """

    name: str
    about: str
    bodies: tuple[str, ...]
    arrange: tuple[Mapping[str, Any], ...]
    halt: Mapping[str, Any] | None
    expect: Mapping[str, Any]

    @property
    def dead_letters(self) -> list[str]:
        expected: list[str] = self.expect.get("dead_letters", [self.expect["reason"]] if self.is_dead else [])
        return expected

    @property
    def is_dead(self) -> bool:
        return bool(self.expect["state"] == "DEAD")

    def arm(self, control: Control) -> None:
        """Have the exchange misbehave for this signal, and for no other."""
        for fault in self.arrange:
            control.arm(_resolved(fault))


def load() -> list[Sample]:
    """All samples: plain orders first, then those that meet a fault, then those that are refused."""
    found = [_sample(file.stem, json.loads(file.read_text())) for file in EVENTS.glob("*.json")]
    return sorted(found, key=lambda sample: (sample.is_dead, len(sample.arrange), sample.name))


def _sample(name: str, event: Mapping[str, Any]) -> Sample:
    bodies = tuple(record["body"] for record in event["Records"])
    arrange = tuple(event.get("arrange", ()))
    return Sample(name, event["about"], bodies, arrange, event.get("halt"), event["expect"])


def _resolved(fault: Mapping[str, Any]) -> dict[str, Any]:
    match = dict(fault["match"])
    if isinstance(match.get("client_order_id"), dict):
        signal = match["client_order_id"]["signal"]
        match["client_order_id"] = make_client_order_id(signal["account"], signal["venue"], signal["id"])
    return {**fault, "match": match}
