"""How much the board may hold, in bytes, so that every container can read it each second and a halt always fits.

One item of DynamoDB takes 400 KB. What people set comes first: `global` is never refused, other halts by hand have most
of the room. What sets itself has bounds of its own: a halt of a whole account or venue (as many as there are accounts
with a key), and a halt that carries a name from a message (a symbol, a strategy), of which one account gets a few, so
that no account alone can use up what others need. Beyond a bound nothing is halted by itself any more; signals are
refused one by one, as before the halt, and the log says so.
"""

from .controls import Controls
from .scopes import GLOBAL, find_account, is_account

BYTES_BY_HAND = 192 * 1024
BYTES_OF_ACCOUNTS = 64 * 1024
BYTES_OF_NAMES = 32 * 1024
BYTES_OF_GATES = 32 * 1024
MOST_NAMES = 8  # automatic halts of one account's symbols and strategies
LONGEST_WHY = 200  # bytes
_BY_HAND, _OF_ACCOUNT, _NAMED = "by hand", "of an account", "with a name from a message"
_BOUNDS = {_BY_HAND: BYTES_BY_HAND, _OF_ACCOUNT: BYTES_OF_ACCOUNTS, _NAMED: BYTES_OF_NAMES}
# Of a halt or a gate beside its name and reason: the names and sizes of its parts, two numbers, the type of each.
_FRAME = 72


def shorten_reason(why: str) -> str:
    """Return the reason in as many bytes as one may have."""
    text = why.encode(errors="replace")  # a terminal of another encoding must not keep anybody from a halt
    kept, dots = (text, "") if len(text) <= LONGEST_WHY else (text[: LONGEST_WHY - 3], "...")
    return kept.decode(errors="ignore") + dots


def has_room_for_halt(scope: str, controls: Controls, *, automatic: bool) -> bool:
    """Return whether one more halt may be set beside those that stand."""
    if scope == GLOBAL and not automatic:
        return True
    kind = _classify(scope, automatic=automatic)
    alike = [name for name, halt in controls.halts.items() if _classify(name, automatic=halt.automatic) == kind]
    if kind == _NAMED and sum(find_account(name) == find_account(scope) for name in alike) >= MOST_NAMES:
        return False
    return sum(map(measure_halt, [*alike, scope])) <= _BOUNDS[kind]


def has_room_for_gate(gate: str, controls: Controls, now: int) -> bool:
    """Return whether one more gate may be written at `now` (epoch ms).

    A gate of a whole venue always may be written; beyond the bound one of an account may not.
    """
    if gate.count("/") < 2 or gate in controls.gates:
        return True
    current = [name for name, closed in controls.gates.items() if closed.until > now]
    return sum(map(measure_halt, [*current, gate])) <= BYTES_OF_GATES


def measure_halt(name: str) -> int:
    """Return how many bytes of the item a halt or a gate of that name takes at the most."""
    return len(name.encode()) + LONGEST_WHY + _FRAME


def _classify(scope: str, *, automatic: bool) -> str:
    if not automatic:
        return _BY_HAND
    whole_venue = scope.startswith("venue/") and scope.count("/") == 1
    return _OF_ACCOUNT if is_account(scope) or whole_venue else _NAMED
