"""Which amendments of orders are let through, and what they change (faqs/order_amend_keep_priority.md)."""

from decimal import ROUND_UP, Decimal

from paper_exchange.engine.engine import Engine
from paper_exchange.engine.order_lists import OrderLists
from paper_exchange.engine.orders import ZERO, Amendment, Order
from paper_exchange.engine.registry import Orders
from paper_exchange.engine.settlement import ASSET_UNIT
from paper_exchange.enums import Feature, Status
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.admission import check_quantity


class Amending:
    """Makes open orders smaller."""

    def __init__(self, engine: Engine, orders: Orders, lists: OrderLists) -> None:
        self._engine = engine
        self._orders = orders
        self._lists = lists
        self._executions = 0

    def amend(self, order: Order, quantity: Decimal, client_order_id: str | None) -> Amendment:
        """Make the order smaller, and give it its new id. Raises Refusal."""
        self._check(order, quantity)
        name = client_order_id or self._engine.new_client_order_id()
        if name != order.client_order_id and self._orders.is_open(name):
            raise Refusal(Kind.AMENDMENT_DUPLICATES_CLIENT_ID)
        self._executions += 1
        amendment = Amendment(
            execution_id=self._executions,
            old_client_order_id=order.client_order_id,
            new_client_order_id=name,
            old_quantity=order.quantity,
            new_quantity=quantity,
            time_ms=self._engine.now_ms(),
        )
        self._orders.rename(order, name)
        self._shrink(order, quantity)
        order.amendments.append(amendment)
        return amendment

    def _check(self, order: Order, quantity: Decimal) -> None:
        market = self._engine.market(order.symbol)
        if Feature.AMENDMENT not in market.symbol.features:
            raise Refusal(Kind.FEATURE_NOT_SUPPORTED, feature=Feature.AMENDMENT)
        if self._pending_without_size(order):
            raise Refusal(Kind.AMENDMENT_OF_UNSIZED)
        if quantity > order.quantity:
            raise Refusal(Kind.AMENDMENT_INCREASES)
        if quantity == order.quantity:
            raise Refusal(Kind.AMENDMENT_CHANGES_NOTHING)
        limit = market.symbol.rules.get(Kind.MAX_NUM_ORDER_AMENDS)
        if limit is not None and len(order.amendments) >= limit["maxNumOrderAmends"]:
            raise Refusal(Kind.MAX_NUM_ORDER_AMENDS)
        check_quantity(order.request, quantity, market)

    def _shrink(self, order: Order, quantity: Decimal) -> None:
        """For both of a pair; what is no longer needed is free at once."""
        settlement, same = self._engine.settlement, [order]
        order_list = self._lists.of(order)
        if order_list is not None and order is not order_list.working:
            same = [each for each in order_list.others if each.open]
            settlement.hold(order_list, _share(order_list.locked, quantity, order.quantity))
        left = max(quantity - order.executed, ZERO)
        settlement.hold(order, _share(order.locked, left, order.remaining))
        for each in same:
            each.quantity = max(quantity, each.executed)
            each.update_time_ms = self._engine.now_ms()
            if each.iceberg_quantity is not None:
                each.iceberg_quantity = min(each.iceberg_quantity, quantity)
        if not left:
            self._engine.expire(order)  # "the order expires because of the amendment" (CHANGELOG.md, 2026-04-02)

    def _pending_without_size(self, order: Order) -> bool:
        order_list = self._lists.of(order)
        pays = order_list is not None and order_list.request.pays_the_other
        return pays and order.status is Status.PENDING_NEW


def _share(locked: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    return min((locked * part / whole).quantize(ASSET_UNIT, ROUND_UP), locked)
