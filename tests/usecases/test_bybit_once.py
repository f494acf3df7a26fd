"""One signal, one order at Bybit: through lost requests and answers, late arrivals, lists that lag, forget and fail."""

import json
import math
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.assemble import assemble as assemble_usecases
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.policy import Policy
from orderexec.domain.row import Row
from orderexec.domain.verdicts import Done
from orderexec.ports import Ports
from orderexec.usecases.execute_signal import ExecuteSignal
from orderexec.venues.bybit.products import HORIZON_MS, LAG_MS, LINEAR, PROCESSING_MS
from orderexec.venues.bybit.venue import assemble
from tests.doubles.board import MemoryBoard, SharedControls
from tests.doubles.bybit import SmallBybit, Trouble
from tests.doubles.dead_letters import MemoryDeadLetters
from tests.doubles.ledger import MemoryLedger
from tests.doubles.metered import surroundings
from tests.doubles.risk import MemoryLimits
from tests.doubles.secrets import MemorySecrets
from tests.doubles.virtual_time import VirtualTime

POLICY = Policy(max_age_ms=900_000, halt_after_credential_failures=0, halt_after_rejections=0)
LOST_REQUEST, LOST_ANSWER = Trouble(lost=True), Trouble()


@dataclass
class Stack:
    """One ledger and one queue; a new container for each delivery."""

    time: VirtualTime = field(default_factory=VirtualTime)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    letters: MemoryDeadLetters = field(default_factory=MemoryDeadLetters)
    controls: SharedControls = field(default_factory=SharedControls)

    def __post_init__(self) -> None:
        self.exchange = SmallBybit(self.time)
        body = {"id": "signal-1", "venue": "bybit", "product": "linear", "symbol": "BTCUSDT", "side": "BUY"}
        self.message = Message(id="m", body=json.dumps(body | {"quantity": "0.01"}), sent_at=self.time.now())

    def function(self) -> ExecuteSignal:
        clock = self.time.clock()
        venue = assemble(LINEAR, self.exchange, "https://bybit", surroundings(clock))
        ports = Ports(
            ledger=self.ledger,
            venues={"bybit/linear": venue},
            secrets=MemorySecrets(),
            board=MemoryBoard(clock, self.controls),
            limits=MemoryLimits(),
            dead_letters=self.letters,
            clock=clock,
            randomness=self.time.randomness(),
        )
        return assemble_usecases(ports, POLICY).execute

    def drive(self) -> Row:
        """Deliver as the queue does until the message is done with."""
        for receive_count in range(1, 100):
            verdict = self.function()(replace(self.message, receive_count=receive_count))
            if isinstance(verdict, Done):
                return verdict.row
            self.time.advance(math.ceil(verdict.delay) * 1000)
        raise AssertionError(f"never done: {verdict}")

    @property
    def ids(self) -> list[str]:
        return [order["orderId"] for order in self.exchange.orders]


def test_an_order_is_placed_once_and_its_fill_is_told() -> None:
    stack = Stack()
    stack.exchange.lag_ms = 0

    row = stack.drive()

    assert row.report is not None
    assert (row.state, row.report.status, row.report.order_id) == (State.ACCEPTED, "FILLED", "e-1")
    assert stack.exchange.sent == 1


def test_a_list_that_lags_leaves_the_fill_untold_and_the_order_accepted() -> None:
    stack = Stack()
    stack.exchange.lag_ms = 10_000

    row = stack.drive()

    assert row.report is not None
    assert (row.state, row.report.status) == (State.ACCEPTED, "ACCEPTED")
    assert stack.ids == [row.report.order_id]


@pytest.mark.parametrize("wiped", [False, True])
def test_an_order_whose_answer_was_lost_is_found(wiped: bool) -> None:
    stack = Stack()
    stack.exchange.lag_ms, stack.exchange.wiped = LAG_MS, wiped
    stack.exchange.troubles = [LOST_ANSWER]

    row = stack.drive()

    assert row.report is not None
    assert (row.state, stack.ids, stack.exchange.sent) == (State.ACCEPTED, [row.report.order_id], 1)


