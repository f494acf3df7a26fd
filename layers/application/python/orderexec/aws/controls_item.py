"""The item that holds every gate and halt: an attribute for each, and what is no longer needed of it.

It is the one item that all containers read each second, so nothing may stand in it that a message can name without
bounds (domain/board_room.py). Older versions counted refusals in it, by names from messages: what they left is removed.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from orderexec.domain.controls import ClosedGate, Controls, Halt, Opened
from orderexec.domain.refusals import LASTS_MS

T = TypeVar("T")

GATE, HALT, OPENED, REFUSED = "gate:", "halt:", "opened:", "refused:"
SET_BY_ITSELF = "automatic_halts"  # how many halts have been set automatically, ever: no two are set at once
_LEFTOVERS = ("refusals:", "refused_at:")
# A gate that opened so long ago is of no use: containers' clocks differ by seconds at the most.
_OVER_MS = 60_000


def read_controls(item: Mapping[str, Any], now: int) -> Controls:
    """The item as it is understood. What another version wrote otherwise takes nothing else with it."""
    return Controls(
        gates=dict(_read_named(item, GATE, lambda it: ClosedGate(int(it["until"]["N"]), it["why"]["S"]))),
        halts=dict(_read_halts(item)),
        opened=dict(_read_named(item, OPENED, lambda it: Opened(int(it["until"]["N"]), int(it["at"]["N"])))),
        refused={
            int(slot): at
            for slot, at in _read_named(item, REFUSED, _read_at)
            if slot.isdecimal() and at > now - LASTS_MS
        },
    )


def find_leftovers(item: Mapping[str, Any]) -> list[str]:
    """Names of attributes that nobody reads any more."""
    return [name for name in item if name.startswith(_LEFTOVERS)]


def find_expired(item: Mapping[str, Any], now: int) -> list[str]:
    """Names of gates that have been open for long, and of openings that no container needs to be told any more."""
    controls = read_controls(item, now)
    timed = [(f"{GATE}{name}", gate.until) for name, gate in controls.gates.items()]
    timed += [(f"{OPENED}{name}", opened.until) for name, opened in controls.opened.items()]
    return [name for name, until in timed if until < now - _OVER_MS]


def make_gate_value(until: int, why: str) -> dict[str, Any]:
    """Of a gate's attribute."""
    return {"M": {"until": {"N": str(until)}, "why": {"S": why}}}


def make_halt_value(since: int, why: str, *, automatic: bool = False) -> dict[str, Any]:
    """Of a halt's attribute. An older version reads it as well."""
    marked: dict[str, Any] = {"automatic": {"BOOL": True}} if automatic else {}
    return {"M": {"since": {"N": str(since)}, "why": {"S": why}} | marked}


def make_opened_value(opened: Opened) -> dict[str, Any]:
    """Of an opening's attribute."""
    return {"M": {"until": {"N": str(opened.until)}, "at": {"N": str(opened.at)}}}


def make_refused_value(at: int) -> dict[str, Any]:
    """Of a slot's attribute."""
    return {"M": {"at": {"N": str(at)}}}


def _read_halts(item: Mapping[str, Any]) -> Iterator[tuple[str, Halt]]:
    read = dict(_read_named(item, HALT, _read_halt))
    for name in item:
        if name.startswith(HALT):  # one that cannot be read still halts
            scope = name.removeprefix(HALT)
            yield scope, read.get(scope, Halt(0, "this version cannot read why"))


def _read_halt(it: Mapping[str, Any]) -> Halt:
    return Halt(int(it["since"]["N"]), it["why"]["S"], bool(it.get("automatic", {}).get("BOOL")))


def _read_at(it: Mapping[str, Any]) -> int:
    return int(it["at"]["N"])


def _read_named(
    item: Mapping[str, Any], prefix: str, read: Callable[[Mapping[str, Any]], T]
) -> Iterator[tuple[str, T]]:
    for name, value in item.items():
        if name.startswith(prefix):
            try:
                yield name.removeprefix(prefix), read(value["M"])
            except (KeyError, TypeError, ValueError, AttributeError):
                continue
