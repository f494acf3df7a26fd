"""Why a signal may not go to the exchange now, and for how long: halts, and the gates that all containers share."""

from dataclasses import dataclass

from orderexec.domain.controls import Shut, scopes_of
from orderexec.domain.retry import after_opening, while_halted
from orderexec.domain.signals import PLACE, REPLACE, Signal
from orderexec.ports import Chance, ControlBoard, Venue


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a signal waits before anything is asked for it, and how many seconds until it looks again."""

    delay: float
    why: str


def hold_of(signal: Signal, board: ControlBoard, venue: Venue, chance: Chance, tries: int) -> Hold | None:
    """None if it may go. A halt stops only what places orders: what ends or reduces them goes on."""
    places = signal.action in (PLACE, REPLACE)
    halted = board.current().halted(scopes_of(signal)) if places else None
    if halted is not None:
        return Hold(while_halted(tries, chance.jitter()), halted)
    shut = venue.traffic.shut(signal.identity.account, places=places)
    return None if shut is None else until_open(shut, chance, tries)


def until_open(shut: Shut, chance: Chance, tries: int) -> Hold:
    """At a gate; `tries` is how often the signal has come."""
    delay = after_opening(shut.until - chance.now(), tries, chance.jitter())
    return Hold(delay, f"nothing is sent now: {shut.why}")
