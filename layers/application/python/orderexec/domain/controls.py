"""What keeps signals from the exchange, for all containers: gates that open by themselves, halts that people lift.

A gate is closed until an instant: a *ban* stops every request to a venue, a *pause* only new orders (a venue's or one
account's), so that lost replies can still be reconciled. A *crowd* stops nothing; it says that many share a limit now.
A person may open one earlier. A halt stands until it is lifted; its scope (scopes.py) says which signals it keeps
waiting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ClosedGate:
    """A gate that is closed until an instant (epoch ms, local clock), and why."""

    until: int
    why: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A person opened the gate at an instant (epoch ms), though it was closed until another."""

    until: int
    at: int


@dataclass(frozen=True, slots=True)
class Halt:
    """Since when (epoch ms) the signals of a scope wait, and why; `automatic` if a run of refusals set it."""

    since: int
    why: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Controls:
    """All gates and halts as they stand, by gate or scope, and which gates people opened lately.

    `refused` says when (epoch ms) the last signal was refused whose run belongs to a slot (refusals.py).
    """

    gates: Mapping[str, ClosedGate] = field(default_factory=dict)
    halts: Mapping[str, Halt] = field(default_factory=dict)
    opened: Mapping[str, Opened] = field(default_factory=dict)
    refused: Mapping[int, int] = field(default_factory=dict)

    def find_closed_gate(self, now: int, *gates: str) -> ClosedGate | None:
        """Return the gate that opens last of those that are closed at `now` (epoch ms), None if all are open."""
        current = [self.gates[gate] for gate in gates if gate in self.gates and self.gates[gate].until > now]
        return max(current, key=lambda gate: gate.until, default=None)

    def find_halt(self, scopes: tuple[str, ...]) -> str | None:
        """Return why signals of these scopes have to wait, or None."""
        found = ((scope, self.halts[scope]) for scope in scopes if scope in self.halts)
        return next((f"halted ({scope}): {halt.why}" for scope, halt in found), None)

    def is_still_closed(self, gate: str, seen: "Controls") -> bool:
        """Return whether the gate, which stands in `seen` (an older look), outlasts this newer look.

        It does if it is closed for longer than this look knows: it was closed while somebody looked, or could not be
        written. It does not if a person has opened it since: then only what was closed later stands.
        """
        old, opened = seen.gates[gate], self.opened.get(gate)
        if opened is not None and opened != seen.opened.get(gate) and old.until <= opened.until:
            return False
        return gate not in self.gates or self.gates[gate].until < old.until


def name_ban(venue: str) -> str:
    """Return the name of the gate that stops every request to the venue."""
    return f"ban/{venue}"


def name_pause(venue: str, account: str | None = None) -> str:
    """Return the name of the gate that stops new orders: all of the venue, or one account's there."""
    return f"pause/{venue}" if account is None else f"pause/{venue}/{account}"


def name_crowd(venue: str, account: str) -> str:
    """Return the name of a gate that nobody waits at.

    While it is closed, each container lets few of the account's orders out at a time.
    """
    return f"crowd/{venue}/{account}"


def is_ban(gate: str) -> bool:
    """Return whether the gate stops every request to a venue, since the exchange itself asked for silence."""
    return gate.startswith("ban/")


def is_pause(gate: str) -> bool:
    """Return whether the gate stops new orders only."""
    return gate.startswith("pause/")
