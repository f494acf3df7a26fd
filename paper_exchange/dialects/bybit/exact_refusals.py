"""Which of several codes of Bybit a refusal is where the engine's reason is coarser: it depends on the order."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from paper_exchange.dialects.bybit.asked import Asked
from paper_exchange.dialects.bybit.errors import Refused
from paper_exchange.dialects.bybit.refusals import worded
from paper_exchange.enums import Side
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.unified import UnifiedAccount


def refine(no: Refusal, asked: Asked, account: UnifiedAccount) -> Refused:
    """Return the refusal of this order in Bybit's words."""
    if asked.spot:
        return _refine_spot(no, asked, account) or worded(no, spot=True)
    if no.kind is Kind.WOULD_TRIGGER_IMMEDIATELY and not asked.rises:
        return Refused(110093, "expect Falling, but trigger_price >= current")
    return worded(no, spot=False)


def _refine_spot(no: Refusal, asked: Asked, account: UnifiedAccount) -> Refused | None:
    market = account.markets.get(asked.symbol)
    rules: Mapping[str, Any] = {} if market is None else market.symbol.rules
    if no.kind is Kind.LOT_SIZE:
        return _refine_quantity(asked.quantity, rules[Kind.LOT_SIZE])
    if no.kind is Kind.PRICE_FILTER:
        return _refine_price(asked.price or asked.trigger_price or Decimal(0), rules[Kind.PRICE_FILTER])
    if no.kind is Kind.PERCENT_PRICE_BY_SIDE and asked.side is Side.SELL:
        return Refused(170194, "Sell order price cannot be lower than the price limit.")
    if no.kind is Kind.NOTIONAL and market is not None:
        value = asked.quantity if asked.in_quote else asked.quantity * (asked.price or market.price)
        if value > rules[Kind.NOTIONAL]["minNotional"]:
            return Refused(170124, "Order amount too large.")
    return None


def _refine_quantity(quantity: Decimal, rule: Mapping[str, Any]) -> Refused | None:
    if quantity < rule["minQty"]:
        return Refused(170136, "Order quantity lower than the minimum.")
    return Refused(170381, "Order quantity too large.") if quantity > rule["maxQty"] else None


def _refine_price(price: Decimal, rule: Mapping[str, Any]) -> Refused | None:
    if price < rule["minPrice"]:
        return Refused(170133, "Order price lower than the minimum.")
    return Refused(170132, "Order price too high.") if price > rule["maxPrice"] else None
