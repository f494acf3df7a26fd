"""How orders live and money moves: what an order locks, pays and earns, and what it gives back at its end."""

from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, Decimal

from local.paper_exchange.account import Account
from local.paper_exchange.book import Level
from local.paper_exchange.errors import insufficient_balance
from local.paper_exchange.limits import UnfilledOrders
from local.paper_exchange.orders import ZERO, Order, Orders, Side, Status, Trade
from local.paper_exchange.symbols import Symbol

COMMISSION = Decimal("0.001")  # of what is earned, maker and taker alike
ASSET_UNIT = Decimal("1E-8")


class Settlement:
    def __init__(self, account: Account, orders: Orders, unfilled: UnfilledOrders, now_us: Callable[[], int]) -> None:
        self._account = account
        self._orders = orders
        self._unfilled = unfilled
        self._now_us = now_us
        self.trades: list[Trade] = []

    def accept(self, order: Order, symbol: Symbol, amount: Decimal) -> None:
        """Let it in, with all that it may pay (`amount`) set aside. Raises -2010 when there is less."""
        asset = _pays(order, symbol)
        if self._account.free(asset) < amount:
            raise insufficient_balance()
        self._account.lock(asset, amount)
        order.locked = amount
        self._orders.add(order)
        self._unfilled.placed(self._now_us())

    def fill(self, order: Order, symbol: Symbol, fills: Sequence[Level], *, maker: bool) -> None:
        if fills and not order.trades:
            self._unfilled.first_fill(self._now_us(), maker=maker)
        for price, quantity in fills:
            self._settle(order, symbol, self._trade(order, symbol, price, quantity, maker=maker))

    def conclude(self, order: Order, symbol: Symbol, expiry_reason: str | None = None) -> None:
        """After its fills: an order is done, or its rest expires, or it goes on resting."""
        if not order.remaining:
            self.close(order, symbol, Status.FILLED)
        elif expiry_reason is not None:
            order.expiry_reason = expiry_reason
            self.close(order, symbol, Status.EXPIRED)
        else:
            order.status = Status.PARTIALLY_FILLED if order.executed else Status.NEW
            self._release(order, symbol)

    def close(self, order: Order, symbol: Symbol, status: Status) -> None:
        order.status = status
        order.update_time_ms = self._now_us() // 1_000
        self._orders.closed(order)
        self._release(order, symbol)

    def _trade(self, order: Order, symbol: Symbol, price: Decimal, quantity: Decimal, *, maker: bool) -> Trade:
        earned = quantity if order.side is Side.BUY else quantity * price
        return Trade(
            trade_id=len(self.trades) + 1,
            order=order,
            price=price,
            quantity=quantity,
            commission=(earned * COMMISSION).quantize(ASSET_UNIT, ROUND_DOWN),
            commission_asset=_earns(order, symbol),
            time_ms=self._now_us() // 1_000,
            maker=maker,
        )

    def _settle(self, order: Order, symbol: Symbol, trade: Trade) -> None:
        quote = trade.price * trade.quantity
        paid, earned = (quote, trade.quantity) if order.side is Side.BUY else (trade.quantity, quote)
        self._account.spend(_pays(order, symbol), paid)
        self._account.receive(_earns(order, symbol), earned - trade.commission)
        order.locked -= paid
        order.executed += trade.quantity
        order.executed_quote += quote
        order.update_time_ms = trade.time_ms
        order.trades.append(trade)
        self.trades.append(trade)

    def _release(self, order: Order, symbol: Symbol) -> None:
        """Give back what it no longer needs: all at its end; while it rests, what better prices have saved."""
        excess = order.locked - _still_needed(order)
        self._account.unlock(_pays(order, symbol), excess)
        order.locked -= excess


def _earns(order: Order, symbol: Symbol) -> str:
    return symbol.base if order.side is Side.BUY else symbol.quote


def _pays(order: Order, symbol: Symbol) -> str:
    return symbol.quote if order.side is Side.BUY else symbol.base


def _still_needed(order: Order) -> Decimal:
    if not order.open:
        return ZERO
    return order.remaining if order.side is Side.SELL else order.remaining * (order.request.price or ZERO)
