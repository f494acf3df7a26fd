"""How Bybit deals with a request: one look at its window, an acknowledgement, and the work itself some time later.

An address that asked too much hears nothing but that for ten minutes, and an account has so many requests a second for
each path.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from orderexec.venues.http import NoReply, Reply

from .accounts import UIDS
from .bounds import BEYOND_MS, Breaks
from .bybit_book import BybitBook
from .dialect import Place, Request, Why
from .dialects import bybit_replies as replies
from .exchange import Answer, Placement, SimExchange

_BAN_MS = 600_000  # "wait for at least 10 minutes"
_SECOND_MS = 1_000


@dataclass(slots=True)
class BybitExchange(SimExchange):
    """`accepted` is told of each request that is acknowledged, `worked` when its work is done, much later perhaps."""

    accepted: Callable[[Placement], None] = lambda _: None
    worked: Callable[[Placement], None] = lambda _: None
    _banned_until: int = 0
    _asked_at: defaultdict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))  # orders, by account

    def _arrive(self, placement: Placement, answer: Answer) -> None:
        if self.world.now < self._banned_until:
            return self._refuse(placement, answer, replies.TOO_FREQUENT)
        return SimExchange._arrive(self, placement, answer)

    def _forward(self, placement: Placement, answer: Answer) -> None:
        """No window is looked at once more: "server_time - recv_window <= timestamp" is of the arrival."""
        world = self.world
        longest = BEYOND_MS if world.bounds.breaks is Breaks.ENGINE else self.timing.in_engine
        lasts = world.rng.randint(0, longest) if world.happens(world.weather.request_late) else 2
        acknowledged = world.rng.randint(0, lasts)
        world.at(acknowledged, lambda: self._acknowledge(placement, answer, lasts - acknowledged))

    def _acknowledge(self, placement: Placement, answer: Answer, rest: int) -> None:
        world, request, call = self.world, placement.request, placement.call
        account = UIDS[request.key]
        if isinstance(call, Place) and self._is_too_much(account):
            return self._refuse(placement, answer, replies.TOO_MANY)
        became = self.book.execute(call, account, request.signed_at)
        reply = self._count(call, account, self._told(call, became))
        if isinstance(became, Why):
            placement.sealed = True
        else:
            placement.executed = True
            self.accepted(placement)
            world.at(rest, lambda: self._work(placement, account))
        if world.happens(world.weather.server_error):  # said although it was acknowledged inside
            reply = world.rng.choice(self.dialect.server_errors)
        return answer(replies.name_order(reply, placement.client_order_id))

    def _work(self, placement: Placement, account: str) -> None:
        assert isinstance(self.book, BybitBook)
        placement.sealed = True
        self.executed(placement)
        self.book.work(placement.call, account, placement.signed_at)
        self.worked(placement)

    def _refuse(self, placement: Placement, answer: Answer, reply: Reply) -> None:
        self._begin_ban(reply)
        SimExchange._refuse(self, placement, answer, replies.name_order(reply, placement.client_order_id))

    def _ask(self, request: Request) -> Reply:
        if self.world.now < self._banned_until:
            return replies.TOO_FREQUENT
        reply = SimExchange._ask(self, request)
        self._begin_ban(reply)
        return replies.name_order(reply, "")

    def _begin_ban(self, reply: Reply | NoReply) -> None:
        if reply is replies.TOO_FREQUENT:
            self._banned_until = self.world.now + _BAN_MS

    def _is_too_much(self, account: str) -> bool:
        asked = self._asked_at[account]
        while asked and asked[0] <= self.world.now - _SECOND_MS:
            asked.popleft()
        return len(asked) >= self._limit

    def _count(self, call: Any, account: str, reply: Reply) -> Reply:
        """The answer to an order says how many more of them the account has in the running second."""
        if not isinstance(call, Place):
            return reply
        asked = self._asked_at[account]
        asked.append(self.world.now)
        return replace(reply, headers=replies.tell_limit(self._limit, self._limit - len(asked), self.clock()))

    @property
    def _limit(self) -> int:
        return int(getattr(self.dialect, "orders_a_second", 10))
