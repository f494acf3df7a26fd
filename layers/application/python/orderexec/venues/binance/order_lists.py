"""Order lists (OCO, OTO, OTOCO, OPO) of Binance Spot: how one is asked for, and what its answer says.

Source: "Order lists" in "Trading endpoints" of rest-api.md.
"""

from collections.abc import Iterator

from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted
from orderexec.domain.requests import OrderList
from orderexec.venues.call import Call, Parameters
from orderexec.venues.replies import Unreadable, read_items

from .parameters import RESULT, name_mode, name_quantity, name_terms
from .products import ORDER_LIST
from .reports import Answer, read_placed


def build_list_call(orders: OrderList) -> Call:
    """Return the call of a new list of orders."""
    first = orders.legs[0]
    parameters = {"symbol": orders.symbol, "listClientOrderId": orders.list_client_order_id}
    for part in _name_oco(orders) if orders.kind == "OCO" else name_working_and_pending(orders):
        parameters |= part
    return Call("POST", f"{ORDER_LIST}/{orders.kind.lower()}", parameters | name_mode(first) | RESULT)


def read_list(answer: Answer, orders: OrderList) -> Accepted:
    """Return what the answer to a new list says: its first order's report, then the others'. Raises Unreadable."""
    entries = {entry.get("clientOrderId"): entry for entry in read_items(answer.get("orderReports"))}
    missing = [leg.client_order_id for leg in orders.legs if leg.client_order_id not in entries]
    if missing:
        raise Unreadable(f"the answer about a list lacks its order {missing[0]}")
    first, *others = (read_placed(entries[leg.client_order_id], leg) for leg in orders.legs)
    return Accepted(first, tuple(others))


def _name_oco(orders: OrderList) -> Iterator[Parameters]:
    first = orders.legs[0]
    yield {"side": first.side, **name_quantity(first)}
    yield from _name_pair(orders, "")


def name_working_and_pending(orders: OrderList) -> Iterator[Parameters]:
    """Yield the parameters of an entry and its exits."""
    working, first_exit = orders.legs[:2]
    yield {"workingSide": working.side, **_prefix("working", name_quantity(working)), **_name_leg("working", working)}
    yield {"pendingSide": first_exit.side, **_prefix("pending", name_quantity(first_exit))}
    if orders.pending is not None:
        yield _name_leg("pending", orders.pending)
    yield from _name_pair(orders, "pending")


def _name_pair(orders: OrderList, prefix: str) -> Iterator[Parameters]:
    for name, leg in (("above", orders.above), ("below", orders.below)):
        if leg is not None:
            yield _name_leg(f"{prefix}{name.capitalize()}" if prefix else name, leg)


def _name_leg(prefix: str, leg: Order) -> Parameters:
    return _prefix(prefix, {"type": leg.type, "clientOrderId": leg.client_order_id} | name_terms(leg))


def _prefix(prefix: str, parameters: Parameters) -> Parameters:
    return {f"{prefix}{name[0].upper()}{name[1:]}": value for name, value in parameters.items()}
