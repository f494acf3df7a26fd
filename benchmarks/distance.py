"""How a server on this machine is made a far one that speaks TLS: each round trip to it takes its time.

A client's connection goes through two relays of this process. The first one knows only bytes: it holds back what comes
first for one round trip, the one that TCP needs to connect, and every answer for one round trip. So the handshake of
TLS, whichever version and however many tickets, takes the round trips that it takes on a real network. The second relay
ends the TLS, and passes on plain HTTP. It never closes a connection because it was idle.
"""

import argparse
import asyncio
import collections
import contextlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.trust import HOST, Trust

CHUNK = 1 << 16


@dataclass(frozen=True)
class Route:
    """`port` is where clients connect to, `target` the port of the plain server, both of the loopback interface."""

    port: int
    target: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.port}:{self.target}:{self.seconds}"


def parse_route(text: str) -> Route:
    """Return the route that `str` wrote."""
    port, target, seconds = text.split(":")
    return Route(int(port), int(target), float(seconds))


class Side(asyncio.Protocol):
    """One side of a connection: what it reads is written to `other`, and when it ends, `other` is closed."""

    other: asyncio.Transport | None = None

    def eof_received(self) -> bool:
        """Note that nothing more comes; what is still to be written is written before the connection is closed."""
        self.data_received(b"")
        return True

    def connection_lost(self, _error: Exception | None) -> None:
        """Note that nothing more comes."""
        self.data_received(b"")

    def pass_on(self, data: bytes) -> None:
        """Write to the other side, or close it if there is nothing."""
        if self.other is None or self.other.is_closing():
            return
        if data:
            self.other.write(data)
        else:
            self.other.close()


class Server(Side):
    """The server's side: each answer is passed on one round trip later, and in its order."""

    def __init__(self, client: asyncio.Transport, seconds: float) -> None:
        self.other, self._seconds = client, seconds
        self._waiting: collections.deque[bytes] = collections.deque()

    def data_received(self, data: bytes) -> None:
        """Pass on `data` later."""
        self._waiting.append(data)
        asyncio.get_running_loop().call_later(self._seconds, lambda: self.pass_on(self._waiting.popleft()))


class Client(Side):
    """The client's side. What it sends is held back until its connection would have come about, and then no more."""

    def __init__(self, target: int, seconds: float) -> None:
        self._target, self._seconds = target, seconds
        self._early: list[bytes] | None = []
        self._opening: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open the connection to the server."""
        assert isinstance(transport, asyncio.Transport)
        self._opening = asyncio.get_running_loop().create_task(self._open(transport))

    def data_received(self, data: bytes) -> None:
        """Pass on `data`, or hold it back."""
        if self._early is None:
            self.pass_on(data)
        else:
            self._early.append(data)

    async def _open(self, client: asyncio.Transport) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds
        self.other, _ = await loop.create_connection(lambda: Server(client, self._seconds), HOST, self._target)
        await asyncio.sleep(deadline - loop.time())
        early, self._early = self._early or [], None
        for data in early:
            self.pass_on(data)


class Terminator:
    """Ends the TLS of each connection, and passes on what is inside to a plain server.

    The server may close its side when it is idle; the client's side stays open, and the next request opens the other
    one anew. So a client finds its connection alive, however long it has not used it: this is the best case for it.
    """

    def __init__(self, target: int) -> None:
        self._target = target

    async def converse(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        """Pass on requests and answers until the client closes the connection."""
        server: asyncio.StreamWriter | None = None
        passing: asyncio.Task[None] | None = None
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while data := await client.read(CHUNK):
                if server is None or passing is None or passing.done():
                    source, server = await asyncio.open_connection(HOST, self._target)
                    passing = asyncio.create_task(self._pass_answers(source, server, answers))
                server.write(data)
        for each in (server, answers):
            if each is not None:
                each.close()

    async def _pass_answers(
        self, source: asyncio.StreamReader, server: asyncio.StreamWriter, answers: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while data := await source.read(CHUNK):
                answers.write(data)
        server.close()


async def serve(chain: Path, routes: Sequence[Route]) -> None:
    """Serve all routes until the process is ended."""
    loop, context = asyncio.get_running_loop(), Trust(chain, chain.parent).make_server_context()
    servers: list[asyncio.Server] = []
    for route in routes:
        inner = await asyncio.start_server(Terminator(route.target).converse, HOST, 0, ssl=context)
        port = inner.sockets[0].getsockname()[1]
        outer = await loop.create_server(
            lambda port=port, route=route: Client(port, route.seconds),  # type: ignore[misc]
            HOST,
            route.port,
            backlog=512,
        )
        servers += inner, outer
    await asyncio.gather(*[server.serve_forever() for server in servers])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.distance", description=__doc__)
    parser.add_argument("--chain", type=Path, required=True)
    parser.add_argument("routes", type=parse_route, nargs="+", help="port:port of the server:seconds of a round trip")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.chain, arguments.routes))
