"""Public endpoints: the clock, rules and prices."""

from typing import Any

from paper_exchange.dialects.bybit import errors
from paper_exchange.dialects.bybit.answers import markets
from paper_exchange.dialects.bybit.entering import contracts
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.dialects.bybit.words import Category
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.market import Market

TRADING = "Trading"


def server_time(office: Office, _: Parameters) -> Any:
    """Answer GET time."""
    now_us = office.account.now_us()
    return {"timeSecond": str(now_us // 1_000_000), "timeNano": str(now_us * 1_000)}


def instruments(office: Office, parameters: Parameters) -> Any:
    """Answer GET instruments-info: without a status what is traded."""
    category, selected = _select(office, parameters)
    status = parameters.text("status") or TRADING
    told = [
        markets.contract(market.symbol) if isinstance(market, FuturesMarket) else markets.spot_symbol(market.symbol)
        for market in selected
        if markets.status(market.symbol) == status
    ]
    return {"category": category, "list": told, "nextPageCursor": ""}


def tickers(office: Office, parameters: Parameters) -> Any:
    """Answer GET tickers."""
    category, selected = _select(office, parameters)
    told = [
        markets.contract_ticker(market) if isinstance(market, FuturesMarket) else markets.spot_ticker(market)
        for market in selected
    ]
    return {"category": category, "list": told}


def order_book(office: Office, parameters: Parameters) -> Any:
    """Answer GET orderbook."""
    parameters.required("symbol")
    _, (market,) = _select(office, parameters)
    levels = parameters.integer("limit") or (1 if parameters.peek("category") == Category.SPOT else 25)
    return {
        "s": market.symbol.name,
        "b": markets.levels(market.book.bids[:levels]),
        "a": markets.levels(market.book.asks[:levels]),
        "ts": office.now_ms(),
        "u": office.now_ms(),
        "seq": office.now_ms(),
        "cts": office.now_ms(),
    }


def _select(office: Office, parameters: Parameters) -> tuple[Category, list[Market]]:
    """The market of `symbol`, or all of the category."""
    category, symbol = parameters.required_choice("category", Category), parameters.text("symbol")
    listed: dict[str, Market] = dict(
        office.account.markets if category is Category.SPOT else contracts(office.account, category).markets
    )
    if symbol is None:
        return category, list(listed.values())
    if symbol not in listed:
        raise errors.invalid("symbol invalid")
    return category, [listed[symbol]]
