"""Binance Spot over scripted replies: each is given in turn, what was sent is kept; and what requests end in there."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Failure
from orderexec.domain.requests import Request
from orderexec.ports import Credentials
from orderexec.venues.binance.venue import BinanceSpot, assemble_spot
from orderexec.venues.http import FORM, NO_HEADERS, NoReply, Reply
from tests.doubles.metered import surroundings
from tests.doubles.virtual_time import START_MS, VirtualTime
from tests.unit.venues.binance.recorded import recorded

KEY = Credentials("the-key", "the-secret")


class ScriptedTransport:
    """Implements Transport: gives the scripted replies in turn and keeps what was sent."""

    def __init__(self, time: VirtualTime, *replies: Reply | NoReply, takes_ms: int = 0) -> None:
        self.replies = list(replies)
        self.sent: list[dict[str, Any]] = []
        self._time = time
        self._takes_ms = takes_ms

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
        assert content_type == FORM
        form, key = body.decode(), headers.get("X-MBX-APIKEY", "")
        self.sent.append({"request": f"{method} {path}", "query": query, "form": form, "key": key, "seconds": seconds})
        self._time.advance(self._takes_ms)
        return self.replies.pop(0)

    def parameters(self, index: int = 0) -> dict[str, str]:
        sent = self.sent[index]
        return {name: values[0] for name, values in parse_qs(sent["query"] or sent["form"]).items()}


def reply(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Reply(status, headers or {}, body)


def venue(*replies: Reply | NoReply, takes_ms: int = 0) -> tuple[BinanceSpot, ScriptedTransport]:
    time = VirtualTime()
    transport = ScriptedTransport(time, *replies, takes_ms=takes_ms)
    return assemble_spot(transport, "https://scripted", surroundings(time.clock())), transport


def error(code: int, text: str = "", status: int = 400) -> Reply:
    return reply({"code": code, "msg": text}, status)


def failed(answer: object) -> Failure:
    assert isinstance(answer, Failure), answer
    return answer


UNKNOWN_ORDER = error(-2011, "Unknown order sent.")
LOST = NoReply(True, "ReadTimeout")


def accepted(request: Request, *replies: Reply | NoReply) -> Accepted:
    answer = venue(*replies)[0].send(request, START_MS, KEY)
    assert isinstance(answer, Accepted), answer
    return answer


def refused(request: Request, *replies: Reply | NoReply) -> Failure:
    return failed(venue(*replies)[0].send(request, START_MS, KEY))


def found(request: Request, *replies: Reply | NoReply) -> Accepted | Failure:
    spot, transport = venue(*replies)
    answer = spot.find(request, KEY)
    assert not transport.replies, "a reply was not asked for"
    return answer


def report(client_order_id: str, **changes: Any) -> Reply:
    """The answer to a lookup."""
    return reply(recorded("query_order") | {"clientOrderId": client_order_id} | changes)


def ids(answer: Accepted) -> list[str]:
    reports = (answer.report, *answer.others)
    return [each.client_order_id for each in reports if isinstance(each, OrderReport)]
