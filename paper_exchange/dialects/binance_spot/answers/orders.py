"""Orders, their trades and amendments, as placed, queried, cancelled and amended."""

from enum import StrEnum

from paper_exchange.dialects.binance_common.answers import Json, amount
from paper_exchange.dialects.binance_spot.answers.conditional import NEVER, conditional_fields
from paper_exchange.engine.orders import ZERO, Amendment, Order, Trade
from paper_exchange.enums import OrderType, Side


class ResponseType(StrEnum):
    """How much a client wants to be told of what it placed."""

    ACK = "ACK"
    RESULT = "RESULT"
    FULL = "FULL"


FULL_BY_DEFAULT = (OrderType.LIMIT, OrderType.MARKET)


def placement(order: Order, response: ResponseType | None) -> Json:
    """Return what placing the order is answered with, in the detail asked for, or what its type has by default."""
    if response is None:
        response = ResponseType.FULL if order.request.type in FULL_BY_DEFAULT else ResponseType.ACK
    return RESPONSES[response](order)


def acknowledgement(order: Order) -> Json:
    """Return the shortest answer."""
    return _head(order) | {"transactTime": order.time_ms}


def result(order: Order) -> Json:
    """Return the answer that tells what became of the order."""
    return acknowledgement(order) | _amounts(order) | conditional_fields(order) | {"workingTime": _working_time(order)}


def full(order: Order) -> Json:
    """Return the answer that tells every fill as well."""
    fills = [
        {
            "price": amount(trade.price),
            "qty": amount(trade.quantity),
            "commission": amount(trade.commission),
            "commissionAsset": trade.commission_asset,
            "tradeId": trade.trade_id,
        }
        for trade in order.trades
    ]
    return result(order) | {"fills": fills}


RESPONSES = {ResponseType.ACK: acknowledgement, ResponseType.RESULT: result, ResponseType.FULL: full}


def cancellation(order: Order, cancel_id: str) -> Json:
    """Return what cancelling the order is answered with; the cancel has a name of its own."""
    head = _head(order) | {"origClientOrderId": order.client_order_id, "clientOrderId": cancel_id}
    return head | {"transactTime": order.update_time_ms} | _amounts(order) | conditional_fields(order)


def query(order: Order) -> Json:
    """Return what looking for the order is answered with; `stopPrice` and `icebergQty` are always told here."""
    return {
        **_head(order),
        **_amounts(order),
        "stopPrice": amount(order.request.stop_price or ZERO),
        "icebergQty": amount(order.iceberg_quantity or ZERO),
        "time": order.time_ms,
        "updateTime": order.update_time_ms,
        "isWorking": order.working_time_ms is not None,
        "workingTime": _working_time(order),
        **conditional_fields(order),
    }


def amended(order: Order, amendment: Amendment) -> Json:
    """Return the order as amending it tells of it."""
    working = {} if order.working_time_ms is None else {"workingTime": order.working_time_ms}
    return {
        **_head(order),
        "origClientOrderId": amendment.old_client_order_id,
        "price": amount(order.request.price or ZERO),
        "qty": amount(order.quantity),
        "executedQty": amount(order.executed),
        "preventedQty": amount(ZERO),
        "quoteOrderQty": amount(ZERO),
        "cumulativeQuoteQty": amount(order.executed_quote),
        **_state(order),
        **conditional_fields(order),
        **working,
    }


def amendment(order: Order, amendment: Amendment) -> Json:
    """Return one row of the order's amendments."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "executionId": amendment.execution_id,
        "origClientOrderId": amendment.old_client_order_id,
        "newClientOrderId": amendment.new_client_order_id,
        "origQty": amount(amendment.old_quantity),
        "newQty": amount(amendment.new_quantity),
        "time": amendment.time_ms,
    }


def trade(trade: Trade) -> Json:
    """Return one row of the account's trades."""
    return {
        "symbol": trade.order.symbol,
        "id": trade.trade_id,
        "orderId": trade.order.order_id,
        "orderListId": trade.order.list_id,
        "price": amount(trade.price),
        "qty": amount(trade.quantity),
        "quoteQty": amount(trade.price * trade.quantity),
        "commission": amount(trade.commission),
        "commissionAsset": trade.commission_asset,
        "time": trade.time_ms,
        "isBuyer": trade.order.side is Side.BUY,
        "isMaker": trade.maker,
        "isBestMatch": True,
    }


def _head(order: Order) -> Json:
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_order_id,
    }


def _amounts(order: Order) -> Json:
    # The pending orders of an OPO have no quantity yet.
    quantity = {"origQty": amount(order.quantity)} if order.quantity or order.request.quantity is not None else {}
    return {
        "price": amount(order.request.price or ZERO),
        **quantity,
        "executedQty": amount(order.executed),
        "origQuoteOrderQty": amount(order.request.quote_quantity or ZERO),
        "cummulativeQuoteQty": amount(order.executed_quote),
        **_state(order),
    }


def _state(order: Order) -> Json:
    return {
        "status": order.status,
        "timeInForce": order.request.time_in_force,
        "type": order.request.type,
        "side": order.side,
    }


def _working_time(order: Order) -> int:
    return NEVER if order.working_time_ms is None else order.working_time_ms
