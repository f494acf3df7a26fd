"""An exchange with Binance's documented timing: what it does with a request, when, and every way to lose an answer."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from orderexec.venues.http import NoReply, Reply

from .world import Broken, World

PROCESSING_MS = 10_000
LONGEST_LAG_MS = 5_000
Answer = Callable[[Reply | NoReply], None]

SYMBOL = {
    "symbol": "BTCUSDT", "status": "TRADING", "orderTypes": ["MARKET", "LIMIT"], "quoteAssetPrecision": 8,
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
        {"filterType": "NOTIONAL", "minNotional": "5", "applyMinToMarket": True, "maxNotional": "9000000"},
    ],
}  # fmt: skip
_REFUSALS = (
    (400, -2010, "Account has insufficient balance for requested action."),
    (400, -1013, "Filter failure: LOT_SIZE"),
    (401, -2015, "Invalid API-key, IP, or permissions for action."),
    (400, -1021, "Timestamp for this request is outside of the recvWindow."),
    (400, -1022, "Signature for this request is not valid."),
    (400, -1121, "Invalid symbol."),
)
_LIMITS: tuple[tuple[int, int, str, dict[str, str]], ...] = (
    (429, -1003, "Too many requests; current limit is 6000.", {"Retry-After": "7"}),
    (429, -1015, "Too many new orders; current limit is 50 orders per 10 SECOND.", {}),
    (418, -1003, "Way too much request weight used; IP banned until 1.", {"Retry-After": "120"}),
)
_SERVER_ERRORS = (
    (503, -1001, "Internal error; unable to process your request. Please try again."),
    (504, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown."),
    (500, -1006, "An unexpected response was received from the message bus. Execution status unknown."),
    (400, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown."),
    (502, None, "<html>Bad gateway</html>"),
    (403, None, "<html>Forbidden</html>"),
    (200, None, "not json"),
    (400, -9999, "A code that nobody has documented."),
)


@dataclass(slots=True)
class Placement:
    """One POST that left a function: what it was signed with, and its fate once that is sealed."""

    client_order_id: str
    signed_at: int
    sealed: bool = False  # certainly no order will come of it any more, or it has come


@dataclass(slots=True)
class SimExchange:
    """Stands where the HTTP client stands. Its clock only moves forward, and differs from everybody else's."""

    world: World
    offset_ms: int
    orders: dict[str, dict[str, object]] = field(default_factory=dict)
    visible_at: dict[str, int] = field(default_factory=dict)
    placements: defaultdict[str, list[Placement]] = field(default_factory=lambda: defaultdict(list))
    watch: list[Callable[[Placement], None]] = field(default_factory=list)
    requests: int = 0

    def clock(self) -> int:
        """The exchange's own time, epoch ms."""
        return self.world.now + self.offset_ms

    def send(
        self, method: str, path: str, *, query: str = "", form: str = "", key: str = "", seconds: float
    ) -> Reply | NoReply:
        """What a function calls; see orderexec.venues.http.Http."""
        world = self.world
        world.step()
        self.requests += 1
        fields = dict(pair.split("=", 1) for pair in (query or form).split("&") if pair)  # nothing here is escaped
        placement = self._register(method, path, fields)
        if world.happens(world.weather.answer_lost / 8):
            if placement:
                placement.sealed = True
            return NoReply(left=False, what="NewConnectionError")
        reply: Reply | NoReply = world.wait(
            lambda answer: self._travel(method, path, fields, placement, seconds, answer)
        )
        world.step()
        return reply

    def _register(self, method: str, path: str, fields: dict[str, str]) -> Placement | None:
        if (method, path) != ("POST", "/api/v3/order"):
            return None
        placement = Placement(fields["newClientOrderId"], int(fields["timestamp"]))
        for watcher in self.watch:
            watcher(placement)
        self.placements[placement.client_order_id].append(placement)
        return placement

    def _travel(
        self,
        method: str,
        path: str,
        fields: dict[str, str],
        placement: Placement | None,
        seconds: float,
        answer: Answer,
    ) -> None:
        world = self.world
        late = world.happens(world.weather.request_late)
        way = world.rng.randint(500, 60_000) if late else world.rng.randint(1, 30)
        world.at(int(seconds * 1000), lambda: answer(NoReply(left=True, what="ReadTimeoutError")))
        if world.happens(world.weather.answer_lost / 4):  # lost on the way there
            if placement:
                placement.sealed = True
            world.at(way, lambda: answer(NoReply(left=True, what="ProtocolError")))
        elif placement:
            world.at(way, lambda: self._arrive(fields, placement, self._on_the_way_back(answer)))
        else:
            world.at(way, lambda: self._on_the_way_back(answer)(self._ask(path, fields)))

    def _on_the_way_back(self, answer: Answer) -> Answer:
        world = self.world
        if world.happens(world.weather.answer_lost):
            return lambda _: world.at(1, lambda: answer(NoReply(left=True, what="ProtocolError")))
        return lambda reply: world.at(world.rng.randint(1, 20), lambda: answer(reply))

    # ------------------------------------------------------------------ placing

    def _arrive(self, fields: dict[str, str], placement: Placement, answer: Answer) -> None:
        world = self.world
        if not self._in_window(fields):
            return self._refuse(placement, answer, _refusal(400, -1021, "Timestamp is outside of the recvWindow."))
        if world.happens(world.weather.limited):
            return self._refuse(placement, answer, _refusal(*world.rng.choice(_LIMITS)))
        if world.happens(world.weather.refused):
            return self._refuse(placement, answer, _refusal(*world.rng.choice(_REFUSALS)))
        if world.happens(world.weather.server_error / 2):  # said before anything was executed
            return self._refuse(placement, answer, _refusal(*world.rng.choice(_SERVER_ERRORS)))
        slow = world.happens(world.weather.request_late)
        world.at(world.rng.randint(0, 6_000) if slow else 1, lambda: self._forward(fields, placement, answer))
        return None

    def _forward(self, fields: dict[str, str], placement: Placement, answer: Answer) -> None:
        world = self.world
        if self.clock() - int(fields["timestamp"]) > int(fields["recvWindow"]):
            return self._refuse(placement, answer, _refusal(400, -1021, "Timestamp is outside of the recvWindow."))
        slow = world.happens(world.weather.request_late)
        world.at(world.rng.randint(0, PROCESSING_MS) if slow else 2, lambda: self._execute(fields, placement, answer))
        return None

    def _execute(self, fields: dict[str, str], placement: Placement, answer: Answer) -> None:
        world, client_id = self.world, fields["newClientOrderId"]
        placement.sealed = True
        held = self.orders.get(client_id)
        if held is not None and held["status"] == "NEW":
            return answer(_refusal(400, -2010, "Duplicate order sent."))
        if held is not None:
            raise Broken(f"two orders for client order id {client_id}")
        world.note(f"exchange executes {client_id[:6]} signed at {placement.signed_at - world.started_at}")
        self.orders[client_id] = order = self._order(fields)
        lags = world.happens(world.weather.lookup_lags)
        self.visible_at[client_id] = world.now + (world.rng.randint(1, LONGEST_LAG_MS) if lags else 0)
        if world.happens(world.weather.server_error):  # said although it was executed
            return answer(_refusal(*world.rng.choice(_SERVER_ERRORS)))
        return answer(_json(200, order))

    def _order(self, fields: dict[str, str]) -> dict[str, object]:
        status = self.world.rng.choice(("FILLED", "FILLED", "NEW", "EXPIRED"))
        executed = fields["quantity"] if status == "FILLED" else "0"
        return {
            "symbol": fields["symbol"], "orderId": len(self.orders) + 1, "clientOrderId": fields["newClientOrderId"],
            "side": fields["side"], "status": status, "origQty": fields["quantity"], "executedQty": executed,
            "cummulativeQuoteQty": executed, "transactTime": self.clock(), "time": self.clock(),
        }  # fmt: skip

    def _refuse(self, placement: Placement, answer: Answer, reply: Reply) -> None:
        placement.sealed = True
        answer(reply)

    # ------------------------------------------------------------------ asking

    def _ask(self, path: str, fields: dict[str, str]) -> Reply:
        world = self.world
        if world.happens(world.weather.server_error):
            return _refusal(*world.rng.choice(_SERVER_ERRORS))
        if world.happens(world.weather.limited):
            return _refusal(*world.rng.choice(_LIMITS))
        if path == "/api/v3/time":
            return _json(200, {"serverTime": self.clock()})
        if path == "/api/v3/exchangeInfo":
            return _json(200, {"symbols": [SYMBOL]})
        if path == "/api/v3/referencePrice":
            return _refusal(400, -2043, "This symbol doesn't have a reference price.")
        if path == "/api/v3/avgPrice":
            return _json(200, {"mins": 5, "price": "65000.00"})
        return self._history(fields) if path == "/api/v3/allOrders" else self._look_up(fields)

    def _history(self, fields: dict[str, str]) -> Reply:
        if not self._in_window(fields):
            return _refusal(400, -1021, "Timestamp is outside of the recvWindow.")
        since = int(fields["startTime"])
        return _json(200, [order for order in self.orders.values() if int(str(order["time"])) >= since])

    def _look_up(self, fields: dict[str, str]) -> Reply:
        if not self._in_window(fields):
            return _refusal(400, -1021, "Timestamp is outside of the recvWindow.")
        client_id = fields["origClientOrderId"]
        if client_id in self.orders and self.visible_at[client_id] <= self.world.now:
            return _json(200, self.orders[client_id])
        return _refusal(400, -2013, "Order does not exist.")

    def _in_window(self, fields: dict[str, str]) -> bool:
        timestamp = int(fields["timestamp"])
        return timestamp < self.clock() + 1000 and self.clock() - timestamp <= int(fields["recvWindow"])


def _refusal(status: int, code: int | None, text: str, headers: dict[str, str] | None = None) -> Reply:
    body = text.encode() if code is None else json.dumps({"code": code, "msg": text}).encode()
    return Reply(status, headers or {}, body)


def _json(status: int, document: object) -> Reply:
    return Reply(status, {}, json.dumps(document).encode())
