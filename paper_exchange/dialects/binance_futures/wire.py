"""The gateway of Binance's futures: what its wire has of its own beside that of every product."""

from collections.abc import Mapping
from typing import ClassVar

from paper_exchange.dialects.binance_common import gateway
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.gateway import ALL, Pool, Table
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.dialects.binance_futures.endpoints import ENDPOINTS
from paper_exchange.dialects.binance_futures.refusals import worded
from paper_exchange.futures import Futures
from paper_exchange.refusal import Refusal
from paper_exchange.rules.permissions import TRADE_FUTURES
from paper_exchange.rules.rate_limits import RateLimit

LINEAR, INVERSE = "/fapi", "/dapi"
OUTSIDE = "Timestamp for this request is outside of the ME recvWindow."


class Gateway(gateway.Gateway[Futures]):
    """Takes requests, and returns the exchange's answers to them. USD-M and COIN-M share its limits."""

    endpoints: ClassVar[Table[Futures]] = ENDPOINTS
    trade_permission: ClassVar[str] = TRADE_FUTURES

    def pools(self) -> Mapping[Pool, list[RateLimit]]:
        """See binance_common.gateway."""
        return {ALL: self.exchange.terms.limits}

    def floor_of(self, request: Request) -> Futures:
        """See binance_common.gateway."""
        account = self.accounts.of(request.api_key)
        return account.inverse if _inverse(request) else account.linear

    def worded(self, refusal: Refusal, request: Request | None = None) -> Refused:
        """See binance_common.gateway."""
        return worded(refusal, inverse=request is not None and _inverse(request))

    def stale_inside(self, request: Request) -> Refused:
        """Return the matching engine's own refusal, which each product has a code for."""
        return Refused(-4188 if _inverse(request) else -5028, OUTSIDE)


def _inverse(request: Request) -> bool:
    return request.path.startswith(INVERSE)
