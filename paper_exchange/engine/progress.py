"""How order lists live: placing all or nothing, pending orders placed when the working one is filled, ends."""

from copy import copy
from dataclasses import replace
from decimal import Decimal

from paper_exchange.engine.engine import Engine
from paper_exchange.engine.entry import Entry, enter, estimated_need
from paper_exchange.engine.order_lists import NewList, OrderList, OrderLists
from paper_exchange.engine.orders import ZERO, NewOrder, Order
from paper_exchange.enums import ExpiryReason, Status
from paper_exchange.refusal import Refusal
from paper_exchange.rules.admission import check_order
from paper_exchange.rules.one_cancels_other import check_prices


class Progress:
    """Carries order lists from their placing to their end."""

    def __init__(self, engine: Engine, lists: OrderLists) -> None:
        self._engine = engine
        self._settlement = engine.settlement
        self._lists = lists
        engine.closed = self.closed

    def place(self, new: NewList) -> OrderList:
        """Place all orders of a list or none. Raises Refusal.

        Returns the list as it is before pending orders follow a working order that was filled on arrival.
        """
        order_list = self._place_pair(new) if new.working is None else self._place_working(new, new.working)
        as_answered = replace(
            order_list,
            working=copy(order_list.working),
            others=[copy(each) for each in order_list.others],
        )
        if order_list.working is not None and not order_list.working.open:
            self.closed(order_list.working)
        return as_answered

    def closed(self, order: Order) -> None:
        """Go on with the list of an order that has ended without being cancelled by its owner, if it is in one."""
        order_list = self._lists.of(order)
        if order_list is None:
            return
        order_list.update_time_ms = self._engine.now_ms()
        if order is not order_list.working:
            self._end(order_list, ExpiryReason.OCO_TRIGGER)
        elif order.status is Status.FILLED:
            self._place_pending(order_list)
        else:
            self._end(order_list, ExpiryReason.OTO_PHASE_ONE_EXPIRED)

    def cancel(self, order_list: OrderList) -> None:
        """Cancel every open order of the list."""
        for order in order_list.orders:
            if order.open:
                self._engine.cancel(order)
        order_list.update_time_ms = self._engine.now_ms()
        self._settlement.release(order_list)

    def _place_pair(self, new: NewList) -> OrderList:
        entries = self._entries(new, [_quantity(leg) for leg in new.others])
        needs = max(entry.needs for entry in entries)
        symbol = self._engine.market(new.symbol).symbol
        self._settlement.check_funds(new.others[0], (symbol, new.others[0].side, needs))
        order_list = self._record(new)
        self._start_pair(order_list, entries)
        return order_list

    def _place_working(self, new: NewList, working: NewOrder) -> OrderList:
        market = self._engine.market(new.symbol)
        entry = enter(working, _quantity(working), market, self._engine.now_ms())
        later = ZERO
        if not new.pays_the_other:
            # faqs/opo.md implies it: only in an OPO is the working order's balance the only requirement.
            later = max(estimated_need(each, _quantity(each), market) for each in new.others)
        side = new.others[0].side
        self._settlement.check_funds(working, (market.symbol, working.side, entry.needs), (market.symbol, side, later))
        order_list = self._record(new)
        self._settlement.hold(order_list, later)
        assert order_list.working is not None  # noqa: S101 - recorded with one
        self._engine.start(order_list.working, entry)
        return order_list

    def _record(self, new: NewList) -> OrderList:
        list_id, now_ms = self._lists.next_id(), self._engine.now_ms()
        pending = Status.NEW if new.working is None else Status.PENDING_NEW
        record = self._engine.record
        order_list = OrderList(
            list_id=list_id,
            client_order_id=new.client_order_id or self._engine.new_client_order_id(),
            request=new,
            working=None if new.working is None else record(new.working, _quantity(new.working), list_id),
            others=[record(each, each.quantity or ZERO, list_id, pending) for each in new.others],
            time_ms=now_ms,
            update_time_ms=now_ms,
        )
        self._lists.add(order_list)
        return order_list

    def _place_pending(self, order_list: OrderList) -> None:
        """Now for real; a refusal ends the list."""
        if order_list.request.pays_the_other:
            self._size(order_list)
        orders = order_list.others
        try:
            entries = self._entries(order_list.request, [each.quantity for each in orders])
            self._settlement.hold(order_list, max(entry.needs for entry in entries))
        except Refusal:
            self._settlement.expire(orders[0], ExpiryReason.REJECTED)
            self._end(order_list, ExpiryReason.OCO_TRIGGER)
            return
        if len(orders) == 1:
            self._settlement.hand_over(order_list, orders[0])
            self._engine.proceed(orders[0], entries[0])
            if not orders[0].open:
                self.closed(orders[0])
        else:
            self._start_pair(order_list, entries)

    def _size(self, order_list: OrderList) -> None:
        """What was received, adjusted to the lot size; the rest is free again (faqs/opo.md)."""
        symbol = self._engine.market(order_list.symbol).symbol
        quantity = symbol.whole_lots(order_list.locked, order_list.others[0].request.type)
        for each in order_list.others:
            each.quantity = quantity
        self._settlement.hold(order_list, quantity)

    def _entries(self, new: NewList, quantities: list[Decimal]) -> list[Entry]:
        market = self._engine.market(new.symbol)
        check_prices(new.others, market.price)
        sized = [replace(leg, quantity=quantity) for leg, quantity in zip(new.others, quantities, strict=True)]
        for leg in sized:
            check_order(leg, market)
        return [enter(leg, _quantity(leg), market, self._engine.now_ms()) for leg in sized]

    def _start_pair(self, order_list: OrderList, entries: list[Entry]) -> None:
        self._settlement.hold(order_list, max(entry.needs for entry in entries))
        for order, entry in zip(order_list.others, entries, strict=True):
            self._engine.proceed(order, entry)

    def _end(self, order_list: OrderList, reason: ExpiryReason) -> None:
        for order in order_list.others:
            if order.open:
                self._settlement.expire(order, reason)
        self._settlement.hold(order_list, ZERO)


def _quantity(new: NewOrder) -> Decimal:
    if new.quantity is None:
        raise ValueError(f"an order of a list has a quantity: {new}")
    return new.quantity
