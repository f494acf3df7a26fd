"""One paper exchange for all tests of this folder, put back to its start before each."""

from collections.abc import Iterator

import pytest

from local.paper_exchange.server import running
from tests.paper_exchange.paper_client import PaperClient, connected


@pytest.fixture(scope="session")
def exchange_url() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture
def paper(exchange_url: str) -> Iterator[PaperClient]:
    with connected(exchange_url) as client:
        client.control("reset", {})
        yield client
