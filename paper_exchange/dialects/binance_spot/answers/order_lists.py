"""Order lists, as placed, queried and cancelled."""

from paper_exchange.dialects.binance_common.answers import Json
from paper_exchange.dialects.binance_spot.answers import orders
from paper_exchange.dialects.binance_spot.answers.orders import ResponseType
from paper_exchange.engine.order_lists import OrderList


def placement(order_list: OrderList, response: ResponseType | None) -> Json:
    """Return what placing the list is answered with."""
    reports = [orders.placement(order, response) for order in order_list.orders]
    return query(order_list) | {"orderReports": reports}


def cancellation(order_list: OrderList, cancel_id: str) -> Json:
    """Return what cancelling the list is answered with."""
    reports = [orders.cancellation(order, cancel_id) for order in order_list.orders]
    return query(order_list) | {"transactionTime": order_list.update_time_ms, "orderReports": reports}


def query(order_list: OrderList) -> Json:
    """Return what looking for the list is answered with."""
    return {
        "orderListId": order_list.list_id,
        "contingencyType": order_list.contingency,
        "listStatusType": "EXEC_STARTED" if order_list.open else "ALL_DONE",
        "listOrderStatus": "EXECUTING" if order_list.open else "ALL_DONE",
        "listClientOrderId": order_list.client_order_id,
        "transactionTime": order_list.time_ms,
        "symbol": order_list.symbol,
        "orders": [_named(order_list, order.order_id, order.client_order_id) for order in order_list.orders],
    }


def status_after_amendment(order_list: OrderList) -> Json:
    """Return what amending one of its orders tells of the list."""
    told = query(order_list)
    return {name: value for name, value in told.items() if name not in ("listStatusType", "transactionTime")}


def _named(order_list: OrderList, order_id: int, client_order_id: str) -> Json:
    return {"symbol": order_list.symbol, "orderId": order_id, "clientOrderId": client_order_id}
