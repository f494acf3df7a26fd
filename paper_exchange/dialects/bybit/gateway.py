"""From a request to its answer, without a server: address, key, window, limits, then the endpoint."""

from dataclasses import dataclass

from paper_exchange.accounts import Accounts
from paper_exchange.dialects.bybit import errors, security
from paper_exchange.dialects.bybit.endpoints import ENDPOINTS, Endpoint
from paper_exchange.dialects.bybit.errors import Refused, body, refusal
from paper_exchange.dialects.bybit.limits import AddressLimits, PathLimits
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.refusals import worded
from paper_exchange.dialects.bybit.request import Request
from paper_exchange.dialects.bybit.settings import Settings
from paper_exchange.dialects.bybit.words import Category
from paper_exchange.messages import Answer, json_answer
from paper_exchange.refusal import Refusal
from paper_exchange.rules.permissions import READ, TRADE, TRADE_FUTURES


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that passed every check of its arrival."""

    request: Request
    endpoint: Endpoint
    headers: dict[str, str]
    """What its answer tells of limits."""


class Gateway:
    """Takes requests, and returns the venue's answers to them."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.reset()

    def reset(self) -> None:
        """Forget every order, how much each client has asked for, and what a test has set."""
        self.settings = Settings()
        self._offices: dict[int, Office] = {}
        self._paths, self._addresses = PathLimits(), AddressLimits()

    def now_ms(self) -> int:
        """Return the venue's time in milliseconds."""
        return self.accounts.exchange.now_ms()

    def office_of(self, api_key: str | None) -> Office:
        """Return where the orders of the key's account stand."""
        account = self.accounts.unified_of(api_key)
        if account.uid not in self._offices:
            self._offices[account.uid] = Office(account, self.settings)
        return self._offices[account.uid]

    def admit(self, request: Request) -> Admitted | Answer:
        """Do the first half: address, authentication, limits. Nothing later looks at the window again."""
        if not self._addresses.admits(request.ip, self.settings.address_limit, self.now_ms()):
            return errors.TOO_FREQUENT
        endpoint = ENDPOINTS.get(request.key)
        if endpoint is None:
            return errors.blocked(404, "")
        if request.method == "GET" and request.body:
            return errors.blocked(403, "")  # "GET with JSON body"
        if not endpoint.each_second:
            return Admitted(request, endpoint, {})
        if not security.bears_authentication(request):
            return errors.blocked(401, "")
        try:
            return self._admit(request, endpoint)
        except Refused as no:
            return refusal(no, self.now_ms())

    def process(self, admitted: Admitted) -> Answer:
        """Do the second half: what is asked."""
        office, parameters = self.office_of(admitted.request.api_key), admitted.request.parameters
        office.advance()
        try:
            result = admitted.endpoint.handler(office, parameters)
        except Refused as no:
            return refusal(no, self.now_ms(), admitted.headers)
        except Refusal as no:
            spot = parameters.peek("category") == Category.SPOT
            return refusal(worded(no, spot=spot), self.now_ms(), admitted.headers)
        return json_answer(body(result, self.now_ms()), headers=admitted.headers)

    def _admit(self, request: Request, endpoint: Endpoint) -> Admitted:
        security.check(request, self.accounts.keys, self.now_ms())
        request.parameters.check_readable()
        category = request.parameters.peek("category")
        self._check_permission(endpoint, category)
        limit = self.settings.limits.get(request.path) or endpoint.limit(category)
        uid = self.accounts.of(request.api_key).uid
        standing = self._paths.count(uid, request.path, limit, self.now_ms())
        if standing.exceeded:
            raise errors.too_many_visits(standing.limit, standing.reset_ms)
        return Admitted(request, endpoint, errors.limit_headers(standing.limit, standing.left, standing.reset_ms))

    def _check_permission(self, endpoint: Endpoint, category: str | None) -> None:
        trade = TRADE if category == Category.SPOT else TRADE_FUTURES
        if not self.accounts.exchange.permissions[trade if endpoint.trades else READ]:
            raise errors.not_permitted()
