"""Bybit as far as exactly once goes: it answers that it has an order, works later, and its lists lag, forget and fail.

It speaks the wire that the product speaks, for one linear symbol. What it is told to do wrong, it does to the next
order that it is sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from orderexec.venues.http import FORM, NO_HEADERS, NoReply, Reply
from tests.doubles.virtual_time import VirtualTime
from tests.unit.venues.bybit.scripted_bybit import recorded

SYMBOL = "BTCUSDT"
_PRICE = "60000.0"
LOST = NoReply(True, "ReadTimeout")


@dataclass(slots=True)
class Trouble:
    """What happens to one order request: it arrives after `late_ms`, or never, and its answer may be lost."""

    lost: bool = False
    late_ms: int = 0
    answered: bool = False


@dataclass(slots=True)
class SmallBybit:
    """Implements Transport. Lists show an order `lag_ms` after it came to be; a restart wipes the first of them."""

    time: VirtualTime
    lag_ms: int = 200
    wiped: bool = False
    unique: bool = True
    broken: set[str] = field(default_factory=set)  # paths that answer 503
    troubles: list[Trouble] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    under_way: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # client order ids that were there already
    sent: int = 0

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
        self.time.advance(20)
        self._let_arrive()
        if path in self.broken:
            return Reply(503, {}, b"")
        if path == "/v5/order/create":
            return self._take(json.loads(body))
        return self._tell(self._answer(path, dict(parse_qsl(query))))

    def _take(self, asked: dict[str, Any]) -> Reply | NoReply:
        self.sent += 1
        trouble = self.troubles.pop(0) if self.troubles else Trouble(answered=True)
        if not trouble.lost:
            self.under_way.append((self.time.now() + trouble.late_ms, asked))
        self._let_arrive()
        if not trouble.answered:
            return LOST
        if asked["orderLinkId"] in self.refused:
            return self._tell({}, code=110072, text="OrderLinkedID is duplicate")
        return self._tell({"orderId": self.orders[-1]["orderId"], "orderLinkId": asked["orderLinkId"]})

    def _let_arrive(self) -> None:
        now = self.time.now()
        for arrives, asked in [each for each in self.under_way if each[0] <= now]:
            self.under_way.remove((arrives, asked))
            if self.unique and any(order["orderLinkId"] == asked["orderLinkId"] for order in self.orders):
                self.refused.append(asked["orderLinkId"])
            else:
                self.orders.append(self._fill(asked, arrives))

    def _fill(self, asked: dict[str, Any], at: int) -> dict[str, Any]:
        done = {"orderStatus": "Filled", "cumExecQty": asked["qty"], "avgPrice": _PRICE, "price": _PRICE}
        stamps = {"orderId": f"e-{len(self.orders) + 1}", "createdTime": str(at), "updatedTime": str(at)}
        return {name: asked[name] for name in ("orderLinkId", "symbol", "side", "qty", "orderType")} | done | stamps

    def _answer(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        match path:
            case "/v5/market/time":
                return {"timeNano": str(self.time.now() * 1_000_000)}
            case "/v5/market/tickers":
                return {"list": [{"symbol": SYMBOL, "lastPrice": _PRICE, "markPrice": _PRICE}]}
            case "/v5/market/instruments-info":
                return {"list": [recorded("instruments_linear")["result"]["list"][0]]}
            case "/v5/order/realtime":
                return {"list": [] if self.wiped else self._list(asked)}
            case "/v5/order/history":
                return {"list": self._list(asked)}
            case "/v5/user/query-api":
                return {"userID": 7}
            case _:
                raise AssertionError(path)

    def _list(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        shown = self.time.now() - self.lag_ms
        return [
            order
            for order in reversed(self.orders)
            if int(order["createdTime"]) <= shown and order["orderLinkId"] == asked["orderLinkId"]
        ]

    def _tell(self, result: object, code: int = 0, text: str = "OK") -> Reply:
        answer = {"retCode": code, "retMsg": text, "result": result, "retExtInfo": {}, "time": self.time.now()}
        return Reply(200, {}, json.dumps(answer, separators=(",", ":")).encode())
