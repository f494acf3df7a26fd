"""How ccxt is used as carefully as its manual advises: it looks for the order before each send, also the first one.

Practice: ccxt's Manual, "RequestTimeout" (the outcome of a createOrder is unknown: fetch the orders, then decide),
applied to every OperationFailed, which is what ccxt itself would retry. It looks by client order id, and also before
the first request, as the message may be a second copy. Both are more than the manual asks for.
"""

import json
import time
from typing import Any

import ccxt

from benchmarks.duplicates.contestants.ccxt_retries import connect, place
from benchmarks.duplicates.delivery import Handler, Surroundings

TRIES = 4


def build(_: Surroundings) -> Handler:
    """Return the handler of a container with an exchange object of its own."""
    exchange = connect({})

    def handler(event: dict[str, Any], _: Any) -> None:
        for record in event["Records"]:
            _place_unless_found(exchange, json.loads(record["body"]))

    return handler


def _place_unless_found(exchange: Any, signal: dict[str, str]) -> Any:
    for attempt in range(TRIES):
        try:
            return _find(exchange, signal) or place(exchange, signal)
        except ccxt.OperationFailed:
            time.sleep(2.0**attempt)
    raise RuntimeError(f"gave up after {TRIES} tries")


def _find(exchange: Any, signal: dict[str, str]) -> Any:
    try:
        return exchange.fetch_order(None, signal["symbol"].replace("USDT", "/USDT"), {"clientOrderId": signal["id"]})
    except ccxt.OrderNotFound:
        return None
