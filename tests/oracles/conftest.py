"""The libraries that are asked what they would send."""

from collections.abc import Callable
from typing import Any

import ccxt
import pytest
import requests
from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_derivatives_trading_coin_futures.derivatives_trading_coin_futures import DerivativesTradingCoinFutures
from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import DerivativesTradingUsdsFutures
from binance_sdk_margin_trading.margin_trading import MarginTrading
from binance_sdk_spot.spot import Spot

from tests.oracles.bybit_requests import SYMBOLS as BYBIT_SYMBOLS
from tests.oracles.bybit_requests import sent as sent_to_bybit
from tests.oracles.futures_requests import COINM, SYMBOLS, USDM
from tests.oracles.sent_requests import SYMBOL, Captured, Library, SentCall, sent


@pytest.fixture(scope="session")
def rest_api() -> Any:
    return _open(Spot)


@pytest.fixture(scope="session")
def margin_rest_api() -> Any:
    return _open(MarginTrading)


@pytest.fixture
def sdk(rest_api: Any, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The exchange's own SDK of Spot."""
    return _capture(rest_api, monkeypatch)


@pytest.fixture
def margin_sdk(margin_rest_api: Any, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The exchange's own SDK of margin."""
    return _capture(margin_rest_api, monkeypatch)


def _open(client: Any) -> Any:
    configuration = ConfigurationRestAPI(api_key="k", api_secret="s", base_path="https://exchange.test", retries=0)
    return client(config_rest_api=configuration).rest_api


def _capture(rest_api: Any, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The requests of such an SDK would all go through one method of requests."""

    def capture(_: object, method: str, url: str, params: str, data: str | None, **__: object) -> None:
        raise Captured(sent(method, f"{url}?{params}", data))

    monkeypatch.setattr(requests.Session, "request", capture)

    def call(make: Callable[[Any], object]) -> SentCall:
        with pytest.raises(Captured) as captured:
            make(rest_api)
        return captured.value.request

    return call


@pytest.fixture(scope="session")
def with_ccxt() -> Library:
    """Knows the symbol, and nothing else of the exchange."""

    def answer(url: str, method: str = "GET", headers: object = None, body: str | None = None) -> Any:
        if "/exchangeInfo" in url:
            return {"symbols": [SYMBOL]}
        raise Captured(sent(method, url, body))

    exchange = ccxt.binance(
        {
            "apiKey": "k",
            "secret": "s",
            "enableRateLimit": False,
            "options": {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "fetchMargins": False},
        }
    )
    exchange.fetch = answer

    def call(make: Callable[[Any], object]) -> SentCall:
        with pytest.raises(Captured) as captured:
            make(exchange)
        return captured.value.request

    return call


@pytest.fixture
def futures_sdks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Library]:
    """The exchange's own SDK of each product of futures."""
    clients = {USDM: DerivativesTradingUsdsFutures, COINM: DerivativesTradingCoinFutures}
    return {product: _capture(_open(client), monkeypatch) for product, client in clients.items()}


@pytest.fixture(scope="session")
def swaps() -> Library:
    """ccxt for futures alone."""

    def answer(url: str, method: str = "GET", headers: object = None, body: str | None = None) -> Any:
        for prefix, venue in (("/fapi/", USDM), ("/dapi/", COINM)):
            if prefix in url and "/exchangeInfo" in url:
                return {"symbols": [SYMBOLS[venue]]}
        raise Captured(sent(method, url, body))

    kinds = {"types": ["linear", "inverse"]}
    exchange = ccxt.binance(
        {
            "apiKey": "k",
            "secret": "s",
            "enableRateLimit": False,
            "options": {"fetchMarkets": kinds, "fetchCurrencies": False, "fetchMargins": False},
        }
    )
    exchange.fetch = answer

    def call(make: Callable[[Any], object]) -> SentCall:
        with pytest.raises(Captured) as captured:
            make(exchange)
        return captured.value.request

    return call


@pytest.fixture(scope="session")
def bybit() -> Library:
    """ccxt for Bybit's three products, with a unified account."""

    def answer(url: str, method: str = "GET", headers: object = None, body: str | None = None) -> Any:
        for category, symbol in BYBIT_SYMBOLS.items():
            if "/instruments-info" in url and f"category={category}" in url:
                result = {"category": category, "list": [symbol], "nextPageCursor": ""}
                return {"retCode": 0, "retMsg": "OK", "result": result}
        raise Captured(sent_to_bybit(method, url, body))

    options = {"fetchMarkets": {"types": [*BYBIT_SYMBOLS]}, "fetchCurrencies": False}
    unified = {"enableUnifiedMargin": False, "enableUnifiedAccount": True}
    exchange = ccxt.bybit({"apiKey": "k", "secret": "s", "enableRateLimit": False, "options": options | unified})
    exchange.has["fetchCurrencies"] = False
    exchange.fetch = answer

    def call(make: Callable[[Any], object]) -> SentCall:
        with pytest.raises(Captured) as captured:
            make(exchange)
        return captured.value.request

    return call
