"""Why a signal may not go to the exchange now, and for how long: halts, and the gates that all containers share."""

from dataclasses import dataclass

from orderexec.domain.controls import ClosedGate, Controls
from orderexec.domain.retry import choose_delay_after_opening, choose_delay_while_halted
from orderexec.domain.scopes import list_scopes
from orderexec.domain.signals import PLACE, REPLACE, Signal
from orderexec.ports import Clock, ControlBoard, Venue


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a signal waits unsent, and how many seconds until it looks again.

    `claimed`: its row said already that a request may have left, and then none did.
    """

    delay: float
    why: str
    claimed: bool = False


def hold_of(signal: Signal, board: ControlBoard, venue: Venue, clock: Clock, tries: int) -> Hold | None:
    """None if it may go. Only for what places orders: what ends or reduces them is never halted.

    A cancellation may not need the exchange at all, so it meets a closed gate only when it is about to be sent.
    """
    if signal.action not in (PLACE, REPLACE):
        return None
    controls, closed = board.current(), venue.traffic.find_closed_gate(signal.identity.account, places=True)
    return _halted(signal, controls, clock, tries) or at_gate(closed, clock, tries)


def last_look(signal: Signal, closed: ClosedGate | None, board: ControlBoard, clock: Clock, tries: int) -> Hold | None:
    """When its turn has come: the gate that its turn met, or a halt that was set since it was first looked at."""
    halted = None
    if signal.action in (PLACE, REPLACE):
        halted = _halted(signal, board.known(), clock, tries)  # read anew, if need be, for its turn
    return halted or at_gate(closed, clock, tries)


def at_gate(closed: ClosedGate | None, clock: Clock, tries: int) -> Hold | None:
    """Until it opens; `tries` is how often the signal has come."""
    if closed is None:
        return None
    delay = choose_delay_after_opening(closed.until - clock.now(), tries, clock.jitter())
    return Hold(delay, f"nothing is sent now: {closed.why}")


def _halted(signal: Signal, controls: Controls, clock: Clock, tries: int) -> Hold | None:
    why = controls.find_halt(list_scopes(signal))
    return None if why is None else Hold(choose_delay_while_halted(tries, clock.jitter()), why)
