"""The JSON shapes of orders, trades and the account, field for field as in rest-api.md."""

from decimal import Decimal
from typing import Any

from local.paper_exchange.account import Account
from local.paper_exchange.orders import ZERO, Order, Side, Trade
from local.paper_exchange.settlement import COMMISSION

Json = dict[str, Any]


def amount(value: Decimal) -> str:
    return f"{value:.8f}"


def acknowledgement(order: Order) -> Json:
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.client_order_id,
        "transactTime": order.time_ms,
    }


def result(order: Order) -> Json:
    return acknowledgement(order) | _amounts(order) | {"workingTime": order.time_ms} | _rest(order)


def full(order: Order) -> Json:
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


def cancellation(order: Order, cancel_id: str) -> Json:
    head = acknowledgement(order) | {
        "origClientOrderId": order.client_order_id,
        "clientOrderId": cancel_id,
        "transactTime": order.update_time_ms,
    }
    return head | _amounts(order) | _rest(order)


def query(order: Order) -> Json:
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.client_order_id,
        **_amounts(order),
        "stopPrice": amount(ZERO),
        "icebergQty": amount(ZERO),
        "time": order.time_ms,
        "updateTime": order.update_time_ms,
        "isWorking": True,
        "workingTime": order.time_ms,
        **_rest(order),
    }


def trade(trade: Trade) -> Json:
    return {
        "symbol": trade.order.symbol,
        "id": trade.trade_id,
        "orderId": trade.order.order_id,
        "orderListId": -1,
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


def account(balances: Account, now_ms: int, *, omit_zero: bool) -> Json:
    rate = amount(COMMISSION)
    basis_points = int(COMMISSION * 10_000)
    return {
        "makerCommission": basis_points,
        "takerCommission": basis_points,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {"maker": rate, "taker": rate, "buyer": amount(ZERO), "seller": amount(ZERO)},
        "canTrade": True,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": now_ms,
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": amount(balances.free(asset)), "locked": amount(balances.locked(asset))}
            for asset in balances.assets()
            if not omit_zero or balances.free(asset) or balances.locked(asset)
        ],
        "permissions": ["SPOT"],
        "uid": 354937868,
    }


def commission_rates() -> Json:
    """order/test with computeCommissionRates."""
    none = {"maker": amount(ZERO), "taker": amount(ZERO)}
    return {
        "standardCommissionForOrder": {"maker": amount(COMMISSION), "taker": amount(COMMISSION)},
        "specialCommissionForOrder": none,
        "taxCommissionForOrder": none,
        "discount": {
            "enabledForAccount": False,
            "enabledForSymbol": False,
            "discountAsset": "BNB",
            "discount": amount(ZERO),
        },
    }


def _amounts(order: Order) -> Json:
    return {
        "price": amount(order.request.price or ZERO),
        "origQty": amount(order.quantity),
        "executedQty": amount(order.executed),
        "origQuoteOrderQty": amount(order.request.quote_quantity or ZERO),
        "cummulativeQuoteQty": amount(order.executed_quote),
        "status": order.status,
        "timeInForce": order.request.time_in_force,
        "type": order.request.type,
        "side": order.side,
    }


def _rest(order: Order) -> Json:
    expiry = {} if order.expiry_reason is None else {"expiryReason": order.expiry_reason}
    return {"selfTradePreventionMode": "NONE", **expiry}
