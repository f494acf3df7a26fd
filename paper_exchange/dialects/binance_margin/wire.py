"""How margin's requests are let in: as Spot's, but each endpoint has limits of its own, by address or by account."""

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_margin import flags
from paper_exchange.dialects.binance_margin.endpoints import ENDPOINTS, TRADING
from paper_exchange.dialects.binance_spot import errors
from paper_exchange.dialects.binance_spot.endpoints.endpoint import Endpoint
from paper_exchange.dialects.binance_spot.errors import Refused
from paper_exchange.dialects.binance_spot.refusals import worded
from paper_exchange.dialects.binance_spot.request import Request
from paper_exchange.dialects.binance_spot.request_limits import RequestLimits
from paper_exchange.dialects.binance_spot.security import check_key_format
from paper_exchange.dialects.binance_spot.wire import Admitted, Gateway
from paper_exchange.margin import MarginAccount, MarginAccounts
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.rate_limits import Counted, Interval, RateLimit

# Of each endpoint ("General Info" of the margin documentation).
PER_IP = RateLimit(Counted.REQUEST_WEIGHT, Interval.MINUTE, 1, 12_000)
PER_UID = RateLimit(Counted.REQUEST_WEIGHT, Interval.MINUTE, 1, 180_000)


class MarginGateway(Gateway):
    """Takes requests to the margin accounts of the request's key."""

    def __init__(self, accounts: Accounts) -> None:
        super().__init__(accounts, ENDPOINTS, TRADING)

    def reset(self) -> None:
        """Forget how much each address and each account has asked for."""
        self._used = {
            key: RequestLimits([PER_UID if endpoint.per_uid else PER_IP]) for key, endpoint in ENDPOINTS.items()
        }

    def exchange_of(self, request: Request) -> MarginAccount:
        """Return the exchange as the margin account sees it that the request means."""
        isolated = flags.isolated(request.parameters)
        return self._subject_of(request).of(request.parameters.peek("symbol"), isolated=isolated)

    def _subject_of(self, request: Request) -> MarginAccounts:
        return self._accounts.margin_of(request.api_key)

    def _admit(self, request: Request, endpoint: Endpoint) -> Admitted:
        if check_key_format(request.api_key) not in self._accounts.keys:
            raise errors.rejected_key()
        return super()._admit(request, endpoint)

    def _charge(self, request: Request, endpoint: Endpoint) -> None:
        client, now_us = self._client(request), self.exchange.now_us()
        for each in self._used.values():  # a ban is for all of them
            each.check_ban(client, now_us)
        self._used[request.key].admit(client, endpoint.weight_of(request.parameters), now_us)

    def _weight_headers(self, request: Request) -> dict[str, str]:
        name = f"X-SAPI-USED-{'UID' if self._by_uid(request) else 'IP'}-WEIGHT"
        return self._used[request.key].headers(self._client(request), self.exchange.now_us(), name)

    def _worded(self, refusal: Refusal) -> Refused:
        """The documentation of margin says that too many orders are refused without Retry-After."""
        refused = worded(refusal)
        if refusal.kind is Kind.TOO_MANY_ORDERS:
            refused.headers.clear()
        return refused

    def _client(self, request: Request) -> str:
        return str(self._subject_of(request).cross.uid) if self._by_uid(request) else request.ip

    def _by_uid(self, request: Request) -> bool:
        return ENDPOINTS[request.key].per_uid
