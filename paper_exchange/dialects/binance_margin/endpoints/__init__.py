"""What each path of /sapi/v1/margin does; and the table of them all."""

from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.dialects.binance_margin import flags
from paper_exchange.dialects.binance_margin.endpoints import accounts, market_data, order_lists, trading
from paper_exchange.dialects.binance_margin.endpoints.endpoint import AccountHandler, MarginEndpoint, of_account
from paper_exchange.dialects.binance_spot.endpoints import account as queries
from paper_exchange.dialects.binance_spot.endpoints import list_queries
from paper_exchange.dialects.binance_spot.endpoints import trading as spot_trading

PATH = "/sapi/v1/margin"


def _weight_of_placing(parameters: Parameters) -> int:
    return 1_500 if flags.borrows(parameters) else 6  # since 2026-05-07


def _placing(handler: AccountHandler, orders: int = 1) -> MarginEndpoint:
    return MarginEndpoint(of_account(handler), weight=_weight_of_placing, signed=True, orders=orders, per_uid=True)


def _counted_by_ip(handler: AccountHandler, weight: int = 10) -> MarginEndpoint:
    return MarginEndpoint(of_account(handler), weight=weight, signed=True)


TRADING = {
    ("POST", f"{PATH}/order"): _placing(trading.place),
    ("POST", f"{PATH}/order/oco"): _placing(order_lists.oco, orders=2),
    ("POST", f"{PATH}/order/oto"): _placing(order_lists.oto, orders=2),
    ("POST", f"{PATH}/order/otoco"): _placing(order_lists.otoco, orders=3),
    ("POST", f"{PATH}/borrow-repay"): MarginEndpoint(
        of_account(accounts.borrow_or_repay, tells_flag=False), weight=1_500, signed=True, per_uid=True
    ),
    ("DELETE", f"{PATH}/order"): _counted_by_ip(trading.cancel),
    ("DELETE", f"{PATH}/openOrders"): _counted_by_ip(spot_trading.cancel_all, weight=1),
    ("DELETE", f"{PATH}/orderList"): MarginEndpoint(
        of_account(list_queries.cancel), weight=1, signed=True, per_uid=True
    ),
}

ACCOUNT = {
    ("GET", f"{PATH}/order"): _counted_by_ip(queries.order),
    ("GET", f"{PATH}/openOrders"): _counted_by_ip(queries.open_orders),
    ("GET", f"{PATH}/allOrders"): _counted_by_ip(queries.all_orders, weight=200),
    ("GET", f"{PATH}/myTrades"): _counted_by_ip(queries.my_trades),
    ("GET", f"{PATH}/orderList"): _counted_by_ip(list_queries.order_list),
    ("GET", f"{PATH}/openOrderList"): _counted_by_ip(list_queries.open_order_lists),
    ("GET", f"{PATH}/allOrderList"): _counted_by_ip(list_queries.all_order_lists, weight=200),
    ("GET", f"{PATH}/rateLimit/order"): MarginEndpoint(
        of_account(queries.order_counts, tells_flag=False), weight=20, signed=True
    ),
    ("GET", f"{PATH}/account"): MarginEndpoint(accounts.cross, weight=10, signed=True),
    ("GET", f"{PATH}/isolated/account"): MarginEndpoint(accounts.isolated, weight=10, signed=True),
    ("GET", f"{PATH}/maxBorrowable"): MarginEndpoint(accounts.max_borrowable, weight=50, signed=True),
}

MARKET_DATA = {
    ("GET", f"{PATH}/allPairs"): MarginEndpoint(market_data.cross_pairs, weight=1),
    ("GET", f"{PATH}/isolated/allPairs"): MarginEndpoint(market_data.isolated_pairs, weight=10),
    ("GET", f"{PATH}/allAssets"): MarginEndpoint(market_data.assets, weight=1),
}

ENDPOINTS = TRADING | ACCOUNT | MARKET_DATA
"""Weights and order counts as the documentation of margin trading has them."""
