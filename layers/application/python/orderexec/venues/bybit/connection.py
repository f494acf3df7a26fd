"""Signed requests to Bybit and its clock: each is sent once, a question once more if only our clock was wrong.

"Integration Guidance": the signature is over timestamp, key, receive window and the query or the JSON body, one after
the other; it is hexadecimal of an HMAC secret, base64 of an RSA key. What is signed is sent as the same bytes.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Clock, Credentials, PrivateKey
from orderexec.venues.call import Call, Parameters
from orderexec.venues.http import NoReply, Reply, read_json
from orderexec.venues.metered import Metered
from orderexec.venues.replies import Unreadable, parse_reply, read_text
from orderexec.venues.signing import encode_query, sign

from .errors import classify, is_error
from .products import TIME

T = TypeVar("T")
_SEND_SECONDS = 12.0
_ASK_SECONDS = 5.0
_JSON = "application/json"
_NANOSECONDS = 1_000_000  # in a millisecond
CURSOR = "cursor"  # of the next page of a list
# "Place Order" and "Switch Position Mode" give these types; all else is text.
_WHOLE = frozenset({"positionIdx", "triggerDirection", "isLeverage", "mode"})
_FLAGS = frozenset({"reduceOnly", "closeOnTrigger"})


@dataclass(slots=True)
class Connection:
    """The signed endpoints. `recv_window_ms` is how long a signed request stays valid there."""

    http: Metered
    clock: Clock
    recv_window_ms: int
    _offset_ms: int = 0

    def now(self) -> int:
        """Return the exchange's clock, epoch ms. Until the exchange objects (10002), it is taken to be ours."""
        return self.clock.now() + self._offset_ms

    def ask_server_time(self) -> int | Failure:
        """Ask for the exchange's clock (epoch ms). The answer is taken to be from the middle of the round trip."""
        asked_at = self.clock.now()
        reply = self.http.send("GET", TIME, seconds=_ASK_SECONDS)
        server_time = self.parse(reply, read_json(reply), _read_time)
        if isinstance(server_time, int):
            self._offset_ms = server_time - (asked_at + self.clock.now()) // 2
        return server_time

    def send(self, call: Call, signed_at: int, credentials: Credentials) -> tuple[Reply | NoReply, object]:
        """Send a request that changes something; return its answer and that as JSON."""
        body = write_body(call.parameters)
        reply = self.http.send(
            call.method,
            call.path,
            body=body,
            content_type=_JSON,
            headers=self._sign(body, signed_at, credentials),
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

    def parse(self, reply: Reply | NoReply, document: object, read: Callable[[Any], T]) -> T | Failure:
        """Return what `read` makes of a success, else what the exchange's answer means."""
        return parse_reply(reply, document, read, dict, is_error=is_error, classify=classify)

    def _ask_once(self, path: str, parameters: Parameters, credentials: Credentials) -> tuple[Reply | NoReply, object]:
        query = write_query(parameters)
        headers = self._sign(query.encode(), self.now(), credentials)
        reply = self.http.send(
            "GET", path, query=query, headers=headers, account=credentials.account, seconds=_ASK_SECONDS
        )
        return reply, read_json(reply)

    def _objects_to_clock(self, reply: Reply | NoReply, document: object) -> bool:
        said = isinstance(reply, Reply) and is_error(document)
        return said and classify(reply, document).meaning is Meaning.CLOCK

    def _sign(self, payload: bytes, timestamp: int, credentials: Credentials) -> dict[str, str]:
        window = str(self.recv_window_ms)
        signed = f"{timestamp}{credentials.api_key}{window}".encode() + payload
        return {
            "X-BAPI-API-KEY": credentials.api_key,
            "X-BAPI-TIMESTAMP": str(timestamp),
            "X-BAPI-RECV-WINDOW": window,
            "X-BAPI-SIGN": write_signature(signed, credentials.api_secret),
        }


def write_signature(payload: bytes, api_secret: str | PrivateKey) -> str:
    """Return the signature of a payload as Bybit wants it written."""
    signature = sign(payload, api_secret)
    return signature.hex() if isinstance(api_secret, str) else b64encode(signature).decode()


def write_query(parameters: Parameters) -> str:
    """Return the parameters as a query. A cursor comes percent-encoded, and goes back as it came."""
    query = encode_query({name: text for name, text in parameters.items() if name != CURSOR})
    return f"{query}&{CURSOR}={parameters[CURSOR]}" if CURSOR in parameters else query


def write_body(parameters: Parameters) -> bytes:
    """Return the parameters as the JSON of a body, without spaces."""
    return json.dumps({name: _type(name, text) for name, text in parameters.items()}, separators=(",", ":")).encode()


def _type(name: str, text: str) -> str | int | bool:
    if name in _WHOLE:
        return int(text)
    return text == "true" if name in _FLAGS else text


def _read_time(document: dict[str, Any]) -> int:
    """Return the time of the answer; its nanoseconds are text."""
    try:
        return int(read_text(document["result"]["timeNano"])) // _NANOSECONDS
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"the answer about the time lacks or garbles {error}") from None
