"""The item that holds every gate and halt, an attribute for each; and which of its attributes nobody needs any more.

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
# A gate that opened a minute ago is of no use any more: containers' clocks differ by seconds at the most.
_EXPIRED_MS = 60_000


def read_controls(item: Mapping[str, Any], now: int) -> Controls:
    """Return the gates, halts, openings and refusals of the item; `now` is in epoch ms.

    An attribute that this version cannot read is left out, and so are refusals of more than an hour ago. A halt that
    cannot be read still halts.
    """
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
    """Return the names of the attributes that older versions wrote and nobody reads any more."""
    return [name for name in item if name.startswith(_LEFTOVERS)]


def find_expired(item: Mapping[str, Any], now: int) -> list[str]:
    """Return the names of attributes that ended more than a minute before `now` (epoch ms).

    These are gates that have opened by themselves, and openings that no container needs to be told of any more.
    """
    controls = read_controls(item, now)
    timed = [(f"{GATE}{name}", gate.until) for name, gate in controls.gates.items()]
    timed += [(f"{OPENED}{name}", opened.until) for name, opened in controls.opened.items()]
    return [name for name, until in timed if until < now - _EXPIRED_MS]


def make_gate_value(until: int, why: str) -> dict[str, Any]:
    """Return the value of a gate's attribute; `until` is in epoch ms."""
    return {"M": {"until": {"N": str(until)}, "why": {"S": why}}}


def make_halt_value(since: int, why: str, *, automatic: bool = False) -> dict[str, Any]:
    """Return the value of a halt's attribute; `since` is in epoch ms. An older version can read it as well."""
    marked: dict[str, Any] = {"automatic": {"BOOL": True}} if automatic else {}
    return {"M": {"since": {"N": str(since)}, "why": {"S": why}} | marked}


def make_opened_value(opened: Opened) -> dict[str, Any]:
    """Return the value of an opening's attribute."""
    return {"M": {"until": {"N": str(opened.until)}, "at": {"N": str(opened.at)}}}


def make_refused_value(at: int) -> dict[str, Any]:
    """Return the value of the attribute of a slot in which something was refused `at` an instant (epoch ms)."""
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
