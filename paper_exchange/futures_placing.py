"""Which plain orders of contracts are let in: by the symbol's rules, the account's mode, position and margin."""

from dataclasses import replace

from paper_exchange.engine.desk import Desk
from paper_exchange.engine.futures_orders import NewFuturesOrder
from paper_exchange.engine.matching import filled, sweep
from paper_exchange.engine.orders import ZERO, Order
from paper_exchange.engine.positions import PositionSide
from paper_exchange.enums import TimeInForce
from paper_exchange.futures_terms import Terms
from paper_exchange.refusal import FuturesKind, Kind, Refusal
from paper_exchange.rules.futures_filters import check_futures_order


class Placing:
    """Places them. What it refuses is raised as Refusal, and changes nothing."""

    def __init__(self, desk: Desk, terms: Terms) -> None:
        self._desk = desk
        self._terms = terms

    def check(self, new: NewFuturesOrder) -> None:
        """Pass an order that is within its symbol's rules and the account's mode, whatever the account has."""
        check_futures_order(new, self._desk.markets[new.symbol])
        self.check_mode(new.symbol, new.position_side, reduce_only=new.reduce_only)

    def check_mode(self, symbol: str, side: PositionSide, *, reduce_only: bool) -> None:
        """Pass a position that the symbol's mode knows."""
        if (side is PositionSide.BOTH) == self._terms.hedges(symbol):
            raise Refusal(FuturesKind.POSITION_SIDE_MISMATCH)
        if reduce_only and self._terms.hedges(symbol):
            raise Refusal(FuturesKind.REDUCE_ONLY_NOT_NEEDED)

    def imagine(self, new: NewFuturesOrder) -> Order:
        """Return an order as it would be placed, which is written down nowhere."""
        self.check(new)
        return Order(
            order_id=0,
            client_order_id=new.client_order_id or self._desk.new_client_order_id(),
            request=new,
            quantity=new.quantity or ZERO,
            time_ms=self._desk.now_ms(),
            update_time_ms=self._desk.now_ms(),
        )

    def place(self, new: NewFuturesOrder) -> Order:
        """Place an order as a client asks for it."""
        self._desk.unfilled.check(self._desk.now_us())
        self.check(new)
        self._check_room(new.symbol)
        if new.client_order_id is not None and self._desk.orders.is_open(new.client_order_id):
            raise Refusal(Kind.DUPLICATE_CLIENT_ID)
        if (
            self._terms.hedges(new.symbol)
            and new.reduces
            and (new.quantity or ZERO) > self._desk.requirements.reducible(new)
        ):
            raise Refusal(FuturesKind.REDUCE_ONLY_REJECTED)
        return self._enter(self._cut(new))

    def enter_triggered(self, new: NewFuturesOrder) -> Order:
        """Place what a conditional order became; its id goes to another order if an open one has it."""
        taken = new.client_order_id is not None and self._desk.orders.is_open(new.client_order_id)
        order = self._enter(self._cut(replace(new, client_order_id=None) if taken else new))
        self._desk.unfilled.placed(self._desk.now_us(), -1)  # it was counted when the conditional one was placed
        return order

    def _check_room(self, symbol: str) -> None:
        rule = self._desk.markets[symbol].symbol.rules.get(Kind.MAX_NUM_ORDERS)
        if rule is not None and len(self._desk.orders.open_orders(symbol)) >= rule["limit"]:
            raise Refusal(Kind.MAX_NUM_ORDERS)

    def _cut(self, new: NewFuturesOrder) -> NewFuturesOrder:
        """An order that only reduces is no larger than what it reduces."""
        if not new.reduces:
            return new
        most = self._desk.requirements.reducible(new)
        if not most:
            raise Refusal(FuturesKind.REDUCE_ONLY_REJECTED)
        return replace(new, quantity=min(new.quantity or ZERO, most))

    def _enter(self, new: NewFuturesOrder) -> Order:
        quantity = new.quantity or ZERO
        if new.time_in_force is TimeInForce.FOK and new.price is not None:
            levels = self._desk.markets[new.symbol].against(new.side)
            if filled(sweep(levels, new.side, quantity, new.price)) < quantity:
                raise Refusal(FuturesKind.WOULD_NOT_FILL)
        self._desk.requirements.check(new, quantity)
        return self._desk.engine.place(new, quantity)
