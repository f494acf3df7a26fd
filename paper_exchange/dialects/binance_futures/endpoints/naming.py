"""How a request names a plain order: by number, or else by client order id; and which ids a client may give."""

from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.naming import OrderName
from paper_exchange.dialects.binance_common.parameters import FUTURES_CLIENT_ORDER_ID, Parameters
from paper_exchange.dialects.binance_futures import order_errors
from paper_exchange.engine.orders import Order
from paper_exchange.futures import Futures

LONGEST_ID = 36


def named_order(futures: Futures, name: OrderName, *, refusal: Refused) -> Order:
    """Return the order that is meant. Raises `refusal` if there is none."""
    futures.market(name.symbol)
    if name.order_id is not None:
        found = futures.orders.by_id(name.symbol, name.order_id)
    else:
        found = futures.orders.newest(name.symbol, name.client_order_id or "")
    if found is None:
        raise refusal
    return found


def new_id(parameters: Parameters, name: str) -> str | None:
    """Return the id that the client gives its order. Raises -4015 and -1100."""
    if len(parameters.peek(name) or "") > LONGEST_ID:
        raise order_errors.id_too_long()
    return parameters.text(name, FUTURES_CLIENT_ORDER_ID)
