"""One local stack for all end-to-end tests: the real template on MiniStack, the function's IAM role enforced."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import sam, samples, stack
from local.exchange import Control
from local.outcomes import Watch
from local.run import wait_until
from local.stack import Stack
from tests.e2e.listener import Listener

HERE = Path(__file__).parent
SAMPLES_SECONDS = 60.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run in several processes, these stay in one, so that there is one stack."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def started() -> Iterator[Stack]:
    with stack.run_stack("e2e") as started:
        yield started


@pytest.fixture(scope="session")
def listener(started: Stack) -> Listener:
    return Listener(started)


@pytest.fixture(scope="session")
def running(started: Stack, listener: Listener) -> Stack:
    """The stack, once somebody listens to what it publishes: before its first signal."""
    return started


@pytest.fixture(scope="session")
def watch(running: Stack) -> Watch:
    """All samples published at once, and followed until nothing more can happen."""
    published = Watch(running)
    published.publish(samples.load())

    def is_over() -> bool:
        published.refresh()
        return published.is_over()

    wait_until(is_over, SAMPLES_SECONDS, every=0.2)
    return published


@pytest.fixture(scope="session")
def control(running: Stack) -> Control:
    return Control(running.exchange_url)


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """The build directory of the SAM CLI, holding these very sources."""
    with sam.lock_build():
        if not sam.is_built():
            sam.build()
    return sam.BUILD
