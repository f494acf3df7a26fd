"""Endpoints that tell which pairs and assets margin accounts trade and borrow."""

from typing import Any

from paper_exchange.dialects.binance_common.answers import amount
from paper_exchange.dialects.binance_common.parameters import SYMBOL, Parameters
from paper_exchange.engine.orders import ZERO
from paper_exchange.enums import Feature
from paper_exchange.margin import MarginAccounts
from paper_exchange.refusal import Kind, Refusal

FIRST_PAIR_ID = 351_637_150_141_315_861


def cross_pairs(owner: MarginAccounts, parameters: Parameters) -> Any:
    """Answer GET /sapi/v1/margin/allPairs."""
    return [pair | {"id": number} for number, pair in enumerate(isolated_pairs(owner, parameters), FIRST_PAIR_ID)]


def isolated_pairs(owner: MarginAccounts, parameters: Parameters) -> Any:
    """Answer GET /sapi/v1/margin/isolated/allPairs: here the same pairs are for both."""
    name = parameters.text("symbol", SYMBOL)
    _finish(parameters)
    if name is not None:
        owner.cross.market(name)
    symbols = [market.symbol for market in owner.cross.markets.values()]
    return [
        {
            "symbol": symbol.name,
            "base": symbol.base,
            "quote": symbol.quote,
            "isMarginTrade": True,
            "isBuyAllowed": True,
            "isSellAllowed": True,
        }
        for symbol in symbols
        if Feature.MARGIN in symbol.features and name in (None, symbol.name)
    ]


def assets(owner: MarginAccounts, parameters: Parameters) -> Any:
    """Answer GET /sapi/v1/margin/allAssets."""
    name = parameters.text("asset")
    _finish(parameters)
    symbols = [market.symbol for market in owner.cross.markets.values() if Feature.MARGIN in market.symbol.features]
    known = sorted({asset for symbol in symbols for asset in (symbol.base, symbol.quote)})
    if name is not None and name not in known:
        raise Refusal(Kind.UNKNOWN_MARGIN_ASSET)
    return [
        {
            "assetFullName": asset,
            "assetName": asset,
            "isBorrowable": asset in owner.lender.limits,
            "isMortgageable": True,
            "userMinBorrow": amount(ZERO),
            "userMinRepay": amount(ZERO),
        }
        for asset in known
        if name in (None, asset)
    ]


def _finish(parameters: Parameters) -> None:
    """These need no signature, and take it from clients who sign everything."""
    for name in ("timestamp", "recvWindow", "signature"):
        parameters.text(name)
    parameters.finish()
