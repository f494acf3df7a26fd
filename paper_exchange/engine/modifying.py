"""Which modifications of resting orders of contracts are let through, and what they change: price and quantity.

As the SDK tells it of modify_order: a modified order loses its place; one that is filled so far already, and one that
may only make and would take, is cancelled by its modification.
"""

from dataclasses import replace
from decimal import Decimal

from paper_exchange.engine.engine import Engine
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.futures_orders import NewFuturesOrder, asked
from paper_exchange.engine.matching import sweep
from paper_exchange.engine.orders import Amendment, Order
from paper_exchange.engine.requirements import Requirements
from paper_exchange.enums import OrderType
from paper_exchange.refusal import FuturesKind, Refusal
from paper_exchange.rules.futures_filters import check_futures_order, check_notional

MOST = 10_000  # of one order


class Modifying:
    """Gives open limit orders another price and another quantity."""

    def __init__(self, engine: Engine, requirements: Requirements) -> None:
        self._engine = engine
        self._requirements = requirements
        self._modifications = 0

    def modify(
        self, order: Order, quantity: Decimal, price: Decimal, market: FuturesMarket, *, reduce_only: bool
    ) -> None:
        """Let the order be of that quantity and price. Raises Refusal."""
        self._check(order, quantity, price, reduce_only=reduce_only)
        changed = replace(asked(order), quantity=quantity, price=price)
        check_futures_order(changed, market)
        if not reduce_only:
            check_notional(quantity, price, market)
        if changed.reduces:
            quantity = min(quantity, order.executed + self._requirements.reducible(changed))
        fills = sweep(market.against(order.side), order.side, quantity - order.executed, price)
        if quantity <= order.executed or (fills and changed.type is OrderType.LIMIT_MAKER):
            self._engine.cancel(order)
            return
        self._check_margin(order, changed, quantity)
        self._note(order, quantity)
        order.request, order.quantity, order.limit = changed, quantity, price
        order.update_time_ms = self._engine.now_ms()
        self._engine.settlement.fill(order, fills, maker=False)
        self._engine.settlement.conclude(order)

    def _check(self, order: Order, quantity: Decimal, price: Decimal, *, reduce_only: bool) -> None:
        if order.request.type not in (OrderType.LIMIT, OrderType.LIMIT_MAKER):
            raise Refusal(FuturesKind.ONLY_LIMIT_IS_MODIFIED)
        if (price, quantity) == (order.limit, order.quantity):
            raise Refusal(FuturesKind.MODIFICATION_CHANGES_NOTHING)
        if len(order.amendments) >= MOST:
            raise Refusal(FuturesKind.TOO_MANY_MODIFICATIONS)
        if reduce_only and not asked(order).reduce_only:
            raise Refusal(FuturesKind.NOT_REDUCE_ONLY)

    def _check_margin(self, order: Order, changed: NewFuturesOrder, quantity: Decimal) -> None:
        """What the order needs already is its own."""
        available = self._requirements.available(self._requirements.asset_of(order.symbol))
        needed = self._requirements.of_new(changed, quantity - order.executed)
        if needed > available + self._requirements.of_order(order):
            raise Refusal(FuturesKind.INSUFFICIENT_MARGIN)

    def _note(self, order: Order, quantity: Decimal) -> None:
        self._modifications += 1
        order.amendments.append(
            Amendment(
                execution_id=self._modifications,
                old_client_order_id=order.client_order_id,
                new_client_order_id=order.client_order_id,
                old_quantity=order.quantity,
                new_quantity=quantity,
                time_ms=self._engine.now_ms(),
            )
        )
