"""Which changes of open spot orders are let through that may also make them larger or change their price."""

from dataclasses import replace
from decimal import Decimal

from paper_exchange.engine.engine import Engine
from paper_exchange.engine.entry import estimated_need
from paper_exchange.engine.matching import sweep
from paper_exchange.engine.orders import ZERO, NewOrder, Order
from paper_exchange.engine.triggers import reached
from paper_exchange.enums import OrderType, Side
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.admission import check_order


class Repricing:
    """Gives open orders another quantity, price or trigger price. A changed order loses its place in the book."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def change(
        self, order: Order, *, quantity: Decimal | None, price: Decimal | None, stop_price: Decimal | None
    ) -> None:
        """Change what is given. Raises Refusal, and then nothing has changed."""
        if not order.open:
            raise Refusal(Kind.UNKNOWN_ORDER)
        old = order.request
        changed = replace(
            old,
            quantity=quantity or order.quantity,
            price=price or old.price,
            stop_price=stop_price or old.stop_price,
            quote_quantity=None,
        )
        if (changed.quantity, changed.price, changed.stop_price) == (order.quantity, old.price, old.stop_price):
            raise Refusal(Kind.AMENDMENT_CHANGES_NOTHING)
        check_order(changed, self._engine.market(order.symbol))
        if order.working:
            self._change_working(order, changed)
        else:
            self._change_waiting(order, changed)

    def _change_working(self, order: Order, changed: NewOrder) -> None:
        quantity = changed.quantity or ZERO
        left = quantity - order.executed
        if left <= 0:
            self._engine.cancel(order)
            return
        market = self._engine.market(order.symbol)
        fills = sweep(market.against(order.side), order.side, left, changed.price)
        if fills and changed.type is OrderType.LIMIT_MAKER:
            self._engine.cancel(order)
            return
        self._engine.settlement.hold(order, left if order.side is Side.SELL else left * (changed.price or ZERO))
        self._write(order, changed)
        order.limit = changed.price
        self._engine.settlement.fill(order, fills, maker=False)
        self._engine.settlement.conclude(order)

    def _change_waiting(self, order: Order, changed: NewOrder) -> None:
        market = self._engine.market(order.symbol)
        stop_price = changed.stop_price
        if stop_price is not None and reached(changed.type, changed.side, stop_price, market.price):
            raise Refusal(Kind.WOULD_TRIGGER_IMMEDIATELY)
        if not changed.holds_when_triggered:
            self._engine.settlement.hold(order, estimated_need(changed, changed.quantity or ZERO, market))
        self._write(order, changed)
        if order.trigger is not None:
            order.trigger.stop_price = stop_price

    def _write(self, order: Order, changed: NewOrder) -> None:
        order.request, order.quantity = changed, changed.quantity or ZERO
        order.update_time_ms = self._engine.now_ms()
