"""The symbols of spot money, as exchangeInfo tells them."""

from paper_exchange.dialects.binance_common.answers import Json
from paper_exchange.enums import Feature
from paper_exchange.rules.symbols import PRECISION, Symbol


def symbol(told: Symbol) -> Json:
    """Return the symbol's element of `symbols` (rest-api.md, Exchange information)."""
    return {
        "symbol": told.name,
        "status": told.status,
        "baseAsset": told.base,
        "baseAssetPrecision": PRECISION,
        "quoteAsset": told.quote,
        "quotePrecision": PRECISION,
        "quoteAssetPrecision": PRECISION,
        "baseCommissionPrecision": PRECISION,
        "quoteCommissionPrecision": PRECISION,
        "orderTypes": told.order_types,
        **{feature: feature in told.features for feature in Feature},
        "isSpotTradingAllowed": True,
        "filters": told.filters,
        "permissions": [],
        "permissionSets": [["SPOT", "MARGIN"] if Feature.MARGIN in told.features else ["SPOT"]],
        "defaultSelfTradePreventionMode": told.self_trade_preventions[0],
        "allowedSelfTradePreventionModes": told.self_trade_preventions,
    }
