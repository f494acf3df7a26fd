"""The stage of a protocol test: the real use cases among doubles, and the invariants that must hold in the end."""

import json
import math
from dataclasses import dataclass, field, replace
from typing import Any

from orderexec.assemble import UseCases, assemble
from orderexec.domain.lifecycle import State
from orderexec.domain.looks import Look
from orderexec.domain.messages import Message
from orderexec.domain.policy import Policy
from orderexec.domain.requests import Cancel, get_request
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.domain.validity import Resend
from orderexec.domain.verdicts import Done, Verdict
from orderexec.ports import ControlBoard, Credentials, Ledger, Ports
from orderexec.usecases.execute_signal import ExecuteSignal
from orderexec.usecases.follow_orders import FollowOrders
from orderexec.usecases.reconcile_backlog import Result, begin
from orderexec.usecases.reconcile_row import ReconcileRow
from orderexec.venues.traffic import VenueTraffic
from tests.doubles.board import MemoryBoard, SharedControls
from tests.doubles.dead_letters import MemoryDeadLetters
from tests.doubles.exchange import FakeExchange, Held, Received
from tests.doubles.ledger import MemoryLedger
from tests.doubles.risk import MemoryLimits
from tests.doubles.secrets import MemorySecrets
from tests.doubles.shared_cache import MemorySharedCache
from tests.doubles.steps import Crash, Watch, watched
from tests.doubles.stores import StoreFailure
from tests.doubles.venue import FakeRules, FakeVenue
from tests.doubles.virtual_time import VirtualTime

VISIBILITY_MS = 90_000  # after which the queue delivers again what nobody acknowledged
HALT_AFTER = 3  # refusals in a row
MAX_AGE_MS = 300_000
POLICY = Policy(max_age_ms=MAX_AGE_MS, halt_after_credential_failures=HALT_AFTER, halt_after_rejections=HALT_AFTER)
IDENTITY = Identity(id="signal-1")


