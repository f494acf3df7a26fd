"""Virtual time: what happens when, and the workers that live in it, as threads of which only one moves at a time."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

START_US = 1_790_000_000_000_000
SECOND_US = 1_000_000


class Killed(BaseException):
    """The worker's process is gone. No `except Exception` shall see it, as none sees a SIGKILL."""


@dataclass(slots=True)
class Worker:
    """One call of a handler, for the signal `number`; at `deadline_us` it is killed."""

    number: int
    deadline_us: int
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


@dataclass(slots=True)
class World:
    """A clock (epoch microseconds) and the actions that wait for it."""

    now_us: int = START_US
    worker: Worker | None = None
    _agenda: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _idle: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _crash: BaseException | None = None

    def at(self, seconds: float, action: Callable[[], None]) -> None:
        """Do `action` so many seconds from now."""
        self._at_us(self.now_us + round(seconds * SECOND_US), action)

    def run(self) -> None:
        """Until nothing is left to happen; raises what a worker raised by mistake."""
        while self._agenda:
            self.now_us, _, action = heapq.heappop(self._agenda)
            action()
            if self._crash is not None:
                raise self._crash

    def spawn(self, number: int, seconds: float, work: Callable[[], None]) -> None:
        """Run `work` on a worker of its own, for so many seconds at the most."""
        worker = Worker(number, self.now_us + round(seconds * SECOND_US))
        threading.Thread(target=self._live, args=(worker, work), daemon=True).start()
        self._resume(worker)

    def sleep(self, seconds: float) -> None:
        """What a worker, or a thread that it waits for, calls to let time pass. Raises Killed at the deadline."""
        worker = self.worker
        if worker is None:  # still setting the stage
            self.now_us += round(seconds * SECOND_US)
            return
        until = min(self.now_us + round(seconds * SECOND_US), worker.deadline_us)
        self._at_us(until, lambda: self._resume(worker))
        self._idle.release()
        worker.turn.acquire()
        if self.now_us >= worker.deadline_us:
            raise Killed

    @contextmanager
    def clocks(self) -> Iterator[None]:
        """Everybody who asks the module `time` gets this world's time."""
        with (
            mock.patch.object(time, "time", lambda: self.now_us / SECOND_US),
            mock.patch.object(time, "time_ns", lambda: self.now_us * 1_000),
            mock.patch.object(time, "sleep", self.sleep),
        ):
            yield

    def _at_us(self, now_us: int, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (now_us, next(self._order), action))

    def _live(self, worker: Worker, work: Callable[[], None]) -> None:
        worker.turn.acquire()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by `run`, in the thread that waits for it
            self._crash = error
        self._idle.release()

    def _resume(self, worker: Worker) -> None:
        """Let `worker` move until it sleeps or is done."""
        self.worker = worker
        worker.turn.release()
        self._idle.acquire()
        self.worker = None
