"""How the paper exchange's own list of Bybit's orders reads beside the other lists: with the names of Spot's fields."""

from collections.abc import Mapping
from typing import Any

_STATUSES = {
    "New": "NEW",
    "PartiallyFilled": "PARTIALLY_FILLED",
    "Untriggered": "UNTRIGGERED",
    "Filled": "FILLED",
    "Cancelled": "CANCELED",
    "PartiallyFilledCanceled": "CANCELED",
    "Deactivated": "CANCELED",
    "Rejected": "REJECTED",
}
_BETWEEN = "/"  # no client order id of ours holds one


def name_as_spot(order: Mapping[str, Any]) -> dict[str, Any]:
    """Return an order with Spot's names; one that waits for a price has that as its price, if it has no limit.

    An exit that the exchange made of an entry has no client order id: it is named after the entry's.
    """
    exits_name = f"{order['parentOrderLinkId']}{_BETWEEN}{order['orderId']}"
    return {
        **order,
        "clientOrderId": order["orderLinkId"] or exits_name,
        "side": order["side"].upper(),
        "type": order["stopOrderType"] or order["orderType"].upper(),
        "origQty": order["qty"],
        "executedQty": order["cumExecQty"],
        "price": next((price for price in (order["price"], order["triggerPrice"]) if price not in ("", "0")), "0"),
        "status": _STATUSES[order["orderStatus"]],
    }


def is_made_exit(order: Mapping[str, Any]) -> bool:
    """Return whether the exchange made the order itself, of the exits of an entry."""
    return _BETWEEN in order["clientOrderId"]


def find_signals_id(order: Mapping[str, Any]) -> str:
    """Return the client order id that we gave: the order's own, or that of the entry whose exit it is."""
    client_order_id: str = order["clientOrderId"]
    return client_order_id.partition(_BETWEEN)[0]
