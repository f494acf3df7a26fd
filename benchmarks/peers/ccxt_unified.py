"""How ccxt is used in a Lambda function: as in its Manual, "Instantiation" and "Placing Orders".

It loads the exchange's markets before the first order, here those of spot alone: its others have hosts of their own.
"""

import json
import os
from typing import Any

import ccxt

from benchmarks.peers.key import read_key

key = read_key()
exchange = ccxt.binance(
    {
        "apiKey": key.name,
        "secret": key.secret,
        "options": {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "fetchMargins": False},
    }
)
_URL = f"{os.environ['BINANCE_SPOT_URL']}/api/v3"
exchange.urls["api"] |= {"public": _URL, "private": _URL}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Place an order for each signal."""
    for record in event["Records"]:
        signal = json.loads(record["body"])
        symbol = signal["symbol"].replace("USDT", "/USDT")
        exchange.create_order(symbol, "market", signal["side"].lower(), float(signal["quantity"]))
    return {"batchItemFailures": []}
