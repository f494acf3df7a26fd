"""The exchange itself, without a server: lets orders in, and hands them to its matching engine. Time is injected."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from string import ascii_letters, digits
from typing import Any

from paper_exchange.engine.account import Account
from paper_exchange.engine.amending import Amending
from paper_exchange.engine.book import Book, Walk
from paper_exchange.engine.engine import Engine
from paper_exchange.engine.market import Market, ReferencePrice
from paper_exchange.engine.order_lists import NewList, OrderList, OrderLists
from paper_exchange.engine.orders import NewOrder, Order, Trade
from paper_exchange.engine.progress import Progress
from paper_exchange.engine.registry import Orders
from paper_exchange.engine.settlement import Settlement
from paper_exchange.engine.unfilled_orders import UnfilledOrders
from paper_exchange.futures import Futures
from paper_exchange.futures_terms import Terms
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.account_filters import Standing
from paper_exchange.rules.admission import check_account, check_names, check_order, market_quantity
from paper_exchange.rules.futures_state import INVERSE, LINEAR, Kit
from paper_exchange.rules.futures_state import LIMITS as FUTURES_LIMITS
from paper_exchange.rules.permissions import PERMISSIONS
from paper_exchange.rules.rate_limits import DEFAULT_LIMITS, RateLimit
from paper_exchange.rules.starting_state import ASSET_LIMITS, BALANCES, EXCHANGE_FILTERS, SYMBOLS
from paper_exchange.rules.symbols import Filter, Rule, Symbol, rule

UID = 354937868
Clock = Callable[[], int]
"""Unix time in microseconds."""


def system_clock() -> int:
    """Return the machine's time."""
    return time.time_ns() // 1_000


