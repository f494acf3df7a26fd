"""How each request reads on the wire of Bybit: "Place Order", "Amend Order", "Cancel Order", "Cancel All Orders".

Values are text; connection.py writes numbers and booleans as such.
"""

from decimal import Decimal

from orderexec.domain.decimals import format_plain
from orderexec.domain.order_types import Trigger
from orderexec.domain.order_words import MarginMode, PositionSide, Side, WorkingType
from orderexec.domain.orders import Order
from orderexec.domain.requests import Amend
from orderexec.venues.call import Call, Parameters

from .products import AMEND, CANCEL, CANCEL_ALL, CREATE, WAITING, BybitProduct

_SIDES = {Side.BUY: "Buy", Side.SELL: "Sell"}
_WATCHED = {WorkingType.LAST: "LastPrice", WorkingType.MARK: "MarkPrice"}
_POSITIONS = {None: "0", PositionSide.LONG: "1", PositionSide.SHORT: "2"}
_RISES, _FALLS = "1", "2"
_TRUE = "true"
# The exchange measures what closes a position itself ("Place Order", qty).
_WHATEVER_IS_OPEN = "0"


def build_order_call(order: Order, product: BybitProduct) -> Call:
    """Return the call of a new order. Raises ValueError of a dry run, which the exchange does not have."""
    if order.dry_run:
        raise ValueError("Bybit has no request that tries an order out")
    terms = _name_spot(order) if product.spot else _name_derivative(order)
    exits = _name_exits(order, product)
    named = {"orderLinkId": order.client_order_id}
    return Call("POST", CREATE, _name_terms(order, product) | _name_trigger(order) | terms | exits | named)


def build_amend_call(amend: Amend, product: BybitProduct) -> Call:
    """Return the call that gives an order another quantity, and another price where one is named."""
    changed = {"qty": format_plain(amend.quantity)}
    changed |= {} if amend.price is None else {"price": format_plain(amend.price)}
    named = {"symbol": amend.symbol, "orderLinkId": amend.client_order_id}
    return Call("POST", AMEND, {"category": product.category} | named | changed)


def build_cancel_call(
    symbol: str, product: BybitProduct, *, client_order_id: str = "", order_id: str = "", order_filter: str = ""
) -> Call:
    """Return the call that ends one order, named by our id or the exchange's; `order_filter`: of which service."""
    named = {"orderLinkId": client_order_id, "orderId": order_id, "orderFilter": order_filter}
    given = {name: text for name, text in named.items() if text}
    return Call("POST", CANCEL, {"category": product.category, "symbol": symbol} | given)


def build_cancel_all_call(symbol: str, product: BybitProduct, order_filter: str = "") -> Call:
    """Return the call that ends every order of the symbol; `order_filter`: only those of that service."""
    filtered = {"orderFilter": order_filter} if order_filter else {}
    return Call("POST", CANCEL_ALL, {"category": product.category, "symbol": symbol} | filtered)


def _name_terms(order: Order, product: BybitProduct) -> Parameters:
    kind = order.type.kind
    terms = {
        "category": product.category,
        "symbol": order.symbol,
        "side": _SIDES[order.side],
        "orderType": "Market" if kind.at_market else "Limit",
    }
    terms |= {"qty": _WHATEVER_IS_OPEN} if order.close_position else _write("qty", _find_size(order))
    if kind.at_market:  # which always is IOC
        return terms
    time_in_force = "PostOnly" if kind.maker else order.time_in_force
    return terms | _write("price", order.price) | ({"timeInForce": time_in_force} if time_in_force else {})


def _find_size(order: Order) -> Decimal | None:
    return order.quote_quantity if order.size is None else order.size


def _name_trigger(order: Order) -> Parameters:
    return _write("triggerPrice", order.stop_price) if order.triggered else {}


def _name_spot(order: Order) -> Parameters:
    """Spot's own terms. Without its unit, the quantity of a market order that buys would be one of the quote asset.

    What waits is a TP/SL order, whose assets are kept for it from the start, as at other exchanges.
    """
    terms: Parameters = {}
    if order.type.kind.at_market:
        terms["marketUnit"] = "quoteCoin" if order.size is None else "baseCoin"
    if order.triggered:
        terms["orderFilter"] = WAITING
    if order.margin_mode is MarginMode.CROSS:
        terms["isLeverage"] = "1"
    return terms


def _name_derivative(order: Order) -> Parameters:
    terms = {"positionIdx": _POSITIONS[order.position_side]}
    if order.triggered:
        terms |= {"triggerDirection": _choose_direction(order), "triggerBy": _choose_watched(order)}
    if order.only_reduces:
        terms["reduceOnly"] = _TRUE
    if order.close_position:
        terms["closeOnTrigger"] = _TRUE
    return terms


def _choose_direction(order: Order) -> str:
    """A loss of what is sold is a price that falls, a profit one that rises; of what is bought back it is opposite."""
    loss, sells = order.type.kind.trigger is Trigger.LOSS, order.side is Side.SELL
    return _FALLS if loss is sells else _RISES


def _choose_watched(order: Order) -> str:
    return _WATCHED[order.working_type or WorkingType.LAST]


def _name_exits(order: Order, product: BybitProduct) -> Parameters:
    """Return the exits that are part of the order. `Partial`: they end what this order fills, and nothing else."""
    exits: Parameters = {}
    for leg, name, short in ((order.take_profit, "takeProfit", "tp"), (order.stop_loss, "stopLoss", "sl")):
        if leg is not None:
            exits |= _write(name, leg.stop_price) | {f"{short}OrderType": "Limit" if leg.price else "Market"}
            exits |= _write(f"{short}LimitPrice", leg.price)
            exits |= {} if product.spot else {f"{short}TriggerBy": _choose_watched(leg)}
    return exits | ({"tpslMode": "Partial"} if exits and not product.spot else {})


def _write(name: str, amount: Decimal | None) -> Parameters:
    return {} if amount is None else {name: format_plain(amount)}
