"""Orders as the lists tell them ("Get Open & Closed Orders")."""

from decimal import Decimal
from typing import Any

from paper_exchange.dialects.bybit.answers.states import reason_of, status_of
from paper_exchange.dialects.bybit.asked import Asked
from paper_exchange.dialects.bybit.tickets import Role, Ticket
from paper_exchange.dialects.bybit.words import Category, OrderFilter, direction, plain
from paper_exchange.engine.contracts import Contract
from paper_exchange.engine.orders import ZERO, Order
from paper_exchange.enums import ExpiryReason

NO_TRIGGER = "UNKNOWN"
TELL_FEES = (Category.SPOT, Category.LINEAR)  # by asset
_NOT_PLAYED = {
    "blockTradeId": "",
    "orderIv": "",
    "placeType": "",
    "smpType": "None",
    "smpGroup": 0,
    "smpOrderId": "",
}
EIGHT = Decimal("1E-8")  # of what is worked out of prices


def order(ticket: Ticket, contract: Contract) -> dict[str, Any]:
    """Return an order."""
    asked, status = ticket.asked, status_of(ticket)
    return {
        "orderId": ticket.order_id,
        "orderLinkId": asked.link_id or "",
        "parentOrderLinkId": "" if ticket.parent is None else ticket.parent.asked.link_id or "",
        "symbol": asked.symbol,
        "price": plain(price_of(ticket)),
        "qty": plain(quantity_of(ticket)),
        "side": direction(asked.side),
        "isLeverage": str(int(asked.leverage)) if asked.spot else "",
        "positionIdx": asked.position_idx,
        "orderStatus": status,
        "createType": create_type(ticket),
        "cancelType": _cancel_type(ticket, status),
        "rejectReason": reason_of(ticket),
        "timeInForce": asked.lifetime,
        "orderType": "Market" if asked.at_market else "Limit",
        "stopOrderType": stop_order_type(ticket),
        "marketUnit": asked.unit or "",
        "reduceOnly": asked.reduce_only,
        "closeOnTrigger": asked.close_on_trigger,
        "createdTime": str(ticket.time_ms),
        "updatedTime": str(ticket.update_time_ms),
        **_NOT_PLAYED,
        **_executed(ticket, contract),
        **_trigger(ticket),
        **_exits(asked),
    }


def stop_order_type(ticket: Ticket) -> str:
    """Return what an order is that waits for a price or came from another one; "" for a plain one."""
    asked = ticket.asked
    if ticket.role is not None and not asked.spot:
        return f"Partial{ticket.role}" if asked.partial else str(ticket.role)
    if asked.spot and ticket.sibling is not None:
        return OrderFilter.OCO
    if asked.trigger_price is None:
        return ""
    return OrderFilter.TPSL if asked.order_filter is OrderFilter.TPSL else "Stop"


def price_of(ticket: Ticket) -> Decimal:
    """Return the limit price as it is now; of a market order none is told."""
    changed = None if ticket.order is None else ticket.order.request.price
    if changed is None and ticket.conditional is not None:
        changed = ticket.conditional.request.price
    return changed or ticket.asked.price or ZERO


def quantity_of(ticket: Ticket) -> Decimal:
    """Return the quantity as it was asked for, where that was in the quote asset; else as it is in the engine."""
    if ticket.asked.in_quote:
        return ticket.asked.quantity
    if ticket.order is not None:
        return ticket.order.quantity
    waiting = None if ticket.conditional is None else ticket.conditional.request.quantity
    return ticket.asked.quantity if waiting is None else waiting


def _executed(ticket: Ticket, contract: Contract) -> dict[str, Any]:
    order = ticket.order
    executed, value = (ZERO, ZERO) if order is None else (order.executed, order.executed_quote)
    left = (quantity_of(ticket) if order is None else order.remaining) if ticket.open else ZERO
    fees = {} if order is None else _fees(order)
    return {
        "avgPrice": plain(contract.average_price(executed, value).quantize(EIGHT)) if executed else "",
        "leavesQty": plain(left),
        "leavesValue": plain(contract.value(left, price_of(ticket)).quantize(EIGHT) if price_of(ticket) else ZERO),
        "cumExecQty": plain(executed),
        "cumExecValue": plain(value.quantize(EIGHT)),
        "cumExecFee": plain(sum(fees.values(), ZERO)),
        # "`linear`, `spot`: Cumulative trading fee details".
        "cumFeeDetail": {asset: plain(fee) for asset, fee in fees.items()}
        if ticket.asked.category in TELL_FEES
        else {},
    }


def _fees(order: Order) -> dict[str, Decimal]:
    fees: dict[str, Decimal] = {}
    for each in order.trades:
        fees[each.commission_asset] = fees.get(each.commission_asset, ZERO) + each.commission
    return fees


def _trigger(ticket: Ticket) -> dict[str, Any]:
    asked = ticket.asked
    waits = asked.trigger_price is not None
    price, created = asked.trigger_price, ticket.price_on_created
    if ticket.plain is not None and ticket.plain.request.stop_price is not None:
        price = ticket.plain.request.stop_price
    if ticket.conditional is not None:
        price = ticket.conditional.request.trigger_price
    return {
        "triggerPrice": plain(price or ZERO),
        "triggerDirection": (1 if asked.rises else 2) if waits and not asked.spot else 0,
        "triggerBy": asked.trigger_by if waits and not asked.spot else ("" if asked.spot else NO_TRIGGER),
        ("basePrice" if asked.spot else "lastPriceOnCreated"): plain(created),
    }


def _exits(asked: Asked) -> dict[str, Any]:
    profit, loss = asked.take_profit, asked.stop_loss
    told: dict[str, Any] = {
        "takeProfit": "" if profit is None else plain(profit.trigger_price),
        "stopLoss": "" if loss is None else plain(loss.trigger_price),
        "tpLimitPrice": "" if profit is None else plain(profit.limit_price),
        "slLimitPrice": "" if loss is None else plain(loss.limit_price),
        "tpTriggerBy": "" if profit is None or asked.spot else profit.trigger_by,
        "slTriggerBy": "" if loss is None or asked.spot else loss.trigger_by,
    }
    if asked.spot:
        return told | {"ocoTriggerBy": "OcoTriggerByUnknown"}
    return told | {"tpslMode": ("Partial" if asked.partial else "Full") if profit or loss else ""}


def create_type(ticket: Ticket) -> str:
    """Return by what an order of contracts came to be; "" at spot."""
    if ticket.asked.category is Category.SPOT:
        return ""
    if ticket.role is not None:
        return f"CreateBy{'Partial' if ticket.asked.partial else ''}{ticket.role}"
    return "CreateByUser" if ticket.asked.trigger_price is None else "CreateByStopOrder"


def _cancel_type(ticket: Ticket, status: str) -> str:
    order = ticket.order
    if order is not None and order.expiry_reason is ExpiryReason.OCO_TRIGGER:
        takes = ticket.role is Role.TAKE_PROFIT
        return "CancelByOCOTpCanceledBySlTriggered" if takes else "CancelByOCOSlCanceledByTpTriggered"
    if status in ("Cancelled", "Deactivated") and ticket.cancel_type == NO_TRIGGER and ticket.parent is not None:
        return "CancelByTpSlTsClear"
    return ticket.cancel_type
