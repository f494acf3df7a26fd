"""In which account an order stands at Binance: where it is asked for, and what names the account in every request.

Spot has one account. Margin has a cross account and an isolated one for each symbol, told apart by `isIsolated`
("Trade" of the margin documentation). A lookup in the wrong one answers -2013 for an order that exists. So no call
about an order can be built without an account, and only the request itself says which one.
"""

from dataclasses import dataclass

from orderexec.domain.order_words import MarginMode
from orderexec.domain.requests import Amend, OrderList, Replace, Request
from orderexec.venues.call import Parameters

from .history import Paging
from .products import ALL_ORDERS, OPEN_ORDERS, ORDER, ORDER_LIST, TRADES

_DAY_MS = 86_400_000
_MARGIN = "/sapi/v1/margin"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAccount:
    """The paths of one account's orders, and the parameters that name it (`named`) in each request about them.

    `new_list` goes on with the kind of the list. `list_needs_symbol`: a list is looked up by its symbol as well.
    `history` is how much one answer of `all_orders` holds. `tells_cancel_time`: the answer to a cancellation says when
    it was.
    """

    order: str
    new_list: str
    order_list: str
    open_orders: str
    all_orders: str
    trades: str
    named: Parameters
    list_needs_symbol: bool
    history: Paging
    tells_cancel_time: bool


SPOT_ACCOUNT = OrderAccount(
    order=ORDER,
    new_list=ORDER_LIST,
    order_list=ORDER_LIST,
    open_orders=OPEN_ORDERS,
    all_orders=ALL_ORDERS,
    trades=TRADES,
    named={},
    list_needs_symbol=False,
    history=Paging(orders=1_000, span_ms=_DAY_MS),  # "All orders" in rest-api.md
    tells_cancel_time=True,
)


def _describe_margin_account(flag: str, *, list_needs_symbol: bool) -> OrderAccount:
    return OrderAccount(
        order=f"{_MARGIN}/order",
        new_list=f"{_MARGIN}/order",
        order_list=f"{_MARGIN}/orderList",
        open_orders=f"{_MARGIN}/openOrders",
        all_orders=f"{_MARGIN}/allOrders",
        trades=f"{_MARGIN}/myTrades",
        named={"isIsolated": flag},
        list_needs_symbol=list_needs_symbol,
        history=Paging(orders=500, span_ms=_DAY_MS - 1),  # "Less than 24 hours between startTime and endTime"
        tells_cancel_time=False,
    )


_MARGIN_ACCOUNTS = {
    MarginMode.CROSS: _describe_margin_account("FALSE", list_needs_symbol=False),
    # `symbol` of a list: "mandatory for isolated margin, not supported for cross margin".
    MarginMode.ISOLATED: _describe_margin_account("TRUE", list_needs_symbol=True),
}


def get_margin_account(mode: MarginMode) -> OrderAccount:
    """Return the margin account of that mode."""
    return _MARGIN_ACCOUNTS[mode]


def find_margin_account(request: Request) -> OrderAccount:
    """Return the margin account that the request is about. Raises ValueError if it does not say: nothing is guessed."""
    match request:
        case OrderList():
            mode = request.legs[0].margin_mode
        case Replace() | Amend():
            raise ValueError(f"margin has no {type(request).__name__.lower()}")
        case _:
            mode = request.margin_mode
    if mode is None:
        raise ValueError(f"the request about order {request.client_order_id} names no margin account")
    return _MARGIN_ACCOUNTS[mode]
