"""Clients of Binance that others wrote, unchanged but for their base URL."""

import warnings
from collections.abc import Iterator
from typing import Any

import ccxt
import pytest
from binance_sdk_derivatives_trading_coin_futures import DerivativesTradingCoinFutures
from binance_sdk_derivatives_trading_usds_futures import DerivativesTradingUsdsFutures

from tests.paper_exchange.oracles import configuration, margin_rest_api, rest_api
from tests.paper_exchange.paper_client import PaperClient

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it imports the old names of websockets
    from binance.client import Client


@pytest.fixture
def spot(exchange_url: str, paper: PaperClient) -> Any:
    """The exchange's own SDK."""
    return rest_api(exchange_url)


@pytest.fixture
def binance(exchange_url: str, paper: PaperClient) -> Any:
    """ccxt."""
    exchange = ccxt.binance(
        {
            "apiKey": "paper-key",
            "secret": "paper-secret",
            "enableRateLimit": False,
            # Its other markets and its wallet live on hosts that are not part of the Spot API.
            "options": {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "fetchMargins": False},
        }
    )
    exchange.urls["api"] |= {"public": f"{exchange_url}/api/v3", "private": f"{exchange_url}/api/v3"}
    return exchange


@pytest.fixture
def usdm(exchange_url: str, paper: PaperClient) -> Any:
    """The exchange's own SDK of USD-M futures."""
    return DerivativesTradingUsdsFutures(config_rest_api=configuration(exchange_url)).rest_api


@pytest.fixture
def coinm(exchange_url: str, paper: PaperClient) -> Any:
    """The exchange's own SDK of COIN-M futures."""
    return DerivativesTradingCoinFutures(config_rest_api=configuration(exchange_url)).rest_api


@pytest.fixture
def swaps(exchange_url: str, paper: PaperClient) -> Any:
    """ccxt, for futures alone."""
    exchange = ccxt.binance(
        {
            "apiKey": "paper-key",
            "secret": "paper-secret",
            "enableRateLimit": False,
            "options": {
                "fetchMarkets": {"types": ["linear", "inverse"]},
                "fetchCurrencies": False,
                "fetchMargins": False,
            },
        }
    )
    for section in [name for name in exchange.urls["api"] if name.startswith(("fapiP", "dapiP"))]:
        version = section[-2:].lower() if section[-2] == "V" else "v1"
        exchange.urls["api"][section] = f"{exchange_url}/{section[:4]}/{version}"
    return exchange


@pytest.fixture
def margin(exchange_url: str, paper: PaperClient) -> Any:
    """The exchange's own SDK for margin accounts."""
    return margin_rest_api(exchange_url)


@pytest.fixture
def margin_binance(exchange_url: str, binance: Any) -> Any:
    """ccxt, with the paths of margin accounts."""
    binance.options["fetchMargins"] = True
    binance.urls["api"] |= {"sapi": f"{exchange_url}/sapi/v1"}
    return binance


@pytest.fixture
def client(exchange_url: str, paper: PaperClient) -> Iterator[Any]:
    """python-binance."""

    class Redirected(Client):  # type: ignore[misc]
        API_URL = f"{exchange_url}/api"

    client = Redirected("paper-key", "paper-secret", ping=True)
    yield client
    client.close_connection()
