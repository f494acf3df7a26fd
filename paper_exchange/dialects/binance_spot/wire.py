"""Binance Spot's gateway: what its wire has of its own beside that of every product."""

from collections.abc import Mapping
from typing import ClassVar

from paper_exchange.dialects.binance_common import gateway
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.gateway import ALL, Pool, Table
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.dialects.binance_spot.endpoints import ENDPOINTS
from paper_exchange.dialects.binance_spot.refusals import worded
from paper_exchange.exchange import Exchange
from paper_exchange.refusal import Refusal
from paper_exchange.rules.rate_limits import RateLimit


class Gateway(gateway.Gateway[Exchange]):
    """Takes requests, and returns the exchange's answers to them."""

    endpoints: ClassVar[Table[Exchange]] = ENDPOINTS

    def pools(self) -> Mapping[Pool, list[RateLimit]]:
        """See binance_common.gateway."""
        return {ALL: self.exchange.limits}

    def floor_of(self, request: Request) -> Exchange:
        """See binance_common.gateway."""
        return self.accounts.of(request.api_key)

    def worded(self, refusal: Refusal, request: Request | None = None) -> Refused:  # noqa: ARG002 - all have the same
        """See binance_common.gateway."""
        return worded(refusal)
