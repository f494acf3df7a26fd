"""Connections that are opened while requests wait for their turn: as many as are missing, and nothing is sent."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import pytest

from orderexec.venues.http import Http, NoReply
from tests.doubles.socket_server import closed_port


class Listener:
    """A server that answers nothing, and keeps its connections."""

    def __init__(self, listening: socket.socket) -> None:
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._listening, self._kept = listening, ExitStack()
        listening.setblocking(False)

    def count(self) -> int:
        """How many connections have come since the last count; nothing was sent on them."""
        count = 0
        with suppress(BlockingIOError):
            while True:
                connection = self._kept.enter_context(self._listening.accept()[0])
                connection.setblocking(False)
                with pytest.raises(BlockingIOError):
                    connection.recv(1)
                count += 1
        return count

    def close(self) -> None:
        self._kept.close()


@pytest.fixture
def server() -> Iterator[Listener]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening, closing(Listener(listening)) as listener:
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
