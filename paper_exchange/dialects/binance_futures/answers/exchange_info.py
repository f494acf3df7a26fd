"""Symbols, limits and assets, as exchangeInfo tells them."""

from collections.abc import Iterable
from decimal import Decimal

from paper_exchange.dialects.binance_common.answers import Json, rate_limit
from paper_exchange.futures import Futures
from paper_exchange.rules.futures_symbols import FuturesSymbol

ORDER_TYPES = (
    "LIMIT",
    "MARKET",
    "STOP",
    "STOP_MARKET",
    "TAKE_PROFIT",
    "TAKE_PROFIT_MARKET",
    "TRAILING_STOP_MARKET",
)
TIMES_IN_FORCE = ("GTC", "IOC", "FOK", "GTX", "GTD")
ONBOARD_MS, NEVER_MS = 1_569_398_400_000, 4_133_404_800_000


def exchange_info(futures: Futures) -> Json:
    """Return the whole answer; one symbol alone cannot be asked for."""
    symbols = [market.symbol for market in futures.markets.values()]
    assets = {} if futures.inverse else {"futuresType": "U_MARGINED", "assets": _assets(symbols)}
    return {
        "timezone": "UTC",
        "serverTime": futures.now_ms(),
        "rateLimits": [rate_limit(limit) for limit in futures.terms.limits],
        "exchangeFilters": [],
        **assets,
        "symbols": [_symbol(each) for each in symbols],
    }


def _symbol(told: FuturesSymbol) -> Json:
    """A contract's size is told of inverse ones alone: a linear one is one unit of the base asset."""
    inverse = told.contract.inverse
    contract: Json = {"contractStatus": told.status, "contractSize": int(told.contract.size), "equalQtyPrecision": 4}
    return {
        "symbol": told.name,
        "pair": told.pair,
        "contractType": "PERPETUAL",
        "deliveryDate": NEVER_MS,
        "onboardDate": ONBOARD_MS,
        **(contract if inverse else {"status": told.status, "settlePlan": 0}),
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": told.base,
        "quoteAsset": told.quote,
        "marginAsset": told.margin_asset,
        "pricePrecision": told.price_precision,
        "quantityPrecision": told.quantity_precision,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": ["PoW"],
        "triggerProtect": _share(told.trigger_protect),
        "liquidationFee": "0.012500",
        "marketTakeBound": _share(told.market_take_bound),
        "filters": told.filters,
        "orderTypes": ORDER_TYPES,
        "timeInForce": TIMES_IN_FORCE[:4] if inverse else TIMES_IN_FORCE,
    }


def _share(share: Decimal) -> str:
    return f"{share:.4f}"


def _assets(symbols: Iterable[FuturesSymbol]) -> list[Json]:
    assets = sorted({each.margin_asset for each in symbols})
    return [{"asset": asset, "marginAvailable": True, "autoAssetExchange": "-10000"} for asset in assets]
