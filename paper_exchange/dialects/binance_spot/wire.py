"""Binance Spot's gateway: what its wire has of its own beside that of every product."""

from collections.abc import Collection
from typing import Any, ClassVar

from paper_exchange.dialects.binance_common import gateway
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.gateway import Table
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.dialects.binance_spot.endpoints import ENDPOINTS, TRADING
from paper_exchange.dialects.binance_spot.refusals import worded
from paper_exchange.exchange import Exchange
from paper_exchange.refusal import Refusal
from paper_exchange.rules.permissions import READ, TRADE
from paper_exchange.rules.rate_limits import RateLimit

PLACING = ("POST", "/api/v3/order")


class Gateway(gateway.Gateway[Exchange]):
    """Takes requests, and returns the exchange's answers to them."""

    endpoints: ClassVar[Table[Any]] = ENDPOINTS
    trading: ClassVar[Collection[tuple[str, str]]] = frozenset(TRADING)
    """Those that a key needs the permission to trade for."""

    def rate_limits(self) -> list[RateLimit]:
        """See binance_common.gateway."""
        return self.exchange.limits

    def floor_of(self, request: Request) -> Exchange:
        """See binance_common.gateway."""
        return self.accounts.of(request.api_key)

    def permission_of(self, request: Request) -> str:
        """See binance_common.gateway."""
        return TRADE if request.key in self.trading else READ

    def worded(self, refusal: Refusal, request: Request) -> Refused:  # noqa: ARG002 - the words are the same for all
        """See binance_common.gateway."""
        return worded(refusal)
