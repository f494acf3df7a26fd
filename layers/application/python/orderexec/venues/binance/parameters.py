"""How each request reads on Binance's wire: method, path and parameters, as in "Trading endpoints" of rest-api.md."""

from orderexec.domain.decimals import format_plain
from orderexec.domain.orders import Order
from orderexec.domain.requests import Amend, Cancel, CancelAll
from orderexec.venues.call import Call, Parameters

from .order_accounts import OrderAccount
from .products import AMEND, ORDER, ROUTED_ORDER

RESULT = {"newOrderRespType": "RESULT"}  # what was executed, without the list of fills


def build_order_call(order: Order) -> Call:
    """Return the call of a new order, or of its dry run."""
    path = ROUTED_ORDER if order.smart_order_routing else ORDER
    path = f"{path}/test" if order.dry_run else path
    return Call("POST", path, name_order(order) | name_mode(order) | RESULT)


def build_cancel_call(cancel: Cancel, account: OrderAccount) -> Call:
    """Return the call that ends one order, or a whole list."""
    if cancel.list_client_order_id is not None:
        named = {"listClientOrderId": cancel.list_client_order_id}
        return Call("DELETE", account.order_list, {"symbol": cancel.symbol, **named, **account.named})
    named = {"origClientOrderId": cancel.client_order_id, "newClientOrderId": cancel.cancel_id}
    return Call("DELETE", account.order, {"symbol": cancel.symbol, **named, **account.named})


def build_cancel_all_call(cancel: CancelAll, account: OrderAccount) -> Call:
    """Return the call that ends every open order of a symbol."""
    return Call("DELETE", account.open_orders, {"symbol": cancel.symbol, **account.named})


def build_cancel_one_call(symbol: str, order_id: str, account: OrderAccount) -> Call:
    """Return the call that ends the order of that id of the exchange's."""
    return Call("DELETE", account.order, {"symbol": symbol, "orderId": order_id, **account.named})


def build_amend_call(amend: Amend) -> Call:
    """Return the call that makes a quantity smaller; the order keeps its client order id, by which it is known."""
    named = {"origClientOrderId": amend.client_order_id, "newClientOrderId": amend.client_order_id}
    parameters = {"symbol": amend.symbol, **named, "newQty": format_plain(amend.quantity)}
    return Call("PUT", AMEND, parameters)


def name_order(order: Order) -> Parameters:
    """Return the parameters of an order of its own."""
    parameters = {"symbol": order.symbol, "side": order.side, "type": order.type, **name_quantity(order)}
    if order.quote_quantity is not None:
        parameters["quoteOrderQty"] = format_plain(order.quote_quantity)
    return parameters | name_terms(order) | {"newClientOrderId": order.client_order_id}


def name_quantity(order: Order) -> Parameters:
    """Return the parameter of the quantity, if the order has one."""
    return {} if order.quantity is None else {"quantity": format_plain(order.quantity)}


def name_mode(order: Order) -> Parameters:
    """Return the parameter of self-trade prevention, if the order has one."""
    mode = order.self_trade_prevention_mode
    return {} if mode is None else {"selfTradePreventionMode": mode}


def name_terms(order: Order) -> Parameters:
    """Return the parameters that orders of their own and orders of a list have alike."""
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
