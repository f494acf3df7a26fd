"""What happens when in the chaos test: publishing, faults, clock moves, workers that die or freeze; all from a seed."""

import json
import math
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import requests

from local.exchange import Control
from local.run import wait_until
from local.stack import Stack
from tests.e2e import chaos_bybit, chaos_exchange
from tests.e2e.chaos_published import list_published
from tests.e2e.chaos_signals import VENUES, ChaosSignal
from tests.e2e.workers import workers

SIGNALS_PER_SECOND = 10
SHORTEST_SECONDS = 12.0
CALM_SECONDS = 3.0  # nothing fails in these, nor until the first order is there
FIRST_ORDER_SECONDS = 30.0  # for a worker to start on a loaded machine
WORKING_OFF = 1.5  # what the faults slow down shall still meet faults: they last so many times as long as publishing
# About so often, in seconds.
FAULT_EVERY, KILL_EVERY, CLOCK_MOVE_EVERY, FREEZE_EVERY, HANG_EVERY = 0.25, 4.0, 4.0, 8.0, 7.0
LATENESS_EVERY, RESTART_EVERY = 1.5, 5.0  # of Bybit's engine and lists
LONGEST_FREEZE = 8.0  # past the receive window (5 s) of what it was about to send, and past the function's time
LONGEST_CLOCK_MOVE_MS = 1_500
_CONTROL_TIMEOUT = 10


class Plan:
    """A timetable of steps. The seed fixes it; which step meets which signal is up to the processes."""

    def __init__(self, stack: Stack, random: Random, signals: list[ChaosSignal]) -> None:
        self.message_ids: dict[str, ChaosSignal] = {}
        self.done: Counter[str] = Counter()
        self._stack, self._random = stack, random
        self._queue = stack.client("sqs")
        self._clock_ms = 0
        self._frozen: dict[int, list[int]] = {}
        self._steps: list[tuple[float, int, Callable[[], None]]] = []
        self._publishing_seconds = max(SHORTEST_SECONDS, len(signals) / SIGNALS_PER_SECOND)
        self.seconds = CALM_SECONDS + WORKING_OFF * self._publishing_seconds
        self._publish_all(signals)
        self._break_things()

    def play(self) -> None:
        """Do every step in its time; nothing is left frozen, whatever happens.

        Faults wait for the first order of each venue: where nobody has the rules of a symbol yet, all fails at asking
        for them.
        """
        started = time.monotonic()
        self._do(started, 0.0, CALM_SECONDS)
        calm_ended = time.monotonic()
        assert wait_until(self._has_orders, FIRST_ORDER_SECONDS), "no order of each venue came before the faults"
        try:
            self._do(started + time.monotonic() - calm_ended, CALM_SECONDS, math.inf)
        finally:
            for number in list(self._frozen):
                self._thaw(number)

    def _do(self, started: float, first: float, end: float) -> None:
        """Do the steps that are due from `first` on and before `end`, in seconds after `started`."""
        steps = sorted((due, number, step) for due, number, step in self._steps if first <= due < end)
        for due, _, step in steps:
            time.sleep(max(0.0, started + due - time.monotonic()))
            step()

    def _has_orders(self) -> bool:
        held = {order["clientOrderId"] for order in Control(self._stack.exchange_url).list_orders()}
        wanted = [each for each in list_published(self.message_ids) if not each.signal.must_die]
        return {each.signal.venue for each in wanted if each.client_order_id in held} == VENUES

    def _publish_all(self, signals: list[ChaosSignal]) -> None:
        end = self._publishing_seconds
        for number, each in enumerate(signals):
            first = end * number / len(signals)
            for at in [first] + [self._random.uniform(first, end) for _ in range(each.copies - 1)]:
                self._add(at, partial(self._publish, each))

    def _break_things(self) -> None:
        random = self._random
        for at in self._every(HANG_EVERY):
            self._add(at, partial(self._arm, chaos_exchange.hang(random)))
        for at in self._every(FAULT_EVERY):
            self._add(at, partial(self._arm, chaos_exchange.draw(random)))
        for at in self._every(CLOCK_MOVE_EVERY):
            self._add(at, partial(self._move_clock, random.randint(50, LONGEST_CLOCK_MOVE_MS)))
        for at in self._every(LATENESS_EVERY):
            self._add(at, partial(self._control, "bybit/settings", chaos_bybit.draw_lateness(random)))
        for at in self._every(RESTART_EVERY):
            self._add(at, self._restart_bybit)
        for at in self._every(KILL_EVERY):
            self._add(at, partial(self._kill, random.random()))
        for number, at in enumerate(self._every(FREEZE_EVERY)):
            self._add(at, partial(self._freeze, number, random.random()))
            self._add(at + random.uniform(0.5, LONGEST_FREEZE), partial(self._thaw, number))

    def _every(self, seconds: float) -> list[float]:
        """Random instants, one every so many seconds on average, after the calm."""
        count = int((self.seconds - CALM_SECONDS) / seconds)
        return [self._random.uniform(CALM_SECONDS, self.seconds) for _ in range(count)]

    def _add(self, at: float, step: Callable[[], None]) -> None:
        self._steps.append((at, len(self._steps), step))

    def _publish(self, each: ChaosSignal) -> None:
        url = self._stack.outputs["SignalQueueUrl"]
        answer = self._queue.send_message(QueueUrl=url, MessageBody=each.body)
        self.message_ids[answer["MessageId"]] = each

    def _arm(self, fault: chaos_exchange.Fault) -> None:
        self._control("faults", fault)

    def _move_clock(self, by_ms: int) -> None:
        """Forward only: the clock of an exchange does not go back."""
        self._clock_ms += by_ms
        self._control("clock", {"offset_ms": self._clock_ms})
        self.done["clock moved"] += 1

    def _restart_bybit(self) -> None:
        self._control("bybit/restart", {})
        self.done["bybit restarted"] += 1

    def _kill(self, choice: float) -> None:
        self._signal(self._victim(choice), signal.SIGKILL, "killed")

    def _freeze(self, number: int, choice: float) -> None:
        self._frozen[number] = self._victim(choice)
        self._signal(self._frozen[number], signal.SIGSTOP, "frozen")

    def _thaw(self, number: int) -> None:
        self._signal(self._frozen.pop(number, []), signal.SIGCONT, "thawed")

    def _victim(self, choice: float) -> list[int]:
        """A worker that has talked to somebody; one that only starts has done nothing that could go wrong."""
        pids = [pid for pid in workers(self._stack) if _has_connections(pid)]
        return pids[int(choice * len(pids)) :][:1]

    def _signal(self, pids: list[int], number: signal.Signals, what: str) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
                self.done[what] += 1

    def _control(self, what: str, body: dict[str, Any]) -> None:
        url = f"{self._stack.exchange_url}/control/{what}"
        answer = requests.post(url, data=json.dumps(body), timeout=_CONTROL_TIMEOUT)
        assert answer.ok, f"the paper exchange does not take {body}: {answer.text}"


def _has_connections(pid: int) -> bool:
    with suppress(OSError):
        return any("socket:" in str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir())
    return False
