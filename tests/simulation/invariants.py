"""What must hold, at every step and in the end, for exactly-once to be true."""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.orders import make_client_order_id
from orderexec.domain.row import Row
from orderexec.domain.validity import Resend

from .accounts import account_signed_for
from .bybit_book import BybitBook
from .exchange import Placement, SimExchange
from .futures_book import FuturesBook
from .queues import SimDeadLetters, SimQueue
from .stores import SimTable
from .world import Broken

RECV_WINDOW_MS = 5_000
MAX_AGE_MS = 300_000
# After how many requests in doubt one more may leave.
MOST_DOUBTS = {Resend.NEVER: 0, Resend.ONCE: 1, Resend.ALWAYS: sys.maxsize}

# Steps of a plan that go on however old its signal is: its entry is decided, and what is there is put in order.
_WHATEVER_AGE = ("profit", "undo")


@dataclass(slots=True)
class Invariants:
    """Watches the outsides of one world; raises Broken the moment something is wrong."""

    table: SimTable
    exchange: SimExchange
    queue: SimQueue
    letters: SimDeadLetters
    signed: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    dead_rows: set[str] = field(default_factory=set)  # tokens
    claims: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # signed_at, by key
    published: dict[str, int] = field(default_factory=dict)  # when a signal was first sent to the queue, by its key
    max_age: dict[str, int] = field(default_factory=dict)  # of a signal that names its own, ms, by its key
    states: dict[str, str] = field(default_factory=dict)  # of each row, by its key
    revived_at: dict[str, int] = field(
        default_factory=dict
    )  # when a person's message called a dead row back, by its key
    delivering: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # since when, by key
    cancels: dict[str, str] = field(default_factory=dict)  # key of a cancellation -> key of what it is to end
    amends: dict[str, str] = field(default_factory=dict)  # key of an amendment -> key of what it is to reduce
    # Key of a "cancel all" -> when it was published, by the exchange's clock.
    sweeps: dict[str, int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)  # client order ids of signals that a cancellation has called off
    doubts: dict[str, int] = field(default_factory=dict)  # how many a row has told, by its key
    doubted: set[str] = field(default_factory=set)  # client order ids of signals that were found absent after a doubt
    told: set[str] = field(default_factory=set)  # keys of signals of which an audit told that something is wrong
    account_of_mode: Mapping[str, str] = field(default_factory=dict)  # where a key has more than one
    # Of an order that is one of several of a signal, each of which is sent by itself.
    key_of_leg: Callable[[str], str | None] = lambda _: None
    # Whether it is about what an entry has opened already, and so goes on although its signal was called off.
    follows_entry: Callable[[Placement], bool] = lambda _: False

    # Whether a row may still be in doubt in the end, for a person to close.
    may_stay: Callable[[Row], bool] = lambda _: False

    def __post_init__(self) -> None:
        self.table.watch += [self.row_written, self.young_enough]
        self.exchange.watch.append(self.request_leaves)
        self.letters.watch.append(self.letter_sent)

    def row_written(self, item: dict[str, Any]) -> None:
        """A row says that nothing is at the exchange only if nothing is there and nothing can come any more."""
        key, state = item["pk"]["S"], item["state"]["S"]
        order_id = client_id(key)
        before = self.states.get(key)
        if before == State.DEAD and state != State.DEAD:
            self.revived_at[key] = self.exchange.world.now
        self.states[key] = state
        if key in self.cancels or key in self.sweeps:
            self._end_written(key, state, item)
            return
        canceled = item.get("reason", {}).get("S") == Reason.CANCELED
        if order_id in self.ended and (state == State.WAITING or (state == State.DEAD and "mark" in item)):
            raise Broken(f"{key} is {state} although it was called off: it may be sent again")
        if canceled or "canceled_by" in item:
            self.ended.add(order_id)
        if state == State.SENT:
            sent = item["client_order_id"]["S"] if "step" in item else order_id
            self.signed[sent].add(int(item["signed_at"]["N"]))
        if state == State.DEAD:
            self.dead_rows.add(item["token"]["S"])
        if "doubts" in item:
            self.doubted.add(order_id)
            self._absence_noted(key, int(item["doubts"]["N"]), item["client_order_id"]["S"])
        if state in (State.DEAD, State.WAITING) and not self._excused(order_id):
            self._nothing_is_there(key, state, order_id)
        if key in self.amends:
            self._amendment_written(key, state, item)
            return
        if state == State.ACCEPTED and order_id not in self.exchange.orders:
            raise Broken(f"{key} is ACCEPTED but the exchange has no order")
        if state == State.ACCEPTED and "legs" in item and "step" not in item:
            self._whole_list(key, item)
        if state == State.ACCEPTED and self.exchange.book.is_open(
            item.get("replaced_client_order_id", {}).get("S", "")
        ):
            raise Broken(f"{key} is ACCEPTED but the order that it replaces is open")

    def _absence_noted(self, key: str, doubts: int, name: str) -> None:
        """What was taken for absent is not there and cannot come, unless the exchange is beyond every bound."""
        if doubts <= self.doubts.get(key, 0) or self.exchange.world.bounds.doubles_may_happen:
            return
        self.doubts[key] = doubts
        if name in self.exchange.orders or any(map(self.is_alive, self.exchange.placements[name])):
            raise Broken(f"{key} was taken for absent, and its order {name[:6]} is there or may still come")

    def young_enough(self, item: dict[str, Any]) -> None:
        """By the clock of whoever claims it, a signal is no older than it may be, unless a person has said so."""
        key, claim = item["pk"]["S"], item.get("signed_at", {}).get("N")
        if item["state"]["S"] != State.SENT or claim in self.claims[key]:
            return  # a note on a request that was claimed before
        if item.get("step", {}).get("S") in _WHATEVER_AGE:
            return
        self.claims[key].add(claim)
        age = int(item["updated_at"]["N"]) - self.published[key]
        allowed = max(self.max_age.get(key, MAX_AGE_MS), self.letters.told.get(key, 0))
        if age > allowed:
            raise Broken(f"{key} is sent at the age of {age} ms, and may have {allowed}")

    def _nothing_is_there(self, key: str, state: str, order_id: str) -> None:
        if order_id in self.exchange.orders:
            raise Broken(f"{key} is {state} but the exchange has its order")
        if any(self.is_alive(placement) for placement in self.exchange.placements[order_id]):
            raise Broken(f"{key} is {state} but a request may still become an order")

    def _whole_list(self, key: str, item: dict[str, Any]) -> None:
        legs = [leg["client_order_id"] for leg in json.loads(item["legs"]["S"]).values()]
        if len(set(legs)) != len(legs) or not set(legs) <= self.exchange.orders.keys():
            raise Broken(f"{key} is ACCEPTED but not all of its orders are there: {legs}")

    def _amendment_written(self, key: str, state: str, item: dict[str, Any]) -> None:
        """Done only when the order is no larger; dead only if none of its requests has changed anything."""
        target = client_id(self.amends[key])
        if isinstance(self.exchange.book, FuturesBook | BybitBook):
            self._change_written(key, state, item, self.exchange.book.terms[target])
            return
        if state == State.ACCEPTED:
            left = Decimal(self.exchange.orders[target].quantity)
            if left > Decimal(item["quantity"]["S"]):
                raise Broken(f"{key} is ACCEPTED but its target still has the quantity {left}")
        elif state in (State.DEAD, State.WAITING):
            done = self.exchange.book.amended
            if any((target, signed_at) in done for signed_at in self.signed[client_id(key)]):
                raise Broken(f"{key} is {state} but its amendment was executed")

    def _change_written(self, key: str, state: str, item: dict[str, Any], terms: list[tuple[str, str, int]]) -> None:
        """Done only if the order has had its terms; dead only if what was changed last is not its own doing."""
        if state == State.ACCEPTED:
            wanted = Decimal(item["quantity"]["S"]), Decimal(item["price"]["S"])
            placed = self.exchange.orders[item["client_order_id"]["S"]]
            had = {(Decimal(quantity), Decimal(price)) for quantity, price, _ in terms}
            if wanted not in had and not (not had and wanted == (Decimal(placed.quantity), Decimal(placed.price))):
                raise Broken(f"{key} is ACCEPTED but its target never had these terms")
        elif state in (State.DEAD, State.WAITING) and terms and terms[-1][2] in self.signed[client_id(key)]:
            raise Broken(f"{key} is {state} but its amendment was executed")

    def _end_written(self, key: str, state: str, item: dict[str, Any]) -> None:
        if state == State.DEAD:
            self.dead_rows.add(item["token"]["S"])
        elif state == State.ACCEPTED and key in self.sweeps:
            account = account_signed_for(item["signed_for"]["S"]) + self.account_of_mode.get(
                item.get("margin_mode", {}).get("S", ""), ""
            )
            self._sweep_done(key, min(int(item["until"]["N"]), self.sweeps[key]), account)
        elif state == State.ACCEPTED:
            self._cancel_done(key, item)

    def _sweep_done(self, key: str, until: int, account: str) -> None:
        """Done only when nothing of its account is open that stood when it was published."""
        book = self.exchange.book
        earlier = (name for name, order in book.orders.items() if order.created_at <= until)
        left = [name for name in earlier if book.is_open(name) and book.owners[name] == account]
        if left:
            raise Broken(f"{key} is ACCEPTED but {left} are open, from before it")

    def _cancel_done(self, key: str, item: dict[str, Any]) -> None:
        """Done only when its order is no longer open, or never was and never will be."""
        if "client_order_id" not in item:
            target = self.table.row(self.cancels[key])
            if target is None or not (target.state is State.DEAD or self._revived_meanwhile(key)):
                raise Broken(f"{key} found nothing to cancel, but its target is {target and target.state}")
            if target.state is State.DEAD:
                self.ended.add(client_id(self.cancels[key]))
            return
        book = self.exchange.book
        legs = book.lists.get(item.get("list_client_order_id", {}).get("S", ""), [item["client_order_id"]["S"]])
        if any(map(book.is_open, legs)):
            raise Broken(f"{key} is ACCEPTED but its target is open")

    def _revived_meanwhile(self, key: str) -> bool:
        """Whether a person called the target back while the cancellation ran, as if that had come after it."""
        revived_at = self.revived_at.get(self.cancels[key], 0)
        return any(since <= revived_at for since in self.delivering[key])

    def request_leaves(self, placement: Placement) -> None:
        """Signed with an instant that stands in the row, and not before the fence of an earlier request."""
        signal = self._find_signal(placement.client_order_id)
        if signal in self.ended and self.is_alive(placement) and not self.follows_entry(placement):
            raise Broken(f"{placement.client_order_id} is sent although its signal was cancelled")
        if placement.signed_at not in self.signed[placement.client_order_id]:
            raise Broken(f"request signed at {placement.signed_at}, which stands in no row")
        self._sent_as_often_as_allowed(placement)
        if self._excused(signal):
            return
        for earlier in self.exchange.placements[placement.client_order_id]:
            if earlier.signed_at < placement.signed_at and self.is_alive(earlier):
                raise Broken(f"sent again while the request signed at {earlier.signed_at} may still become an order")

    def _find_signal(self, name: str) -> str:
        """The client order id of the signal whose order has that name."""
        key = self.key_of_leg(name)
        return name if key is None else client_id(key)

    def _excused(self, order_id: str) -> bool:
        """Whether the exchange broke a bound that nobody can do without, and the signal is known to be in doubt."""
        return self.exchange.world.bounds.doubles_may_happen and order_id in self.doubted

    def _sent_as_often_as_allowed(self, placement: Placement) -> None:
        """Of the requests that were not certainly refused, unless a person sent the signal again."""
        name = placement.client_order_id
        key = self.key_of_leg(name) or next(key for key in self.states if client_id(key) == name)
        in_doubt = sum(not earlier.refused for earlier in self.exchange.placements[placement.client_order_id])
        if key not in self.revived_at and in_doubt > MOST_DOUBTS[self.exchange.world.bounds.resend]:
            raise Broken(f"{key} is sent again after {in_doubt} requests in doubt")

    def told_of(self, key: str) -> None:
        """An audit has found something that should not be."""
        if not self.exchange.world.bounds.doubles_may_happen:
            raise Broken(f"{key}: the audit found an order that should not be")
        self.told.add(key)

    def letter_sent(self, row: Row) -> None:
        """Every dead letter has its DEAD row first. A function that froze in between may send it much later."""
        if row.token not in self.dead_rows:
            raise Broken(f"dead letter for {row.identity.key} before its row")

    def acknowledged(self, message: Message, row: Row | None) -> None:
        """A message is deleted only when its signal is placed or has its letter (which may be on its way back)."""
        if row is None:
            raise Broken(f"message {message.id} deleted without a row")
        if (
            row.state is not State.ACCEPTED
            and row.reason is not Reason.CANCELED
            and not any(letter.identity == row.identity for _, letter in self.letters.letters)
        ):
            raise Broken(f"message {message.id} deleted while its row is {row.state} and no letter was sent")

    def in_the_end(self, keys: list[str]) -> None:
        """No signal is lost: each has its one order, or its letter and no order."""
        for key in keys:
            row = self.table.row(key)
            self._told_if_doubled(key)
            if row is None:
                if key.split("/", 2)[2] not in self.queue.vanished:
                    raise Broken(f"{key} is lost without a row")
                continue
            has_order = client_id(key) in self.exchange.orders
            letters = any(letter.identity == row.identity for _, letter in self.letters.letters)
            if row.state is State.ACCEPTED and (has_order or key in self.cancels | self.sweeps | self.amends):
                continue
            if row.reason is Reason.CANCELED and not has_order:
                continue
            if row.state is State.SENT and self.may_stay(row):
                continue
            if row.state is not State.DEAD or has_order or not letters:
                raise Broken(f"{key} ended {row.state}, order at the exchange: {has_order}, letter: {letters}")

    def _told_if_doubled(self, key: str) -> None:
        doubled = sum(order.name == client_id(key) for order in self.exchange.book.doubled)
        if doubled and key not in self.told:
            raise Broken(f"{key} has {doubled + 1} orders, and nobody was told")

    def is_alive(self, placement: Placement) -> bool:
        """Whether an order may still come of a request."""
        if self.exchange.world.bounds.doubles_may_happen:
            return not placement.sealed
        bound = placement.signed_at + RECV_WINDOW_MS + self.exchange.timing.in_engine
        return not placement.sealed and self.exchange.clock() <= bound


@cache
def client_id(key: str) -> str:
    """The client order id of a ledger key's signal, whether it was sent yet or not."""
    return make_client_order_id(*key.split("/", 2))
