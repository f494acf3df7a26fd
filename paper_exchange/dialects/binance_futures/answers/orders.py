"""Orders of contracts and their trades, as placed, queried, cancelled and modified."""

from decimal import Decimal
from enum import StrEnum

from paper_exchange.dialects.binance_common.answers import Json, amount
from paper_exchange.dialects.binance_futures.answers.numbers import average, price, quantity
from paper_exchange.engine.futures_orders import FuturesTrade, asked
from paper_exchange.engine.orders import ZERO, Order
from paper_exchange.enums import OrderType, SelfTradePrevention, Side, Status
from paper_exchange.rules.futures_symbols import FuturesSymbol


class ResponseType(StrEnum):
    """How much a client wants to be told of what it placed."""

    ACK = "ACK"
    RESULT = "RESULT"


def placement(order: Order, symbol: FuturesSymbol, response: ResponseType | None) -> Json:
    """Return what placing the order is answered with: that it is taken, or what became of it at once."""
    if response is ResponseType.RESULT:
        return change(order, symbol)
    return _order(order, symbol, status=Status.NEW, executed=ZERO)


def change(order: Order, symbol: FuturesSymbol) -> Json:
    """Return what cancelling the order is answered with; its average price and value are not told."""
    return _order(order, symbol, status=order.status, executed=order.executed)


def modification(order: Order, symbol: FuturesSymbol) -> Json:
    """Return what modifying the order is answered with."""
    newest = order.amendments[-1].execution_id if order.amendments else 0
    return change(order, symbol) | {"modifyId": newest}


def query(order: Order, symbol: FuturesSymbol) -> Json:
    """Return what looking for the order is answered with, the only answer with its average price and its value."""
    told = change(order, symbol)
    del told["cumQty"]
    value = order.executed_quote
    return told | {
        "avgPrice": average(symbol.contract.average_price(order.executed, value)),
        ("cumBase" if symbol.contract.inverse else "cumQuote"): amount(value),
        "time": order.time_ms,
    }


def trade(trade: FuturesTrade, symbol: FuturesSymbol) -> Json:
    """Return one row of the account's trades."""
    contract = symbol.contract
    buyer = trade.order.side is Side.BUY
    value = {"quoteQty": amount(trade.value)}
    if contract.inverse:
        value = {"pair": symbol.pair, "marginAsset": symbol.margin_asset, "baseQty": amount(trade.value)}
    return {
        "symbol": symbol.name,
        "id": trade.trade_id,
        "orderId": trade.order.order_id,
        "side": trade.order.side,
        "positionSide": asked(trade.order).position_side,
        "price": price(trade.price, symbol),
        "qty": quantity(trade.quantity, symbol),
        **value,
        "realizedPnl": amount(trade.realised),
        "commission": amount(trade.commission),
        "commissionAsset": trade.commission_asset,
        "buyer": buyer,
        "maker": trade.maker,
        "time": trade.time_ms,
    }


def _order(order: Order, symbol: FuturesSymbol, *, status: Status, executed: Decimal) -> Json:
    new = asked(order)
    kind, until = told_type(new.type), {} if symbol.contract.inverse else {"goodTillDate": new.good_till_ms}
    return {
        "orderId": order.order_id,
        "symbol": symbol.name,
        **({"pair": symbol.pair} if symbol.contract.inverse else {}),
        "status": status,
        "clientOrderId": order.client_order_id,
        "price": price(new.price, symbol),
        "origQty": quantity(order.quantity, symbol),
        "executedQty": quantity(executed, symbol),
        "cumQty": quantity(executed, symbol),
        "timeInForce": told_time_in_force(order),
        "type": kind,
        "origType": kind,
        "reduceOnly": new.reduce_only,
        "closePosition": new.close_position,
        "side": order.side,
        "positionSide": new.position_side,
        "stopPrice": price(ZERO, symbol),
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "priceMatch": "NONE",
        "selfTradePreventionMode": new.self_trade_prevention or SelfTradePrevention.EXPIRE_MAKER,
        **until,
        "updateTime": order.update_time_ms,
    }


def told_type(order_type: OrderType) -> str:
    """Return what the type is called here, where an order that only makes is a LIMIT with GTX."""
    return OrderType.LIMIT if order_type is OrderType.LIMIT_MAKER else order_type


def told_time_in_force(order: Order) -> str:
    """Return what the client sent as timeInForce."""
    new = asked(order)
    if new.type is OrderType.LIMIT_MAKER:
        return "GTX"
    return "GTD" if new.good_till_ms else new.time_in_force
