"""The gates and halts in memory: what stands for all containers, and what one of them knows of it."""

from dataclasses import dataclass, field, replace

from orderexec.domain.board_room import has_room_for_gate, has_room_for_halt, shorten_reason
from orderexec.domain.controls import ClosedGate, Controls, Halt, Opened
from orderexec.domain.refusals import LASTS_MS, find_slot, list_runs
from orderexec.ports import Clock

READ_EVERY_MS = 1_000


@dataclass(slots=True)
class SharedControls:
    """What all containers share."""

    gates: dict[str, ClosedGate] = field(default_factory=dict)
    halts: dict[str, Halt] = field(default_factory=dict)
    opened: dict[str, Opened] = field(default_factory=dict)
    refusals: dict[str, tuple[int, int]] = field(default_factory=dict)  # by run: how many, the last at
    refused: dict[int, int] = field(default_factory=dict)

    def seen(self) -> Controls:
        return Controls(dict(self.gates), dict(self.halts), dict(self.opened), dict(self.refused))


@dataclass(slots=True)
class MemoryBoard:
    """Implements ports.ControlBoard: one container's view, at most a second old."""

    clock: Clock
    controls: SharedControls = field(default_factory=SharedControls)
    reads: int = 0
    _known: Controls = field(default_factory=Controls)
    _read_at: int = 0
    _read_at_ticks: int = 0

    def look(self) -> Controls:
        ages = (self.clock.now() - self._read_at, self.clock.ticks() - self._read_at_ticks)
        if not all(0 <= age < READ_EVERY_MS for age in ages):
            self.reads += 1
            self._see()
        return self._known

    def glance(self) -> Controls:
        return self.look()

    def recall(self) -> Controls:
        return self._known

    def close_gate(self, gate: str, until: int, why: str) -> None:
        closed, known = ClosedGate(until, shorten_reason(why)), dict(self._known.gates)
        room = has_room_for_gate(gate, self._known, self.clock.now())
        for gates in (self.controls.gates, known) if room else (known,):
            if gate not in gates or gates[gate].until < until:
                gates[gate] = closed
        self._known = replace(self._known, gates=known)

    def open_gate(self, gate: str, until: int) -> bool:
        current = self.controls.gates.get(gate)
        if current is None or current.until != until:
            return False
        del self.controls.gates[gate]
        self.controls.opened[gate] = Opened(until, self.clock.now())
        self._see()
        return True

    def halt(self, scope: str, why: str, *, automatic: bool = False) -> bool:
        if scope in self.controls.halts:
            return False
        if not has_room_for_halt(scope, self.controls.seen(), automatic=automatic):
            if automatic:
                return False
            raise RuntimeError(f"there is no room for {scope}")
        self.controls.halts[scope] = Halt(self.clock.now(), shorten_reason(why), automatic)
        self._see()
        return True

    def resume(self, scope: str) -> bool:
        halted = self.controls.halts.pop(scope, None) is not None
        if halted:
            self.forget_refusals(list_runs(scope))
        self._see()
        return halted

    def count_refusal(self, run: str) -> int:
        now = self.clock.now()
        count, at = self.controls.refusals.get(run, (0, 0))
        self.controls.refusals[run] = (count + 1 if at >= now - LASTS_MS else 1), now
        self.controls.refused[find_slot(run)] = now
        self._known = replace(self._known, refused={**self._known.refused, find_slot(run): now})
        return self.controls.refusals[run][0]

    def forget_refusals(self, runs: tuple[str, ...]) -> None:
        for each in runs:
            self.controls.refusals.pop(each, None)

    def _see(self) -> None:
        seen, known, now = self.controls.seen(), self._known, self.clock.now()
        seen = replace(seen, refused={slot: at for slot, at in seen.refused.items() if at > now - LASTS_MS})
        own = {
            name: gate for name, gate in known.gates.items() if gate.until > now and seen.is_still_closed(name, known)
        }
        self._known, self._read_at = replace(seen, gates={**seen.gates, **own}), now
        self._read_at_ticks = self.clock.ticks()
