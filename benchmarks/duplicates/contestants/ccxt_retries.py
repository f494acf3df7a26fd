"""How ccxt is used with its own retries.

Practice: ccxt's Manual, "Retry Mechanism" (`options.maxRetriesOnFailure` and its delay) and "User-defined
clientOrderId"; the call as in "Placing Orders".
"""

import json
from typing import Any

import ccxt

from benchmarks.duplicates.account import API_KEY, API_SECRET, EXCHANGE_URL
from benchmarks.duplicates.delivery import Handler, Surroundings


def build(_: Surroundings) -> Handler:
    """Return the handler of a container with an exchange object of its own."""
    exchange = connect({"maxRetriesOnFailure": 3, "maxRetriesOnFailureDelay": 1000})

    def handler(event: dict[str, Any], _: Any) -> None:
        for record in event["Records"]:
            place(exchange, json.loads(record["body"]))

    return handler


def connect(options: dict[str, Any]) -> Any:
    """Return Binance at the benchmark's address, without the markets and the wallet that have other hosts."""
    spot = {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "fetchMargins": False}
    exchange = ccxt.binance({"apiKey": API_KEY, "secret": API_SECRET, "options": spot | options})
    exchange.urls["api"] |= {"public": f"{EXCHANGE_URL}/api/v3", "private": f"{EXCHANGE_URL}/api/v3"}
    return exchange


def place(exchange: Any, signal: dict[str, str]) -> Any:
    """Place the order by ccxt's unified call."""
    return exchange.create_order(
        signal["symbol"].replace("USDT", "/USDT"),
        signal["type"].lower(),
        signal["side"].lower(),
        float(signal["quantity"]),
        float(signal["price"]) if "price" in signal else None,
        {"clientOrderId": signal["id"]},
    )
