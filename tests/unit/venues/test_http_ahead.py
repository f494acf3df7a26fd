"""Connections that are opened while requests wait for their turn: as many as are missing, and nothing is sent."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from orderexec.venues.http import Http, NoReply
from tests.doubles.socket_server import closed_port
from tests.unit.venues.listener import Listener, listen


@pytest.fixture
def server() -> Iterator[Listener]:
    with listen() as listener:
        yield listener


def test_each_request_that_waits_finds_a_connection_and_so_does_the_one_before_it(server: Listener) -> None:
    http = Http(server.url)
    http.connect()  # what the initialisation opened, for the order that is under way first

    with ExitStack() as waiting:
        for _ in range(9):
            waiting.enter_context(http.expect_request())
        assert server.count() == 10


def test_where_connections_are_idle_none_is_opened(server: Listener) -> None:
    http = Http(server.url)
    with ExitStack() as waiting:
        for _ in range(4):
            waiting.enter_context(http.expect_request())
    opened = server.count()

    with http.expect_request(), http.expect_request(), http.expect_request():
        assert server.count() == 0
    assert opened == 4


def test_connections_that_were_idle_for_long_do_not_count(server: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    http = Http(server.url)
    with http.expect_request(), http.expect_request():
        pass
    server.count()
    monkeypatch.setattr("orderexec.venues.http._IDLE_SECONDS", -1.0)

    with http.expect_request():
        assert server.count() == 1


def test_a_server_that_is_not_there_is_told_by_the_request_alone() -> None:
    http = Http(f"http://127.0.0.1:{closed_port()}")

    with http.expect_request():
        reply = http.send("GET", "/", seconds=1)

    assert isinstance(reply, NoReply)
    assert reply.left is False
