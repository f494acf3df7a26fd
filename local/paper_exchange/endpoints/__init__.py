"""What each path of /api/v3 does, and the table of them all."""

from local.paper_exchange.endpoints import account, market_data, trading
from local.paper_exchange.endpoints.endpoint import Endpoint

ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    ("GET", "/api/v3/ping"): Endpoint(market_data.ping, weight=1),
    ("GET", "/api/v3/time"): Endpoint(market_data.server_time, weight=1),
    ("GET", "/api/v3/exchangeInfo"): Endpoint(market_data.exchange_info, weight=20),
    ("GET", "/api/v3/depth"): Endpoint(market_data.depth, weight=market_data.depth_weight),
    ("GET", "/api/v3/avgPrice"): Endpoint(market_data.average_price, weight=2),
    ("GET", "/api/v3/ticker/price"): Endpoint(
        market_data.ticker_price, weight=lambda parameters: 2 if parameters.peek("symbol") else 4
    ),
    ("POST", "/api/v3/order"): Endpoint(trading.place, weight=1, signed=True, free_on_success=True),
    ("POST", "/api/v3/order/test"): Endpoint(
        trading.test,
        weight=lambda parameters: 20 if parameters.peek("computeCommissionRates") == "true" else 1,
        signed=True,
    ),
    ("DELETE", "/api/v3/order"): Endpoint(trading.cancel, weight=1, signed=True, free_on_success=True),
    ("GET", "/api/v3/order"): Endpoint(account.order, weight=4, signed=True),
    ("GET", "/api/v3/openOrders"): Endpoint(
        account.open_orders, weight=lambda parameters: 6 if parameters.peek("symbol") else 80, signed=True
    ),
    ("GET", "/api/v3/allOrders"): Endpoint(account.all_orders, weight=20, signed=True),
    ("GET", "/api/v3/myTrades"): Endpoint(
        account.my_trades, weight=lambda parameters: 5 if parameters.peek("orderId") else 20, signed=True
    ),
    ("GET", "/api/v3/account"): Endpoint(account.information, weight=20, signed=True),
    ("GET", "/api/v3/rateLimit/order"): Endpoint(account.order_counts, weight=40, signed=True),
}
"""Weights as in rest-api.md."""
