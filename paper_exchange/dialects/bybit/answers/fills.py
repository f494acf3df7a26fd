"""Trades as "Get Trade History" tells them."""

from decimal import Decimal
from typing import Any

from paper_exchange.dialects.bybit.answers.orders import EIGHT, create_type, price_of, quantity_of, stop_order_type
from paper_exchange.dialects.bybit.tickets import Ticket
from paper_exchange.dialects.bybit.words import direction, plain
from paper_exchange.engine.futures_orders import FuturesTrade
from paper_exchange.engine.orders import ZERO, Trade
from paper_exchange.enums import Side

RATE_DIGITS = Decimal("0.000001")
_OF_OPTIONS = dict.fromkeys(("underlyingPrice", "indexPrice", "tradeIv", "markIv", "blockTradeId", "extraFees"), "")


def trade(each: Trade, ticket: Ticket, mark_price: Decimal) -> dict[str, Any]:
    """Return one fill."""
    asked = ticket.asked
    value = each.value if isinstance(each, FuturesTrade) else each.price * each.quantity
    return {
        "symbol": asked.symbol,
        "orderId": ticket.order_id,
        "orderLinkId": asked.link_id or "",
        "side": direction(asked.side),
        "orderPrice": plain(price_of(ticket)),
        "orderQty": plain(quantity_of(ticket)),
        "leavesQty": plain(ZERO if ticket.order is None else ticket.order.remaining),
        "createType": create_type(ticket),
        "orderType": "Market" if asked.at_market else "Limit",
        "stopOrderType": stop_order_type(ticket),
        "execFee": plain(each.commission),
        "execId": f"{asked.category}-{each.trade_id:012d}",
        "execPrice": plain(each.price),
        "execQty": plain(each.quantity),
        "execType": "Trade",
        "execValue": plain(value.quantize(EIGHT)),
        "execTime": str(each.time_ms),
        "feeCurrency": each.commission_asset,
        "isMaker": each.maker,
        "feeRate": plain((each.commission / _earned(each, value)).quantize(RATE_DIGITS)),
        "markPrice": plain(mark_price),
        "closedSize": "",
        "seq": each.trade_id,
        **_OF_OPTIONS,
    }


def _earned(each: Trade, value: Decimal) -> Decimal:
    """What the commission is a share of."""
    return value if isinstance(each, FuturesTrade) or each.order.side is Side.SELL else each.quantity
