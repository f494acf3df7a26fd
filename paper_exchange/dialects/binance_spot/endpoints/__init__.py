"""What each path of /api/v3, and one of /sapi, does; and the table of them all."""

from paper_exchange.dialects.binance_common.endpoint import Endpoint, Handler
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.dialects.binance_spot.endpoints import (
    account,
    cancel_replace,
    list_queries,
    market_data,
    order_lists,
    trading,
)
from paper_exchange.exchange import Exchange


def _placing(handler: Handler[Exchange], orders: int = 1) -> Endpoint[Exchange]:
    return Endpoint(handler, weight=1, signed=True, free_on_success=True, orders=orders)


def _cancelling(handler: Handler[Exchange]) -> Endpoint[Exchange]:
    return Endpoint(handler, weight=1, signed=True, free_on_success=True)


def _weight_of_test(parameters: Parameters) -> int:
    return 20 if parameters.peek("computeCommissionRates") == "true" else 1


MARKET_DATA: dict[tuple[str, str], Endpoint[Exchange]] = {
    ("GET", "/api/v3/ping"): Endpoint(market_data.ping, weight=1),
    ("GET", "/api/v3/time"): Endpoint(market_data.server_time, weight=1),
    ("GET", "/api/v3/exchangeInfo"): Endpoint(market_data.exchange_info, weight=20),
    ("GET", "/api/v3/depth"): Endpoint(market_data.depth, weight=market_data.depth_weight),
    ("GET", "/api/v3/avgPrice"): Endpoint(market_data.average_price, weight=2),
    ("GET", "/api/v3/referencePrice"): Endpoint(market_data.reference_price, weight=2),
    ("GET", "/api/v3/ticker/price"): Endpoint(
        market_data.ticker_price, weight=lambda parameters: 2 if parameters.peek("symbol") else 4
    ),
}

TRADING: dict[tuple[str, str], Endpoint[Exchange]] = {
    ("POST", "/api/v3/order"): _placing(trading.place),
    ("POST", "/api/v3/sor/order"): _placing(trading.place_sor),
    ("POST", "/api/v3/order/cancelReplace"): _placing(cancel_replace.cancel_replace),
    ("POST", "/api/v3/orderList/oco"): _placing(order_lists.oco, orders=2),
    ("POST", "/api/v3/orderList/oto"): _placing(order_lists.oto, orders=2),
    ("POST", "/api/v3/orderList/otoco"): _placing(order_lists.otoco, orders=3),
    ("POST", "/api/v3/orderList/opo"): _placing(order_lists.opo, orders=2),
    ("POST", "/api/v3/orderList/opoco"): _placing(order_lists.opoco, orders=3),
    ("POST", "/api/v3/order/test"): Endpoint(trading.test, weight=_weight_of_test, signed=True),
    ("POST", "/api/v3/sor/order/test"): Endpoint(trading.test_sor, weight=_weight_of_test, signed=True),
    ("DELETE", "/api/v3/order"): _cancelling(trading.cancel),
    ("DELETE", "/api/v3/openOrders"): _cancelling(trading.cancel_all),
    ("DELETE", "/api/v3/orderList"): _cancelling(list_queries.cancel),
    ("PUT", "/api/v3/order/amend/keepPriority"): Endpoint(trading.amend, weight=4, signed=True),
}

ACCOUNT: dict[tuple[str, str], Endpoint[Exchange]] = {
    ("GET", "/api/v3/order"): Endpoint(account.order, weight=4, signed=True),
    ("GET", "/api/v3/openOrders"): Endpoint(
        account.open_orders, weight=lambda parameters: 6 if parameters.peek("symbol") else 80, signed=True
    ),
    ("GET", "/api/v3/allOrders"): Endpoint(account.all_orders, weight=20, signed=True),
    ("GET", "/api/v3/order/amendments"): Endpoint(account.amendments, weight=4, signed=True),
    ("GET", "/api/v3/orderList"): Endpoint(list_queries.order_list, weight=4, signed=True),
    ("GET", "/api/v3/openOrderList"): Endpoint(list_queries.open_order_lists, weight=6, signed=True),
    ("GET", "/api/v3/allOrderList"): Endpoint(list_queries.all_order_lists, weight=20, signed=True),
    ("GET", "/api/v3/myTrades"): Endpoint(
        account.my_trades, weight=lambda parameters: 5 if parameters.peek("orderId") else 20, signed=True
    ),
    ("GET", "/api/v3/account"): Endpoint(account.information, weight=20, signed=True),
    ("GET", "/api/v3/rateLimit/order"): Endpoint(account.order_counts, weight=40, signed=True),
    ("GET", "/api/v3/myFilters"): Endpoint(account.filters, weight=40, signed=True),
}

WALLET: dict[tuple[str, str], Endpoint[Exchange]] = {
    # Of /sapi, whose weights count against limits of their own; those are not played here.
    ("GET", "/sapi/v1/account/apiRestrictions"): Endpoint(account.api_restrictions, weight=0, signed=True),
}

ENDPOINTS: dict[tuple[str, str], Endpoint[Exchange]] = MARKET_DATA | TRADING | ACCOUNT | WALLET
"""Weights and order counts as in rest-api.md."""
