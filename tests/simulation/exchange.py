"""An exchange with Binance's documented timing: what it does with a request, when, and every way to lose an answer."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from orderexec.venues.http import FORM, NO_HEADERS, NoReply, Reply

from .book import API_KEY, SimBook
from .bounds import BEYOND_MS, Breaks
from .replies import LIMITS, REFUSALS, SERVER_ERRORS, SYMBOL, is_refusal, refusal, success
from .world import World

PROCESSING_MS = 20_000  # what the fence assumes (orderexec.venues.binance.products)
Answer = Callable[[Reply | NoReply], None]
PRICE: dict[str, object] = {"mins": 5, "price": "65000.00"}
MARKET_DATA: dict[str, dict[str, object]] = {
    "/api/v3/ping": {}, "/api/v3/time": {}, "/api/v3/exchangeInfo": {"symbols": [SYMBOL]},
    "/api/v3/avgPrice": PRICE, "/api/v3/ticker/price": PRICE,
}  # fmt: skip


@dataclass(slots=True)
class Placement:
    """One request that left a function to change something: its order, what it was signed with, and its fate."""

    method: str
    path: str
    client_order_id: str
    signed_at: int
    fields: dict[str, str]
    executed: bool = False
    sealed: bool = False  # certainly no order will come of it any more, or it has come
    refused: bool = False  # and the function was told so, or nothing left it


@dataclass(slots=True)
class SimExchange:
    """Stands where the HTTP client stands. Its clock only moves forward, and differs from everybody else's."""

    world: World
    offset_ms: int
    taken: set[str]  # the API keys that it takes now
    book: SimBook = field(init=False)
    placements: defaultdict[str, list[Placement]] = field(default_factory=lambda: defaultdict(list))
    watch: list[Callable[[Placement], None]] = field(default_factory=list)
    asked: Callable[[], None] = lambda: None  # at each request, whatever becomes of it
    executed: Callable[[Placement], None] = lambda _: None
    requests: int = 0

    def __post_init__(self) -> None:
        self.book = SimBook(self.world, self.clock)

    @property
    def orders(self) -> dict[str, dict[str, object]]:
        """The newest order of each client order id."""
        return self.book.orders

    def clock(self) -> int:
        """The exchange's own time, epoch ms."""
        return self.world.now + self.offset_ms

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
        """What a function calls; see orderexec.venues.http.Http."""
        world = self.world
        self.asked()
        world.step()
        self.requests += 1
        fields = dict(pair.split("=", 1) for pair in (query or body.decode()).split("&") if pair)  # nothing is escaped
        fields[API_KEY] = headers.get("X-MBX-APIKEY", "")
        placement = self._register(method, path, fields)
        lost = world.weather.answer_lost if placement else world.weather.question_lost
        if world.happens(lost / 8):
            if placement:
                placement.sealed = placement.refused = True
            return NoReply(left=False, what="NewConnectionError")
        reply: Reply | NoReply = world.wait(
            lambda answer: self._travel(method, path, fields, placement, seconds, answer)
        )
        if placement:
            placement.refused = is_refusal(reply)
        world.step()
        return reply

    def _register(self, method: str, path: str, fields: dict[str, str]) -> Placement | None:
        if method == "GET":
            return None
        placement = Placement(method, path, self.book.subject(fields), int(fields["timestamp"]), fields)
        if method == "POST":
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
        late = world.happens(world.weather.request_late if placement else world.weather.question_lost)
        way = world.rng.randint(500, 60_000) if late else world.rng.randint(1, 30)
        world.at(int(seconds * 1000), lambda: answer(NoReply(left=True, what="ReadTimeoutError")))
        lost = world.weather.answer_lost if placement else world.weather.question_lost
        if world.happens(lost / 4):  # lost on the way there
            if placement:
                placement.sealed = True
            world.at(way, lambda: answer(NoReply(left=True, what="ProtocolError")))
        elif placement:
            world.at(way, lambda: self._arrive(fields, placement, self._on_the_way_back(answer, lost)))
        else:
            world.at(way, lambda: self._on_the_way_back(answer, lost)(self._ask(path, fields)))

    def _on_the_way_back(self, answer: Answer, lost: float) -> Answer:
        world = self.world
        if world.happens(lost):
            return lambda _: world.at(1, lambda: answer(NoReply(left=True, what="ProtocolError")))
        return lambda reply: world.at(world.rng.randint(1, 20), lambda: answer(reply))

    # ------------------------------------------------------------------ placing

    def _arrive(self, fields: dict[str, str], placement: Placement, answer: Answer) -> None:
        world = self.world
        if unwelcome := self._unwelcome(fields):
            return self._refuse(placement, answer, unwelcome)
        if world.happens(world.weather.limited):
            return self._refuse(placement, answer, refusal(*world.rng.choice(LIMITS)))
        if world.happens(world.weather.refused):
            return self._refuse(placement, answer, refusal(*world.rng.choice(REFUSALS)))
        if world.happens(world.weather.server_error / 2):  # said before anything was executed
            return self._refuse(placement, answer, refusal(*world.rng.choice(SERVER_ERRORS)))
        slow = world.happens(world.weather.request_late)
        world.at(world.rng.randint(0, 6_000) if slow else 1, lambda: self._forward(fields, placement, answer))
        return None

    def _forward(self, fields: dict[str, str], placement: Placement, answer: Answer) -> None:
        world = self.world
        if self.clock() - int(fields["timestamp"]) > int(fields["recvWindow"]):
            return self._refuse(placement, answer, refusal(400, -1021, "Timestamp is outside of the recvWindow."))
        slow = world.happens(world.weather.request_late)
        longest = BEYOND_MS if world.bounds.breaks is Breaks.ENGINE else PROCESSING_MS
        world.at(world.rng.randint(0, longest) if slow else 2, lambda: self._execute(fields, placement, answer))
        return None

    def _execute(self, fields: dict[str, str], placement: Placement, answer: Answer) -> None:
        world = self.world
        placement.sealed = True
        self.executed(placement)
        reply = self.book.execute(placement.method, placement.path, fields)
        placement.executed = reply.status == 200
        if world.happens(world.weather.server_error):  # said although it was executed
            return answer(refusal(*world.rng.choice(SERVER_ERRORS)))
        return answer(reply)

    def _refuse(self, placement: Placement, answer: Answer, reply: Reply) -> None:
        placement.sealed = True
        answer(reply)

    # ------------------------------------------------------------------ asking

    def _ask(self, path: str, fields: dict[str, str]) -> Reply:
        world = self.world
        if world.happens(world.weather.server_error):
            return refusal(*world.rng.choice(SERVER_ERRORS))
        if world.happens(world.weather.limited):
            return refusal(*world.rng.choice(LIMITS))
        if path == "/api/v3/ticker/price" and "symbol" not in fields:
            return success([{"symbol": "BTCUSDT", "price": "65000.00"}])
        if path in MARKET_DATA:
            return success(MARKET_DATA[path] | {"serverTime": self.clock()})
        if path == "/api/v3/referencePrice":
            return refusal(400, -2043, "This symbol doesn't have a reference price.")
        return self._unwelcome(fields) or self.book.look_up(path, fields)

    def _unwelcome(self, fields: dict[str, str]) -> Reply | None:
        if not self._in_window(fields):
            return refusal(400, -1021, "Timestamp is outside of the recvWindow.")
        if fields[API_KEY] not in self.taken:
            return refusal(401, -2015, "Invalid API-key, IP, or permissions for action.")
        return None

    def _in_window(self, fields: dict[str, str]) -> bool:
        timestamp = int(fields["timestamp"])
        return timestamp < self.clock() + 1000 and self.clock() - timestamp <= int(fields["recvWindow"])
