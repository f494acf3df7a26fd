"""From a request to its answer, without a server: limits, security, both receive-window checks, the endpoint.

Done in two halves, because a request may be held up between the two receive-window checks.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_spot import errors
from paper_exchange.dialects.binance_spot.endpoints import ENDPOINTS, TRADING
from paper_exchange.dialects.binance_spot.endpoints.endpoint import Endpoint
from paper_exchange.dialects.binance_spot.errors import Refused
from paper_exchange.dialects.binance_spot.refusals import worded
from paper_exchange.dialects.binance_spot.request import Request
from paper_exchange.dialects.binance_spot.request_limits import RequestLimits, label
from paper_exchange.dialects.binance_spot.security import (
    ReceiveWindow,
    check_key_format,
    check_signature,
    receive_window,
)
from paper_exchange.exchange import Exchange
from paper_exchange.messages import Answer, json_answer
from paper_exchange.refusal import Refusal
from paper_exchange.rules.permissions import READ, TRADE

Table = Mapping[tuple[str, str], Endpoint]


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that passed every check of its arrival."""

    request: Request
    endpoint: Endpoint
    window: ReceiveWindow | None


class Gateway:
    """Takes requests to `endpoints`, and returns the exchange's answers to them; `trading` are those that trade."""

    def __init__(
        self, accounts: Accounts, endpoints: Table = ENDPOINTS, trading: Collection[tuple[str, str]] = TRADING
    ) -> None:
        self._accounts = accounts
        self._endpoints, self._trading = endpoints, trading
        self.exchange = accounts.exchange
        self.reset()

    def reset(self) -> None:
        """Forget how much each address has asked for."""
        self._limits = RequestLimits(self.exchange.limits)

    def exchange_of(self, request: Request) -> Exchange:
        """Return the exchange as the account of the request's key sees it."""
        return self._accounts.of(request.api_key)

    def endpoint_of(self, request: Request) -> Endpoint | None:
        """Return what the request is for; None for a path that there is not."""
        return self._endpoints.get(request.key)

    def handle(self, request: Request) -> Answer:
        """Do both halves, one right after the other."""
        admitted = self.admit(request)
        return admitted if isinstance(admitted, Answer) else self.process(admitted)

    def admit(self, request: Request) -> Admitted | Answer:
        """Do the first half: limits, key, first receive-window check, signature."""
        endpoint = self.endpoint_of(request)
        if endpoint is None:
            return Answer(404, b"")
        try:
            return self._admit(request, endpoint)
        except (Refused, Refusal) as no:
            return self._refusal(request, no)

    def process(self, admitted: Admitted) -> Answer:
        """Do the second half: second receive-window check, then the endpoint."""
        request = admitted.request
        try:
            content = self._process(admitted)
        except (Refused, Refusal) as no:
            return self._refusal(request, no)
        headers = self._weight_headers(request)
        if admitted.endpoint.orders:
            headers |= self._order_count_headers(self.exchange_of(request))
        return json_answer(content, headers=headers)

    def _admit(self, request: Request, endpoint: Endpoint) -> Admitted:
        self._charge(request, endpoint)
        request.parameters.refuse_duplicates()
        return Admitted(request, endpoint, self._authenticate(request) if endpoint.signed else None)

    def _authenticate(self, request: Request) -> ReceiveWindow:
        api_key = check_key_format(request.api_key)
        window = receive_window(request.parameters)
        signature = request.parameters.required("signature")
        window.check_arrival(self.exchange.now_us())
        check_signature(self._accounts.keys, api_key, request.query, request.body, signature)
        if not self.exchange.permissions[TRADE if request.key in self._trading else READ]:
            raise errors.rejected_key()
        return window

    def _charge(self, request: Request, endpoint: Endpoint) -> None:
        """Count a request. Raises Refusal for one too many."""
        weight = endpoint.weight_of(request.parameters)
        self._limits.admit(request.ip, weight, self.exchange.now_us())

    def _process(self, admitted: Admitted) -> Any:
        self._check_window_again(admitted)
        self.exchange.advance()
        request, endpoint = admitted.request, admitted.endpoint
        content = endpoint.handler(self._subject_of(request), request.parameters)
        if endpoint.free_on_success:
            weight = endpoint.weight_of(request.parameters)
            self._limits.refund(request.ip, weight, self.exchange.now_us())
        return content

    def _subject_of(self, request: Request) -> Any:
        """Return what the handlers of the endpoints act on."""
        return self.exchange_of(request)

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

    def _refusal(self, request: Request, no: Refused | Refusal) -> Answer:
        refused = self._worded(no) if isinstance(no, Refusal) else no
        return refused.answer(self._weight_headers(request))

    def _worded(self, refusal: Refusal) -> Refused:
        return worded(refusal)

    def _weight_headers(self, request: Request) -> dict[str, str]:
        return self._limits.headers(request.ip, self.exchange.now_us())

    def _order_count_headers(self, exchange: Exchange) -> dict[str, str]:
        counts = exchange.unfilled.counts(exchange.now_us())
        return {f"X-MBX-ORDER-COUNT-{label(limit)}": str(count) for limit, count in counts}
