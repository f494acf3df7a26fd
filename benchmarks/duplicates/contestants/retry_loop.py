"""How the retry loop of the guides works: sign, send, and on a "temporary" error sleep twice as long and send again.

Practice: the retry table of the widely copied guides to Binance's REST API (-1000, -1001, -1006, -1007 and time-outs
"retry with exponential backoff", 429 "wait for Retry-After"), with `newClientOrderId` as in Binance's "New order".
"""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import requests

from benchmarks.duplicates.account import API_KEY, API_SECRET, EXCHANGE_URL
from benchmarks.duplicates.delivery import Handler, Surroundings

TRANSIENT = {-1000, -1001, -1006, -1007}
TRIES = 5


def build(surroundings: Surroundings) -> Handler:
    """Return the handler of a container with a session of its own."""
    session = surroundings.closing.enter_context(requests.Session())

    def handler(event: dict[str, Any], _: Any) -> None:
        for record in event["Records"]:
            _place(session, json.loads(record["body"]))

    return handler


def _place(session: requests.Session, signal: dict[str, str]) -> Any:
    parameters = {name: signal[name] for name in ("symbol", "side", "type", "quantity")}
    if signal["type"] == "LIMIT":
        parameters |= {"price": signal["price"], "timeInForce": "GTC"}
    for attempt in range(TRIES):
        wait = 2.0**attempt
        try:
            response = _send(session, parameters | {"newClientOrderId": signal["id"]})
            if response.status_code == 200:
                return response.json()
            if response.status_code == 429:
                wait = float(response.headers["Retry-After"])
            elif response.status_code < 500 and response.json()["code"] not in TRANSIENT:
                response.raise_for_status()
        except (requests.Timeout, requests.ConnectionError):
            pass
        time.sleep(wait)
    raise RuntimeError(f"gave up after {TRIES} tries")


def _send(session: requests.Session, parameters: dict[str, str]) -> requests.Response:
    query = urlencode(parameters | {"timestamp": str(int(time.time() * 1000))})
    signature = hmac.new(API_SECRET.encode(), query.encode(), hashlib.sha256).hexdigest()
    url = f"{EXCHANGE_URL}/api/v3/order?{query}&signature={signature}"
    return session.post(url, headers={"X-MBX-APIKEY": API_KEY}, timeout=10)
