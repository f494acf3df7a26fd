"""Binance Spot as a venue: place once, find by client order id, ask for the time; answers become outcomes."""

from collections.abc import Callable
from dataclasses import dataclass

from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.ports import Chance, Credentials
from orderexec.venues.http import NoReply, Reply, Transport

from .errors import failure
from .payloads import Unreadable, order_parameters, read_order, read_placed
from .rules import BinanceRules, json_body
from .signing import signed

PROCESSING_MS = 10_000  # "APIs have a timeout of 10 seconds when processing a request", rest-api.md
_PLACE_SECONDS = 12.0  # longer than that, so that the exchange's own -1007 is heard
_ASK_SECONDS = 5.0


@dataclass(slots=True)
class BinanceSpot:
    """Implements ports.Venue. `recv_window_ms` is how long a signed request stays valid at the exchange."""

    http: Transport
    rules: BinanceRules
    chance: Chance
    recv_window_ms: int
    processing_ms: int = PROCESSING_MS
    _offset_ms: int = 0

    def now(self) -> int:
        """See ports.Venue. Until the exchange objects (-1021), its clock is taken to be ours."""
        return self.chance.now() + self._offset_ms

    def server_time(self) -> int | Failure:
        """See ports.Venue. The answer is taken to be from the middle of the round trip."""
        asked_at = self.chance.now()
        reply = self.http.send("GET", "/api/v3/time", seconds=_ASK_SECONDS)
        document = json_body(reply)
        server_time = document.get("serverTime") if isinstance(document, dict) else None
        if not (isinstance(reply, Reply) and reply.status == 200 and isinstance(server_time, int)):
            return failure(reply, document)
        self._offset_ms = server_time - (asked_at + self.chance.now()) // 2
        return server_time

    def place(self, order: Order, signed_at: int, credentials: Credentials) -> Answer:
        """See ports.Venue. The order travels in the body, so that no URL ever holds it."""
        form = self._signed(order_parameters(order), signed_at, credentials)
        path = "/api/v3/order/test" if order.dry_run else "/api/v3/order"
        reply = self.http.send("POST", path, form=form, key=credentials.api_key, seconds=_PLACE_SECONDS)
        if order.dry_run:
            return _outcome(reply, json_body(reply), lambda _: None)
        return _outcome(reply, json_body(reply), lambda answer: read_placed(answer, order))

    def find(self, order: Order, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        parameters = {"symbol": order.symbol, "origClientOrderId": order.client_order_id}
        answer = _outcome(*self._ask("/api/v3/order", parameters, credentials), read_order)
        if isinstance(answer, Failure) and answer.meaning is Meaning.NOT_FOUND and answer.code != "-2013":
            # "Archived" or "unknown order" is not the documented word for "there is no such order".
            return Failure(Meaning.UNKNOWN, answer.code, answer.detail)
        return answer

    def history(self, symbol: str, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        """See ports.Venue. One page of 1000 orders: `since` lies minutes back, and an account's limit is below it."""
        parameters = {"symbol": symbol, "startTime": str(since), "limit": "1000"}
        reply, document = self._ask("/api/v3/allOrders", parameters, credentials)
        if not isinstance(reply, Reply) or reply.status != 200 or not isinstance(document, list):
            return failure(reply, document)
        try:
            return [read_order(order) for order in document]
        except (Unreadable, TypeError, AttributeError) as error:
            return Failure(Meaning.UNKNOWN, None, str(error))

    def _ask(self, path: str, parameters: dict[str, str], credentials: Credentials) -> tuple[Reply | NoReply, object]:
        """A signed question and its answer as JSON; asked once more if only our clock was wrong."""
        reply, document = self._ask_once(path, parameters, credentials)
        if failure(reply, document).meaning is Meaning.CLOCK and isinstance(self.server_time(), int):
            return self._ask_once(path, parameters, credentials)
        return reply, document

    def _ask_once(
        self, path: str, parameters: dict[str, str], credentials: Credentials
    ) -> tuple[Reply | NoReply, object]:
        query = self._signed(parameters, self.now(), credentials)
        reply = self.http.send("GET", path, query=query, key=credentials.api_key, seconds=_ASK_SECONDS)
        return reply, json_body(reply)

    def _signed(self, parameters: dict[str, str], timestamp: int, credentials: Credentials) -> str:
        timing = {"recvWindow": str(self.recv_window_ms), "timestamp": str(timestamp)}
        return signed(parameters | timing, credentials.api_secret)


def _outcome(
    reply: Reply | NoReply, document: object, read: Callable[[dict[str, object]], OrderReport | None]
) -> Answer:
    """A success only if status and body say so: a 200 that carries an error code is that error."""
    if not isinstance(reply, Reply) or reply.status != 200 or not isinstance(document, dict) or "code" in document:
        return failure(reply, document)
    try:
        return Accepted(read(document))
    except Unreadable as error:
        return Failure(Meaning.UNKNOWN, None, str(error))
