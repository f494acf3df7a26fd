"""The exchange itself, without a server: accepts orders, matches, settles, remembers. Time is injected."""

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from string import ascii_letters, digits

from local.paper_exchange import errors
from local.paper_exchange.account import Account
from local.paper_exchange.admission import check_account, check_order, market_quantity
from local.paper_exchange.book import Book, Level, Walk
from local.paper_exchange.limits import UnfilledOrders
from local.paper_exchange.market import Market
from local.paper_exchange.matching import cost, match, sweep
from local.paper_exchange.orders import NewOrder, Order, Orders, OrderType, Side, Status, Trade
from local.paper_exchange.rate_limits import DEFAULT_LIMITS, RateLimit
from local.paper_exchange.settlement import Settlement
from local.paper_exchange.starting_state import BALANCES, SYMBOLS
from local.paper_exchange.symbols import Symbol

Clock = Callable[[], int]
"""Unix time in microseconds."""


def system_clock() -> int:
    return time.time_ns() // 1_000


class Exchange:
    """One account on one exchange. Refusals are raised as `errors.Refused`, with the documented code and text.

    `seed` makes prices walk, one step a second of `clock`; without it they stay where they are put.
    """

    def __init__(self, clock: Clock = system_clock, seed: int | None = None) -> None:
        self._clock = clock
        self._seed = seed
        self.reset()

    def reset(self) -> None:
        """Everything back to the start."""
        self.clock_offset_ms = 0
        self.markets = {symbol.name: Market(symbol) for symbol in SYMBOLS}
        self.account = Account(BALANCES)
        self.orders = Orders()
        self.limits: list[RateLimit] = list(DEFAULT_LIMITS)
        self.unfilled = UnfilledOrders(self.limits)
        self._settlement = Settlement(self.account, self.orders, self.unfilled, self.now_us)
        self._walk = None if self._seed is None else Walk(self._seed, self.now_us())
        self._random = Random(self._seed)  # noqa: S311 - names orders, guards nothing

    def now_us(self) -> int:
        return self._clock() + self.clock_offset_ms * 1_000

    def now_ms(self) -> int:
        return self.now_us() // 1_000

    def market(self, name: str) -> Market:
        market = self.markets.get(name)
        if market is None:
            raise errors.invalid_symbol()
        return market

    @property
    def trades(self) -> Sequence[Trade]:
        """Every trade, oldest first."""
        return self._settlement.trades

    def advance(self) -> None:
        """Let prices walk up to now, filling the resting orders they cross."""
        if self._walk is None:
            return
        for _ in range(self._walk.steps_until(self.now_us())):
            for market in self.markets.values():
                market.step(self._walk)
                self._fill_resting(market)

    def set_price(self, name: str, price: Decimal) -> None:
        """Move a market: a fresh book around `price`, and fills for the resting orders it crosses."""
        market = self.market(name)
        market.move(price)
        self._fill_resting(market)

    def set_book(self, name: str, book: Book) -> None:
        market = self.market(name)
        market.put(book)
        self._fill_resting(market)

    def set_symbol(self, symbol: Symbol) -> None:
        """New rules for a known symbol, effective at once."""
        self.market(symbol.name).symbol = symbol

    def check(self, new: NewOrder) -> None:
        """All that order/test checks: what is refused before the matching engine sees an order."""
        check_order(new, self.market(new.symbol))

    def place(self, new: NewOrder) -> Order:
        self.unfilled.check(self.now_us())
        self.check(new)
        market = self.market(new.symbol)
        quantity = new.quantity if new.quote_quantity is None else market_quantity(new, market)
        check_account(new, quantity, market, self.account, self.orders)
        fills, expiry_reason = match(new, quantity, market.against(new.side))
        order = self._order(new, quantity)
        self._settlement.accept(order, market.symbol, _most_it_pays(new, quantity, fills))
        self._settlement.fill(order, market.symbol, fills, maker=False)
        self._settlement.conclude(order, market.symbol, expiry_reason)
        return order

    def cancel(self, order: Order) -> None:
        if not order.open:
            raise errors.unknown_order()
        self._settlement.close(order, self.market(order.symbol).symbol, Status.CANCELED)

    def hide(self, order: Order, seconds: float) -> None:
        """For so long lookups answer as if the order were not there; it is, and it trades."""
        order.hidden_until_us = self.now_us() + round(seconds * 1_000_000)

    def visible(self, order: Order) -> bool:
        return order.hidden_until_us <= self.now_us()

    def new_client_order_id(self) -> str:
        return "".join(self._random.choices(ascii_letters + digits, k=22))

    def _order(self, new: NewOrder, quantity: Decimal) -> Order:
        return Order(
            order_id=self.orders.next_id(),
            client_order_id=new.client_order_id or self.new_client_order_id(),
            request=new,
            quantity=quantity,
            time_ms=self.now_ms(),
            update_time_ms=self.now_ms(),
        )

    def _fill_resting(self, market: Market) -> None:
        """A resting order trades at its own price."""
        for order in self.orders.open_orders(market.symbol.name):
            limit = order.request.price
            crossed = sweep(market.against(order.side), order.side, order.remaining, limit)
            fills = [Level(limit or price, quantity) for price, quantity in crossed]
            self._settlement.fill(order, market.symbol, fills, maker=True)
            self._settlement.conclude(order, market.symbol)


def _most_it_pays(new: NewOrder, quantity: Decimal, fills: Sequence[Level]) -> Decimal:
    if new.side is Side.SELL:
        return quantity
    return cost(fills) if new.type is OrderType.MARKET or new.price is None else new.price * quantity
