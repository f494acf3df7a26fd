"""What must hold, at every step and in the end, for exactly-once to be true."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from orderexec.domain.lifecycle import Row, State
from orderexec.domain.messages import Message
from orderexec.domain.orders import client_order_id

from .exchange import PROCESSING_MS, Placement, SimExchange
from .queues import SimDeadLetters, SimQueue
from .stores import SimTable
from .world import Broken

RECV_WINDOW_MS = 5_000


@dataclass(slots=True)
class Invariants:
    """Watches the outsides of one world; raises Broken the moment something is wrong."""

    table: SimTable
    exchange: SimExchange
    queue: SimQueue
    letters: SimDeadLetters
    signed: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    dead_rows: set[str] = field(default_factory=set)  # tokens

    def __post_init__(self) -> None:
        self.table.watch.append(self.row_written)
        self.exchange.watch.append(self.request_leaves)
        self.letters.watch.append(self.letter_sent)

    def row_written(self, item: dict[str, Any]) -> None:
        """A row says that nothing is at the exchange only if nothing is there and nothing can come any more."""
        key, state = item["pk"]["S"], item["state"]["S"]
        order_id = client_id(key)
        if state == State.SENT:
            self.signed[order_id].add(int(item["signed_at"]["N"]))
        if state == State.DEAD:
            self.dead_rows.add(item["token"]["S"])
        if state in (State.DEAD, State.WAITING):
            if order_id in self.exchange.orders:
                raise Broken(f"{key} is {state} but the exchange has its order")
            if any(self._alive(placement) for placement in self.exchange.placements[order_id]):
                raise Broken(f"{key} is {state} but a request may still become an order")
        if state == State.PLACED and order_id not in self.exchange.orders:
            raise Broken(f"{key} is PLACED but the exchange has no order")

    def request_leaves(self, placement: Placement) -> None:
        """Signed with an instant that stands in the row, and not before the fence of an earlier request."""
        if placement.signed_at not in self.signed[placement.client_order_id]:
            raise Broken(f"request signed at {placement.signed_at}, which stands in no row")
        for earlier in self.exchange.placements[placement.client_order_id]:
            if earlier.signed_at < placement.signed_at and self._alive(earlier):
                raise Broken(f"sent again while the request signed at {earlier.signed_at} may still become an order")

    def letter_sent(self, row: Row) -> None:
        """Every dead letter has its DEAD row first. A function that froze in between may send it much later."""
        if row.token not in self.dead_rows:
            raise Broken(f"dead letter for {row.identity.key} before its row")

    def acknowledged(self, message: Message, row: Row | None) -> None:
        """A message is deleted only when its signal is placed or has its letter (which may be on its way back)."""
        if row is None:
            raise Broken(f"message {message.id} deleted without a row")
        if row.state is not State.PLACED and not any(
            letter.identity == row.identity for _, letter in self.letters.letters
        ):
            raise Broken(f"message {message.id} deleted while its row is {row.state} and no letter was sent")

    def in_the_end(self, keys: list[str]) -> None:
        """No signal is lost: each has its one order, or its letter and no order."""
        for key in keys:
            row = self.table.row(key)
            if row is None:
                if key.split("/", 2)[2] not in self.queue.vanished:
                    raise Broken(f"{key} is lost without a row")
                continue
            has_order = client_id(key) in self.exchange.orders
            letters = any(letter.identity == row.identity for _, letter in self.letters.letters)
            if row.state is State.PLACED and has_order:
                continue
            if row.state is not State.DEAD or has_order or not letters:
                raise Broken(f"{key} ended {row.state}, order at the exchange: {has_order}, letter: {letters}")

    def _alive(self, placement: Placement) -> bool:
        bound = placement.signed_at + RECV_WINDOW_MS + PROCESSING_MS
        return not placement.sealed and self.exchange.clock() <= bound


@cache
def client_id(key: str) -> str:
    """The client order id of a ledger key's signal, whether it was sent yet or not."""
    return client_order_id(*key.split("/", 2))
