"""What may go to one pool of limits now: as the exchange itself counts them, and the gates that containers share.

A pool is what the exchange counts together: one venue, or several products of one exchange.

The exchange says with each answer how much of a limit everybody together has used. Near a limit new orders pause until
the window turns. Before that, a container lets only so many orders out at once that those who share the limit cannot
overrun it together; how many they are shows in what the exchange has counted beyond the container's own orders.

Windows turn by the exchange's clock, so each count is put into the window that its answer's Date says. At the edge it
may belong to either: of a long window new orders then pause only until that is certain, a second or two, and the next
answer tells.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from orderexec.domain.controls import ClosedGate, name_ban, name_crowd, name_pause
from orderexec.domain.outcomes import Failure, Meaning, SendTiming
from orderexec.domain.rate_limits import Budget, Heard, Load, RateLimit, Used, time_answer
from orderexec.ports import Clock, ControlBoard

from .counts import Counts, Orders

PATIENCE_MS = 5_000  # a delivery has other things to do than to wait for its turn
_POLL_SECONDS = 0.005
# Of what is left each container that shares it takes only this part at once: the count that it knows ages meanwhile.
_CAUTION = 4
_SHORT_SECONDS = 10


@dataclass(slots=True)
class VenueTraffic:
    """Implements ports.Traffic for one `venue` of a `pool`. Venues of a pool share its gates and its `counts`.

    At `share` of a limit (0 to 1) new orders pause; `containers` run at the most. Who waits for others' orders to be
    answered keeps what `ready` makes ready, such as a connection to the venue.
    """

    pool: str
    board: ControlBoard
    clock: Clock
    share: float
    containers: int
    venue: str = ""
    ready: Callable[[], AbstractContextManager[object]] = nullcontext
    counts: Counts = field(default_factory=Counts)

    def find_closed_gate(self, account: str, *, places: bool) -> ClosedGate | None:
        """See ports.Traffic."""
        pauses = (name_pause(self.pool), name_pause(self.pool, account)) if places else ()
        return self.board.look().find_closed_gate(self.clock.now(), name_ban(self.pool), *pauses)

    def find_ban(self) -> ClosedGate | None:
        """Return the ban that stands, or that is known of if the board cannot be read; None if there is none."""
        return self.board.glance().find_closed_gate(self.clock.now(), name_ban(self.pool))

    @contextmanager
    def acquire_slot(self, account: str, orders: int = 1) -> Iterator[ClosedGate | None]:
        """See ports.Traffic."""
        closed = self._enter(account, orders)
        try:
            yield closed
        finally:
            if closed is None:
                with self.counts.lock:
                    known = self.counts.accounts[account]
                    known.under_way -= orders
                    if orders > 1 and known.answered:
                        self._answer(known, orders - 1)  # its answer was taken for that of one order

    def learn(self, limits: tuple[RateLimit, ...]) -> None:
        """Keep the limits as the exchange publishes them for this venue; the strictest of the pool's venues hold."""
        self.counts.publish(self.venue, limits)

    def count_used(
        self, account: str, used: Iterable[Used], *, date: int | None = None, asked_at: int | None = None
    ) -> None:
        """Keep what an answer to a request for the account ("": for none) says has been used.

        `date` is the answer's own, by the exchange's clock (epoch ms, whole seconds); the request left at `asked_at`.
        """
        now = self.clock.now()
        at = time_answer(date, now if asked_at is None else asked_at, now)
        for each in used:
            for limit in self._find_limits(each):
                self._counted(account, limit, each.amount, at)

    def _find_limits(self, used: Used) -> list[RateLimit]:
        """Return the limits that a count is about; one that came with it is kept, and the lowest of several holds."""
        if used.limit is None:
            return [
                limit for limit in self.counts.limits if (limit.budget, limit.seconds) == (used.budget, used.seconds)
            ]
        told = RateLimit(used.budget, used.seconds, used.limit, rolling=True)
        self.counts.tell(told)
        return [told]

    def note_refusal(self, account: str, failure: Failure) -> None:
        """Close a gate if the exchange wants to be left alone: by this address, or with orders of this account."""
        until = self.clock.now() + int(1000 * (failure.retry_after or 0))
        if failure.meaning in (Meaning.RATE_LIMIT, Meaning.BLOCKED):
            self.board.close_gate(name_ban(self.pool), until, failure.detail)
        elif failure.meaning is Meaning.ORDER_LIMIT:
            self.board.close_gate(name_pause(self.pool, account), until, failure.detail)

    def load(self) -> Load:
        """See ports.Traffic."""
        now = self.clock.now()
        percents: dict[Budget, float] = {}
        for (_, limit), (until, amount) in list(self.counts.heard.items()):
            if now < until:
                percents[limit.budget] = max(percents.get(limit.budget, 0), 100 * amount / limit.limit)
        gates = (
            name_ban(self.pool),
            name_pause(self.pool),
            *(name_pause(self.pool, account) for account in list(self.counts.accounts)),
        )
        closed = self.board.recall().find_closed_gate(now, *gates)
        open_in = 0.0 if closed is None else (closed.until - now) / 1000
        weight = max(percents.get(Budget.WEIGHT, 0), percents.get(Budget.ACCOUNT_WEIGHT, 0))
        return Load(weight, percents.get(Budget.ORDERS, 0), open_in)

    def note_answer(self, sent: SendTiming) -> None:
        """See ports.Traffic."""
        self.counts.sent.append(sent)

    def take_answers(self) -> list[SendTiming]:
        """See ports.Traffic."""
        return [self.counts.sent.popleft() for _ in range(len(self.counts.sent))]

    def _counted(self, account: str, limit: RateLimit, amount: int, at: Heard) -> None:
        counted_for = account if limit.budget.by_account else ""
        ends = at.convert_to_local(limit.find_end(at.counted))
        # In a short window the orders by which each container would find out are more than are left, and a mistake
        # is soon over; in a long one they are few, and a mistake would last.
        certain = at.find_window(limit) is not None or limit.seconds <= _SHORT_SECONDS
        until = ends if certain else min(at.convert_to_local(limit.find_end(at.latest)), at.find_certain_instant(limit))
        self.counts.heard[counted_for, limit] = ends, amount
        if limit.budget is Budget.ORDERS and limit == self._order_limit():
            with self.counts.lock:
                self._note(self.counts.accounts[account], limit.find_window(at.counted), ends, amount)
            if certain and amount >= limit.limit / 2:
                crowded = ends + 1000 * limit.seconds
                self.board.close_gate(name_crowd(self.pool, account), crowded, f"{amount} of {limit.limit} orders used")
        if amount >= limit.limit * self.share:
            why = f"{amount} of {limit.limit} {limit.budget} of {limit.seconds} s are used"
            self.board.close_gate(name_pause(self.pool, counted_for or None), until, why)

    def _note(self, orders: Orders, window: int, ends: int, amount: int) -> None:
        if window < orders.window:
            return  # an answer that was overtaken
        if window != orders.window:
            orders.window, orders.answered = window, 0
        orders.ends = ends
        orders.used = amount
        self._answer(orders, 1)

    def _answer(self, orders: Orders, number: int) -> None:
        """Count orders of the running window as this container's own; the others are of who shares the limit."""
        orders.answered += number
        if orders.answered:
            orders.senders = min(max(-(-orders.used // orders.answered), 1), self.containers)

    def _enter(self, account: str, number: int) -> ClosedGate | None:
        closed = self.find_closed_gate(account, places=True)
        if closed is not None or self._take(account, number):
            return closed
        deadline = self.clock.now() + PATIENCE_MS
        with self.ready():
            while (closed := self.find_closed_gate(account, places=True)) is None and not self._take(account, number):
                now = self.clock.now()
                if now >= deadline:
                    return ClosedGate(now + 1000, "orders that were sent before are still under way")
                self.clock.sleep(_POLL_SECONDS)
        return closed

    def _take(self, account: str, number: int) -> bool:
        """Take so many of the orders that may be under way at once; return whether there was room."""
        with self.counts.lock:
            orders = self.counts.accounts[account]
            # Always one request, however many orders: so the count becomes known.
            if orders.under_way and orders.under_way + number > self._at_once(account, orders):
                return False
            orders.under_way += number
            return True

    def _at_once(self, account: str, orders: Orders) -> int:
        """Return how many orders of the account may be under way; always one, so that the count becomes known."""
        limit = self._order_limit()
        if limit is None:
            return sys.maxsize
        now = self.clock.now()
        used = orders.used if now < orders.ends else 0
        crowded = self.board.recall().find_closed_gate(now, name_crowd(self.pool, account)) is not None
        senders = self.containers if crowded else min(orders.senders, self.containers)
        left = int(limit.limit * self.share) - used
        return max(1, left if senders == 1 else left // (_CAUTION * senders))

    def _order_limit(self) -> RateLimit | None:
        of_orders = (limit for limit in self.counts.limits if limit.budget is Budget.ORDERS)
        return min(of_orders, key=lambda limit: (limit.seconds, limit.limit), default=None)
