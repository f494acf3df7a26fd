"""Virtual time: events in order, and functions as coroutines that any call outside can suspend, kill or freeze."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from greenlet import getcurrent, greenlet

from .bounds import Bounds


class Died(BaseException):
    """The process is gone in the middle of a step. No handler of the code under test may catch it."""


class Broken(AssertionError):
    """An invariant does not hold."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad things are: each a probability for one step, except where it says otherwise."""

    dies: float = 0.0
    freezes: float = 0.0
    store_fails: float = 0.0
    delivered_twice: float = 0.0
    vanishes: float = 0.0  # a message: too old, or purged by hand
    answer_lost: float = 0.0  # to a request that changes something
    question_lost: float = 0.0  # or its answer
    request_late: float = 0.0
    server_error: float = 0.0
    refused: float = 0.0
    limited: float = 0.0
    lookup_lags: float = 0.0
    halted: bool = False  # whether a person stops everything now and then
    keyless: bool = False  # whether one of two accounts loses its key for hours, and rows of it cannot be reconciled
    clock_skew_ms: int = 0  # how far a container's clock may be off
    ends_at: int = 1_200_000  # ms after the start from when on nothing fails any more

    @classmethod
    def drawn(cls, rng: random.Random) -> "Weather":
        """Some worlds are calm in some respects, and stormy in others."""

        def chance(worst: float) -> float:
            return rng.choice((0.0, worst / 8, worst / 2, worst))

        return cls(
            dies=chance(0.08),
            freezes=chance(0.06),
            store_fails=chance(0.15),
            delivered_twice=chance(0.2),
            vanishes=chance(0.02),
            answer_lost=(lost := chance(0.6)),
            question_lost=lost,
            request_late=chance(0.5),
            server_error=chance(0.4),
            refused=chance(0.2),
            limited=chance(0.3),
            lookup_lags=chance(0.9),
            halted=rng.choice((False, True)),
            keyless=rng.random() < 0.3,
            clock_skew_ms=rng.choice((0, 500, 4_000, 120_000)),
        )

    def doubtful(self) -> "Weather":
        """The same with answers that are mostly lost and lookups that lag, and little that ends signals otherwise."""
        return replace(
            self,
            answer_lost=0.6,
            question_lost=0.02,
            request_late=0.5,
            lookup_lags=0.9,
            clock_skew_ms=0,
            vanishes=0.0,
            server_error=min(self.server_error, 0.05),
            refused=min(self.refused, 0.05),
            limited=min(self.limited, 0.1),
            dies=min(self.dies, 0.01),
            freezes=min(self.freezes, 0.01),
            store_fails=min(self.store_fails, 0.02),
        )


@dataclass(slots=True)
class World:
    """One run: its time in epoch ms, its randomness, its weather, its events."""

    seed: int
    weather: Weather
    rng: random.Random
    bounds: Bounds = field(default_factory=Bounds)
    now: int = 1_767_225_600_000
    started_at: int = 1_767_225_600_000
    _events: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _count: int = 0
    trace: list[str] | None = None

    def at(self, delay_ms: int, action: Callable[[], None]) -> None:
        """Do `action` in `delay_ms`; events of one instant happen in the order they were asked for."""
        self._count += 1
        heapq.heappush(self._events, (self.now + max(delay_ms, 0), self._count, action))

    def run(self, until_ms: int, finished: Callable[[], bool]) -> None:
        """Let events happen until there are none, `finished` says so, or `until_ms` after the start has come."""
        while self._events and self._events[0][0] <= self.started_at + until_ms:
            self.now, _, action = heapq.heappop(self._events)
            action()
            if finished():
                return

    def happens(self, probability: float) -> bool:
        """Whether a fault of that probability happens now; none does once the weather has cleared."""
        return bool(probability) and self.raining and self.rng.random() < probability

    @property
    def raining(self) -> bool:
        """Whether the weather has not cleared yet."""
        return self.now < self.started_at + self.weather.ends_at

    def note(self, text: str) -> None:
        """Remember what happened, if the run is traced."""
        if self.trace is not None:
            self.trace.append(f"{self.now - self.started_at:>9} ms  {text}")

    # ------------------------------------------------------------------ inside a function

    def spawn(self, body: Callable[[], None]) -> None:
        """Start a function now. If it dies, nobody is told."""

        def guarded() -> None:
            try:
                body()
            except Died:
                self.note("a function died")

        greenlet(guarded).switch()

    def sleep(self, ms: int) -> None:
        """Suspend the calling function."""
        me = getcurrent()
        self.at(ms, lambda: _resume(me))
        _suspend(me)

    def wait(self, start: Callable[[Callable[[Any], None]], None]) -> Any:
        """Suspend the calling function until what `start` was given is called; later calls are ignored."""
        me = getcurrent()
        answered: list[Any] = []

        def answer(value: Any) -> None:
            if not answered:
                answered.append(value)
                self.at(0, lambda: _resume(me))

        start(answer)
        _suspend(me)
        return answered[0]

    def step(self) -> None:
        """Between any two steps a function may die, or freeze and wake up much later; else it takes a moment."""
        if self.happens(self.weather.dies):
            raise Died
        if self.happens(self.weather.freezes):
            self.sleep(self.rng.choice((1_500, 8_000, 20_000, 60_000, 400_000)))
        elif self.rng.random() < 0.3:
            self.sleep(self.rng.randint(1, 40))


def _resume(function: greenlet) -> None:
    if not function.dead:
        function.switch()


def _suspend(function: greenlet) -> None:
    if function.parent is None:
        raise RuntimeError("only a function that World.spawn started can wait")
    function.parent.switch()
