"""Symbols and prices as "Get Instruments Info", "Get Tickers" and "Get Orderbook" tell them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from paper_exchange.dialects.bybit.words import plain
from paper_exchange.engine.book import Level
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.market import Market
from paper_exchange.enums import Feature
from paper_exchange.refusal import Kind
from paper_exchange.rules.futures_symbols import FuturesSymbol
from paper_exchange.rules.symbols import Symbol

QUOTE_PRECISION = Decimal("0.0000001")
NO_RATIO = {"priceLimitRatioX": "0.05", "priceLimitRatioY": "0.1"}

OF_EVERY_CONTRACT = {
    "launchTime": "1585526400000",
    "deliveryTime": "0",
    "deliveryFeeRate": "",
    "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
    "unifiedMarginTrade": True,
    "fundingInterval": 480,
    "copyTrading": "none",
    "upperFundingRate": "0.00375",
    "lowerFundingRate": "-0.00375",
    "isPreListing": False,
    "preListingInfo": None,
    "riskParameters": NO_RATIO,
    "symbolType": "",
}


def status(symbol: Symbol) -> str:
    """Return the status of an instrument."""
    return "Trading" if symbol.status == "TRADING" else "Closed"


def spot_symbol(symbol: Symbol) -> dict[str, Any]:
    """Return the rules of a symbol of spot."""
    lots, market_lots = symbol.rules[Kind.LOT_SIZE], symbol.rules.get(Kind.MARKET_LOT_SIZE, {})
    notional = symbol.rules.get(Kind.NOTIONAL, {})
    most = plain(lots["maxQty"])
    return {
        "symbolId": 1,
        "symbol": symbol.name,
        "baseCoin": symbol.base,
        "quoteCoin": symbol.quote,
        "innovation": "0",
        "symbolType": "",
        "status": status(symbol),
        "marginTrading": "utaOnly" if Feature.MARGIN in symbol.features else "none",
        "stTag": "0",
        "lotSizeFilter": {
            "basePrecision": plain(symbol.step_size),
            "quotePrecision": plain(QUOTE_PRECISION),
            "minOrderQty": plain(lots["minQty"]),
            "maxOrderQty": most,
            "minOrderAmt": plain(notional.get("minNotional", Decimal(0))),
            "maxOrderAmt": plain(notional.get("maxNotional", Decimal(8_000_000))),
            "maxLimitOrderQty": most,
            "maxMarketOrderQty": plain(market_lots.get("maxQty") or lots["maxQty"]),
            "postOnlyMaxLimitOrderSize": most,
        },
        "priceFilter": {"tickSize": plain(symbol.tick_size)},
        "riskParameters": NO_RATIO,
    }


def contract(symbol: FuturesSymbol) -> dict[str, Any]:
    """Return the rules of a contract."""
    lots, market_lots = symbol.rules[Kind.LOT_SIZE], symbol.rules[Kind.MARKET_LOT_SIZE]
    prices, notional = symbol.rules[Kind.PRICE_FILTER], symbol.rules.get(Kind.MIN_NOTIONAL, {})
    return {
        "symbol": symbol.name,
        "symbolId": 1,
        "contractType": "InversePerpetual" if symbol.contract.inverse else "LinearPerpetual",
        "status": status(symbol),
        "baseCoin": symbol.base,
        "quoteCoin": symbol.quote,
        "priceScale": str(symbol.price_precision),
        "priceFilter": {name: plain(prices[name]) for name in ("minPrice", "maxPrice", "tickSize")},
        "lotSizeFilter": {
            "maxOrderQty": plain(lots["maxQty"]),
            "minOrderQty": plain(lots["minQty"]),
            "qtyStep": plain(lots["stepSize"]),
            "postOnlyMaxOrderQty": plain(lots["maxQty"]),
            "maxMktOrderQty": plain(market_lots["maxQty"]),
            "minNotionalValue": plain(notional.get("notional", Decimal(0))),
        },
        "settleCoin": symbol.margin_asset,
        **OF_EVERY_CONTRACT,
    }


def spot_ticker(market: Market) -> dict[str, Any]:
    """Return the prices of a symbol of spot; no history is kept to tell of."""
    return {
        **_ticker(market),
        "turnover24h": "0",
        "volume24h": "0",
        "usdIndexPrice": plain(market.price),
    }


def contract_ticker(market: FuturesMarket) -> dict[str, Any]:
    """Return the prices of a contract."""
    return {
        **_ticker(market),
        "indexPrice": plain(market.mark_price),
        "markPrice": plain(market.mark_price),
        "prevPrice1h": plain(market.price),
        "openInterest": "0",
        "openInterestValue": "0",
        "turnover24h": "0",
        "volume24h": "0",
        "fundingRate": "0.0001",
        "nextFundingTime": "0",
        "predictedDeliveryPrice": "",
        "basisRate": "",
        "basis": "",
        "deliveryFeeRate": "",
        "deliveryTime": "0",
        "fundingIntervalHour": "8",
        "fundingCap": "0.005",
    }


def levels(side: Sequence[Level]) -> list[list[str]]:
    """Return one side of a book, best first."""
    return [[plain(each.price), plain(each.quantity)] for each in side]


def _ticker(market: Market) -> dict[str, Any]:
    (bid, bid_size), (ask, ask_size) = (
        side[0] if side else (None, None) for side in (market.book.bids, market.book.asks)
    )
    price = plain(market.price)
    return {
        "symbol": market.symbol.name,
        "lastPrice": price,
        "prevPrice24h": price,
        "price24hPcnt": "0",
        "highPrice24h": price,
        "lowPrice24h": price,
        "bid1Price": plain(bid),
        "bid1Size": plain(bid_size),
        "ask1Price": plain(ask),
        "ask1Size": plain(ask_size),
    }
