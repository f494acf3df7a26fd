"""How to cut a client's connection instead of answering, which no ASGI message can express."""

import asyncio
import socket
import struct
from typing import Any, cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from paper_exchange.effects import Connection

TRANSPORT = "paper_exchange.transport"


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with the connection's transport put into the state of each request's scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep the transport of a new connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


async def cut(scope: Scope, receive: Receive, how: Connection) -> None:
    """Close the client's connection without a byte, or reset it; returns once it is gone."""
    transport = cast(asyncio.Transport, cast(dict[str, Any], scope["state"])[TRANSPORT])
    if how is Connection.RESET:
        # Lingering for zero seconds makes the kernel send RST instead of FIN.
        connection = cast(socket.socket, transport.get_extra_info("socket"))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
