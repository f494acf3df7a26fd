"""How an order on margin reads on Binance's wire: as on Spot, with its account and what it does to loans.

Source: "Trade" of the margin documentation. Margin has no dry run, no routing, no pegs and no strategy ids.
"""

from orderexec.domain.order_words import SideEffect
from orderexec.domain.orders import Order
from orderexec.venues.call import Call, Parameters

from .order_accounts import OrderAccount
from .parameters import RESULT, name_mode, name_order

_SIDE_EFFECTS = {
    None: "NO_SIDE_EFFECT",
    SideEffect.BORROW: "MARGIN_BUY",
    SideEffect.REPAY: "AUTO_REPAY",
    SideEffect.BORROW_REPAY: "AUTO_BORROW_REPAY",
}
_BORROWING = frozenset({SideEffect.BORROW, SideEffect.BORROW_REPAY})


def build_margin_order_call(order: Order, account: OrderAccount) -> Call:
    """Return the call of a new order on margin. Raises ValueError for a dry run, which margin does not offer."""
    if order.dry_run:
        raise ValueError("margin has no dry run")
    parameters = name_order(order) | name_mode(order) | name_loans(order) | RESULT
    return Call("POST", account.order, parameters | account.named)


def name_loans(order: Order) -> Parameters:
    """Return the parameter that says whether the order borrows and repays; it is never left to a default."""
    return {"sideEffectType": _SIDE_EFFECTS[order.side_effect]}


def may_borrow(order: Order) -> bool:
    """Return whether a loan may be taken for the order before it is placed."""
    return order.side_effect in _BORROWING
