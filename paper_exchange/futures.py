"""The exchange of one kind of contracts for one account: orders, conditional orders, positions and a wallet."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from paper_exchange.engine.account import Account
from paper_exchange.engine.book import Book, Walk
from paper_exchange.engine.conditional_orders import Conditional, NewConditional
from paper_exchange.engine.conditionals import Conditionals
from paper_exchange.engine.desk import Desk
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.futures_orders import FuturesTrade, NewFuturesOrder
from paper_exchange.engine.modifying import Modifying
from paper_exchange.engine.orders import Order
from paper_exchange.engine.positions import PositionSide
from paper_exchange.futures_placing import Placing
from paper_exchange.futures_terms import Terms
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.futures_filters import check_conditional
from paper_exchange.rules.futures_state import MAX_CONDITIONALS, Kit
from paper_exchange.rules.futures_symbols import FuturesSymbol


class Futures:
    """What it refuses is raised as Refusal, and changes nothing."""

    def __init__(
        self,
        kit: Kit,
        terms: Terms,
        *,
        uid: int,
        now_us: Callable[[], int],
        new_client_order_id: Callable[[], str],
        walk: Walk | None,
        wallet: Account | None = None,
    ) -> None:
        """`wallet` is one that the contracts share with something else; without it they have the kit's, alone."""
        self.uid = uid
        self.inverse = kit.inverse
        self.terms = terms
        self.unfilled = terms.unfilled
        self._desk = desk = Desk(
            kit.symbols,
            Account(kit.wallet) if wallet is None else wallet,
            unfilled=terms.unfilled,
            now_us=now_us,
            new_client_order_id=new_client_order_id,
            leverage_of=terms.leverage_of,
        )
        self.markets, self.wallet, self.orders, self.positions = desk.markets, desk.wallet, desk.orders, desk.positions
        self.requirements = desk.requirements
        self.now_us, self.now_ms = desk.now_us, desk.now_ms
        self._walk = walk
        self._modifying, self._placing = Modifying(desk.engine, desk.requirements), Placing(desk, terms)
        self.conditionals = Conditionals(
            reducible=desk.requirements.reducible,
            enter=self._placing.enter_triggered,
            new_id=new_client_order_id,
            most=MAX_CONDITIONALS,
        )
        terms.join(self)

    def listen(self, *, concluded: Callable[[Order], None], triggered: Callable[[Conditional], None]) -> None:
        """Tell of each order that traded or ended in the book, and of each conditional one that was triggered."""
        self._desk.settlement.concluded = concluded
        self.conditionals.triggered = triggered

    def market(self, name: str) -> FuturesMarket:
        """Return the market of a symbol. Raises Refusal for one that is not listed."""
        market = self.markets.get(name)
        if market is None:
            raise Refusal(Kind.UNKNOWN_SYMBOL)
        return market

    @property
    def trades(self) -> Sequence[FuturesTrade]:
        """Every trade, oldest first."""
        return [trade for trade in self._desk.settlement.trades if isinstance(trade, FuturesTrade)]

    def advance(self) -> None:
        """Let prices walk up to now, with all that this does to orders."""
        if self._walk is None:
            return
        for _ in range(self._walk.steps_until(self.now_us())):
            for market in self.markets.values():
                market.step(self._walk)
                self._react(market)

    def set_price(self, name: str, price: Decimal) -> None:
        """Move a market: a trade at `price`, a fresh book around it, and all that this does to orders."""
        market = self.market(name)
        market.move(price)
        self._react(market)

    def set_mark_price(self, name: str, price: Decimal | None) -> None:
        """Set the mark price apart from the last price; None lets it follow the last price again."""
        market = self.market(name)
        market.mark_apart = price
        self._react(market)

    def set_book(self, name: str, book: Book, last_price: Decimal | None = None) -> None:
        """Put bids and asks in place of those of a market, with all that this does to orders."""
        market = self.market(name)
        market.put(book, last_price)
        self._react(market)

    def set_symbol(self, symbol: FuturesSymbol) -> None:
        """Give a known symbol new rules, effective at once."""
        self.market(symbol.name).symbol = symbol

    def set_position(self, name: str, side: PositionSide, quantity: Decimal, entry_price: Decimal | None) -> None:
        """Let a position be so large, as if it had been opened at that price, or else at the last one."""
        market = self.market(name)
        self._placing.check_mode(name, side, reduce_only=False)
        position = self.requirements.position_of(name, side)
        position.quantity = quantity
        position.cost = market.symbol.contract.value(quantity, entry_price or market.price)
        self._desk.settlement.shrink_to(position)
        self.conditionals.drop_orphans(self.now_ms())

    def imagine(self, new: NewFuturesOrder) -> Order:
        """Return an order that passes the rules as it would be placed; it is not."""
        self.market(new.symbol)
        return self._placing.imagine(new)

    def place(self, new: NewFuturesOrder) -> Order:
        """Place an order."""
        self.market(new.symbol)
        order = self._placing.place(new)
        self.conditionals.drop_orphans(self.now_ms())
        return order

    def modify(self, order: Order, quantity: Decimal, price: Decimal, *, reduce_only: bool) -> None:
        """Give an open order another quantity and price.

        With `reduce_only` it is said to be such an order, which alone spares it the least notional.
        It counts as an order that was placed.
        """
        self.unfilled.check(self.now_us())
        self._check_open(order)
        self._modifying.modify(order, quantity, price, self.market(order.symbol), reduce_only=reduce_only)
        self.unfilled.placed(self.now_us())
        self.conditionals.drop_orphans(self.now_ms())

    def cancel(self, order: Order) -> None:
        """Cancel an order that is open."""
        self._check_open(order)
        self._desk.engine.cancel(order)

    def place_conditional(self, new: NewConditional) -> Conditional:
        """Let a conditional order wait for its price; it needs neither margin nor, as a rule, a position."""
        self.unfilled.check(self.now_us())
        check_conditional(new, self.market(new.symbol))
        self._placing.check_mode(new.symbol, new.position_side, reduce_only=new.reduce_only)
        conditional = self.conditionals.place(new, self.market(new.symbol), self.now_ms())
        self.unfilled.placed(self.now_us())
        return conditional

    def cancel_conditional(self, conditional: Conditional) -> None:
        """Cancel a conditional order that still waits."""
        self.conditionals.cancel(conditional, self.now_ms())

    def change_conditional(
        self,
        conditional: Conditional,
        *,
        quantity: Decimal | None,
        price: Decimal | None,
        trigger_price: Decimal | None,
    ) -> None:
        """Change what is given of a conditional order that still waits."""
        old = conditional.request
        changed = replace(
            old,
            quantity=quantity or old.quantity,
            price=price or old.price,
            trigger_price=trigger_price or old.trigger_price,
        )
        market = self.market(old.symbol)
        check_conditional(changed, market)
        self.conditionals.change(conditional, changed, market, self.now_ms())

    def has_orders(self, symbol: str | None = None) -> bool:
        """See futures_terms.Member."""
        return bool(self.orders.open_orders(symbol) or self.conditionals.open_ones(symbol))

    def has_positions(self, symbol: str | None = None) -> bool:
        """See futures_terms.Member."""
        return bool(self.positions.open_positions(symbol))

    def count(self) -> tuple[int, int]:
        """See dialect.Floor."""
        return self.orders.next_id(), len(self.conditionals)

    def hide_since(self, count: tuple[int, int], seconds: float, others_seconds: float) -> None:
        """See dialect.Floor."""
        first_order, first_conditional = count
        for order in self.orders.since(first_order):
            self.hide(order, seconds)
        for conditional in self.conditionals.since(first_conditional):
            self.hide(conditional, others_seconds)

    def hide(self, what: Order | Conditional, seconds: float) -> None:
        """Let lookups answer for so long as if it were not there; it is, and it trades."""
        what.hidden_until_us = self.now_us() + round(seconds * 1_000_000)

    def visible(self, what: Order | Conditional) -> bool:
        """Return whether lookups show it now."""
        return what.hidden_until_us <= self.now_us()

    def _check_open(self, order: Order) -> None:
        if not order.open:
            raise Refusal(Kind.UNKNOWN_ORDER)

    def _react(self, market: FuturesMarket) -> None:
        self._desk.engine.react(market)
        self.conditionals.react(market, self.now_ms())
