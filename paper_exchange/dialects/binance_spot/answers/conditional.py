"""The fields of an order that appear only sometimes (rest-api.md, Conditional fields in Order Responses)."""

from paper_exchange.dialects.binance_common.answers import Json, amount
from paper_exchange.engine.orders import ZERO, NewOrder, Order
from paper_exchange.enums import SelfTradePrevention

NEVER = -1


def conditional_fields(order: Order) -> Json:
    """Return the fields that this order has and others have not."""
    asked = order.request
    told: Json = {"selfTradePreventionMode": asked.self_trade_prevention or SelfTradePrevention.NONE}
    if asked.contingent:
        told["stopPrice"] = amount(asked.stop_price or ZERO)
    if order.iceberg_quantity is not None:
        told["icebergQty"] = amount(order.iceberg_quantity)
    if order.expiry_reason is not None:
        told["expiryReason"] = order.expiry_reason
    if asked.uses_sor:
        told |= {"usedSor": True, "workingFloor": "SOR" if order.took else "EXCHANGE"}
    return told | _labels(asked) | _trailing(order) | _peg(order)


def _labels(asked: NewOrder) -> Json:
    labels = {"strategyId": asked.strategy_id, "strategyType": asked.strategy_type}
    return {name: value for name, value in labels.items() if value is not None}


def _trailing(order: Order) -> Json:
    if order.request.trailing_delta is None:
        return {}
    since = None if order.trigger is None else order.trigger.tracking_since_ms
    return {"trailingDelta": order.request.trailing_delta, "trailingTime": NEVER if since is None else since}


def _peg(order: Order) -> Json:
    peg = order.request.peg
    if peg is None:
        return {}
    told: Json = {"pegPriceType": peg.price_type}
    if peg.offset_type is not None:
        told |= {"pegOffsetType": peg.offset_type, "pegOffsetValue": peg.offset_value}
    if order.pegged_price is not None:
        told["peggedPrice"] = amount(order.pegged_price)
    return told
