"""How money moves: what an order sets aside, pays and earns, and what it gives back at its end."""

from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, Decimal

from paper_exchange.engine.account import Account
from paper_exchange.engine.book import Level
from paper_exchange.engine.order_lists import OrderList, OrderLists
from paper_exchange.engine.orders import ZERO, NewOrder, Order, Trade
from paper_exchange.engine.registry import Orders
from paper_exchange.engine.unfilled_orders import UnfilledOrders
from paper_exchange.enums import ExpiryReason, Side, Status
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.symbols import Symbol

COMMISSION = Decimal("0.001")  # of what is earned, maker and taker alike
ASSET_UNIT = Decimal("1E-8")


class Settlement:
    """Moves the account's money for its orders."""

    def __init__(
        self,
        *,
        account: Account,
        orders: Orders,
        lists: OrderLists,
        unfilled: UnfilledOrders,
        now_us: Callable[[], int],
        symbol_of: Callable[[str], Symbol],
    ) -> None:
        self._account = account
        self._orders = orders
        self._lists = lists
        self._unfilled = unfilled
        self._now_us = now_us
        self._symbol_of = symbol_of
        self.trades: list[Trade] = []

    def check_funds(self, new: NewOrder, *amounts: tuple[Symbol, Side, Decimal]) -> None:
        """Pass amounts that can be set aside together for `new`, or for the list that it begins. Raises Refusal."""
        needs: dict[str, Decimal] = {}
        for symbol, side, amount in amounts:
            asset = symbol.pays(side)
            needs[asset] = needs.get(asset, ZERO) + amount
        for asset, amount in needs.items():
            if amount > self._account.free(asset):
                self._check_shortfall(new, asset, amount - self._account.free(asset))

    def hold(self, holder: Order | OrderList, amount: Decimal) -> None:
        """Let an order or a list hold so much from now on, less or more than before. Raises Refusal."""
        asset = self._held_asset(holder)
        more = amount - holder.locked
        if more > self._account.free(asset):
            self._cover_shortfall(holder, asset, more - self._account.free(asset))
        if more >= 0:
            self._account.lock(asset, more)
        else:
            self._account.unlock(asset, -more)
        holder.locked = amount

    def hand_over(self, order_list: OrderList, order: Order) -> None:
        """Let the order alone hold what its list held."""
        order.locked += order_list.locked
        order.borrowed += order_list.borrowed
        order_list.locked = order_list.borrowed = ZERO

    def release(self, order_list: OrderList) -> None:
        """Give back what a list holds that its owner cancelled."""
        self.hold(order_list, ZERO)

    def fill(self, order: Order, fills: Sequence[Level], *, maker: bool) -> None:
        """Pay for each fill, and earn what it brings."""
        if fills and not order.trades:
            self._unfilled.first_fill(self._now_us(), maker=maker)
        for price, quantity in fills:
            self._settle(order, self._trade(order, price, quantity, maker=maker))

    def conclude(self, order: Order, expiry_reason: ExpiryReason | None = None) -> None:
        """Go on after fills: the order is done, or its rest expires, or it goes on resting."""
        if not order.remaining:
            self.close(order, Status.FILLED)
        elif expiry_reason is not None:
            self.expire(order, expiry_reason)
        else:
            order.status = Status.PARTIALLY_FILLED if order.executed else Status.NEW
            self.hold(order, _still_needed(order))

    def expire(self, order: Order, reason: ExpiryReason) -> None:
        """End an order for that reason."""
        order.expiry_reason = reason
        self.close(order, Status.EXPIRED)

    def close(self, order: Order, status: Status) -> None:
        """End an order, and give back what it holds."""
        order.status = status
        order.update_time_ms = self._now_us() // 1_000
        self._orders.closed(order)
        self.hold(order, ZERO)

    # A margin account may borrow what it lacks, and needs to know for what.
    def _check_shortfall(self, new: NewOrder, asset: str, amount: Decimal) -> None:  # noqa: ARG002 - as just said
        """Pass an order for which so much is not free. Raises Refusal."""
        raise Refusal(Kind.INSUFFICIENT_BALANCE)

    def _cover_shortfall(self, holder: Order | OrderList, asset: str, amount: Decimal) -> None:  # noqa: ARG002 - the same
        """Have so much more free for the holder. Raises Refusal."""
        raise Refusal(Kind.INSUFFICIENT_BALANCE)

    def _trade(self, order: Order, price: Decimal, quantity: Decimal, *, maker: bool) -> Trade:
        earned = quantity if order.side is Side.BUY else quantity * price
        return Trade(
            trade_id=len(self.trades) + 1,
            order=order,
            price=price,
            quantity=quantity,
            commission=(earned * COMMISSION).quantize(ASSET_UNIT, ROUND_DOWN),
            commission_asset=self._symbol_of(order.symbol).earns(order.side),
            time_ms=self._now_us() // 1_000,
            maker=maker,
        )

    def _settle(self, order: Order, trade: Trade) -> None:
        quote = trade.price * trade.quantity
        paid, earned = (quote, trade.quantity) if order.side is Side.BUY else (trade.quantity, quote)
        self._account.spend(self._held_asset(order), paid)
        self._account.receive(trade.commission_asset, earned - trade.commission)
        self._keep_for_others(order, trade)
        order.locked -= paid
        order.executed += trade.quantity
        order.executed_quote += quote
        order.update_time_ms = trade.time_ms
        order.trades.append(trade)
        self.trades.append(trade)

    def _keep_for_others(self, order: Order, trade: Trade) -> None:
        """What the working order of an OPO receives is locked (faqs/opo.md): all of it, as long as what is free
        beside it pays the commission; else what is left of it."""
        order_list = self._lists.of(order)
        if order_list is None or not order_list.buys_for_others(order):
            return
        paid_otherwise = self._account.free(trade.commission_asset) >= trade.quantity
        received = trade.quantity if paid_otherwise else trade.quantity - trade.commission
        self.hold(order_list, order_list.locked + received)

    def _held_asset(self, holder: Order | OrderList) -> str:
        side = holder.side if isinstance(holder, Order) else holder.others[0].side
        return self._symbol_of(holder.symbol).pays(side)


def _still_needed(order: Order) -> Decimal:
    return order.remaining if order.side is Side.SELL else order.remaining * (order.limit or ZERO)
