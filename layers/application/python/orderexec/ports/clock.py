"""Time and randomness, injected: nothing of the inside reads a clock or draws a number by itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass


def _ticks() -> int:
    return time.monotonic_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, injected: `now` returns epoch ms, `sleep` waits so many seconds, `ticks` returns ms since any start.

    `ticks` never goes back, as `now` may when a clock is set; but it may stand still while a container is frozen. What
    is old by either of them is old.
    """

    now: Callable[[], int]
    sleep: Callable[[float], None]
    ticks: Callable[[], int] = _ticks


@dataclass(frozen=True, slots=True)
class Randomness:
    """Chance, injected: `token` returns a text unlike any other, `jitter` a number from 0 up to 1, 1 excluded."""

    token: Callable[[], str]
    jitter: Callable[[], float]
