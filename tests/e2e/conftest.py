"""One local stack for all end-to-end tests: the real template on MiniStack, the function's IAM role enforced."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import sam, stack
from local.exchange import Control
from local.stack import Stack

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run in several processes, these stay in one, so that there is one stack."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def running() -> Iterator[Stack]:
    with stack.running("e2e") as started:
        yield started


@pytest.fixture(scope="session")
def control(running: Stack) -> Control:
    return Control(running.exchange_url)


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """The build directory of the SAM CLI, holding these very sources."""
    with sam.exclusive():
        if not sam.is_built():
            sam.build()
    return sam.BUILD
