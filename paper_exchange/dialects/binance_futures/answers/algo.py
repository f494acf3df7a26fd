"""Conditional orders, as placed, queried and cancelled."""

from paper_exchange.dialects.binance_common.answers import Json
from paper_exchange.dialects.binance_futures.answers.numbers import price, quantity
from paper_exchange.dialects.binance_futures.answers.orders import told_type
from paper_exchange.engine.conditional_orders import Conditional, NewConditional
from paper_exchange.engine.orders import ZERO
from paper_exchange.enums import SelfTradePrevention
from paper_exchange.rules.futures_symbols import FuturesSymbol


def placement(conditional: Conditional, symbol: FuturesSymbol) -> Json:
    """Return what placing it is answered with."""
    new = conditional.request
    return {
        "algoId": conditional.conditional_id,
        "clientAlgoId": conditional.client_id,
        "algoType": "CONDITIONAL",
        "orderType": new.type,
        "symbol": symbol.name,
        "side": new.side,
        "positionSide": new.position_side,
        "timeInForce": _time_in_force(new),
        "quantity": quantity(new.quantity or ZERO, symbol),
        "algoStatus": conditional.state,
        "triggerPrice": price(new.trigger_price, symbol),
        "price": price(new.price, symbol),
        "icebergQuantity": None,
        "selfTradePreventionMode": new.self_trade_prevention or SelfTradePrevention.EXPIRE_MAKER,
        "workingType": new.working_type,
        "priceMatch": "NONE",
        "closePosition": new.close_position,
        "priceProtect": new.price_protect,
        "reduceOnly": new.reduce_only,
        **_trailing(new, symbol),
        "createTime": conditional.time_ms,
        "updateTime": conditional.update_time_ms,
        "triggerTime": conditional.trigger_time_ms,
        "goodTillDate": new.good_till_ms,
    }


def query(conditional: Conditional, symbol: FuturesSymbol) -> Json:
    """Return what looking for it is answered with: beside it the plain order that it became."""
    actual = conditional.actual
    executed = ZERO if actual is None else actual.executed
    value = ZERO if actual is None else actual.executed_quote
    return placement(conditional, symbol) | {
        "actualOrderId": "" if actual is None else str(actual.order_id),
        "actualPrice": price(symbol.contract.average_price(executed, value), symbol),
        "actualQty": quantity(executed, symbol),
        "actualType": "" if actual is None else told_type(actual.request.type),
        "tpTriggerPrice": price(ZERO, symbol),
        "tpPrice": price(ZERO, symbol),
        "slTriggerPrice": price(ZERO, symbol),
        "slPrice": price(ZERO, symbol),
        "tpOrderType": "",
    }


def cancellation(conditional: Conditional) -> Json:
    """Return what cancelling it is answered with."""
    return {
        "algoId": conditional.conditional_id,
        "clientAlgoId": conditional.client_id,
        "code": "200",
        "msg": "success",
    }


def _trailing(new: NewConditional, symbol: FuturesSymbol) -> Json:
    if new.callback_rate is None:
        return {}
    return {"activatePrice": price(new.activate_price, symbol), "callbackRate": f"{new.callback_rate:f}"}


def _time_in_force(new: NewConditional) -> str:
    if new.maker:
        return "GTX"
    if new.good_till_ms:
        return "GTD"
    return "GTE_GTC" if new.ends_with_position else new.time_in_force
