"""Public endpoints: connectivity, rules and prices."""

from typing import Any

from paper_exchange.dialects.binance_common.answers import Json, amount
from paper_exchange.dialects.binance_common.parameters import SYMBOL, Parameters
from paper_exchange.dialects.binance_futures.answers import exchange_info as answers
from paper_exchange.dialects.binance_futures.answers.numbers import price
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.futures import Futures

EIGHT_HOURS_MS = 28_800_000


def ping(_: Futures, parameters: Parameters) -> Any:
    """Answer GET ping."""
    parameters.finish()
    return {}


def server_time(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET time."""
    parameters.finish()
    return {"serverTime": futures.now_ms()}


def exchange_info(futures: Futures, _: Parameters) -> Any:
    """Answer GET exchangeInfo, which knows no parameters: with any it is whole as well."""
    return answers.exchange_info(futures)


def ticker_price(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET ticker/price. COIN-M answers with a list in any case."""
    single = parameters.peek("symbol") is not None and not futures.inverse
    tickers = [_ticker(futures, market) for market in _selected(futures, parameters)]
    return tickers[0] if single else tickers


def premium_index(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET premiumIndex with the mark price. COIN-M answers with a list in any case; nothing is funded."""
    single = parameters.peek("symbol") is not None and not futures.inverse
    told = [_premium(futures, market) for market in _selected(futures, parameters)]
    return told[0] if single else told


def _ticker(futures: Futures, market: FuturesMarket) -> Json:
    symbol = market.symbol
    told = {"symbol": symbol.name, "price": price(market.price, symbol), "time": futures.now_ms()}
    return told | ({"ps": symbol.pair} if futures.inverse else {})


def _premium(futures: Futures, market: FuturesMarket) -> Json:
    symbol, now = market.symbol, futures.now_ms()
    return {
        "symbol": symbol.name,
        **({"pair": symbol.pair} if futures.inverse else {}),
        "markPrice": amount(market.mark_price),
        "indexPrice": amount(market.mark_price),
        "estimatedSettlePrice": amount(market.mark_price),
        "lastFundingRate": "0.00000000",
        "interestRate": "0.00000000",
        "nextFundingTime": now - now % EIGHT_HOURS_MS + EIGHT_HOURS_MS,
        "time": now,
    }


def _selected(futures: Futures, parameters: Parameters) -> list[FuturesMarket]:
    """The market named by `symbol`, of COIN-M those of `pair`; all without either."""
    name = parameters.text("symbol", SYMBOL)
    pair = parameters.text("pair", SYMBOL) if futures.inverse else None
    parameters.finish()
    if name is not None:
        return [futures.market(name)]
    return [market for market in futures.markets.values() if pair in (None, market.symbol.pair)]
