"""How each request reads on the wire of Binance's futures: "New Order", "New Algo Order", "Modify Order" and the rest.

A plain order goes to the matching engine, an order that waits for a price to the algo service: each has its own paths
and its own name for a client order id.
"""

from decimal import Decimal

from orderexec.domain.decimals import divide, format_plain
from orderexec.domain.order_types import TRAILING
from orderexec.domain.order_words import WorkingType
from orderexec.domain.orders import Order
from orderexec.domain.requests import Amend
from orderexec.venues.call import Call, Parameters

from .futures_products import ORDER, TEST_ORDER, FuturesProduct
from .order_services import CONDITIONAL, OrderService

_RESULT = {"newOrderRespType": "RESULT"}  # waits for what becomes of a MARKET, IOC or FOK order
_TRUE = "true"
_WATCHED = {WorkingType.LAST: "CONTRACT_PRICE", WorkingType.MARK: "MARK_PRICE"}
_BASIS_POINTS = Decimal(100)  # in one percent


def build_order_call(order: Order, product: FuturesProduct) -> Call:
    """Return the call of a new order, or of its dry run. Raises ValueError for a dry run that the product lacks."""
    if order.dry_run and (order.triggered or not product.tries_out):
        raise ValueError(f"{product.name} has no dry run of this order")
    if order.triggered:
        return Call("POST", product.path(CONDITIONAL.order), _name_conditional(order))
    path = product.path(TEST_ORDER if order.dry_run else ORDER)
    named = {"newClientOrderId": order.client_order_id}
    return Call("POST", path, _name_terms(order) | named | _RESULT)


def build_cancel_call(named: Parameters, service: OrderService, product: FuturesProduct) -> Call:
    """Return the call that ends one order of that service, as the service names it."""
    return Call("DELETE", product.path(service.order), named)


def build_cancel_all_call(symbol: str, service: OrderService, product: FuturesProduct) -> Call:
    """Return the call that ends every open order of the symbol that the service has."""
    return Call("DELETE", product.path(service.cancel_all), {"symbol": symbol})


def build_amend_call(amend: Amend, product: FuturesProduct) -> Call:
    """Return the call that gives a limit order another quantity and price. Raises ValueError if it names no price."""
    if amend.price is None or amend.side is None:
        raise ValueError("an amendment of a futures order names price and side")
    changed = {"quantity": format_plain(amend.quantity), "price": format_plain(amend.price)}
    named = {"symbol": amend.symbol, "side": amend.side, "origClientOrderId": amend.client_order_id}
    return Call("PUT", product.path(ORDER), named | changed)


def _name_terms(order: Order) -> Parameters:
    """Return the parameters that plain and conditional orders have alike."""
    amounts = {"quantity": order.size, "price": order.price}
    terms: dict[str, str | None] = {
        "symbol": order.symbol,
        "side": order.side,
        "type": order.type,
        "positionSide": order.position_side,
        "timeInForce": order.time_in_force,
        **{name: None if amount is None else format_plain(amount) for name, amount in amounts.items()},
        "reduceOnly": _TRUE if order.reduce_only else None,
        "selfTradePreventionMode": order.self_trade_prevention_mode,
    }
    return {name: str(value) for name, value in terms.items() if value is not None}


def _name_conditional(order: Order) -> Parameters:
    flags = {"closePosition": order.close_position, "priceProtect": order.price_protect}
    return {
        "algoType": "CONDITIONAL",
        **_name_terms(order),
        **_name_trigger(order),
        "workingType": _WATCHED[order.working_type or WorkingType.LAST],
        **{name: _TRUE for name, flag in flags.items() if flag},
        "clientAlgoId": order.client_order_id,
    }


def _name_trigger(order: Order) -> Parameters:
    """Return what the order waits for: a price, or a turn by so many percent, which may begin at a price."""
    stop = None if order.stop_price is None else format_plain(order.stop_price)
    if order.type.kind != TRAILING:
        return {} if stop is None else {"triggerPrice": stop}
    rate = format_plain(divide(Decimal(order.trailing_delta or 0), _BASIS_POINTS))
    return {"callbackRate": rate} | ({} if stop is None else {"activatePrice": stop})
