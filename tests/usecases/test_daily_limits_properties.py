"""The law of a day's count, over any story of pauses, sizings, refusals, doubts, redrives and midnights."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orderexec.domain.controls import ClosedGate
from orderexec.domain.daily_count import Used
from orderexec.domain.limits import Limits
from orderexec.domain.messages import Message
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Answer, Failure, Meaning
from orderexec.domain.verdicts import Done
from tests.doubles.exchange import FakeExchange, Received
from tests.doubles.steps import at
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, UNREACHABLE, late, rate_limited, refused
from tests.usecases.scene import Scene

MOST_ORDERS, MOST_WORTH = 6, Decimal(3_000)
LIMITS = Limits(max_daily_orders=MOST_ORDERS, max_daily_notional={"USDT": MOST_WORTH})
DAY_MS = 86_400_000
TROUBLES = [
    LOST_ANSWER,
    replace(LOST_ANSWER, hidden_ms=4_000),
    LOST_REQUEST,
    UNREACHABLE,
    late(2_000),
    late(9_000),
    rate_limited(2),
    refused(Meaning.REJECT, "-2010"),
    refused(Meaning.STALE_RULES, "-1013"),
    refused(Meaning.CLOCK, "-1021"),
    refused(Meaning.UNSENT, None, 3),
    refused(Meaning.ORDER_LIMIT, "-1015", 5),
]
SIZES = st.sampled_from(
    [
        {"quantity": "0.001"},
        {"quantity": "0.02"},
        {"quantity": None, "quote_quantity": "1200"},
        {"quantity": None, "quote_percent": "50"},
        {"quantity": None, "quote_percent": "100"},
        {"type": "LIMIT", "quantity": "0.01", "price": "64000"},
    ]
)


@dataclass(slots=True)
class Recording(FakeExchange):
    """Keeps what it answered to each order request."""

    answered: list[tuple[Received, Answer]] = field(default_factory=list)

    def place(self, request: Received) -> Answer:
        answer = FakeExchange.place(self, request)
        self.answered.append((request, answer))
        return answer


class Days:
    """One account with daily limits, and a queue that delivers in any order."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.exchange = self.scene.exchange = Recording(self.scene.time)
        self.exchange.balances["USDT"] = Decimal(100)
        self.scene.limits.by_account["main"] = LIMITS
        self.queue: dict[str, Message] = {}
        self.made = 0

    def publish(self, size: dict[str, Any]) -> None:
        self._queued(self.scene.message(f"m{self.made}", id=f"s{self.made}", max_age_seconds=1_000_000, **size))

    def deliver(self, pick: int, *, pauses: bool) -> None:
        """Perhaps a gate closes after the signal was sized, before it is its turn."""
        if not self.queue:
            return
        message = list(self.queue.values())[pick % len(self.queue)]
        function = (
            self.scene.function(at("after venue.ask_free_balance", self._pause)) if pauses else self.scene.function()
        )
        if isinstance(function(message), Done):
            del self.queue[message.id]
        else:
            self.queue[message.id] = replace(message, receive_count=message.receive_count + 1)

    def time_passes(self, seconds: int) -> None:
        self.scene.time.advance(seconds * 1_000)
        self.scene.controls.halts.clear()  # a person lifts what refusals in a row have halted

    def midnight_comes(self, left_ms: int) -> None:
        self.scene.time.advance(DAY_MS - (self.scene.time.now() + left_ms) % DAY_MS)

    def redrive(self, pick: int) -> None:
        letters = self.scene.letters.letters
        if letters:
            self._queued(letters[pick % len(letters)].redriven(f"m{self.made}", self.scene.time.now()))

    def check(self) -> None:
        """Each attempt that may have been executed is counted once, on its day, and no day has more than it may."""
        orders: defaultdict[str, int] = defaultdict(int)
        worth: defaultdict[str, Decimal] = defaultdict(Decimal)
        for request, answer in self.exchange.answered:
            if not (isinstance(answer, Failure) and answer.certainly_not_executed):
                orders[day(request.signed_at)] += 1
                worth[day(request.signed_at)] += worth_of(request.asked)
        expected = {date: Used(orders=number, worth={"USDT": worth[date]}) for date, number in orders.items()}
        days = self.scene.ledger.days.used.items()
        assert {date: used for (_, date), used in days if used.orders or any(used.worth.values())} == expected
        for date, asked in self._executed().items():
            assert len(asked) <= MOST_ORDERS, date
            assert sum(map(worth_of, asked)) <= MOST_WORTH, date

    def _executed(self) -> dict[str, list[Order]]:
        """What became an order, by the day in which its request was signed."""
        done: defaultdict[str, list[Order]] = defaultdict(list)
        for held in self.exchange.orders:
            report = held.report
            mine = [each for each, _ in self.exchange.answered if each.asked.client_order_id == report.client_order_id]
            request = max(
                (each for each in mine if each.signed_at <= report.created_at), key=lambda each: each.signed_at
            )
            done[day(request.signed_at)].append(request.asked)
        return done

    def _pause(self) -> None:
        gate = ClosedGate(self.scene.time.now() + 3_000, "used up")
        self.scene.time.advance(1_000)  # whoever looked a second ago looks again
        self.scene.controls.gates["pause/binance-spot/main"] = gate

    def _queued(self, message: Message) -> None:
        self.made += 1
        self.queue[message.id] = message


PICKS = st.integers(0, 99)
Step = Callable[[Days], object]
DELIVERIES: st.SearchStrategy[Step] = st.tuples(PICKS, st.booleans()).map(
    lambda drawn: lambda days: days.deliver(drawn[0], pauses=drawn[1])
)
STEPS: st.SearchStrategy[Step] = st.one_of(
    SIZES.map(lambda size: lambda days: days.publish(size)),
    st.sampled_from(TROUBLES).map(lambda trouble: lambda days: days.exchange.troubles.append(trouble)),
    st.sampled_from([10, 100, 900, 2_500]).map(
        lambda free: lambda days: days.exchange.balances.update(USDT=Decimal(free))
    ),
    st.sampled_from([1, 10, 30, 70]).map(lambda seconds: lambda days: days.time_passes(seconds)),
    st.sampled_from([0, 15, 4_000, 20_000]).map(lambda left: lambda days: days.midnight_comes(left)),
    PICKS.map(lambda pick: lambda days: days.redrive(pick)),
    st.just(lambda days: days.scene.reconcile_overdue()),
)


@given(st.lists(SIZES, min_size=1, max_size=4), st.lists(STEPS | DELIVERIES, min_size=12, max_size=60))
@settings(max_examples=250)
def test_counted_is_what_is_sent_on_its_day_once_for_each_attempt_that_may_have_been_executed(
    sizes: list[dict[str, Any]], steps: list[Step]
) -> None:
    days = Days()
    for size in sizes:
        days.publish(size)
    for step in steps:
        step(days)
        days.check()


def day(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, UTC).date().isoformat()


def worth_of(order: Order) -> Decimal:
    return order.quote_quantity or (order.quantity or Decimal(0)) * (order.price or Decimal(65_000))
