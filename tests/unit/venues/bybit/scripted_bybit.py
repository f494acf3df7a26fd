"""Bybit over scripted replies: each is given in turn, what was sent is kept; and the answers of its documentation."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted, Failure
from orderexec.domain.requests import Request
from orderexec.ports import Credentials
from orderexec.venues.bybit.products import INVERSE, LINEAR, SPOT, BybitProduct
from orderexec.venues.bybit.venue import Bybit, assemble
from orderexec.venues.http import FORM, NO_HEADERS, NoReply, Reply
from tests.doubles.metered import surroundings
from tests.doubles.virtual_time import START_MS, VirtualTime

KEY = Credentials("the-key", "the-secret", "main")
PRODUCTS = {product.category: product for product in (SPOT, LINEAR, INVERSE)}
OURS = "3f2a"
LOST = NoReply(True, "ReadTimeout")
_FOLDER = Path(__file__).parents[3] / "data" / "bybit"


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
        assert not body or content_type == "application/json"
        sent = {"request": f"{method} {path}", "query": query, "body": body, "headers": headers, "seconds": seconds}
        self.sent.append(sent)
        self._time.advance(self._takes_ms)
        return self.replies.pop(0)

    @property
    def requests(self) -> list[str]:
        return [sent["request"] for sent in self.sent]

    def parameters(self, index: int = 0) -> dict[str, Any]:
        sent = self.sent[index]
        return json.loads(sent["body"]) if sent["body"] else dict(parse_qsl(sent["query"]))


def recorded(name: str) -> Any:
    return json.loads((_FOLDER / f"{name}.json").read_text())


def reply(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    body = document if isinstance(document, bytes) else json.dumps(document, separators=(",", ":")).encode()
    return Reply(status, headers or {}, body)


def success(result: object, **more: Any) -> Reply:
    return reply({"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": START_MS} | more)


def error(code: int, text: str = "") -> Reply:
    return reply({"retCode": code, "retMsg": text, "result": {}, "retExtInfo": {}, "time": START_MS})


def acknowledged(client_order_id: str = OURS, order_id: str = "e-1") -> Reply:
    """The answer to whatever changes something."""
    return success({"orderId": order_id, "orderLinkId": client_order_id})


def entry(client_order_id: str = OURS, **changes: Any) -> dict[str, Any]:
    """One order as it is listed."""
    order: dict[str, Any] = recorded("open_orders")["result"]["list"][0]
    now = str(START_MS)
    return order | {"orderId": "e-1", "orderLinkId": client_order_id, "createdTime": now, "updatedTime": now} | changes


def listed(*entries: dict[str, Any], cursor: str = "") -> Reply:
    return success({"list": list(entries), "nextPageCursor": cursor, "category": "linear"})


NOTHING = listed()


def venue(
    product: BybitProduct = LINEAR, *replies: Reply | NoReply, takes_ms: int = 0
) -> tuple[Bybit, ScriptedTransport]:
    time = VirtualTime()
    transport = ScriptedTransport(time, *replies, takes_ms=takes_ms)
    return assemble(product, transport, "https://scripted", surroundings(time.clock())), transport


def order(**changes: Any) -> Order:
    """A market order of 0.1 ETH, or what differs from it."""
    fields: dict[str, Any] = {
        "symbol": "ETHUSDT",
        "side": Side.BUY,
        "type": BybitType.MARKET,
        "client_order_id": OURS,
        "quantity": None,
    }
    return Order(**(fields | changes))


def failed(answer: object) -> Failure:
    assert isinstance(answer, Failure), answer
    return answer


def accepted(answer: object) -> Accepted:
    assert isinstance(answer, Accepted), answer
    return answer


def sends(request: Request, *replies: Reply | NoReply, product: BybitProduct = LINEAR) -> Accepted | Failure:
    """What the request comes to; every reply must have been asked for."""
    at, transport = venue(product, *replies)
    answer = at.send(request, START_MS, KEY)
    assert not transport.replies, "a reply was not asked for"
    return answer


def finds(request: Request, *replies: Reply | NoReply, product: BybitProduct = LINEAR) -> Accepted | Failure:
    """What a look for its effect says."""
    at, transport = venue(product, *replies)
    answer = at.find(request, KEY)
    assert not transport.replies, "a reply was not asked for"
    return answer
