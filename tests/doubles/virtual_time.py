"""Time and randomness under a test's control: nothing passes unless somebody sleeps or the test says so."""

from itertools import count

from orderexec.ports import Clock, Randomness

START_MS = 1_790_000_000_000


class VirtualTime:
    """The local clock in epoch ms, with tokens and jitter that are the same in every run."""

    def __init__(self) -> None:
        self.now_ms = START_MS
        self.ticks_ms = 0
        self.jitter = 0.5
        self._tokens = count(1)

    def now(self) -> int:
        return self.now_ms

    def advance(self, milliseconds: int) -> None:
        self.now_ms += milliseconds
        self.ticks_ms += milliseconds

    def set_clock(self, milliseconds: int) -> None:
        """Somebody sets the clock by so much; no time passes."""
        self.now_ms += milliseconds

    def freeze(self, milliseconds: int) -> None:
        """The container is frozen: time passes, and only the clock shows it."""
        self.now_ms += milliseconds

    def clock(self) -> Clock:
        return Clock(
            now=self.now,
            sleep=lambda seconds: self.advance(round(seconds * 1000)),
            ticks=lambda: self.ticks_ms,
        )

    def randomness(self) -> Randomness:
        return Randomness(token=lambda: f"token-{next(self._tokens)}", jitter=lambda: self.jitter)
