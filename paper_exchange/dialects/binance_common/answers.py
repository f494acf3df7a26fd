"""How amounts and limits are told on every wire of Binance."""

from decimal import Decimal
from typing import Any

from paper_exchange.rules.rate_limits import RateLimit

Json = dict[str, Any]


def amount(value: Decimal) -> str:
    """Return an amount as the wire has it, with eight decimals."""
    return f"{value:.8f}"


def rate_limit(limit: RateLimit) -> Json:
    """Return the limit's element of `rateLimits`."""
    return {
        "rateLimitType": limit.counted,
        "interval": limit.interval,
        "intervalNum": limit.intervals,
        "limit": limit.limit,
    }
