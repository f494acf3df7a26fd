"""How python-binance is used in a Lambda function: the client as in its "Getting Started", an order as in "Orders".

https://python-binance.readthedocs.io/en/latest/account.html. The client asks for a ping when it is made.
"""

import json
import os
import warnings
from typing import Any

from benchmarks.peers.key import read_key

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it imports the old names of websockets
    from binance.client import Client


class Redirected(Client):  # type: ignore[misc]
    """The client at the benchmark's address."""

    API_URL = f"{os.environ['BINANCE_SPOT_URL']}/api"


key = read_key()
client = Redirected(key.name, key.secret)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Place an order for each signal."""
    for record in event["Records"]:
        signal = json.loads(record["body"])
        client.create_order(symbol=signal["symbol"], side=signal["side"], type="MARKET", quantity=signal["quantity"])
    return {"batchItemFailures": []}
