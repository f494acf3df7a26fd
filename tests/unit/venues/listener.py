"""A server on a real socket that answers nothing, and counts the connections that are opened to it."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import pytest


class Listener:
    """Keeps its connections."""

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


@contextmanager
def listen() -> Iterator[Listener]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening, closing(Listener(listening)) as listener:
        yield listener
