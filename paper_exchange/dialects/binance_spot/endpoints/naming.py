"""How a request names an order: by number, by client order id, or by both, which must then belong together."""

from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.naming import OrderName
from paper_exchange.dialects.binance_spot import order_errors
from paper_exchange.engine.orders import Order
from paper_exchange.exchange import Exchange


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
