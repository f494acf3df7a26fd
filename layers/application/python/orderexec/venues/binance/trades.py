"""How Binance lists the trades of one order, alike at every product: what each of them cost.

"Account trade list" of Spot, "Query Margin Account's Trade List", "Account Trade List" of both futures. None of them
says more than 1,000 trades, margin's none that are older than a day, and those of futures none older than a week.
"""

from collections.abc import Mapping
from decimal import DecimalException
from typing import Any

from orderexec.domain.orders import Fees, OrderReport
from orderexec.venues.call import Parameters
from orderexec.venues.fees import Trade, add_up
from orderexec.venues.replies import Unreadable, read_items, read_number, read_text, read_whole

_MOST = 1_000


def name_trades(symbol: str, order_id: str) -> Parameters:
    """Return the parameters that ask for the trades of the order of that id of the exchange's."""
    return {"symbol": symbol, "orderId": order_id, "limit": str(_MOST)}


def read_fees(trades: object, report: OrderReport, order_id: str) -> Fees:
    """Return what they cost in all. Raises Unreadable, also if they are not all trades of the order."""
    return add_up([_read_trade(trade) for trade in read_items(trades)], report, order_id)


def _read_trade(trade: Mapping[str, Any]) -> Trade:
    try:
        return Trade(
            str(read_whole(trade["orderId"])),
            read_number(trade["qty"]),
            read_number(trade["commission"]),
            _read_asset(trade["commissionAsset"]),
        )
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"the answer about a trade lacks or garbles {error}") from None


def _read_asset(value: object) -> str:
    asset = read_text(value)
    if not asset:
        raise ValueError("commissionAsset")
    return asset
