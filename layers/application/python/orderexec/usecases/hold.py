"""May it go now? Why a signal may not be sent at this moment, and for how long: halts, and the gates that all share."""

from dataclasses import dataclass

from orderexec.domain.controls import ClosedGate, Controls
from orderexec.domain.product import AMEND, PLACE, REPLACE
from orderexec.domain.retry import choose_delay_after_opening, choose_delay_while_halted
from orderexec.domain.scopes import list_scopes
from orderexec.domain.signals import Signal
from orderexec.ports import Clock, Randomness


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a signal waits unsent, and how many seconds until it looks again.

    `claimed`: its row said already that a request may have left, and then none did.
    """

    delay: float
    why: str
    claimed: bool = False


def places_orders(signal: Signal) -> bool:
    """Return whether the signal places an order: only that is halted, never what ends or reduces one.

    A close only reduces what there is. An amendment that names a price (futures) may enlarge its order, so it counts
    as a new one.
    """
    return signal.action in (PLACE, REPLACE) or (signal.action == AMEND and signal.price is not None)


def find_hold(
    signal: Signal, controls: Controls, gate: ClosedGate | None, clock: Clock, randomness: Randomness, *, tries: int
) -> Hold | None:
    """Return why the signal may not be sent now; None: it may.

    It is asked twice: before any work is done, and once the signal has its slot, with the board as it is known then.
    The venue's transport asks about a ban once more, right before a request leaves. `gate` is the closed gate that the
    signal has met, `tries` is how often it has come: the more often, the longer it waits.
    """
    halted = controls.find_halt(list_scopes(signal)) if places_orders(signal) else None
    if halted is not None:
        return Hold(choose_delay_while_halted(tries, randomness.jitter()), halted)
    if gate is None:
        return None
    delay = choose_delay_after_opening(gate.until - clock.now(), tries, randomness.jitter())
    return Hold(delay, f"nothing is sent now: {gate.why}")
