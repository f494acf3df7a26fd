"""The names by which a request says which order it means: a number, a client order id, or both."""

from dataclasses import dataclass

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.parameters import Parameters


@dataclass(frozen=True, slots=True)
class OrderName:
    """The names by which a request says which order it means."""

    symbol: str
    order_id: int | None
    client_order_id: str | None

    @classmethod
    def read(cls, parameters: Parameters, number: str = "orderId", client_id: str = "origClientOrderId") -> "OrderName":
        """Return the names that were sent. Raises -1102 without either."""
        name = cls(parameters.symbol(), parameters.integer(number), parameters.text(client_id))
        if name.order_id is None and name.client_order_id is None:
            raise errors.missing_either(client_id, number)
        return name
