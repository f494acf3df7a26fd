"""One HTTP request to an exchange: sent once, never repeated, never raising, telling whether it may have left."""

import json
import logging
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, cast

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidURL
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from orderexec.authorities import trust_authorities

CONNECT_SECONDS = 3.05
_POOL_SIZE = 16  # more than the records of one batch, so that none waits for a connection
# A container that was frozen cannot see that the other side hung up meanwhile. A request on such a connection would
# be in doubt for no reason, so connections idle for longer than this are not used again.
_IDLE_SECONDS = 20.0
FORM = "application/x-www-form-urlencoded"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})

# urllib3 writes whole URLs into its warnings, and the URL of a signed lookup holds its signature.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its status and its body are."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class NoReply:
    """Nothing usable came back. `left` is False only if no byte was sent: no connection came about, or none was tried.

    `wait` is for how many seconds nothing may be sent, where that is why none was tried. `insecure`: somebody answered
    the connection, but no TLS came about.
    """

    left: bool
    what: str
    wait: float | None = None
    insecure: bool = False


def read_json(reply: Reply | NoReply) -> object:
    """Return the reply's body as JSON, None where there is none to be read."""
    if isinstance(reply, NoReply):
        return None
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None


class Transport(Protocol):
    """How a venue reaches its exchange; the seam at which an exchange can be simulated."""

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        content_type: str = FORM,
        headers: Mapping[str, str] = NO_HEADERS,
        seconds: float,
    ) -> Reply | NoReply:
        """Send once. `query` and `body` are encoded already and go out as they are; `seconds` bounds each read.

        `headers` are the venue's own (a key, a signature); `content_type` is that of a body, if there is one.
        """


class NoHandshake(NewConnectionError):
    """The other side was there, but no TLS came about: a request is written only once it has."""


class _Secure(HTTPSConnection):
    """Tells a handshake that failed from a request that may have left: both are an SSLError or a reset otherwise.

    `connect` ends with the handshake, and http.client writes nothing before it has returned. A connection that was
    lost in the middle of a request must not be opened anew for the rest of it, hence no `auto_open`: urllib3 connects
    before each request (`HTTPSConnectionPool._validate_conn`).
    """

    auto_open = 0

    @property
    def is_connected(self) -> bool:
        """Return whether the other side is still there, as far as can be seen without asking it.

        urllib3 takes a connection with something to be read for closed. In TLS 1.3 that may be tickets, which come when
        they like. Reading keeps them, and finds nothing behind them; whatever it does find, an end or words that nobody
        has asked for, the connection is of no use.
        """
        if super().is_connected or self.sock is None:
            return self.sock is not None
        patience = self.sock.gettimeout()
        self.sock.settimeout(0)
        try:
            self.sock.recv(1)
        except ssl.SSLWantReadError:
            self.sock.settimeout(patience)
            return True
        except OSError:
            return False
        return False

    def connect(self) -> None:
        try:
            super().connect()
        except (NewConnectionError, ConnectTimeoutError):
            raise
        except (OSError, HTTPError) as error:
            raise NoHandshake(self, type(error).__name__) from error


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    """Makes secure connections with the one TLS context of the process."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        """See HTTPAdapter."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=trust_authorities(), **pool_kwargs)
        pools = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = pools | {"https": _SecurePool}

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
        """Change nothing: the context verifies. Else each new connection would read the authorities again."""


class Http:
    """Pooled connections to one base URL; safe to share between threads. Implements Transport."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        # An adapter without a session: no proxy or .netrc from the environment, no cookies, no redirects.
        self._adapter = _Adapter(pool_connections=1, pool_maxsize=_POOL_SIZE, max_retries=0)
        self._used_at = 0.0
        self._expected = 0  # requests that threads wait to send
        self._lock = threading.Lock()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        content_type: str = FORM,
        headers: Mapping[str, str] = NO_HEADERS,
        seconds: float,
    ) -> Reply | NoReply:
        """See Transport."""
        url = f"{self._base_url}{path}?{query}" if query else f"{self._base_url}{path}"
        typed = {"Content-Type": content_type} if body else {}
        request = _prepare(method, url, {**headers, **typed}, body)
        self._drop_idle_connections()
        try:
            response = self._adapter.send(request, timeout=(CONNECT_SECONDS, seconds))
            return Reply(response.status_code, response.headers, response.content)
        except requests.RequestException as error:
            # Only the error's kind is kept: its text holds the URL, and so the signature.
            reason = _find_reason(error)
            insecure = isinstance(reason, NoHandshake)
            what = type(reason.__cause__ if insecure else reason).__name__
            return NoReply(left=not _never_left(error, reason), what=what, insecure=insecure)

    def connect(self) -> None:
        """Open a connection ahead of the first request. It may raise what it likes: nothing was sent."""
        self._drop_idle_connections()
        pool = self._find_pool()
        connection = pool._get_conn()
        try:
            _open(connection)
        finally:
            pool._put_conn(connection)

    @contextmanager
    def expect_request(self) -> Iterator[None]:
        """See that there is a connection for a request that follows the block, and for one more that may be before it.

        Nothing is sent, and nothing is raised: the request will tell what is wrong.
        """
        self._drop_idle_connections()
        with self._lock:
            self._expected += 1
            missing = self._count_idle() <= self._expected
        try:
            if missing:
                with suppress(OSError, HTTPError):
                    self._open_another()
            yield
        finally:
            with self._lock:
                self._expected -= 1

    def _open_another(self) -> None:
        """Open one connection more than there are idle ones; only a place that is taken from the pool can be filled."""
        pool = self._find_pool()
        idle = []
        while (connection := pool._get_conn()).is_connected:
            idle.append(connection)
        for each in idle:
            pool._put_conn(each)
        try:
            _open(connection)
        finally:
            pool._put_conn(connection)

    def _count_idle(self) -> int:
        waiting = self._find_pool().pool
        return 0 if waiting is None else sum(each is not None for each in waiting.queue)

    def _find_pool(self) -> HTTPConnectionPool:
        request = _prepare("GET", self._base_url, NO_HEADERS, b"")
        return cast(HTTPConnectionPool, self._adapter.get_connection_with_tls_context(request, verify=True))

    def _drop_idle_connections(self) -> None:
        now = time.time()  # the monotonic clock may stand still while a container is frozen
        with self._lock:
            if now - self._used_at > _IDLE_SECONDS:
                self._adapter.close()
            self._used_at = now


def _open(connection: Any) -> None:
    connection.timeout = CONNECT_SECONDS
    connection.connect()


def _prepare(method: str, url: str, headers: Mapping[str, str], body: bytes) -> requests.PreparedRequest:
    """Put together by hand: what was signed must not be encoded anew on its way out (and it takes half the time)."""
    request = requests.PreparedRequest()
    request.method = method
    request.url = url
    request.headers = CaseInsensitiveDict({"User-Agent": "orderexec", **headers})
    if body:
        request.body = body
        request.headers["Content-Length"] = str(len(body))
    return request


def _never_left(error: requests.RequestException, reason: Exception) -> bool:
    return isinstance(error, requests.ConnectTimeout | InvalidURL) or isinstance(
        reason, NewConnectionError | ConnectTimeoutError
    )


def _find_reason(error: requests.RequestException) -> Exception:
    cause = error.args[0] if error.args else None
    inner = cause.reason if isinstance(cause, MaxRetryError) else cause
    return inner if isinstance(inner, Exception) else error
