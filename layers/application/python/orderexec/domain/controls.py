"""What keeps signals from the exchange, for all containers: gates that open by themselves, halts that people lift.

A gate is shut until an instant: a *ban* stops every request to a venue, a *pause* only new orders (a venue's or one
account's), so that lost replies can still be settled. A *crowd* stops nothing; it says that many share a limit now.
A halt stands until it is lifted; its scope says which signals it keeps waiting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .signals import Signal

GLOBAL = "global"
SCOPES = ("venue", "account", "symbol", "strategy")


@dataclass(frozen=True, slots=True)
class Shut:
    """A gate that is shut until then (epoch ms, local clock), and why."""

    until: int
    why: str


@dataclass(frozen=True, slots=True)
class Halt:
    """Since when (epoch ms) the signals of a scope wait, and why."""

    since: int
    why: str


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many signals of a scope the exchange has refused in a row, and when it did so last (epoch ms)."""

    count: int
    at: int


@dataclass(frozen=True, slots=True)
class Controls:
    """All gates, halts and counts of refusals as they stand, by gate or scope."""

    gates: Mapping[str, Shut] = field(default_factory=dict)
    halts: Mapping[str, Halt] = field(default_factory=dict)
    refusals: Mapping[str, Refusals] = field(default_factory=dict)

    def shut(self, now: int, *gates: str) -> Shut | None:
        """Of the gates that are shut at `now` (epoch ms) the one that opens last."""
        standing = [self.gates[gate] for gate in gates if gate in self.gates and self.gates[gate].until > now]
        return max(standing, key=lambda gate: gate.until, default=None)

    def halted(self, scopes: tuple[str, ...]) -> str | None:
        """Why signals of these scopes have to wait, or None."""
        found = ((scope, self.halts[scope]) for scope in scopes if scope in self.halts)
        return next((f"halted ({scope}): {halt.why}" for scope, halt in found), None)


def ban(venue: str) -> str:
    """The gate that stops every request to the venue."""
    return f"ban/{venue}"


def pause(venue: str, account: str | None = None) -> str:
    """The gate that stops new orders: all of the venue, or one account's there."""
    return f"pause/{venue}" if account is None else f"pause/{venue}/{account}"


def crowd(venue: str, account: str) -> str:
    """Not a gate to wait at: while it is shut, each container lets few of the account's orders out at a time."""
    return f"crowd/{venue}/{account}"


def is_ban(gate: str) -> bool:
    """Whether the gate stops every request to a venue."""
    return gate.startswith("ban/")


def is_pause(gate: str) -> bool:
    """Whether the gate stops new orders only."""
    return gate.startswith("pause/")


def account_scope(account: str) -> str:
    """The scope of one account's signals, whatever the venue."""
    return f"account/{account}"


def market_scopes(signal: Signal) -> tuple[str, ...]:
    """The scopes that a row of refused orders halts: the symbol, and the strategy if the signal names one."""
    symbol = f"symbol/{signal.symbol}"
    return (symbol,) if signal.strategy is None else (symbol, f"strategy/{signal.strategy}")


def scopes_of(signal: Signal) -> tuple[str, ...]:
    """Every scope that the signal belongs to."""
    identity = signal.identity
    return (GLOBAL, f"venue/{identity.venue}", account_scope(identity.account), *market_scopes(signal))


def is_scope(text: str) -> bool:
    """Whether a halt can be of this scope: `global`, or a kind and a name as in `account/main`."""
    kind, _, name = text.partition("/")
    return text == GLOBAL or (kind in SCOPES and bool(name))
