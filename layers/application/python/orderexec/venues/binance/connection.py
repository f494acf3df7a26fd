"""Signed requests to Binance and its clock: each is sent once, a question once more if only our clock was wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Clock, Credentials
from orderexec.venues.http import NoReply, Reply, json_body

from .errors import failure
from .metered import Metered
from .parameters import Call, Parameters
from .signing import signed
from .values import Unreadable

T = TypeVar("T")
_SEND_SECONDS = 12.0  # longer than the exchange's own 10, so that its -1007 is heard
_ASK_SECONDS = 5.0


@dataclass(slots=True)
class Connection:
    """One product's signed endpoints. `recv_window_ms` is how long a signed request stays valid there."""

    http: Metered
    clock: Clock
    recv_window_ms: int
    _offset_ms: int = 0

    def now(self) -> int:
        """The exchange's clock, epoch ms. Until the exchange objects (-1021), it is taken to be ours."""
        return self.clock.now() + self._offset_ms

    def server_time(self) -> int | Failure:
        """The exchange's clock, asked for. The answer is taken to be from the middle of the round trip."""
        asked_at = self.clock.now()
        reply = self.http.send("GET", "/api/v3/time", seconds=_ASK_SECONDS)
        document = json_body(reply)
        server_time = document.get("serverTime") if isinstance(document, dict) else None
        if not (isinstance(reply, Reply) and reply.status == 200 and isinstance(server_time, int)):
            return failure(reply, document)
        self._offset_ms = server_time - (asked_at + self.clock.now()) // 2
        return server_time

    def send(self, call: Call, signed_at: int, credentials: Credentials) -> tuple[Reply | NoReply, object]:
        """A request that changes something, and its answer as JSON. It travels in the body: no URL ever holds it."""
        form = self._signed(call.parameters, signed_at, credentials)
        reply = self.http.send(call.method, call.path, form=form, credentials=credentials, seconds=_SEND_SECONDS)
        return reply, json_body(reply)

    def ask(self, path: str, parameters: Parameters, credentials: Credentials) -> tuple[Reply | NoReply, object]:
        """A question and its answer as JSON."""
        reply, document = self._ask_once(path, parameters, credentials)
        if failure(reply, document).meaning is Meaning.CLOCK and isinstance(self.server_time(), int):
            return self._ask_once(path, parameters, credentials)
        return reply, document

    def _ask_once(self, path: str, parameters: Parameters, credentials: Credentials) -> tuple[Reply | NoReply, object]:
        query = self._signed(parameters, self.now(), credentials)
        reply = self.http.send("GET", path, query=query, credentials=credentials, seconds=_ASK_SECONDS)
        return reply, json_body(reply)

    def _signed(self, parameters: Parameters, timestamp: int, credentials: Credentials) -> str:
        timing = {"recvWindow": str(self.recv_window_ms), "timestamp": str(timestamp)}
        return signed(parameters | timing, credentials.api_secret)


def understood(reply: Reply | NoReply, document: object, read: Callable[[Any], T], shape: type = dict) -> T | Failure:
    """A success only if status and body say so: a 200 that carries an error code is that error."""
    if not isinstance(reply, Reply) or reply.status != 200 or not isinstance(document, shape):
        return failure(reply, document)
    if isinstance(document, Mapping) and "code" in document:
        return failure(reply, document)
    try:
        return read(document)
    except Unreadable as error:
        return Failure(Meaning.UNKNOWN, None, str(error))
