"""Why a signal may not go to the exchange now, and for how long: halts, and the gates that all containers share."""

from dataclasses import dataclass

from orderexec.domain.controls import Shut, scopes_of
from orderexec.domain.retry import after_opening, while_halted
from orderexec.domain.signals import PLACE, REPLACE, Signal
from orderexec.ports import Chance, ControlBoard, Venue


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a signal waits unsent, and how many seconds until it looks again.

    `claimed`: its row said already that a request may have left, and then none did.
    """

    delay: float
    why: str
    claimed: bool = False


def hold_of(signal: Signal, board: ControlBoard, venue: Venue, chance: Chance, tries: int) -> Hold | None:
    """None if it may go. Only for what places orders: what ends or reduces them is never halted.

    A cancellation may not need the exchange at all, so it meets a shut gate only when it is about to be sent.
    """
    if signal.action not in (PLACE, REPLACE):
        return None
    halted = board.current().halted(scopes_of(signal))
    if halted is not None:
        return Hold(while_halted(tries, chance.jitter()), halted)
    shut = venue.traffic.shut(signal.identity.account, places=True)
    return None if shut is None else until_open(shut, chance, tries)


def until_open(shut: Shut, chance: Chance, tries: int) -> Hold:
    """At a gate; `tries` is how often the signal has come."""
    delay = after_opening(shut.until - chance.now(), tries, chance.jitter())
    return Hold(delay, f"nothing is sent now: {shut.why}")
