"""From a request to its answer, without a server: limits, security, both receive-window checks, the endpoint.

Done in two halves, because a request may be held up between the two receive-window checks. What the products differ in
is asked of the subclass.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from paper_exchange.accounts import Accounts
from paper_exchange.dialect import Floor
from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.endpoint import Endpoint
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.dialects.binance_common.request_limits import RequestLimits, label
from paper_exchange.dialects.binance_common.security import (
    ReceiveWindow,
    check_key_format,
    check_signature,
    receive_window,
)
from paper_exchange.engine.unfilled_orders import UnfilledOrders
from paper_exchange.messages import Answer, json_answer
from paper_exchange.refusal import Refusal
from paper_exchange.rules.permissions import READ, TRADE
from paper_exchange.rules.rate_limits import RateLimit


class Trading(Floor, Protocol):
    """What the wire asks of what the endpoints act on."""

    @property
    def unfilled(self) -> UnfilledOrders:
        """The counts of orders, for their headers."""


AnyFloor = TypeVar("AnyFloor", bound=Trading)
Table = Mapping[tuple[str, str], Endpoint[AnyFloor]]
Pool = tuple[str, str]
"""What requests are counted in: of most products one for all, of others one for each endpoint, named by its key."""
ALL: Pool = ("", "")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that passed every check of its arrival."""

    request: Request
    endpoint: Endpoint[Any]
    window: ReceiveWindow | None


class Gateway(ABC, Generic[AnyFloor]):
    """Takes requests, and returns the exchange's answers to them."""

    endpoints: ClassVar[Table[Any]]
    trade_permission: ClassVar[str] = TRADE
    """What a key must be permitted for signed requests that change something; for others READ is enough."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.exchange = accounts.exchange
        self.reset()

    def reset(self) -> None:
        """Forget how much each client has asked for."""
        self._used = {pool: RequestLimits(limits) for pool, limits in self.pools().items()}

    @abstractmethod
    def pools(self) -> Mapping[Pool, list[RateLimit]]:
        """Return what requests are counted in, with the limits of each. A ban is for all of them."""

    def pool_of(self, request: Request) -> Pool:  # noqa: ARG002 - a product may have many
        """Return what the request is counted in."""
        return ALL

    def client_of(self, request: Request) -> str:
        """Return whom the request is counted for: its address, or what a product has instead."""
        return request.ip

    def weight_header_of(self, request: Request) -> str:  # noqa: ARG002 - a product may have several
        """Return how the names of the headers begin that tell the client what weight it has used."""
        return "X-MBX-USED-WEIGHT"

    @abstractmethod
    def floor_of(self, request: Request) -> AnyFloor:
        """Return where the request's orders stand, as the account of its key sees it."""

    def subject_of(self, request: Request) -> Any:
        """Return what the handlers of the product's endpoints act on: the floor, or what a product has around it."""
        return self.floor_of(request)

    @abstractmethod
    def worded(self, refusal: Refusal, request: Request | None = None) -> Refused:
        """Return a refusal of the exchange in the words of the product, whatever it was that was asked for."""

    def stale_inside(self, request: Request) -> Refused:  # noqa: ARG002 - a product may have another
        """Return the refusal of a request that is too late only at its second check."""
        return errors.stale_timestamp()

    def handle(self, request: Request) -> Answer:
        """Do both halves, one right after the other."""
        admitted = self.admit(request)
        return admitted if isinstance(admitted, Answer) else self.process(admitted)

    def admit(self, request: Request) -> Admitted | Answer:
        """Do the first half: limits, key, first receive-window check, signature."""
        endpoint = self.endpoints.get(request.key)
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
            headers |= self._order_count_headers(self.floor_of(request))
        return json_answer(content, headers=headers)

    def _admit(self, request: Request, endpoint: Endpoint[AnyFloor]) -> Admitted:
        self._charge(request, endpoint.weight_of(request.parameters))
        request.parameters.refuse_duplicates()
        return Admitted(request, endpoint, self._authenticate(request) if endpoint.signed else None)

    def _charge(self, request: Request, weight: int) -> None:
        """Count a request. Raises Refusal for one too many."""
        client, now_us = self.client_of(request), self.exchange.now_us()
        for each in self._used.values():
            each.check_ban(client, now_us)
        self._used[self.pool_of(request)].admit(client, weight, now_us)

    def _authenticate(self, request: Request) -> ReceiveWindow:
        api_key = check_key_format(request.api_key)
        window = receive_window(request.parameters)
        signature = request.parameters.required("signature")
        window.check_arrival(self.exchange.now_us())
        check_signature(self.accounts.keys, api_key, request.query, request.body, signature)
        if not self.exchange.permissions[READ if request.method == "GET" else self.trade_permission]:
            raise errors.rejected_key()
        return window

    def _process(self, admitted: Admitted) -> Any:
        self._check_window_again(admitted)
        request, endpoint = admitted.request, admitted.endpoint
        self.exchange.advance()
        content = endpoint.handler(self.subject_of(request), request.parameters)
        if endpoint.free_on_success:
            weight = endpoint.weight_of(request.parameters)
            self._used[self.pool_of(request)].refund(self.client_of(request), weight, self.exchange.now_us())
        return content

    def _check_window_again(self, admitted: Admitted) -> None:
        if admitted.window is None or not admitted.endpoint.checked_again:
            return
        now_us = self.exchange.now_us()
        try:
            admitted.window.check_still_open(now_us)
        except Refused:
            # They count, unlike those of a request refused on arrival (Spot's CHANGELOG.md).
            self.floor_of(admitted.request).unfilled.placed(now_us, admitted.endpoint.orders)
            raise self.stale_inside(admitted.request) from None

    def _refusal(self, request: Request, no: Refused | Refusal) -> Answer:
        refused = self.worded(no, request) if isinstance(no, Refusal) else no
        return refused.answer(self._weight_headers(request))

    def _weight_headers(self, request: Request) -> dict[str, str]:
        used, name = self._used[self.pool_of(request)], self.weight_header_of(request)
        return used.headers(self.client_of(request), self.exchange.now_us(), name)

    def _order_count_headers(self, floor: AnyFloor) -> dict[str, str]:
        counts = floor.unfilled.counts(self.exchange.now_us())
        return {f"X-MBX-ORDER-COUNT-{label(limit)}": str(count) for limit, count in counts}