def test_a_request_that_was_lost_is_sent_again_once() -> None:
    stack = Stack()
    stack.exchange.troubles = [LOST_REQUEST, Trouble(answered=True)]

    row = stack.drive()

    assert (row.state, stack.exchange.sent, len(stack.ids)) == (State.ACCEPTED, 2, 1)


def test_a_request_that_is_lost_twice_is_left_to_a_person() -> None:
    stack = Stack()
    stack.exchange.troubles = [LOST_REQUEST, LOST_REQUEST]

    row = stack.drive()

    assert (row.state, row.reason, stack.exchange.sent) == (State.DEAD, Reason.DOUBTFUL, 2)


def test_a_request_within_the_assumed_bounds_is_waited_for() -> None:
    stack = Stack()
    stack.exchange.lag_ms = LAG_MS
    stack.exchange.troubles = [Trouble(late_ms=PROCESSING_MS)]

    row = stack.drive()

    assert (row.state, stack.exchange.sent, len(stack.ids)) == (State.ACCEPTED, 1, 1)


def test_one_that_breaks_every_assumed_bound_meets_the_id_of_the_second() -> None:
    stack = Stack()
    stack.exchange.troubles = [Trouble(late_ms=120_000), Trouble(answered=True)]

    row = stack.drive()
    stack.time.advance(300_000)
    stack.function()(replace(stack.message, receive_count=99))
    stack.exchange.send("GET", "/v5/market/time", seconds=1.0)

    assert (row.state, stack.exchange.sent) == (State.ACCEPTED, 2)
    assert len(stack.ids) == 1
    assert stack.exchange.refused == [stack.exchange.orders[0]["orderLinkId"]]


def test_one_that_both_lists_hide_beyond_every_bound_is_accepted_once_by_the_refusal_of_its_id() -> None:
    stack = Stack()
    stack.exchange.lag_ms = 2 * LAG_MS + PROCESSING_MS  # they miss it past the fence
    stack.exchange.troubles = [LOST_ANSWER, Trouble(answered=True)]

    row = stack.drive()
    again = stack.function()(replace(stack.message, receive_count=99))

    assert row.report is not None
    assert (row.state, stack.exchange.sent, stack.ids) == (State.ACCEPTED, 2, [row.report.order_id])
    assert stack.exchange.refused == [row.report.client_order_id]
    assert isinstance(again, Done)
    assert stack.exchange.sent == 2


@pytest.mark.parametrize("path", ["/v5/order/realtime", "/v5/order/history"])
def test_while_a_list_fails_nothing_is_sent_again(path: str) -> None:
    stack = Stack()
    stack.exchange.troubles = [LOST_REQUEST]
    stack.exchange.broken = {path}

    with pytest.raises(AssertionError, match="never done"):
        stack.drive()

    assert stack.exchange.sent == 1


def test_a_doubt_that_outlives_the_exchanges_memory_stays_one() -> None:
    stack = Stack()
    stack.message = replace(stack.message, body=stack.message.body[:-1] + ', "max_age_seconds": 200000}')
    stack.exchange.troubles = [LOST_REQUEST]
    stack.function()(stack.message)
    stack.time.advance(HORIZON_MS)

    with pytest.raises(AssertionError, match="which proves nothing"):
        stack.drive()

    [row] = stack.ledger.rows.values()
    assert (row.state, stack.exchange.sent) == (State.SENT, 1)


TROUBLES = st.builds(Trouble, lost=st.booleans(), late_ms=st.integers(0, PROCESSING_MS), answered=st.just(False))


@given(st.lists(TROUBLES, max_size=3), st.integers(0, LAG_MS), st.booleans(), st.booleans())
def test_within_the_bounds_there_is_never_a_second_order(
    troubles: list[Trouble], lag_ms: int, wiped: bool, unique: bool
) -> None:
    stack = Stack()
    exchange = stack.exchange
    exchange.troubles, exchange.lag_ms, exchange.wiped, exchange.unique = troubles, lag_ms, wiped, unique

    row = stack.drive()
    stack.time.advance(600_000)
    exchange.send("GET", "/v5/market/time", seconds=1.0)

    assert len(stack.ids) <= 1
    assert (row.state is State.ACCEPTED) == (len(stack.ids) == 1)
