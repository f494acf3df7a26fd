"""How tests talk to the exchange's own SDKs."""

from typing import Any

from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_margin_trading.margin_trading import MarginTrading
from binance_sdk_spot.spot import Spot


def rest_api(url: str, key: str = "paper-key") -> Any:
    return Spot(config_rest_api=_configuration(url, key)).rest_api


def margin_rest_api(url: str) -> Any:
    return MarginTrading(config_rest_api=_configuration(url, "paper-key")).rest_api


def _configuration(url: str, key: str) -> ConfigurationRestAPI:
    return ConfigurationRestAPI(api_key=key, api_secret="paper-secret", base_path=url, timeout=5_000, retries=0)


def data(response: Any) -> Any:
    """The answer as plain JSON-like values, after the SDK read it into its models."""
    return response.data()
