"""How a request names an order: by number, by client order id, or by both, which must then belong together."""

from dataclasses import dataclass

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.dialects.binance_spot import order_errors
from paper_exchange.engine.orders import Order
from paper_exchange.exchange import Exchange


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


def named_order(exchange: Exchange, name: OrderName, *, refusal: Refused) -> Order:
    """Return the order that is meant. Raises `refusal` if there is none, -2039 if the names are of two."""
    exchange.market(name.symbol)
    if name.order_id is None:
        found = exchange.orders.newest(name.symbol, name.client_order_id or "")
    else:
        found = exchange.orders.by_id(name.symbol, name.order_id)
        if found is not None and name.client_order_id not in (None, found.client_order_id):
            raise order_errors.ids_do_not_match()
    if found is None:
        raise refusal
    return found
