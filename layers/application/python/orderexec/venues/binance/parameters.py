"""How each request reads on Binance's wire: method, path and parameters, as in "Trading endpoints" of rest-api.md."""

from collections.abc import Iterator
from dataclasses import dataclass

from orderexec.domain.decimals import format_plain
from orderexec.domain.orders import Order
from orderexec.domain.requests import Amend, Cancel, OrderList, Replace

Parameters = dict[str, str]
# What was executed, without the list of fills.
_RESULT = {"newOrderRespType": "RESULT"}


@dataclass(frozen=True, slots=True)
class Call:
    """One request before it is signed."""

    method: str
    path: str
    parameters: Parameters


def order_call(order: Order) -> Call:
    """A new order, or its dry run."""
    path = "/api/v3/sor/order" if order.smart_order_routing else "/api/v3/order"
    return Call("POST", f"{path}/test" if order.dry_run else path, _new_order(order) | _mode(order) | _RESULT)


def replace_call(replace: Replace) -> Call:
    """Cancel and place in one request; nothing is placed unless the old order could be cancelled."""
    parameters = _new_order(replace.order) | {
        "cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrigClientOrderId": replace.replaced,
    }  # fmt: skip
    return Call("POST", "/api/v3/order/cancelReplace", parameters | _mode(replace.order) | _RESULT)


def cancel_call(cancel: Cancel) -> Call:
    """The end of one order, or of a whole list."""
    if cancel.list_client_order_id is not None:
        named = {"listClientOrderId": cancel.list_client_order_id}
        return Call("DELETE", "/api/v3/orderList", {"symbol": cancel.symbol, **named})
    named = {"origClientOrderId": cancel.client_order_id, "newClientOrderId": cancel.cancel_id}
    return Call("DELETE", "/api/v3/order", {"symbol": cancel.symbol, **named})


def amend_call(amend: Amend) -> Call:
    """A smaller quantity; the order keeps its client order id, by which it is known."""
    named = {"origClientOrderId": amend.client_order_id, "newClientOrderId": amend.client_order_id}
    parameters = {"symbol": amend.symbol, **named, "newQty": format_plain(amend.quantity)}
    return Call("PUT", "/api/v3/order/amend/keepPriority", parameters)


def list_call(orders: OrderList) -> Call:
    """A new list of orders."""
    first = orders.legs[0]
    parameters = {"symbol": orders.symbol, "listClientOrderId": orders.list_client_order_id}
    for part in _oco(orders) if not orders.kind.has_entry else _working_and_pending(orders):
        parameters |= part
    return Call("POST", f"/api/v3/orderList/{orders.kind.lower()}", parameters | _mode(first) | _RESULT)


def _oco(orders: OrderList) -> Iterator[Parameters]:
    first = orders.legs[0]
    yield {"side": first.side, **_quantity(first)}
    yield from _pair(orders, "")


def _working_and_pending(orders: OrderList) -> Iterator[Parameters]:
    working, first_exit = orders.legs[:2]
    yield {"workingSide": working.side, **_prefixed("working", _quantity(working)), **_leg("working", working)}
    yield {"pendingSide": first_exit.side, **_prefixed("pending", _quantity(first_exit))}
    if orders.pending is not None:
        yield _leg("pending", orders.pending)
    yield from _pair(orders, "pending")


def _pair(orders: OrderList, prefix: str) -> Iterator[Parameters]:
    for name, leg in (("above", orders.above), ("below", orders.below)):
        if leg is not None:
            yield _leg(f"{prefix}{name.capitalize()}" if prefix else name, leg)


def _leg(prefix: str, leg: Order) -> Parameters:
    return _prefixed(prefix, {"type": leg.type, "clientOrderId": leg.client_order_id} | _terms(leg))


def _new_order(order: Order) -> Parameters:
    parameters = {"symbol": order.symbol, "side": order.side, "type": order.type, **_quantity(order)}
    if order.quote_quantity is not None:
        parameters["quoteOrderQty"] = format_plain(order.quote_quantity)
    return parameters | _terms(order) | {"newClientOrderId": order.client_order_id}


def _quantity(order: Order) -> Parameters:
    return {} if order.quantity is None else {"quantity": format_plain(order.quantity)}


def _mode(order: Order) -> Parameters:
    mode = order.self_trade_prevention_mode
    return {} if mode is None else {"selfTradePreventionMode": mode}


def _terms(order: Order) -> Parameters:
    """What orders of their own and orders of a list have alike."""
    amounts = {"price": order.price, "stopPrice": order.stop_price, "icebergQty": order.iceberg_quantity}
    terms: dict[str, str | int | None] = {
        "timeInForce": order.time_in_force,
        **{name: None if amount is None else format_plain(amount) for name, amount in amounts.items()},
        "trailingDelta": order.trailing_delta,
        "strategyId": order.strategy_id,
        "strategyType": order.strategy_type,
        "pegPriceType": order.peg_price_type,
        "pegOffsetType": None if order.peg_offset is None else "PRICE_LEVEL",
        "pegOffsetValue": order.peg_offset,
    }
    return {name: str(value) for name, value in terms.items() if value is not None}


def _prefixed(prefix: str, parameters: Parameters) -> Parameters:
    return {f"{prefix}{name[0].upper()}{name[1:]}": value for name, value in parameters.items()}
