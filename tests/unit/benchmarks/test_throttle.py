"""A process that wants all of a processor gets the share that it is given, and all of it afterwards."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from benchmarks.throttle import compute_share, throttle

SHARE, SECONDS = 0.3, 0.6


@pytest.fixture
def busy() -> Iterator[int]:
    """A process that never waits."""
    with subprocess.Popen([sys.executable, "-c", "print(flush=True)\nwhile True: pass"], stdout=-1) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()


def read_processor_seconds(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | 2)


def used_in(pid: int) -> float:
    before, began = read_processor_seconds(pid), time.perf_counter()
    time.sleep(SECONDS)
    return (read_processor_seconds(pid) - before) / (time.perf_counter() - began)


def test_it_gets_its_share_and_no_more(busy: int) -> None:
    with throttle(busy, SHARE):
        assert 0.05 < used_in(busy) < 1.2 * SHARE


def test_afterwards_it_runs_freely(busy: int) -> None:
    with throttle(busy, 0.01):
        time.sleep(0.1)

    before = read_processor_seconds(busy)
    deadline = time.monotonic() + 20
    while read_processor_seconds(busy) < before + 0.1:
        assert time.monotonic() < deadline, "it is still stopped"
        time.sleep(0.01)


def test_a_process_that_ended_is_no_error(busy: int) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    with throttle(ended.pid, SHARE):
        time.sleep(0.05)


def test_the_share_is_what_lambda_gives_for_the_memory() -> None:
    assert compute_share(1769) == 1
    assert compute_share(1024) == pytest.approx(0.58, abs=0.005)
