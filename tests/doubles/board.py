"""The gates and halts in memory: what stands for all containers, and what one of them knows of it."""

from dataclasses import dataclass, field

from orderexec.domain.controls import Controls, Halt, Refusals, Shut
from orderexec.ports import Chance

READ_EVERY_MS = 1_000


@dataclass(slots=True)
class Standing:
    """What all containers share."""

    gates: dict[str, Shut] = field(default_factory=dict)
    halts: dict[str, Halt] = field(default_factory=dict)
    refusals: dict[str, Refusals] = field(default_factory=dict)

    def seen(self) -> Controls:
        return Controls(dict(self.gates), dict(self.halts), dict(self.refusals))


@dataclass(slots=True)
class MemoryBoard:
    """Implements ports.ControlBoard: one container's view, at most a second old."""

    chance: Chance
    standing: Standing = field(default_factory=Standing)
    reads: int = 0
    _known: Controls = field(default_factory=Controls)
    _read_at: int = 0
    _read_at_ticks: int = 0

    def current(self) -> Controls:
        ages = (self.chance.now() - self._read_at, self.chance.ticks() - self._read_at_ticks)
        if not all(0 <= age < READ_EVERY_MS for age in ages):
            self.reads += 1
            self._see()
        return self._known

    def glance(self) -> Controls:
        return self.current()

    def known(self) -> Controls:
        return self._known

    def shut(self, gate: str, until: int, why: str) -> None:
        for gates in (self.standing.gates, known := dict(self._known.gates)):
            if gate not in gates or gates[gate].until < until:
                gates[gate] = Shut(until, why)
        self._known = Controls(known, self._known.halts, self._known.refusals)

    def halt(self, scope: str, why: str) -> bool:
        if scope in self.standing.halts:
            return False
        self.standing.halts[scope] = Halt(self.chance.now(), why)
        self._see()
        return True

    def resume(self, scope: str) -> bool:
        halted = self.standing.halts.pop(scope, None) is not None
        if halted:
            self.standing.refusals.pop(scope, None)
        self._see()
        return halted

    def count_refusal(self, scope: str) -> int:
        earlier = self.standing.refusals.get(scope, Refusals(0, 0))
        self.standing.refusals[scope] = Refusals(earlier.count + 1, self.chance.now())
        self._see()
        return earlier.count + 1

    def forget_refusals(self, scopes: tuple[str, ...]) -> None:
        for scope in scopes:
            self.standing.refusals.pop(scope, None)
        self._see()

    def _see(self) -> None:
        self._known, self._read_at = self.standing.seen(), self.chance.now()
        self._read_at_ticks = self.chance.ticks()
