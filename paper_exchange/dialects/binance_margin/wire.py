"""Margin's gateway: beside that of every product, each endpoint has limits of its own, by address or by account."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from paper_exchange.dialects.binance_common import errors, gateway
from paper_exchange.dialects.binance_common.endpoint import Endpoint
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.gateway import Admitted, Pool
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.dialects.binance_common.security import check_key_format
from paper_exchange.dialects.binance_common.wording import TOO_MANY_ORDERS, Wordings, word
from paper_exchange.dialects.binance_margin import flags
from paper_exchange.dialects.binance_margin.endpoints import ENDPOINTS
from paper_exchange.dialects.binance_margin.endpoints.endpoint import MarginTable
from paper_exchange.dialects.binance_spot.refusals import WORDINGS
from paper_exchange.margin import MarginAccount, MarginAccounts
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.rate_limits import Counted, Interval, RateLimit

# Of each endpoint ("General Info" of the margin documentation).
PER_IP = RateLimit(Counted.REQUEST_WEIGHT, Interval.MINUTE, 1, 12_000)
PER_UID = RateLimit(Counted.REQUEST_WEIGHT, Interval.MINUTE, 1, 180_000)
# The documentation of margin says that too many orders are refused without Retry-After.
MARGIN_WORDINGS: Wordings = {**WORDINGS, Kind.TOO_MANY_ORDERS: replace(TOO_MANY_ORDERS, tells_wait=False)}


class Gateway(gateway.Gateway[MarginAccount]):
    """Takes requests to the margin accounts of the request's key."""

    endpoints: ClassVar[MarginTable] = ENDPOINTS

    def pools(self) -> Mapping[Pool, list[RateLimit]]:
        """See binance_common.gateway."""
        return {key: [PER_UID if endpoint.per_uid else PER_IP] for key, endpoint in self.endpoints.items()}

    def pool_of(self, request: Request) -> Pool:
        """See binance_common.gateway."""
        return request.key

    def client_of(self, request: Request) -> str:
        """See binance_common.gateway."""
        return str(self.subject_of(request).cross.uid) if self._by_uid(request) else request.ip

    def weight_header_of(self, request: Request) -> str:
        """See binance_common.gateway."""
        return f"X-SAPI-USED-{'UID' if self._by_uid(request) else 'IP'}-WEIGHT"

    def floor_of(self, request: Request) -> MarginAccount:
        """Return the margin account that the request means."""
        isolated = flags.isolated(request.parameters)
        return self.subject_of(request).of(request.parameters.peek("symbol"), isolated=isolated)

    def subject_of(self, request: Request) -> MarginAccounts:
        """Return all the margin accounts of the owner, among which the endpoints find theirs."""
        return self.accounts.margin_of(request.api_key)

    def worded(self, refusal: Refusal, request: Request | None = None) -> Refused:  # noqa: ARG002 - all have the same
        """See binance_common.gateway."""
        return word(MARGIN_WORDINGS, refusal)

    def _admit(self, request: Request, endpoint: Endpoint[Any]) -> Admitted:
        """Even what needs no signature needs a key here."""
        if check_key_format(request.api_key) not in self.accounts.keys:
            raise errors.rejected_key()
        return super()._admit(request, endpoint)

    def _by_uid(self, request: Request) -> bool:
        return self.endpoints[request.key].per_uid
