"""The matching engine: places orders, lets prices move them, cancels and amends them."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from paper_exchange.engine.book import Level
from paper_exchange.engine.entry import Entry, enter, enter_book
from paper_exchange.engine.market import Market
from paper_exchange.engine.matching import sweep
from paper_exchange.engine.order_lists import OrderLists
from paper_exchange.engine.orders import NO_LIST, NewOrder, Order
from paper_exchange.engine.registry import Orders
from paper_exchange.engine.settlement import Settlement
from paper_exchange.engine.unfilled_orders import UnfilledOrders
from paper_exchange.enums import ExpiryReason, Status
from paper_exchange.refusal import Refusal


class Engine:
    """Holds the open orders against the markets."""

    def __init__(
        self,
        *,
        markets: Mapping[str, Market],
        orders: Orders,
        lists: OrderLists,
        settlement: Settlement,
        unfilled: UnfilledOrders,
        now_us: Callable[[], int],
        new_client_order_id: Callable[[], str],
    ) -> None:
        self._markets = markets
        self._orders = orders
        self._lists = lists
        self._unfilled = unfilled
        self._now_us = now_us
        self.settlement = settlement
        self.new_client_order_id = new_client_order_id
        self.closed: Callable[[Order], None] = lambda _: None
        """Told of each order that ended or that was triggered by the market, for the list it is in."""

    def market(self, symbol: str) -> Market:
        """Return the market of a listed symbol."""
        return self._markets[symbol]

    def now_ms(self) -> int:
        """Return the exchange's time in milliseconds."""
        return self._now_us() // 1_000

    def place(self, new: NewOrder, quantity: Decimal) -> Order:
        """Take an order into the book, or let it wait. Raises Refusal."""
        market = self._markets[new.symbol]
        entry = enter(new, quantity, market, self.now_ms())
        self.settlement.check_funds(new, (market.symbol, new.side, entry.needs))
        order = self.record(new, quantity)
        self.start(order, entry)
        return order

    def record(self, new: NewOrder, quantity: Decimal, list_id: int = NO_LIST, status: Status = Status.NEW) -> Order:
        """Write down a new order, which holds nothing and does not work yet."""
        order = Order(
            order_id=self._orders.next_id(),
            client_order_id=new.client_order_id or self.new_client_order_id(),
            request=new,
            quantity=quantity,
            list_id=list_id,
            status=status,
            iceberg_quantity=new.iceberg_quantity,
            time_ms=self.now_ms(),
            update_time_ms=self.now_ms(),
        )
        self._orders.add(order)
        self._unfilled.placed(self._now_us())
        return order

    def start(self, order: Order, entry: Entry) -> None:
        """Set aside what a recorded order needs, and let it wait or work."""
        self.settlement.hold(order, entry.needs)
        self.proceed(order, entry)

    def proceed(self, order: Order, entry: Entry) -> None:
        """Let an order wait for its trigger, or enter the book and trade."""
        order.status = Status.NEW
        order.trigger = entry.trigger
        if entry.trigger is not None:
            return
        order.working_time_ms = order.update_time_ms = self.now_ms()
        order.limit, order.pegged_price = entry.limit, entry.pegged_price
        order.took = bool(entry.fills)
        if entry.fills or entry.expiry_reason:
            self.settlement.fill(order, entry.fills, maker=False)
            self.settlement.conclude(order, entry.expiry_reason)

    def react(self, market: Market) -> None:
        """Let a market that moved do what it does to orders: resting ones trade, waiting ones may be triggered."""
        for order in self._orders.open_orders(market.symbol.name):
            if order.working:
                self._fill_resting(order, market)
            elif self._triggered(order, market):
                self._work(order, market)

    def cancel(self, order: Order) -> None:
        """End an order as its owner wants."""
        self.settlement.close(order, Status.CANCELED)

    def expire(self, order: Order) -> None:
        """End an order for no reason that is told."""
        self.settlement.close(order, Status.EXPIRED)
        self._tell(order)

    def alone(self, order: Order) -> None:
        """Cancel the other one of a pair when one starts to trade; what both held is the first one's."""
        order_list = self._lists.of(order)
        if order_list is None or order is order_list.working:
            return
        for other in order_list.others:
            if other.open and other is not order:
                self.settlement.expire(other, ExpiryReason.OCO_TRIGGER)
        self.settlement.hand_over(order_list, order)

    def _triggered(self, order: Order, market: Market) -> bool:
        if order.status is not Status.NEW or order.trigger is None:
            return False
        return order.trigger.sees(market.price, self.now_ms())

    def _work(self, order: Order, market: Market) -> None:
        self.alone(order)
        try:
            entry = enter_book(order.request, order.quantity, market)
            self.settlement.hold(order, entry.needs)
        except Refusal:
            self.settlement.expire(order, ExpiryReason.REJECTED)
        else:
            self.proceed(order, entry)
        self._tell(order)

    def _fill_resting(self, order: Order, market: Market) -> None:
        """A resting order trades at its own price."""
        limit = order.limit
        crossed = sweep(market.against(order.side), order.side, order.remaining, limit)
        if not crossed:
            return
        self.alone(order)
        self.settlement.fill(order, [Level(limit or price, quantity) for price, quantity in crossed], maker=True)
        self.settlement.conclude(order)
        self._tell(order)

    def _tell(self, order: Order) -> None:
        if not order.open:
            self.closed(order)
