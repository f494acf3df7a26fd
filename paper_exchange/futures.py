"""The exchange of one kind of contracts for one account: lets orders in, and hands them to its matching engine."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from paper_exchange.engine.account import Account
from paper_exchange.engine.book import Book, Walk
from paper_exchange.engine.conditional_orders import Conditional, NewConditional
from paper_exchange.engine.conditionals import Conditionals
from paper_exchange.engine.engine import Engine
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.futures_orders import FuturesTrade, NewFuturesOrder
from paper_exchange.engine.margin import MarginSettlement
from paper_exchange.engine.matching import filled, sweep
from paper_exchange.engine.modifying import Modifying, changed_order
from paper_exchange.engine.order_lists import OrderLists
from paper_exchange.engine.orders import ZERO, Order
from paper_exchange.engine.positions import Positions, PositionSide
from paper_exchange.engine.registry import Orders
from paper_exchange.engine.requirements import Requirements
from paper_exchange.enums import TimeInForce
from paper_exchange.futures_terms import Terms
from paper_exchange.refusal import FuturesKind, Kind, Refusal
from paper_exchange.rules.futures_filters import check_conditional, check_futures_order
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
    ) -> None:
        self.uid = uid
        self.inverse = kit.inverse
        self.terms = terms
        self.unfilled = terms.unfilled
        self.now_us = now_us
        self.new_client_order_id = new_client_order_id
        self.markets = {symbol.name: FuturesMarket(symbol) for symbol in kit.symbols}
        self.wallet = Account(kit.wallet)
        self.orders, self.positions = Orders(), Positions()
        self._walk = walk
        terms.join(self)
        self._settlement = MarginSettlement(
            positions=self.positions,
            contract_of=lambda name: self.markets[name].symbol,
            account=self.wallet,
            orders=self.orders,
            lists=OrderLists(),
            unfilled=self.unfilled,
            now_us=now_us,
        )
        self._engine = Engine(
            markets=self.markets,
            orders=self.orders,
            lists=OrderLists(),
            settlement=self._settlement,
            unfilled=self.unfilled,
            now_us=now_us,
            new_client_order_id=new_client_order_id,
        )
        self.requirements = Requirements(
            wallet=self.wallet,
            markets=self.markets,
            positions=self.positions,
            orders=self.orders,
            leverage_of=terms.leverage_of,
        )
        self._modifying = Modifying(self._engine, self.requirements)
        self.conditionals = Conditionals(
            reducible=self.requirements.reducible,
            enter=self._enter_triggered,
            new_id=new_client_order_id,
            most=MAX_CONDITIONALS,
        )

    def now_ms(self) -> int:
        """Return the exchange's time in milliseconds."""
        return self.now_us() // 1_000

    def market(self, name: str) -> FuturesMarket:
        """Return the market of a symbol. Raises Refusal for one that is not listed."""
        market = self.markets.get(name)
        if market is None:
            raise Refusal(Kind.UNKNOWN_SYMBOL)
        return market

    @property
    def trades(self) -> Sequence[FuturesTrade]:
        """Every trade, oldest first."""
        return [trade for trade in self._settlement.trades if isinstance(trade, FuturesTrade)]

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
        self.check_mode(side, reduce_only=False)
        position = self.positions.of(name, side, market.symbol.contract)
        position.quantity = quantity
        position.cost = market.symbol.contract.value(quantity, entry_price or market.price)
        self._settlement.shrink_to(position)

    def check(self, new: NewFuturesOrder) -> None:
        """Pass an order that is within its symbol's rules and the account's mode, whatever the account has."""
        check_futures_order(new, self.market(new.symbol))
        self.check_mode(new.position_side, reduce_only=new.reduce_only)

    def check_mode(self, side: PositionSide, *, reduce_only: bool) -> None:
        """Pass a position that the account's mode knows. Raises Refusal."""
        if (side is PositionSide.BOTH) == self.terms.hedged:
            raise Refusal(FuturesKind.POSITION_SIDE_MISMATCH)
        if reduce_only and self.terms.hedged:
            raise Refusal(FuturesKind.REDUCE_ONLY_NOT_NEEDED)

    def place(self, new: NewFuturesOrder) -> Order:
        """Place an order. Raises Refusal."""
        self.unfilled.check(self.now_us())
        self.check(new)
        self._check_room(new.symbol)
        if new.client_order_id is not None and self.orders.is_open(new.client_order_id):
            raise Refusal(Kind.DUPLICATE_CLIENT_ID)
        order = self._enter(self._cut(new))
        self.conditionals.drop_orphans(self.now_ms())
        return order

    def modify(self, order: Order, quantity: Decimal, price: Decimal) -> None:
        """Give an open order another quantity and price. Raises Refusal."""
        if not order.open:
            raise Refusal(Kind.UNKNOWN_ORDER)
        changed = changed_order(order, quantity, price)
        if changed.reduces:
            changed = replace(changed, quantity=min(quantity, order.executed + self.requirements.reducible(changed)))
        check_futures_order(changed, self.market(order.symbol))
        self._modifying.modify(order, changed, self.market(order.symbol))
        self.conditionals.drop_orphans(self.now_ms())

    def place_conditional(self, new: NewConditional) -> Conditional:
        """Let a conditional order wait for its price; it needs neither margin nor, as a rule, a position."""
        self.unfilled.check(self.now_us())
        check_conditional(new, self.market(new.symbol))
        self.check_mode(new.position_side, reduce_only=new.reduce_only)
        conditional = self.conditionals.place(new, self.market(new.symbol), self.now_ms())
        self.unfilled.placed(self.now_us())
        return conditional

    def cancel_conditional(self, conditional: Conditional) -> None:
        """Cancel a conditional order. Raises Refusal for one that does not wait any more."""
        self.conditionals.cancel(conditional, self.now_ms())

    def cancel(self, order: Order) -> None:
        """Cancel an order. Raises Refusal for one that is not open."""
        if not order.open:
            raise Refusal(Kind.UNKNOWN_ORDER)
        self._engine.cancel(order)

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

    def _react(self, market: FuturesMarket) -> None:
        self._engine.react(market)
        self.conditionals.react(market, self.now_ms())

    def _enter_triggered(self, new: NewFuturesOrder) -> Order:
        """What a conditional order became is cut to its position, whatever the mode, and needs margin now."""
        taken = new.client_order_id is not None and self.orders.is_open(new.client_order_id)
        new = replace(new, client_order_id=None) if taken else new
        if new.reduces:
            most = self.requirements.reducible(new)
            if not most:
                raise Refusal(FuturesKind.REDUCE_ONLY_REJECTED)
            new = replace(new, quantity=min(new.quantity or ZERO, most))
        order = self._enter(new)
        self.unfilled.placed(self.now_us(), -1)  # it was counted when the conditional one was placed
        return order

    def _check_room(self, symbol: str) -> None:
        rule = self.market(symbol).symbol.rules.get(Kind.MAX_NUM_ORDERS)
        if rule is not None and len(self.orders.open_orders(symbol)) >= rule["limit"]:
            raise Refusal(Kind.MAX_NUM_ORDERS)

    def _cut(self, new: NewFuturesOrder) -> NewFuturesOrder:
        """An order that only reduces is cut to its position; one of two positions must fit as it is."""
        if not new.reduces:
            return new
        most, quantity = (
            self.requirements.position_of(new.symbol, new.position_side).reducible_by(new.side),
            new.quantity or ZERO,
        )
        if not most or (quantity > most and self.terms.hedged):
            raise Refusal(FuturesKind.REDUCE_ONLY_REJECTED)
        return replace(new, quantity=min(quantity, most))

    def _enter(self, new: NewFuturesOrder) -> Order:
        quantity = new.quantity or ZERO
        if new.time_in_force is TimeInForce.FOK and new.price is not None:
            fills = sweep(self.market(new.symbol).against(new.side), new.side, quantity, new.price)
            if filled(fills) < quantity:
                raise Refusal(FuturesKind.WOULD_NOT_FILL)
        self.requirements.check(new, quantity)
        return self._engine.place(new, quantity)
