"""The two services that hold orders of Binance's futures: the matching engine, and the algo service, whose orders wait.

Each has paths of its own for the same questions. No question to one of them ever shows an order of the other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from orderexec.domain.orders import OrderReport
from orderexec.venues.call import Parameters

from .futures_reports import Answer, read_conditional, read_order


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderService:
    """Names of paths and parameters, and how orders are read.

    `id_name` names an order by its client order id, `own_id_name` by the exchange's. `needs_symbol`: an order is asked
    for with its symbol; the algo service takes none.
    """

    order: str
    open_orders: str
    history: str
    cancel_all: str
    id_name: str
    own_id_name: str
    status_name: str
    needs_symbol: bool
    read: Callable[[Answer], OrderReport]

    def name_order(self, symbol: str, client_order_id: str) -> Parameters:
        """Return the parameters that name one order."""
        return self._name(symbol, self.id_name, client_order_id)

    def name_by_exchange_id(self, symbol: str, order_id: str) -> Parameters:
        """Return the parameters that name one order by the exchange's own id, whoever placed it."""
        return self._name(symbol, self.own_id_name, order_id)

    def _name(self, symbol: str, name: str, value: str) -> Parameters:
        return ({"symbol": symbol} if self.needs_symbol else {}) | {name: value}


PLAIN = OrderService(
    order="order",
    open_orders="openOrders",
    history="allOrders",
    cancel_all="allOpenOrders",
    id_name="origClientOrderId",
    own_id_name="orderId",
    status_name="status",
    needs_symbol=True,
    read=read_order,
)
CONDITIONAL = OrderService(
    order="algoOrder",
    open_orders="openAlgoOrders",
    history="allAlgoOrders",
    cancel_all="algoOpenOrders",
    id_name="clientAlgoId",
    own_id_name="algoId",
    status_name="algoStatus",
    needs_symbol=False,
    read=read_conditional,
)


def find_service(*, conditional: bool) -> OrderService:
    """Return where an order is held."""
    return CONDITIONAL if conditional else PLAIN
