"""Attached take-profit and stop-loss: they become orders of their own as their entry fills, of what it filled.

What nobody documents and is so here: each fill that the engine reports makes a pair of its own, at once; in a pair the
one that is triggered ends the other; an exit whose price the market has passed already goes to the market at once; at
spot, what is sold is the fill less its commission. tpslMode Full: one pair a position, the last one that was asked for.
"""

from dataclasses import replace
from decimal import Decimal

from paper_exchange.dialects.bybit import entering
from paper_exchange.dialects.bybit.asked import Exit
from paper_exchange.dialects.bybit.exit_orders import exit_order, passed
from paper_exchange.dialects.bybit.tickets import Ended, Role, Ticket, Tickets
from paper_exchange.dialects.bybit.words import MarketUnit
from paper_exchange.engine.orders import ZERO, Order
from paper_exchange.enums import OrderType, Side
from paper_exchange.refusal import FuturesKind, Kind, Refusal
from paper_exchange.unified import UnifiedAccount

PAIR = 2
CLEARED = "CancelByTpSlTsClear"
CANCELLED_BY = {
    Role.STOP_LOSS: "CancelByOCOTpCanceledBySlTriggered",
    Role.TAKE_PROFIT: "CancelByOCOSlCanceledByTpTriggered",
}


class Exits:
    """Makes and ends them."""

    def __init__(self, account: UnifiedAccount, tickets: Tickets) -> None:
        self._account = account
        self._tickets = tickets

    def cover(self, entry: Ticket) -> None:
        """Give an entry the exits that it asks for, of what it has filled since it got the last ones."""
        order, asked = entry.order, entry.asked
        if order is None or order.executed <= entry.covered:
            return
        quantity = self._quantity(entry, order)
        entry.covered = order.executed
        wanted = ((Role.TAKE_PROFIT, asked.take_profit), (Role.STOP_LOSS, asked.stop_loss))
        made = [self._make(entry, role, leg, quantity) for role, leg in wanted if leg is not None and quantity]
        if len(made) == PAIR:
            made[0].sibling, made[1].sibling = made[1], made[0]
        if len(made) == PAIR and asked.spot:
            self._enter_pair(*made)
        else:
            for ticket in made:
                self._enter(ticket)

    def end_sibling(self, ticket: Ticket) -> None:
        """End the other exit of a pair when one is triggered."""
        other = ticket.sibling
        if other is not None and other.open and ticket.role is not None:
            other.cancel_type = CANCELLED_BY[ticket.role]
            self.end(other)

    def end(self, ticket: Ticket) -> None:
        """Cancel an open order in the engine, whatever it is there."""
        futures = None if ticket.asked.spot else entering.contracts(self._account, ticket.asked.category)
        if futures is None:
            if ticket.plain is not None:
                self._account.cancel(ticket.plain)
        elif ticket.conditional is not None and ticket.conditional.open:
            futures.cancel_conditional(ticket.conditional)
        elif ticket.order is not None:
            futures.cancel(ticket.order)

    def _quantity(self, entry: Ticket, order: Order) -> Decimal:
        if not entry.asked.spot or entry.asked.side is Side.SELL:
            return order.executed - entry.covered
        symbol = self._account.market(order.symbol).symbol
        return symbol.whole_lots(_received(order, entry.covered), OrderType.MARKET)

    def _make(self, entry: Ticket, role: Role, leg: Exit, quantity: Decimal) -> Ticket:
        asked = exit_order(entry.asked, role, leg, quantity)
        now_ms, now_us = self._account.now_ms(), self._account.now_us()
        ticket = Ticket(
            order_id=self._tickets.new_id(asked.category),
            asked=asked,
            time_ms=now_ms,
            enters_us=now_us,
            seen_us=now_us,
            parent=entry,
            role=role,
        )
        if not asked.partial:
            self._replace_full(ticket)
        self._tickets.add(ticket)
        return ticket

    def _enter_pair(self, profit: Ticket, loss: Ticket) -> None:
        """If the market has passed one of them already, it goes to the market, and the other one is not needed."""
        above, below = (profit, loss) if profit.asked.rises else (loss, profit)
        last = self._account.market(profit.asked.symbol).price
        for ticket, other in ((profit, loss), (loss, profit)):
            if passed(ticket.asked, last):
                self._enter_at_market(ticket)
                self._drop(other, Refusal(FuturesKind.POSITION_NEEDED))
                return
        try:
            entering.enter_pair(self._account, above, below)
        except Refusal as no:
            self._drop(above, no)
            self._drop(below, no)
        self._tickets.index(above)
        self._tickets.index(below)

    def _enter(self, ticket: Ticket) -> None:
        if ticket.asked.spot and passed(ticket.asked, self._account.market(ticket.asked.symbol).price):
            self._enter_at_market(ticket)  # the engine of spot would let it wait on the other side of the market
            return
        try:
            entering.enter_exit(self._account, ticket)
        except Refusal as no:
            if no.kind is Kind.WOULD_TRIGGER_IMMEDIATELY:
                self._enter_at_market(ticket)
            else:
                self._drop(ticket, no)
        self._tickets.index(ticket)

    def _enter_at_market(self, ticket: Ticket) -> None:
        asked = ticket.asked
        unit = MarketUnit.BASE if asked.spot else None
        ticket.asked = replace(asked, trigger_price=None, at_market=True, price=None, unit=unit)
        try:
            entering.enter(self._account, ticket)
        except Refusal as no:
            self._drop(ticket, no)
        ticket.asked = asked
        self._tickets.index(ticket)

    def _drop(self, ticket: Ticket, no: Refusal) -> None:
        gone = no.kind in (FuturesKind.POSITION_NEEDED, FuturesKind.REDUCE_ONLY_REJECTED)
        ticket.cancel_type = CLEARED if gone else "UNKNOWN"
        status, reason = ("Deactivated", "EC_NoError") if gone else ("Rejected", "EC_Others")
        ticket.ended = Ended(status=status, reason=reason, time_ms=self._account.now_ms())

    def _replace_full(self, ticket: Ticket) -> None:
        for other in self._tickets:
            same = (other.role, other.asked.partial, other.asked.symbol, other.asked.category, other.asked.position_idx)
            asked = ticket.asked
            if other.open and same == (ticket.role, False, asked.symbol, asked.category, asked.position_idx):
                other.cancel_type = "CancelByUser"
                self.end(other)


def _received(order: Order, covered: Decimal) -> Decimal:
    """What a buyer got since so much was filled, less the commission, which is taken from it."""
    received, filled = ZERO, ZERO
    for each in order.trades:
        filled += each.quantity
        if filled > covered:
            received += each.quantity - each.commission
    return received
