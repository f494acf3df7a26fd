"""How money moves in a margin account: what an order lacks is borrowed, what it earns or does not spend repays."""

from decimal import Decimal
from typing import Any

from paper_exchange.engine.loans import Loans
from paper_exchange.engine.order_lists import OrderList
from paper_exchange.engine.orders import ZERO, NewOrder, Order
from paper_exchange.engine.settlement import Settlement
from paper_exchange.enums import BORROWING, REPAYING, Side, Status
from paper_exchange.refusal import Kind, Refusal


class MarginSettlement(Settlement):
    """Moves the account's money for its orders, and borrows and repays as their side effects say."""

    def __init__(self, *, loans: Loans, **parts: Any) -> None:
        super().__init__(**parts)
        self._loans = loans

    def close(self, order: Order, status: Status) -> None:
        """End an order, and repay: with what it earned, or what was borrowed for it if its owner cancels it."""
        unspent = order.locked
        super().close(order, status)
        if status is Status.CANCELED:
            self._repay_at_cancel(order, unspent)
        if order.request.side_effect in REPAYING:
            self._loans.repay(self._symbol_of(order.symbol).earns(order.side), _earned(order))

    def release(self, order_list: OrderList) -> None:
        """Give back what a list holds that its owner cancelled, and repay what was borrowed for it."""
        unspent = order_list.locked
        super().release(order_list)
        self._repay_at_cancel(order_list, unspent)

    def _repay_at_cancel(self, holder: Order | OrderList, unspent: Decimal) -> None:
        if _request(holder).repays_at_cancel:
            self._loans.repay(self._held_asset(holder), min(holder.borrowed, unspent))

    def _check_shortfall(self, new: NewOrder, asset: str, amount: Decimal) -> None:
        if new.side_effect not in BORROWING:
            raise Refusal(Kind.INSUFFICIENT_BALANCE)
        self._loans.check(asset, amount)

    def _cover_shortfall(self, holder: Order | OrderList, asset: str, amount: Decimal) -> None:
        if _request(holder).side_effect not in BORROWING:
            raise Refusal(Kind.INSUFFICIENT_BALANCE)
        self._loans.borrow(asset, amount)
        holder.borrowed += amount


def _request(holder: Order | OrderList) -> NewOrder:
    """Return what the holder was asked for; the orders of a list all have the same side effect."""
    return holder.request if isinstance(holder, Order) else holder.others[0].request


def _earned(order: Order) -> Decimal:
    """Return what the order's trades brought, in the asset it earns, without their commissions."""
    gross = order.executed if order.side is Side.BUY else order.executed_quote
    return gross - sum((trade.commission for trade in order.trades), ZERO)
