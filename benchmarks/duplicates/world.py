"""How virtual time passes: actions at their times, and workers as threads of which only one moves at a time."""

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
    """The process of the worker was killed. No `except Exception` may catch this, as none catches a SIGKILL."""


@dataclass(slots=True)
class Worker:
    """One call of a handler, for the signal `number`; at `deadline_us` it is killed."""

    number: int
    deadline_us: int
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


@dataclass(slots=True)
class World:
    """A clock (epoch microseconds), and the actions that wait for their time."""

    now_us: int = START_US
    worker: Worker | None = None
    _agenda: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _idle: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _crash: BaseException | None = None

    def call_after(self, seconds: float, action: Callable[[], None]) -> None:
        """Call `action` when so many seconds have passed."""
        self._call_at(self.now_us + round(seconds * SECOND_US), action)

    def run(self) -> None:
        """Let all happen until no action is left. Raises what a worker raised by mistake."""
        while self._agenda:
            self.now_us, _, action = heapq.heappop(self._agenda)
            action()
            if self._crash is not None:
                raise self._crash

    def spawn(self, number: int, seconds: float, work: Callable[[], None]) -> None:
        """Run `work` on a worker of its own, for at most so many seconds."""
        worker = Worker(number, self.now_us + round(seconds * SECOND_US))
        threading.Thread(target=self._live, args=(worker, work), daemon=True).start()
        self._resume(worker)

    def sleep(self, seconds: float) -> None:
        """Let time pass for the worker, or for a thread that it waits for. Raises Killed at its deadline."""
        worker = self.worker
        if worker is None:  # before the run begins
            self.now_us += round(seconds * SECOND_US)
            return
        until = min(self.now_us + round(seconds * SECOND_US), worker.deadline_us)
        self._call_at(until, lambda: self._resume(worker))
        self._idle.release()
        worker.turn.acquire()
        if self.now_us >= worker.deadline_us:
            raise Killed

    @contextmanager
    def patch_clocks(self) -> Iterator[None]:
        """Have the module `time` give this world's time."""
        with (
            mock.patch.object(time, "time", lambda: self.now_us / SECOND_US),
            mock.patch.object(time, "time_ns", lambda: self.now_us * 1_000),
            mock.patch.object(time, "sleep", self.sleep),
        ):
            yield

    def _call_at(self, now_us: int, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (now_us, next(self._order), action))

    def _live(self, worker: Worker, work: Callable[[], None]) -> None:
        worker.turn.acquire()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - `run` raises it, in the thread that waits
            self._crash = error
        self._idle.release()

    def _resume(self, worker: Worker) -> None:
        """Let `worker` move until it sleeps or is done."""
        self.worker = worker
        worker.turn.release()
        self._idle.acquire()
        self.worker = None
