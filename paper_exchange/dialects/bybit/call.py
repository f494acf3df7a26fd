"""One request to Bybit as the server handles it: the two halves of the gateway."""

from dataclasses import dataclass, field
from functools import cached_property

from paper_exchange.dialect import Floor
from paper_exchange.dialects.bybit.gateway import Admitted, Gateway
from paper_exchange.dialects.bybit.request import Request
from paper_exchange.faults import Traits
from paper_exchange.messages import Answer

PLACING = ("POST", "/v5/order/create")


@dataclass
class BybitCall:
    """Implements dialect.Call for every product."""

    request: Request
    gateway: Gateway
    admitted: Admitted | None = field(default=None, init=False)

    @cached_property
    def traits(self) -> Traits:
        """See dialect.Call."""
        parameters = self.request.parameters
        link_id = parameters.peek("orderLinkId")
        return Traits(
            method=self.request.method,
            path=self.request.path,
            symbol=parameters.peek("symbol"),
            client_order_ids=() if link_id is None else (link_id,),
            placing=self.request.key == PLACING,
        )

    @property
    def exchange(self) -> Floor:
        """See dialect.Call."""
        return self.gateway.office_of(self.request.api_key)

    def admit(self) -> Answer | None:
        """See dialect.Call."""
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
