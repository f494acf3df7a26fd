"""How Binance's own SDK, binance-sdk-spot, is used in a Lambda function: as in its README, "REST APIs"."""

import json
import os
from typing import Any

from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_spot.spot import Spot

from benchmarks.peers.key import read_key

key = read_key()
client = Spot(
    config_rest_api=ConfigurationRestAPI(
        api_key=key.name,
        api_secret=key.secret,
        base_path=os.environ["BINANCE_SPOT_URL"],
    )
)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Place an order for each signal."""
    for record in event["Records"]:
        signal = json.loads(record["body"])
        client.rest_api.new_order(
            symbol=signal["symbol"], side=signal["side"], type="MARKET", quantity=float(signal["quantity"])
        )
    return {"batchItemFailures": []}
