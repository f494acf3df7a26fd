"""Signed requests to Binance and its clock: each is sent once, a question once more if only our clock was wrong.

Signature: "SIGNED Endpoint security" and its examples in rest-api.md. The parameters are encoded first, then exactly
the text that is sent is signed; since 2026-01-15 a payload that was not percent-encoded before is refused with -1022.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Clock, Credentials, PrivateKey
from orderexec.venues.call import Call, Parameters
from orderexec.venues.http import NoReply, Reply, read_json
from orderexec.venues.metered import Metered
from orderexec.venues.signing import encode_query, sign

from .answers import Answers

T = TypeVar("T")
_SEND_SECONDS = 12.0  # longer than the exchange's own 10, so that its -1007 is heard
_ASK_SECONDS = 5.0


@dataclass(slots=True)
class Connection:
    """One product's signed endpoints. `recv_window_ms` is how long a signed request stays valid there.

    `time_path` is where the product tells its clock.
    """

    http: Metered
    clock: Clock
    recv_window_ms: int
    answers: Answers
    time_path: str
    _offset_ms: int = 0

    def now(self) -> int:
        """Return the exchange's clock, epoch ms. Until the exchange objects (-1021), it is taken to be ours."""
        return self.clock.now() + self._offset_ms

    def ask_server_time(self) -> int | Failure:
        """Ask for the exchange's clock (epoch ms). The answer is taken to be from the middle of the round trip."""
        asked_at = self.clock.now()
        reply = self.http.send("GET", self.time_path, seconds=_ASK_SECONDS)
        document = read_json(reply)
        server_time = document.get("serverTime") if isinstance(document, dict) else None
        if not (isinstance(reply, Reply) and reply.status == 200 and isinstance(server_time, int)):
            return self.answers.classify(reply, document)
        self._offset_ms = server_time - (asked_at + self.clock.now()) // 2
        return server_time

    def send(self, call: Call, signed_at: int, credentials: Credentials) -> tuple[Reply | NoReply, object]:
        """Send a request that changes something; return its answer and that as JSON.

        It travels in the body, so that no URL ever holds it.
        """
        body = self._sign(call.parameters, signed_at, credentials).encode()
        reply = self.http.send(
            call.method,
            call.path,
            body=body,
            headers=_name_key(credentials),
            account=credentials.account,
            seconds=_SEND_SECONDS,
        )
        return reply, read_json(reply)

    def ask(self, path: str, parameters: Parameters, credentials: Credentials) -> tuple[Reply | NoReply, object]:
        """Ask a question; return its answer and that as JSON."""
        reply, document = self._ask_once(path, parameters, credentials)
        if self._objects_to_clock(reply, document) and isinstance(self.ask_server_time(), int):
            return self._ask_once(path, parameters, credentials)
        return reply, document

    def _ask_once(self, path: str, parameters: Parameters, credentials: Credentials) -> tuple[Reply | NoReply, object]:
        query = self._sign(parameters, self.now(), credentials)
        reply = self.http.send(
            "GET", path, query=query, headers=_name_key(credentials), account=credentials.account, seconds=_ASK_SECONDS
        )
        return reply, read_json(reply)

    def parse(
        self, reply: Reply | NoReply, document: object, read: Callable[[Any], T], shape: type = dict
    ) -> T | Failure:
        """Return what `read` makes of a success of that shape, else what the exchange's answer means."""
        return self.answers.parse(reply, document, read, shape)

    def _objects_to_clock(self, reply: Reply | NoReply, document: object) -> bool:
        answers = self.answers
        return answers.is_error(document) and answers.classify(reply, document).meaning is Meaning.CLOCK

    def _sign(self, parameters: Parameters, timestamp: int, credentials: Credentials) -> str:
        timing = {"recvWindow": str(self.recv_window_ms), "timestamp": str(timestamp)}
        return sign_parameters(parameters | timing, credentials.api_secret)


def sign_parameters(parameters: Mapping[str, str], api_secret: str | PrivateKey) -> str:
    """Return the encoded parameters with their signature appended last.

    It is hexadecimal of an HMAC secret, base64 of a private key, whose `+`, `/` and `=` are percent-encoded.
    """
    payload = encode_query(parameters)
    signature = sign(payload.encode(), api_secret)
    text = signature.hex() if isinstance(api_secret, str) else quote(b64encode(signature), safe="")
    return f"{payload}&signature={text}"


def _name_key(credentials: Credentials) -> dict[str, str]:
    return {"X-MBX-APIKEY": credentials.api_key}
