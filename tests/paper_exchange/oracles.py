"""How tests talk to the exchange's own SDK."""

from typing import Any

from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_spot.spot import Spot


def rest_api(url: str, key: str = "paper-key") -> Any:
    configuration = ConfigurationRestAPI(
        api_key=key, api_secret="paper-secret", base_path=url, timeout=5_000, retries=0
    )
    return Spot(config_rest_api=configuration).rest_api


def data(response: Any) -> Any:
    """The answer as plain JSON-like values, after the SDK read it into its models."""
    return response.data()
