"""Public endpoints: connectivity, rules and prices."""

from decimal import Decimal
from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.answers import amount, rate_limit
from paper_exchange.dialects.binance_common.parameters import SYMBOL, Parameters
from paper_exchange.dialects.binance_spot import order_errors
from paper_exchange.dialects.binance_spot.answers import exchange_info as answers
from paper_exchange.engine.book import Level
from paper_exchange.engine.market import Market
from paper_exchange.exchange import Exchange
from paper_exchange.rules.starting_state import SORS

AVERAGE_MINUTES = 5
DEPTH_WEIGHTS = ((100, 5), (500, 25), (1_000, 50), (5_000, 250))


def ping(_: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/ping."""
    parameters.finish()
    return {}


def server_time(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/time."""
    parameters.finish()
    return {"serverTime": exchange.now_ms()}


def exchange_info(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/exchangeInfo."""
    markets = _selected(exchange, parameters)
    return {
        "timezone": "UTC",
        "serverTime": exchange.now_ms(),
        "rateLimits": [rate_limit(limit) for limit in exchange.limits],
        "exchangeFilters": exchange.filters,
        "symbols": [answers.symbol(market.symbol) for market in markets],
        "sors": SORS,
    }


def ticker_price(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/ticker/price."""
    single = parameters.peek("symbol") is not None
    tickers = [
        {"symbol": market.symbol.name, "price": amount(market.price)} for market in _selected(exchange, parameters)
    ]
    return tickers[0] if single else tickers


def average_price(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/avgPrice with the last price: this exchange keeps no history to average."""
    market = _single(exchange, parameters)
    parameters.finish()
    return {"mins": AVERAGE_MINUTES, "price": amount(market.price), "closeTime": exchange.now_ms()}


def reference_price(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/referencePrice."""
    market = _single(exchange, parameters)
    parameters.finish()
    if market.reference is None:
        raise order_errors.no_reference_price()
    price = market.reference.price
    return {
        "symbol": market.symbol.name,
        "referencePrice": None if price is None else amount(price),
        "timestamp": market.reference.time_ms,
    }


def depth_weight(parameters: Parameters) -> int:
    """Return what a request for so many levels weighs."""
    limit = parameters.peek("limit") or "100"
    wanted = int(limit) if limit.isdecimal() else 100
    return next((weight for most, weight in DEPTH_WEIGHTS if wanted <= most), DEPTH_WEIGHTS[-1][1])


def depth(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer GET /api/v3/depth."""
    limit = parameters.integer("limit") or 100
    market = _single(exchange, parameters)
    parameters.finish()
    return {
        "lastUpdateId": exchange.now_us(),
        "bids": [_level(level) for level in market.book.bids[:limit]],
        "asks": [_level(level) for level in market.book.asks[:limit]],
    }


def _level(level: Level) -> list[str]:
    return [amount(level.price), amount(Decimal(level.quantity))]


def _single(exchange: Exchange, parameters: Parameters) -> Market:
    return exchange.market(parameters.symbol())


def _selected(exchange: Exchange, parameters: Parameters) -> list[Market]:
    """The markets named by `symbol` or `symbols`; all without either."""
    symbol, symbols = parameters.text("symbol", SYMBOL), parameters.symbols()
    parameters.finish()
    if symbol is not None and symbols is not None:
        raise errors.bad_combination()
    names = symbols if symbol is None else [symbol]
    return list(exchange.markets.values()) if names is None else [exchange.market(name) for name in names]