class Exchange:
    """One account on one exchange. What it refuses is raised as Refusal, and changes nothing.

    `seed` makes prices walk, one step a second of `clock`; without it they stay where they are put. `uid` is the
    account's id.
    """

    def __init__(self, clock: Clock = system_clock, seed: int | None = None, uid: int = UID) -> None:
        self.uid = uid
        self._clock = clock
        self._seed = seed
        self.reset()

    def reset(self) -> None:
        """Put everything back to the start."""
        self.clock_offset_ms = 0
        self.markets = {symbol.name: Market(symbol) for symbol in SYMBOLS}
        self.filters: tuple[Filter, ...] = EXCHANGE_FILTERS
        self.asset_limits = dict(ASSET_LIMITS)
        self.permissions = dict(PERMISSIONS)
        self.limits: list[RateLimit] = list(DEFAULT_LIMITS)
        self._walk = None if self._seed is None else Walk(self._seed, self.now_us())
        self._random = Random(self._seed)  # noqa: S311 - names orders, guards nothing
        self._beside: list[Exchange] = []
        self._open_account(BALANCES)
        self.terms = Terms(list(FUTURES_LIMITS))
        self.linear, self.inverse = self._futures(LINEAR), self._futures(INVERSE)
        """What the account has of contracts, in wallets of their own; spot money knows nothing of it."""

    def _open_account(self, balances: Mapping[str, Decimal], first_id: int = 1) -> None:
        """Begin anew with these balances and no orders; the first one gets that number."""
        self.account = Account(balances)
        self.orders, self.lists = Orders(first_id), OrderLists(first_id - 1)
        self.unfilled = UnfilledOrders(self.limits)
        self._settlement = self._new_settlement(
            account=self.account,
            orders=self.orders,
            lists=self.lists,
            unfilled=self.unfilled,
            now_us=self.now_us,
            symbol_of=lambda name: self.markets[name].symbol,
        )
        self._engine = Engine(
            markets=self.markets,
            orders=self.orders,
            lists=self.lists,
            settlement=self._settlement,
            unfilled=self.unfilled,
            now_us=self.now_us,
            new_client_order_id=self.new_client_order_id,
        )
        self._progress = Progress(self._engine, self.lists)
        self.amending = Amending(self._engine, self.orders, self.lists)

    def _new_settlement(self, **parts: Any) -> Settlement:
        return Settlement(**parts)

    def attach(self, other: "Exchange") -> None:
        """Let the orders of a further account trade on these markets, until a reset."""
        self._beside.append(other)

    def now_us(self) -> int:
        """Return the exchange's time in microseconds."""
        return self._clock() + self.clock_offset_ms * 1_000

    def now_ms(self) -> int:
        """Return the exchange's time in milliseconds."""
        return self.now_us() // 1_000

    def market(self, name: str) -> Market:
        """Return the market of a symbol. Raises Refusal for one that is not listed."""
        market = self.markets.get(name)
        if market is None:
            raise Refusal(Kind.UNKNOWN_SYMBOL)
        return market

    @property
    def trades(self) -> Sequence[Trade]:
        """Every trade, oldest first."""
        return self._settlement.trades

    def advance(self) -> None:
        """Let prices walk up to now, with all that this does to orders."""
        self.linear.advance()
        self.inverse.advance()
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

    def set_book(self, name: str, book: Book, last_price: Decimal | None = None) -> None:
        """Put bids and asks in place of those of a market, with all that this does to orders."""
        market = self.market(name)
        market.put(book, last_price)
        self._react(market)

    def set_reference_price(self, name: str, price: Decimal | None) -> None:
        """Set the price that the price rules of a symbol measure by; None if there is none any more."""
        self.market(name).reference = ReferencePrice(price, self.now_ms())

    def set_symbol(self, symbol: Symbol) -> None:
        """Give a known symbol new rules, effective at once."""
        self.market(symbol.name).symbol = symbol

    def check(self, *new: NewOrder) -> None:
        """Pass orders that are within their symbols' rules, whatever the account has. Raises Refusal."""
        for each in new:
            check_order(each, self.market(each.symbol), self.asset_limits)

    def check_room(self, *new: NewOrder, lists: int = 0) -> None:
        """Pass so many more orders and lists if the account's filters leave room for them. Raises Refusal."""
        check_account(new, self.market(new[0].symbol), self.rules(), self._standing, lists=lists)

    def rules(self) -> Mapping[str, Rule]:
        """Return the filters of the whole exchange, numbers as Decimal."""
        return {each["filterType"]: rule(each) for each in self.filters}

    def place(self, new: NewOrder) -> Order:
        """Place an order. Raises Refusal."""
        self.unfilled.check(self.now_us())
        self.check(new)
        quantity = new.quantity
        if quantity is None:
            quantity = market_quantity(new, self.market(new.symbol))
        self.check_room(replace(new, quantity=quantity))
        check_names([new], self._standing)
        return self._engine.place(new, quantity)

    def place_list(self, new: NewList) -> OrderList:
        """Place an order list. Raises Refusal.

        Return it as the client is told: its pending orders are still pending, whatever follows at once.
        """
        self.unfilled.check(self.now_us(), adding=len(new.legs))
        self.check(*new.legs)
        self.check_room(*new.legs, lists=1)
        check_names(new.legs, self._standing)
        if new.client_order_id is not None and self.lists.is_open(new.client_order_id):
            raise Refusal(Kind.DUPLICATE_CLIENT_ID)
        return self._progress.place(new)

    def cancel(self, order: Order) -> None:
        """Cancel an order, and with it its list. Raises Refusal for one that is not open."""
        if not order.open:
            raise Refusal(Kind.UNKNOWN_ORDER)
        order_list = self.lists.of(order)
        if order_list is None:
            self._engine.cancel(order)
        else:
            self._progress.cancel(order_list)

    def hide(self, what: Order | OrderList, seconds: float) -> None:
        """Let lookups answer for so long as if it were not there; it is, and it trades."""
        what.hidden_until_us = self.now_us() + round(seconds * 1_000_000)

    def count(self) -> tuple[int, int]:
        """Return how many orders and how many lists there are."""
        return self.orders.next_id(), self.lists.next_id()

    def hide_since(self, count: tuple[int, int], seconds: float, others_seconds: float) -> None:
        """Hide the orders placed since there were that many, and the lists."""
        first_order, first_list = count
        for order in self.orders.since(first_order):
            self.hide(order, seconds)
        for order_list in self.lists.since(first_list):
            self.hide(order_list, others_seconds)

    def visible(self, what: Order | OrderList) -> bool:
        """Return whether lookups show it now."""
        return what.hidden_until_us <= self.now_us()

    def new_client_order_id(self) -> str:
        """Return an id for an order that came without one."""
        return "".join(self._random.choices(ascii_letters + digits, k=22))

    def _futures(self, kit: Kit) -> Futures:
        return Futures(
            kit,
            self.terms,
            uid=self.uid,
            now_us=self.now_us,
            new_client_order_id=self.new_client_order_id,
            walk=None if self._seed is None else Walk(self._seed, self.now_us()),
        )

    def _react(self, market: Market) -> None:
        for each in (self, *self._beside):
            each._engine.react(market)

    @property
    def _standing(self) -> Standing:
        return Standing(self.account, self.orders, self.lists)
