"""A server on a real socket that misbehaves as told, and keeps what it was sent."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress

Act = Callable[[socket.socket], None]


Wrap = Callable[[socket.socket], socket.socket]


@contextmanager
def server(*acts: Act, secure: Wrap | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that does the acts, one a connection, after it read the connection's first request.

    With `secure` it speaks TLS: that makes of each connection an encrypted one, before any request is read.
    """
    requests: list[bytes] = []

    def serve() -> None:
        for act in acts:
            with suppress(TimeoutError):  # a test that asks too seldom fails by its own count of the requests
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(2)
                    with suppress(OSError) if secure else nullcontext():
                        talk(secure(connection) if secure else connection, act)

    def talk(connection: socket.socket, act: Act) -> None:
        with connection:
            requests.append(whole_request(connection))
            act(connection)

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(2)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"{'https' if secure else 'http'}://127.0.0.1:{listener.getsockname()[1]}", requests
        finally:
            thread.join(timeout=10)
            listener.setblocking(False)
            with suppress(BlockingIOError):
                listener.accept()[0].close()
                requests.append(b"a connection too many")


def whole_request(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    length = re.search(rb"(?i)Content-Length: (\d+)", received)
    while length and len(received.partition(b"\r\n\r\n")[2]) < int(length[1]):
        received += connection.recv(65_536)
    return received


def says(text: bytes) -> Act:
    return lambda connection: connection.sendall(text)


def closed_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port