@dataclass(slots=True)
class Scene:
    """One exchange, one ledger, one queue; as many functions as a test starts."""

    time: VirtualTime = field(default_factory=VirtualTime)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    secrets: MemorySecrets = field(default_factory=MemorySecrets)
    letters: MemoryDeadLetters = field(default_factory=MemoryDeadLetters)
    controls: SharedControls = field(default_factory=SharedControls)
    limits: MemoryLimits = field(default_factory=MemoryLimits)
    exchange: FakeExchange = field(init=False)
    cache: MemorySharedCache = field(default_factory=MemorySharedCache)
    address: str = "https://fake"
    elsewhere: dict[Credentials, FakeExchange] = field(default_factory=dict)  # other accounts of the exchange
    broken: list[str] = field(default_factory=list)
    resend: Resend = Resend.ONCE
    identity: Identity = IDENTITY

    def __post_init__(self) -> None:
        self.exchange = self._make_exchange()
        self.exchange.on_request = self._written_before_sent

    def _make_exchange(self) -> FakeExchange:
        return FakeExchange(self.time)

    def function(self, watch: Watch = lambda _: None) -> ExecuteSignal:
        """A container that just started: nothing cached, its clock not compared with the exchange's."""
        clock = self.time.clock()
        ledger = watched(self.ledger, "ledger", watch)
        board = watched(MemoryBoard(clock, self.controls), "board", watch)
        return self._assemble(ledger, board, watch).execute

    def reconciler(self, watch: Watch = lambda _: None) -> ReconcileRow:
        """The function that looks after rows which nobody closes, just started."""
        clock = self.time.clock()
        ledger = watched(self.ledger, "ledger", watch)
        board = watched(MemoryBoard(clock, self.controls), "board", watch)
        return self._assemble(ledger, board, watch).reconcile

    def follower(self) -> FollowOrders:
        """The function that looks at orders that rest, just started: it remembers no look."""
        clock = self.time.clock()
        return self._assemble(self.ledger, MemoryBoard(clock, self.controls), lambda _: None).follow

    def follow(self, follower: FollowOrders | None = None) -> list[Look]:
        """One run of its schedule."""
        return list((follower or self.follower()).begin(self.time.now() + 60_000).work())

    def _assemble(self, ledger: Ledger, board: ControlBoard, watch: Watch) -> UseCases:
        ports = Ports(
            ledger=ledger,
            venues={self.identity.venue: self._venue(board, watch)},
            secrets=watched(self.secrets, "secrets", watch),
            board=board,
            limits=self.limits,
            dead_letters=watched(self.letters, "letters", watch),
            clock=self.time.clock(),
            randomness=self.time.randomness(),
        )
        return assemble(ports, POLICY)

    def _venue(self, board: ControlBoard, watch: Watch) -> FakeVenue:
        traffic = VenueTraffic("binance-spot", board, self.time.clock(), share=0.9, containers=10)
        venue = FakeVenue(
            self.exchange,
            FakeRules(self.exchange),
            traffic,
            self.cache,
            self.address,
            self.elsewhere,
            resend=self.resend,
        )
        return watched(venue, "venue", watch)

    def learn_account(self, key: Credentials) -> None:
        """Ask whose the key is, and keep the answer for all containers."""
        clock = self.time.clock()
        self._venue(MemoryBoard(clock, self.controls), lambda _: None).accounts.find_id(key)

    def reconcile_overdue(self) -> list[Result]:
        """One run of its schedule."""
        return list(begin(self.reconciler()).work())

    def message(self, message_id: str = "message-1", **fields: Any) -> Message:
        """A market buy, or what `fields` make of it (None takes a field away), sent now."""
        given = {"id": IDENTITY.id, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"} | fields
        body = json.dumps({name: value for name, value in given.items() if value is not None})
        return Message(id=message_id, body=body, sent_at=self.time.now())

    def redriven(self, allowed_age_ms: int | None = None) -> Message:
        """The newest letter, moved back by a person now."""
        return self.letters.letters[-1].redriven("back", self.time.now(), allowed_age_ms)

    def deliver(self, message: Message) -> Verdict:
        """One delivery to a container of its own."""
        return self.function()(message)

    def drive(self, message: Message, watch: Watch = lambda _: None) -> Row:
        """Deliver as the queue does, each time to a new container, until the message is done with."""
        for receive_count in range(message.receive_count, message.receive_count + 200):
            try:
                verdict = self.function(watch)(replace(message, receive_count=receive_count))
            except (Crash, StoreFailure):
                self.time.advance(VISIBILITY_MS)
                continue
            if isinstance(verdict, Done):
                return verdict.row
            self.wait(verdict.delay)
        raise AssertionError(f"never done: {verdict}")

    def wait(self, seconds: float) -> None:
        """As long as a queue hides a message that shall wait `seconds`."""
        self.time.advance(math.ceil(seconds) * 1000)

    @property
    def row(self) -> Row:
        return self.ledger.rows[self.identity.key]

    @property
    def orders(self) -> list[Held]:
        return self.exchange.orders

    @property
    def signed(self) -> list[int]:
        """The timestamps of all order requests, in their order."""
        return [request.signed_at for request in self.exchange.requests]

    def check(self) -> None:
        """What must hold of a signal that is done with, whatever happened on the way."""
        self.time.advance(600_000)  # whatever is still under way has arrived by now
        assert not self.broken, self.broken
        row, orders, letters = self.row, self.orders, self.letters.letters
        assert len(orders) <= 1, f"{len(orders)} orders for one signal"
        if row.state is State.ACCEPTED:
            dry_run = row.request is not None and row.request.dry_run
            assert [row.report] == ([None] if dry_run else [held.report for held in orders])
            assert not letters
        else:
            assert row.state is State.DEAD, f"acknowledged, but {row.state}"
            assert not orders, "dead, but the exchange has an order"
            assert letters, "dead, but no letter says so"
            assert {letter.row.reason for letter in letters} == {row.reason}

    def _written_before_sent(self, request: Received) -> None:
        """Invariant 1 and 2, at the very moment in which the exchange sees a request."""
        row = self.ledger.rows.get(self.identity.key)
        stood = [past for past in self.ledger.history if past.signed_at == request.signed_at]
        if row is None or not any(_asks(past, request.asked) for past in stood):
            self.broken.append(f"a request signed at {request.signed_at} left before the row said so")


def _asks(row: Row, asked: object) -> bool:
    # The stop that a plan left alone is cancelled by a note on its row.
    says = row.state is State.SENT or (row.state is not State.ACCEPTED and isinstance(asked, Cancel))
    return says and row.request is not None and get_request(row.request) == asked
