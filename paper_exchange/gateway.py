"""From a request to its answer, without a server: limits, security, both receive-window checks, the endpoint.

Done in two halves, because a request may be held up between the two receive-window checks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paper_exchange import errors
from paper_exchange.endpoints import ENDPOINTS, TRADING
from paper_exchange.endpoints.endpoint import Endpoint
from paper_exchange.errors import Refused
from paper_exchange.exchange import Exchange
from paper_exchange.keys import KEYS, Key
from paper_exchange.limits import RequestLimits
from paper_exchange.messages import Answer, Request, json_answer, refusal_answer
from paper_exchange.restrictions import READ, TRADE
from paper_exchange.security import ReceiveWindow, check_key_format, check_signature, receive_window

PLACING = ("POST", "/api/v3/order")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that passed every check of its arrival."""

    request: Request
    endpoint: Endpoint
    window: ReceiveWindow | None


class Gateway:
    def __init__(self, exchange: Exchange, keys: Mapping[str, Key] = KEYS) -> None:
        self.exchange = exchange
        self._starting_keys = keys
        self.reset()

    def reset(self) -> None:
        self.keys = dict(self._starting_keys)
        self._accounts: dict[int, Exchange] = {}
        self._moved: dict[str, int] = {}
        self._limits = RequestLimits(self.exchange.limits)

    def move_keys(self, whose: Mapping[str, int]) -> None:
        """Each of these keys belongs to the account with that uid, which has orders and balances of its own."""
        for uid in set(whose.values()) - {self.exchange.uid, *self._accounts}:
            self._accounts[uid] = Exchange(clock=self.exchange.now_us, uid=uid)
        self._moved |= whose

    def exchange_of(self, request: Request) -> Exchange:
        """As the account of the request's key sees it; for a key that was not moved, and for nobody, the first one."""
        return self._accounts.get(self._moved.get(request.api_key or "", self.exchange.uid), self.exchange)

    def handle(self, request: Request) -> Answer:
        """Both halves, one right after the other."""
        admitted = self.admit(request)
        return admitted if isinstance(admitted, Answer) else self.process(admitted)

    def admit(self, request: Request) -> Admitted | Answer:
        """The first half: limits, key, first receive-window check, signature."""
        endpoint = ENDPOINTS.get(request.key)
        if endpoint is None:
            return Answer(404, b"")
        try:
            return self._admit(request, endpoint)
        except Refused as refusal:
            return self._refusal(request, refusal)

    def process(self, admitted: Admitted) -> Answer:
        """The second half: second receive-window check, then the endpoint."""
        request = admitted.request
        try:
            content = self._process(admitted)
        except Refused as refusal:
            return self._refusal(request, refusal)
        headers = self._weight_headers(request)
        if admitted.endpoint.orders:
            headers |= self._order_count_headers(self.exchange_of(request))
        return json_answer(content, headers=headers)

    def _admit(self, request: Request, endpoint: Endpoint) -> Admitted:
        weight = endpoint.weight_of(request.parameters)
        self._limits.admit(request.ip, weight, self.exchange.now_us())
        request.parameters.refuse_duplicates()
        return Admitted(request, endpoint, self._authenticate(request) if endpoint.signed else None)

    def _authenticate(self, request: Request) -> ReceiveWindow:
        api_key = check_key_format(request.api_key)
        window = receive_window(request.parameters)
        signature = request.parameters.required("signature")
        window.check_arrival(self.exchange.now_us())
        check_signature(self.keys, api_key, request.query, request.body, signature)
        if not self.exchange.restrictions[TRADE if request.key in TRADING else READ]:
            raise errors.rejected_key()
        return window

    def _process(self, admitted: Admitted) -> Any:
        self._check_window_again(admitted)
        self.exchange.advance()
        request, endpoint = admitted.request, admitted.endpoint
        content = endpoint.handler(self.exchange_of(request), request.parameters)
        if endpoint.free_on_success:
            weight = endpoint.weight_of(request.parameters)
            self._limits.refund(request.ip, weight, self.exchange.now_us())
        return content

    def _check_window_again(self, admitted: Admitted) -> None:
        if admitted.window is None:
            return
        now_us = self.exchange.now_us()
        try:
            admitted.window.check_still_open(now_us)
        except Refused:
            # They count, unlike those of a request refused on arrival (CHANGELOG.md).
            self.exchange_of(admitted.request).unfilled.placed(now_us, admitted.endpoint.orders)
            raise

    def _refusal(self, request: Request, refusal: Refused) -> Answer:
        return refusal_answer(refusal, self._weight_headers(request))

    def _weight_headers(self, request: Request) -> dict[str, str]:
        return self._limits.headers(request.ip, self.exchange.now_us())

    def _order_count_headers(self, exchange: Exchange) -> dict[str, str]:
        counts = exchange.unfilled.counts(exchange.now_us())
        return {f"X-MBX-ORDER-COUNT-{limit.label}": str(count) for limit, count in counts}
