"""What each path of /fapi and /dapi does; and the table of them all, weights and order counts as documented."""

from paper_exchange.dialects.binance_common.endpoint import Endpoint, Handler
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.dialects.binance_futures.endpoints import account, algo, lookups, market_data, modes, trading
from paper_exchange.futures import Futures

Table = dict[tuple[str, str], Endpoint[Futures]]


def _public(handler: Handler[Futures], weight: int = 1) -> Endpoint[Futures]:
    return Endpoint(handler, weight=weight)


def _placing(handler: Handler[Futures]) -> Endpoint[Futures]:
    """Counted as an order, and of no weight."""
    return Endpoint(handler, weight=0, signed=True, orders=1)


def _acting(handler: Handler[Futures], weight: int = 1) -> Endpoint[Futures]:
    """On plain orders, by the matching engine, which checks the receive window once more."""
    return Endpoint(handler, weight=weight, signed=True)


def _asking(handler: Handler[Futures], weight: int = 1) -> Endpoint[Futures]:
    return Endpoint(handler, weight=weight, signed=True, checked_again=False)


def _of_one_or_all(parameters: Parameters) -> int:
    return 1 if parameters.peek("symbol") else 40


def _common(prefix: str) -> Table:
    v1 = f"{prefix}/v1"
    return {
        ("GET", f"{v1}/ping"): _public(market_data.ping),
        ("GET", f"{v1}/time"): _public(market_data.server_time),
        ("GET", f"{v1}/exchangeInfo"): _public(market_data.exchange_info),
        ("GET", f"{v1}/ticker/price"): _public(market_data.ticker_price),
        ("GET", f"{v1}/premiumIndex"): _public(market_data.premium_index),
        ("POST", f"{v1}/order"): _placing(trading.place),
        ("DELETE", f"{v1}/order"): _acting(trading.cancel),
        ("DELETE", f"{v1}/allOpenOrders"): _acting(trading.cancel_all),
        ("PUT", f"{v1}/order"): _placing(trading.modify),
        ("GET", f"{v1}/order"): _asking(lookups.order),
        ("GET", f"{v1}/openOrder"): _asking(lookups.open_order),
        ("GET", f"{v1}/openOrders"): Endpoint(
            lookups.open_orders, weight=_of_one_or_all, signed=True, checked_again=False
        ),
        ("GET", f"{v1}/allOrders"): _asking(lookups.all_orders, weight=5),
        ("GET", f"{v1}/userTrades"): _asking(lookups.user_trades, weight=5),
        # Of the service for conditional orders nothing is known but the check on arrival.
        ("POST", f"{v1}/algoOrder"): Endpoint(algo.place, weight=0, signed=True, orders=1, checked_again=False),
        ("DELETE", f"{v1}/algoOrder"): _asking(algo.cancel),
        ("DELETE", f"{v1}/algoOpenOrders"): _asking(algo.cancel_all),
        ("GET", f"{v1}/algoOrder"): _asking(algo.order),
        ("GET", f"{v1}/openAlgoOrders"): Endpoint(
            algo.open_orders, weight=_of_one_or_all, signed=True, checked_again=False
        ),
        ("GET", f"{v1}/allAlgoOrders"): _asking(algo.all_orders, weight=5),
        ("GET", f"{v1}/positionSide/dual"): _asking(modes.position_mode, weight=30),
        ("POST", f"{v1}/positionSide/dual"): _asking(modes.set_position_mode),
        ("POST", f"{v1}/leverage"): _asking(modes.set_leverage),
        ("POST", f"{v1}/marginType"): _asking(modes.set_margin_type),
    }


LINEAR: Table = {
    ("GET", "/fapi/v2/ticker/price"): _public(market_data.ticker_price),
    ("POST", "/fapi/v1/order/test"): _asking(trading.test, weight=0),
    ("GET", "/fapi/v1/multiAssetsMargin"): _asking(modes.multi_assets_mode, weight=30),
    ("GET", "/fapi/v1/leverageBracket"): _asking(modes.leverage_brackets),
    ("GET", "/fapi/v1/symbolConfig"): _asking(modes.symbol_config, weight=5),
    ("GET", "/fapi/v1/accountConfig"): _asking(modes.account_config, weight=5),
    ("GET", "/fapi/v2/positionRisk"): _asking(account.position_risk, weight=5),
    ("GET", "/fapi/v3/positionRisk"): _asking(account.position_risk_v3, weight=5),
    ("GET", "/fapi/v2/balance"): _asking(account.balance, weight=5),
    ("GET", "/fapi/v3/balance"): _asking(account.balance, weight=5),
    ("GET", "/fapi/v2/account"): _asking(account.information, weight=5),
    ("GET", "/fapi/v3/account"): _asking(account.information_v3, weight=5),
}

INVERSE: Table = {
    ("GET", "/dapi/v2/leverageBracket"): _asking(modes.leverage_brackets),
    ("GET", "/dapi/v1/positionRisk"): _asking(account.position_risk),
    ("GET", "/dapi/v1/balance"): _asking(account.balance),
    ("GET", "/dapi/v1/account"): _asking(account.information, weight=5),
}

ENDPOINTS: Table = _common("/fapi") | _common("/dapi") | LINEAR | INVERSE
