"""One account at an exchange, and a container that prepares signals for it: nothing is sent."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderexec.domain.instruments import Instrument
from orderexec.domain.lifecycle import State
from orderexec.domain.limits import Limits
from orderexec.domain.orders import Order
from orderexec.domain.requests import Plan
from orderexec.domain.row import Row
from orderexec.domain.signals import Signal
from orderexec.ports import Ports
from orderexec.usecases.prepare_request import prepare
from orderexec.usecases.prepared import Prepared, Ready, Refused, Task
from tests.doubles.board import MemoryBoard
from tests.doubles.dead_letters import MemoryDeadLetters
from tests.doubles.exchange import FakeExchange
from tests.doubles.ledger import MemoryLedger
from tests.doubles.metered import own_traffic
from tests.doubles.risk import MemoryLimits
from tests.doubles.secrets import MemorySecrets
from tests.doubles.venue import FakePositions, FakeRules, FakeVenue
from tests.doubles.virtual_time import VirtualTime
from tests.unit.domain.derivatives import PERPETUAL
from tests.unit.examples import NOW


@dataclass
class Account:
    """An account with a futures exchange, unless `positions` is None."""

    rules: Instrument = PERPETUAL
    last: str = "60000"
    held: str = "0"
    time: VirtualTime = field(default_factory=VirtualTime)
    secrets: MemorySecrets = field(default_factory=MemorySecrets)
    positions: FakePositions | None = field(default_factory=FakePositions)
    limits: MemoryLimits = field(default_factory=MemoryLimits)

    def __post_init__(self) -> None:
        self.exchange = FakeExchange(self.time)
        self.exchange.instruments[self.rules.symbol] = self.rules
        self.exchange.prices[self.rules.symbol] = Decimal(self.last)
        if self.positions is not None:
            self.positions.held[self.rules.symbol, None] = Decimal(self.held)

    @property
    def known(self) -> FakePositions:
        """Its positions."""
        assert self.positions is not None
        return self.positions

    def limit(self, **limits: Any) -> None:
        self.limits.by_account["main"] = Limits(**limits)

    def prepare(self, asked: Signal, sent: Plan | None = None, target: Row | None = None) -> Prepared:
        clock = self.time.clock()
        venue = FakeVenue(self.exchange, FakeRules(self.exchange), own_traffic("binance-futures", clock))
        venue.positions = self.positions
        ports = Ports(
            ledger=MemoryLedger(),
            venues={asked.identity.venue: venue},
            secrets=self.secrets,
            board=MemoryBoard(clock),
            limits=self.limits,
            dead_letters=MemoryDeadLetters(),
            clock=clock,
            randomness=self.time.randomness(),
        )
        return prepare(Task(asked, row(asked, sent), venue, ports, target))

    def order(self, asked: Signal, sent: Plan | None = None) -> Order:
        ready = self.prepare(asked, sent)
        assert isinstance(ready, Ready), ready
        assert isinstance(ready.request, Order)
        return ready.request

    def refuse(self, asked: Signal, target: Row | None = None) -> Refused:
        refused = self.prepare(asked, target=target)
        assert isinstance(refused, Refused), refused
        return refused


def row(asked: Signal, sent: Plan | None, state: State = State.WAITING) -> Row:
    return Row(
        identity=asked.identity,
        product=asked.product,
        content="c",
        state=state,
        token="t",
        issued_at=NOW,
        expires_at=NOW,
        updated_at=NOW,
        request=sent,
        attempts=int(sent is not None),
    )
