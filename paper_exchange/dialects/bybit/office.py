"""The orders of one unified account at Bybit: acknowledged first, in the engine then, listed in the end."""

from decimal import Decimal

from paper_exchange.dialects.bybit import entering
from paper_exchange.dialects.bybit.asked import Asked
from paper_exchange.dialects.bybit.exact_refusals import refine
from paper_exchange.dialects.bybit.exit_orders import check_exits
from paper_exchange.dialects.bybit.exits import Exits
from paper_exchange.dialects.bybit.refusals import AFTERWARDS, worded
from paper_exchange.dialects.bybit.settings import Settings
from paper_exchange.dialects.bybit.tickets import Ended, Ticket, Tickets
from paper_exchange.dialects.bybit.words import Category
from paper_exchange.engine.conditional_orders import Conditional
from paper_exchange.engine.orders import Order
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.unified import UnifiedAccount

LATER_REASON = "EC_Others"


class Office:
    """Takes orders. What it refuses is raised as Refused, and changes nothing."""

    def __init__(self, account: UnifiedAccount, settings: Settings) -> None:
        self.account = account
        self.settings = settings
        self.tickets = Tickets()
        self.exits = Exits(account, self.tickets)
        self._waiting: list[Ticket] = []
        account.listen(lambda order: self._concluded(Category.SPOT, order))
        for category in (Category.LINEAR, Category.INVERSE):
            entering.contracts(account, category).listen(
                concluded=lambda order, category=category: self._concluded(category, order),  # type: ignore[misc]
                triggered=lambda each, category=category: self._triggered(category, each),  # type: ignore[misc]
            )

    def now_ms(self) -> int:
        """See dialect.Floor."""
        return self.account.now_ms()

    def count(self) -> tuple[int, int]:
        """See dialect.Floor."""
        return len(self.tickets), 0

    def hide_since(self, count: tuple[int, int], seconds: float, others_seconds: float) -> None:  # noqa: ARG002 - there are no lists
        """See dialect.Floor."""
        for ticket in self.tickets.since(count[0]):
            ticket.hidden_until_us = self.account.now_us() + round(seconds * 1_000_000)

    def advance(self) -> None:
        """Let time pass up to now: prices walk, and what was acknowledged comes to the engine."""
        self.account.advance()
        now_us = self.account.now_us()
        due = [each for each in self._waiting if each.enters_us <= now_us]
        self._waiting = [each for each in self._waiting if each.enters_us > now_us]
        for ticket in due:
            self._enter_late(ticket)

    def place(self, asked: Asked) -> Ticket:
        """Acknowledge an order. Raises Refused."""
        if asked.link_id is not None and self.tickets.taken(spot=asked.spot, link_id=asked.link_id):
            raise worded(Refusal(Kind.DUPLICATE_CLIENT_ID), spot=asked.spot)
        ticket = self._new_ticket(asked)
        try:
            ticket.price_on_created = last_price = self._last_price(asked)
            check_exits(asked, asked.price or last_price)
            if ticket.enters_us > self.account.now_us():
                entering.check(self.account, asked)
                self._waiting.append(ticket)
            else:
                self._enter(ticket)
        except Refusal as no:
            raise refine(no, asked, self.account) from None
        self.tickets.add(ticket)
        self._follow(ticket)
        return ticket

    def in_engine(self, ticket: Ticket) -> bool:
        """Return whether the engine has the order, or has had it."""
        return ticket not in self._waiting

    def wipe(self) -> None:
        """Let `realtime` forget what is closed, as after a restart."""
        for ticket in self.tickets:
            ticket.wiped = ticket.wiped or not ticket.open

    def _new_ticket(self, asked: Asked) -> Ticket:
        now_us = self.account.now_us()
        return Ticket(
            order_id=self.tickets.new_id(asked.category),
            asked=asked,
            time_ms=self.account.now_ms(),
            enters_us=now_us + self.settings.engine_ms * 1_000,
            seen_us=now_us + max(self.settings.realtime_ms, self.settings.engine_ms) * 1_000,
        )

    def _enter(self, ticket: Ticket) -> None:
        """Raises Refusal for what is refused at once; what the engine refuses afterwards ends the ticket."""
        try:
            entering.enter(self.account, ticket)
        except Refusal as no:
            if no.kind not in AFTERWARDS and not self.settings.refuses_later:
                raise
            self._end(ticket, no)

    def _enter_late(self, ticket: Ticket) -> None:
        try:
            entering.enter(self.account, ticket)
        except Refusal as no:
            self._end(ticket, no)
        self._follow(ticket)

    def _end(self, ticket: Ticket, no: Refusal) -> None:
        status = "Cancelled" if no.kind in AFTERWARDS else "Rejected"
        reason = AFTERWARDS.get(no.kind, LATER_REASON)
        ticket.ended = Ended(status=status, reason=reason, time_ms=self.account.now_ms())

    def _follow(self, ticket: Ticket) -> None:
        self.tickets.index(ticket)
        self.exits.cover(ticket)

    def _last_price(self, asked: Asked) -> Decimal:
        if asked.spot:
            return self.account.market(asked.symbol).price
        return entering.contracts(self.account, asked.category).market(asked.symbol).price

    def _concluded(self, category: Category, order: Order) -> None:
        ticket = self.tickets.of_order(category, order)
        if ticket is not None:
            self.exits.cover(ticket)

    def _triggered(self, category: Category, conditional: Conditional) -> None:
        ticket = self.tickets.of_conditional(category, conditional)
        if ticket is not None:
            self.exits.end_sibling(ticket)
            self._follow(ticket)
