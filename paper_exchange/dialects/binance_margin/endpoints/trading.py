"""Endpoints that place and cancel single orders of a margin account."""

from decimal import Decimal
from typing import Any

from paper_exchange.dialects.binance_common.answers import Json
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.dialects.binance_margin.flags import with_side_effect
from paper_exchange.dialects.binance_spot.answers import orders
from paper_exchange.dialects.binance_spot.endpoints import trading
from paper_exchange.dialects.binance_spot.endpoints.order_parameters import new_order
from paper_exchange.engine.orders import Order
from paper_exchange.enums import Feature
from paper_exchange.margin import MarginAccount
from paper_exchange.rules.admission import check_feature


def place(account: MarginAccount, parameters: Parameters) -> Any:
    """Answer POST /sapi/v1/margin/order."""
    (new,) = with_side_effect(parameters, new_order(parameters))
    response = trading.response_type(parameters)
    parameters.finish()
    symbol = account.market(new.symbol).symbol
    check_feature(symbol, Feature.MARGIN)
    order = account.place(new)
    told = orders.placement(order, response)
    return told if "status" not in told else told | _loan(order, symbol.pays(order.side))


def cancel(account: MarginAccount, parameters: Parameters) -> Any:
    """Answer DELETE /sapi/v1/margin/order, whose documentation has the number of a single order as a text."""
    told = trading.cancel(account, parameters)
    return told if "orderId" not in told else told | {"orderId": str(told["orderId"])}


def _loan(order: Order, asset: str) -> Json:
    """What was borrowed, as a number, as documented; nothing if nothing was."""
    if not order.borrowed:
        return {}
    return {"marginBuyBorrowAmount": _number(order.borrowed), "marginBuyBorrowAsset": asset}


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == int(amount) else float(amount)
