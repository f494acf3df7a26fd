"""How tests talk to the exchange's own SDKs."""

from typing import Any

from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_margin_trading.margin_trading import MarginTrading
from binance_sdk_spot.spot import Spot


def configuration(url: str, key: str = "paper-key") -> Any:
    """Each product's SDK takes one."""
    return ConfigurationRestAPI(api_key=key, api_secret="paper-secret", base_path=url, timeout=5_000, retries=0)


def rest_api(url: str, key: str = "paper-key") -> Any:
    return Spot(config_rest_api=configuration(url, key)).rest_api


def margin_rest_api(url: str) -> Any:
    return MarginTrading(config_rest_api=configuration(url)).rest_api


def data(response: Any) -> Any:
    """The answer as plain JSON-like values, after the SDK read it into its models."""
    return response.data()
