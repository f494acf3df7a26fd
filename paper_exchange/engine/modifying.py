"""Which modifications of resting orders of contracts are let through, and what they change: price and quantity."""

from dataclasses import replace
from decimal import Decimal

from paper_exchange.engine.engine import Engine
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.futures_orders import NewFuturesOrder, asked
from paper_exchange.engine.matching import sweep
from paper_exchange.engine.orders import Amendment, Order
from paper_exchange.engine.requirements import Requirements
from paper_exchange.enums import OrderType
from paper_exchange.refusal import FuturesKind, Kind, Refusal

MOST = 10_000  # of one order


class Modifying:
    """Gives open limit orders another price and another quantity."""

    def __init__(self, engine: Engine, requirements: Requirements) -> None:
        self._engine = engine
        self._requirements = requirements
        self._modifications = 0

    def modify(self, order: Order, changed: NewFuturesOrder, market: FuturesMarket) -> None:
        """Let the order be as `changed`, which is within the symbol's rules; it loses its place. Raises Refusal.

        A quantity that is filled already cancels the order (the SDK's text of modify_order).
        """
        self._check(order, changed)
        quantity = changed.quantity
        assert quantity is not None  # noqa: S101 - a modification has both
        if quantity <= order.executed:
            self._engine.cancel(order)
            return
        fills = sweep(market.against(order.side), order.side, quantity - order.executed, changed.price)
        if fills and changed.type is OrderType.LIMIT_MAKER:
            raise Refusal(Kind.WOULD_MATCH_IMMEDIATELY)
        self._check_margin(order, changed, quantity)
        self._note(order, quantity)
        order.request, order.quantity, order.limit = changed, quantity, changed.price
        order.update_time_ms = self._engine.now_ms()
        self._engine.settlement.fill(order, fills, maker=False)
        self._engine.settlement.conclude(order)

    def _check(self, order: Order, changed: NewFuturesOrder) -> None:
        if order.request.type not in (OrderType.LIMIT, OrderType.LIMIT_MAKER):
            raise Refusal(FuturesKind.ONLY_LIMIT_IS_MODIFIED)
        if (changed.price, changed.quantity) == (order.limit, order.quantity):
            raise Refusal(FuturesKind.MODIFICATION_CHANGES_NOTHING)
        if len(order.amendments) >= MOST:
            raise Refusal(FuturesKind.TOO_MANY_MODIFICATIONS)

    def _check_margin(self, order: Order, changed: NewFuturesOrder, quantity: Decimal) -> None:
        """What the order needs already is its own."""
        asset = self._requirements.asset_of(order.symbol)
        needed = self._requirements.of_new(changed, quantity - order.executed)
        if needed > self._requirements.available(asset) + self._requirements.of_order(order):
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


def changed_order(order: Order, quantity: Decimal, price: Decimal) -> NewFuturesOrder:
    """Return what the order would be asked for as with these."""
    return replace(asked(order), quantity=quantity, price=price)
