"""Order lists on margin: OTO and OTOCO by Spot's names of their parameters, OCO by names of its own.

Source: "Trade" of the margin documentation. An OCO has a limit and a stop order there, wherever each lies. OPO does not
exist. `workingIcebergQty` stands among the mandatory parameters of OTO with a condition that leaves it out for most.
"""

from collections.abc import Iterator

from orderexec.domain.decimals import format_plain
from orderexec.domain.order_words import ListKind
from orderexec.domain.orders import Order
from orderexec.domain.requests import OrderList
from orderexec.venues.call import Call, Parameters

from .margin_parameters import name_loans
from .order_accounts import OrderAccount
from .order_lists import name_working_and_pending
from .parameters import RESULT, name_mode, name_quantity


def build_margin_list_call(orders: OrderList, account: OrderAccount) -> Call:
    """Return the call of a new list on margin. Raises ValueError for one that margin does not offer."""
    if orders.kind.pays_with_filled:
        raise ValueError(f"margin has no {orders.kind} lists")
    first = orders.legs[0]
    parameters = {"symbol": orders.symbol, "listClientOrderId": orders.list_client_order_id}
    for part in _name_oco(orders) if orders.kind is ListKind.OCO else name_working_and_pending(orders):
        parameters |= part
    parameters |= name_mode(first) | name_loans(first) | RESULT
    return Call("POST", f"{account.new_list}/{orders.kind.lower()}", parameters | account.named)


def _name_oco(orders: OrderList) -> Iterator[Parameters]:
    limit, stop = _tell_apart(orders)
    yield {"side": limit.side, **name_quantity(limit)}
    yield {"limitClientOrderId": limit.client_order_id, "stopClientOrderId": stop.client_order_id}
    amounts = {
        "price": limit.price,
        "limitIcebergQty": limit.iceberg_quantity,
        "stopPrice": stop.stop_price,
        "stopLimitPrice": stop.price,
        "stopIcebergQty": stop.iceberg_quantity,
    }
    yield {name: format_plain(amount) for name, amount in amounts.items() if amount is not None}
    if stop.time_in_force is not None:
        yield {"stopLimitTimeInForce": stop.time_in_force}


def _tell_apart(orders: OrderList) -> tuple[Order, Order]:
    """Return the limit order and the stop order. Raises ValueError if there are not one of each."""
    limits = [leg for leg in orders.legs if not leg.triggered]
    stops = [leg for leg in orders.legs if leg.triggered and leg.trailing_delta is None]
    if (len(limits), len(stops)) != (1, 1):
        raise ValueError("an OCO on margin has one limit order and one stop order that does not trail")
    return limits[0], stops[0]
