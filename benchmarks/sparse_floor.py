"""What a signal costs at least after a long time without one: a new connection to the exchange, two writes, one order.

The exchange may have closed its connection meanwhile, and an order that is sent on such a connection is in doubt. So
here the connection is made anew for each signal, with authorities that were read before, as no library does by itself.
At USD-M the average price is asked for on the same connection.
"""

import json
import os
from typing import Any

import certifi
from urllib3 import HTTPConnectionPool, connection_from_url
from urllib3.util import create_urllib3_context

from benchmarks.floor import Floor, UsdmFloor


class SparseFloor(Floor):
    """The floor whose connection to the exchange is a new one for each order."""

    def __init__(self) -> None:
        super().__init__()
        self._context = create_urllib3_context()
        self._context.load_verify_locations(certifi.where())
        self._pool: HTTPConnectionPool | None = None

    def place(self, key: dict[str, str], model: dict[str, Any], client_order_id: str, timestamp: str) -> dict[str, Any]:
        """Place the order on a new connection."""
        with connection_from_url(self.url, retries=False, ssl_context=self._context) as self._pool:
            return super().place(key, model, client_order_id, timestamp)

    def transmit(self, method: str, signed: str, api_key: str) -> dict[str, Any]:
        """Send what is signed already, on that connection."""
        assert self._pool is not None
        headers, body, path = {"X-MBX-APIKEY": api_key}, None, f"{self.path}?{signed}"
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            body, path = signed, self.path
        answer = self._pool.request(method, path, body=body, headers=headers, timeout=12.0)
        if answer.status != 200:
            raise RuntimeError(f"the exchange answers {answer.status}: {answer.data.decode()}")
        order: dict[str, Any] = json.loads(answer.data)
        return order


class SparseUsdmFloor(SparseFloor, UsdmFloor):
    """The same at USD-M: both of its requests on one new connection."""


handler = {floor.venue: floor for floor in (SparseFloor, SparseUsdmFloor)}[os.environ["VENUES"]]().handle
