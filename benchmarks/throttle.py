"""What share of one processor a process gets, as Lambda shares it out by memory: a budget for each period of 20 ms.

Linux does this with a control group, which needs rights that a container of a CI, or a laptop's user, does not have.
Here the processor time of the process is read each millisecond: when its budget of the period is used up, it is
stopped (SIGSTOP) until the next period begins. A process that waits for an answer uses nothing and is not stopped,
which is also how Linux does it. What it used beyond its budget before it was stopped is taken from the next one.
"""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator

MB_OF_ONE_PROCESSOR = 1769  # AWS Lambda Developer Guide, "Configure Lambda function memory"
PERIOD_SECONDS = 0.02
LOOK_SECONDS = 0.001


def compute_share(memory_mb: int) -> float:
    """Return the share of one processor that Lambda gives a function of so much memory."""
    return memory_mb / MB_OF_ONE_PROCESSOR


@contextlib.contextmanager
def throttle(pid: int, share: float) -> Iterator[None]:
    """Keep the process to `share` of one processor while the block runs; it runs freely, or is not stopped, after."""
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(pid, share, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(pid: int, share: float, over: threading.Event) -> None:
    clock = _find_processor_clock(pid)
    debt = 0.0
    with contextlib.suppress(OSError):  # the process has ended
        while not over.is_set():
            debt = _spend_period(pid, clock, share * PERIOD_SECONDS - debt, over)


def _spend_period(pid: int, clock: int, budget: float, over: threading.Event) -> float:
    """Let the process run for one period, up to its budget of processor seconds; return what it used beyond that."""
    end, before = time.perf_counter() + PERIOD_SECONDS, time.clock_gettime(clock)
    used = 0.0
    while used < budget and time.perf_counter() < end:
        if over.wait(LOOK_SECONDS):
            return 0.0
        used = time.clock_gettime(clock) - before
    if used >= budget:
        os.kill(pid, signal.SIGSTOP)
        try:
            over.wait(max(0.0, end - time.perf_counter()))
        finally:
            os.kill(pid, signal.SIGCONT)
    return max(0.0, used - budget)


def _find_processor_clock(pid: int) -> int:
    # clock_getcpuclockid(3), which Python does not have: Linux makes the clock's number from the pid.
    return (~pid << 3) | 2
