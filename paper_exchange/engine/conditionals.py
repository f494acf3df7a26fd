"""The conditional orders of an account: how they are placed, triggered by prices, and found again."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from paper_exchange.engine.conditional_orders import Conditional, NewConditional, State, WorkingType, trigger_of
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.futures_orders import NewFuturesOrder
from paper_exchange.engine.orders import Order
from paper_exchange.refusal import FuturesKind, Kind, Refusal

FIRST_ID = 1_000_000_000_000_001  # as on the live exchange: no id is that of a plain order

Enter = Callable[[NewFuturesOrder], Order]
"""Places the plain order that a conditional one became. Raises Refusal."""


class Conditionals:
    """Every conditional order ever accepted, oldest first. They hold no margin."""

    def __init__(
        self, *, reducible: Callable[[NewConditional], Decimal], enter: Enter, new_id: Callable[[], str], most: int
    ) -> None:
        self._reducible = reducible
        self._enter = enter
        self._new_id = new_id
        self._most = most
        self._all: list[Conditional] = []

    def __iter__(self) -> Iterator[Conditional]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def open_ones(self, symbol: str | None = None) -> list[Conditional]:
        """Return those that wait, of one symbol or of all."""
        return [each for each in self._all if each.open and symbol in (None, each.request.symbol)]

    def by_id(self, conditional_id: int) -> Conditional | None:
        """Return the one of that number; None if there is none."""
        return next((each for each in self._all if each.conditional_id == conditional_id), None)

    def newest(self, client_id: str) -> Conditional | None:
        """Return the last of those that had this id; None if there is none."""
        return next((each for each in reversed(self._all) if each.client_id == client_id), None)

    def since(self, count: int) -> list[Conditional]:
        """Return those placed since there were so many."""
        return self._all[count:]

    def place(self, new: NewConditional, market: FuturesMarket, now_ms: int) -> Conditional:
        """Let an order wait. Raises Refusal for one that would be triggered at once."""
        self._check_room(new)
        trigger = trigger_of(new)
        if trigger.sees(_working_price(new, market), now_ms) or _is_active_at_once(new, trigger.best):
            raise Refusal(Kind.WOULD_TRIGGER_IMMEDIATELY)
        conditional = Conditional(
            conditional_id=FIRST_ID + len(self._all),
            client_id=new.client_id or self._new_id(),
            request=new,
            trigger=trigger,
            time_ms=now_ms,
            update_time_ms=now_ms,
        )
        self._all.append(conditional)
        return conditional

    def cancel(self, conditional: Conditional, now_ms: int) -> None:
        """End one as its owner wants. Raises Refusal for one that does not wait any more."""
        if not conditional.open:
            raise Refusal(Kind.UNKNOWN_ORDER)
        _end(conditional, State.CANCELED, now_ms)

    def react(self, market: FuturesMarket, now_ms: int) -> None:
        """Let a market that moved trigger those that wait for it."""
        for each in self.open_ones(market.symbol.name):
            seen = each.trigger.sees(_working_price(each.request, market), now_ms)
            if each.open and seen and not (each.request.price_protect and market.protected):
                self._become_plain(each, now_ms)
        self.drop_orphans(now_ms)

    def drop_orphans(self, now_ms: int) -> None:
        """End those that need a position to stand and have none any more."""
        for each in self.open_ones():
            if each.request.ends_with_position and not self._reducible(each.request):
                _end(each, State.EXPIRED, now_ms)

    def _check_room(self, new: NewConditional) -> None:
        waiting = self.open_ones()
        if len(waiting) >= self._most:
            raise Refusal(FuturesKind.TOO_MANY_CONDITIONALS)
        if new.client_id is not None and any(each.client_id == new.client_id for each in waiting):
            raise Refusal(Kind.DUPLICATE_CLIENT_ID)
        if new.close_position and new.position_side.enlarged_by(new.side):
            raise Refusal(FuturesKind.REDUCE_ONLY_REJECTED)
        if new.ends_with_position and not self._reducible(new):
            raise Refusal(FuturesKind.POSITION_NEEDED)
        if new.close_position and any(_closes_the_same(each.request, new) for each in waiting):
            raise Refusal(FuturesKind.CLOSE_POSITION_STANDS)

    def _become_plain(self, conditional: Conditional, now_ms: int) -> None:
        new = conditional.request
        conditional.trigger_time_ms = now_ms
        quantity = new.quantity if new.quantity is not None else self._reducible(new)
        if not quantity:
            _end(conditional, State.EXPIRED, now_ms)
            return
        try:
            conditional.actual = self._enter(new.plain(quantity, conditional.client_id))
        except Refusal:
            _end(conditional, State.REJECTED, now_ms)
        else:
            conditional.update_time_ms = now_ms


def _working_price(new: NewConditional, market: FuturesMarket) -> Decimal:
    return market.mark_price if new.working_type is WorkingType.MARK_PRICE else market.price


def _is_active_at_once(new: NewConditional, best: Decimal | None) -> bool:
    """A trailing stop with an activation price must not have reached it when it is placed."""
    return new.activate_price is not None and best is not None


def _closes_the_same(waiting: NewConditional, new: NewConditional) -> bool:
    same = (waiting.symbol, waiting.side, waiting.position_side) == (new.symbol, new.side, new.position_side)
    return waiting.close_position and same and waiting.type.takes_profit is new.type.takes_profit


def _end(conditional: Conditional, state: State, now_ms: int) -> None:
    conditional.ended = state
    conditional.update_time_ms = now_ms
