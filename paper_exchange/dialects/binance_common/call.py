"""One request of a product of Binance as the server handles it: the two halves of the gateway, behind the firewall."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic

from paper_exchange.dialect import Floor
from paper_exchange.dialects.binance_common import firewall
from paper_exchange.dialects.binance_common.gateway import Admitted, AnyFloor, Gateway
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.dialects.binance_common.traits import traits
from paper_exchange.faults import Traits
from paper_exchange.messages import Answer


@dataclass
class BinanceCall(Generic[AnyFloor]):
    """Implements dialect.Call for every product of Binance."""

    request: Request
    gateway: Gateway[AnyFloor]
    admitted: Admitted | None = field(default=None, init=False)

    @cached_property
    def traits(self) -> Traits:
        """See dialect.Call."""
        endpoint = self.gateway.endpoints.get(self.request.key)
        counted = endpoint is not None and endpoint.orders > 0
        # A modification counts as an order of futures, and places none.
        return traits(self.request, placing=counted and self.request.method == "POST")

    @property
    def exchange(self) -> Floor:
        """See dialect.Call."""
        return self.gateway.floor_of(self.request)

    def admit(self) -> Answer | None:
        """See dialect.Call."""
        if firewall.blocks(self.request):
            return firewall.BLOCKED
        admitted = self.gateway.admit(self.request)
        if isinstance(admitted, Answer):
            return admitted
        self.admitted = admitted
        return None

    def process(self) -> Answer:
        """See dialect.Call."""
        if self.admitted is None:
            raise RuntimeError("a request is processed after it was admitted")
        return self.gateway.process(self.admitted)
