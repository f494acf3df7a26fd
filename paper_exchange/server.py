"""The paper exchange as a web server: in a thread for tests, or in the foreground."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.routing import Mount
from uvicorn import Config, Server

from paper_exchange.accounts import Accounts
from paper_exchange.api import Api
from paper_exchange.connection import CuttableProtocol
from paper_exchange.control import Control
from paper_exchange.dialect import Dialect
from paper_exchange.dialects.binance_futures.dialect import BinanceFutures
from paper_exchange.dialects.binance_margin.dialect import BinanceMargin
from paper_exchange.dialects.binance_spot.dialect import BinanceSpot
from paper_exchange.exchange import Exchange
from paper_exchange.faults import Faults
from paper_exchange.request_log import RequestLog

# Each stands under paths of its own, before the same exchange; /control tells spot orders in the words of the first.
DIALECTS: Sequence[Callable[[Accounts], Dialect]] = (BinanceSpot, BinanceMargin, BinanceFutures)
LOOPBACK = "127.0.0.1"
KEEP_ALIVE_SECONDS = 65  # as load balancers have it; uvicorn's 5 would cut a client's pooled connections


def application(exchange: Exchange) -> Starlette:
    """Return the control endpoint and each dialect under its paths, all before one exchange."""
    accounts, faults, log = Accounts(exchange), Faults(), RequestLog()
    dialects = [dialect(accounts) for dialect in DIALECTS]
    served = {prefix: Api(dialect, faults, log) for dialect in dialects for prefix in dialect.prefixes}
    # The longest first: /sapi would take what is for /sapi/v1/margin.
    apis = [Mount(prefix, app=served[prefix]) for prefix in sorted(served, key=len, reverse=True)]
    return Starlette(routes=[*Control(accounts, dialects, faults, log).routes(), *apis])


def listen(host: str = LOOPBACK, port: int = 0) -> socket.socket:
    """Return a listening socket; port 0 takes a free one. Clients may connect from here on."""
    listener = socket.create_server((host, port), backlog=512)
    # asyncio sets this only on sockets that name their protocol, which create_server's do not; without it head
    # and body of an answer, written one after the other, are 40 ms apart. Accepted connections inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def server(exchange: Exchange) -> Server:
    """Return a web server of the exchange, which does not run yet."""
    config = Config(
        application(exchange),
        http=CuttableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=1,
    )
    return Server(config)


def url(listener: socket.socket) -> str:
    """Return the base URL of what listens there."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


@contextmanager
def running(exchange: Exchange | None = None) -> Iterator[str]:
    """Serve `exchange` in a thread, on a free port of the loopback; yields its base URL."""
    listener = listen()
    serving = server(exchange or Exchange())
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield url(listener)
    finally:
        serving.should_exit = True
        thread.join()
