"""What a signal costs at least after a long time without one: a new connection to the exchange, two writes, one order.

The exchange may have closed its connection meanwhile, and an order that is sent on such a connection is in doubt. So
here the connection is made anew for each signal, with authorities that were read before, as no library does by itself.
"""

import json
from typing import Any

import certifi
from urllib3 import HTTPConnectionPool, connection_from_url
from urllib3.util import create_urllib3_context

from benchmarks.floor import Floor


class SparseFloor(Floor):
    """The floor whose connection to the exchange is a new one each time."""

    def __init__(self) -> None:
        super().__init__()
        self._context = create_urllib3_context()
        self._context.load_verify_locations(certifi.where())

    def send(self, body: str, headers: dict[str, str]) -> dict[str, Any]:
        """Send the order on a new connection."""
        with self._open_pool() as pool:
            answer = pool.request("POST", "/api/v3/order", body=body, headers=headers, timeout=12.0)
        if answer.status != 200:
            raise RuntimeError(f"the exchange answers {answer.status}: {answer.data.decode()}")
        order: dict[str, Any] = json.loads(answer.data)
        return order

    def _open_pool(self) -> HTTPConnectionPool:
        return connection_from_url(self.url, retries=False, ssl_context=self._context)


handler = SparseFloor().handle
