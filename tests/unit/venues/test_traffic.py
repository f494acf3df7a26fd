"""What may go to a venue: pauses near a limit, orders out at once, and gates that its refusals close."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orderexec.domain.controls import ClosedGate, name_ban, name_crowd, name_pause
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.rate_limits import Budget, RateLimit, Used
from orderexec.venues.traffic import PATIENCE_MS, VenueTraffic
from tests.doubles.board import MemoryBoard, SharedControls
from tests.doubles.virtual_time import VirtualTime

VENUE = "binance-spot"
ORDERS = RateLimit(Budget.ORDERS, 10, 100)
DAILY = RateLimit(Budget.ORDERS, 86_400, 1_000)
WEIGHT = RateLimit(Budget.WEIGHT, 60, 6_000)


@pytest.fixture
def time() -> VirtualTime:
    time = VirtualTime()
    time.advance(-time.now() % 86_400_000)  # all windows begin now
    return time


@pytest.fixture
def controls() -> SharedControls:
    return SharedControls()


@pytest.fixture
def traffic(time: VirtualTime, controls: SharedControls) -> VenueTraffic:
    return container(time, controls)


def container(
    time: VirtualTime, controls: SharedControls, containers: int = 10, share: float = 0.9, *limits: RateLimit
) -> VenueTraffic:
    traffic = VenueTraffic(VENUE, MemoryBoard(time.clock(), controls), time.clock(), share, containers)
    traffic.learn(limits or (WEIGHT, ORDERS, DAILY))
    return traffic


def used(amount: int, limit: RateLimit = ORDERS) -> list[Used]:
    return [Used(limit.budget, limit.seconds, amount)]


def test_only_who_waits_for_its_turn_makes_something_ready_and_then_has_it(
    time: VirtualTime, controls: SharedControls
) -> None:
    seen: list[str] = []

    @contextmanager
    def ready() -> Iterator[None]:
        seen.append("begins")
        under_way.close()  # meanwhile the order before is answered
        yield
        seen.append("ends")

    board = MemoryBoard(time.clock(), controls)
    traffic = VenueTraffic(VENUE, board, time.clock(), share=0.9, containers=100, ready=ready)
    traffic.learn((ORDERS,))
    under_way = ExitStack()

    assert under_way.enter_context(traffic.acquire_slot("main")) is None
    assert seen == []
    with traffic.acquire_slot("main") as closed:
        assert closed is None
        assert seen == ["begins", "ends"]


def at_once(traffic: VenueTraffic) -> int:
    """How many orders go out before one has to wait."""
    turns: list[AbstractContextManager[ClosedGate | None]] = []
    while len(turns) < 1_000:
        turns.append(traffic.acquire_slot("main"))
        if turns[-1].__enter__() is not None:
            turns.pop().__exit__(None, None, None)
            break
    for turn in turns:
        turn.__exit__(None, None, None)
    return len(turns)


@pytest.mark.parametrize(("amount", "open_"), [(89, True), (90, False), (150, False)])
def test_near_the_limit_on_orders_the_account_pauses_until_the_window_turns(
    traffic: VenueTraffic, time: VirtualTime, amount: int, open_: bool
) -> None:
    time.advance(3_000)
    traffic.count_used("main", used(amount))

    closed = traffic.find_closed_gate("main", places=True)
    assert (closed is None) is open_
    assert traffic.find_closed_gate("other", places=True) is None
    assert traffic.find_closed_gate("main", places=False) is None  # lost replies are reconciled, orders are cancelled
    time.advance(6_999)
    assert (traffic.find_closed_gate("main", places=True) is None) is open_
    time.advance(1)
    assert traffic.find_closed_gate("main", places=True) is None
    if closed is not None:
        assert closed.why == f"{amount} of 100 orders of 10 s are used"


def test_near_the_limit_on_weight_all_accounts_pause_and_lookups_go_on(
    traffic: VenueTraffic, time: VirtualTime, controls: SharedControls
) -> None:
    time.advance(2_000)
    traffic.count_used("", used(5_400, WEIGHT))
    other = container(time, controls)

    for each in (traffic, other):
        assert each.find_closed_gate("main", places=True) == ClosedGate(
            time.now() + 58_000, "5400 of 6000 weight of 60 s are used"
        )
        assert each.find_closed_gate("second", places=True) is not None
        assert each.find_closed_gate("main", places=False) is None


def test_the_days_limit_pauses_until_the_day_turns(traffic: VenueTraffic, time: VirtualTime) -> None:
    time.advance(2_000)
    traffic.count_used("main", used(900, DAILY))

    closed = traffic.find_closed_gate("main", places=True)
    assert closed is not None
    assert closed.until == time.now() + 86_398_000


@pytest.mark.parametrize("ahead_ms", [-30_000, -1_500, 0, 100, 900, 30_000])
@pytest.mark.parametrize("before_ms", [1, 400, 1_001])
def test_a_count_of_yesterday_closes_nothing_for_today(
    time: VirtualTime, controls: SharedControls, ahead_ms: int, before_ms: int
) -> None:
    """The exchange counted the order just before its midnight; our clock is off, and the answer took a while."""
    midnight, asked_at = time.now(), time.now() + ahead_ms - before_ms - 20
    traffic = container(time, controls)
    time.now_ms = midnight + ahead_ms - before_ms + 300  # the answer is read 300 ms after the order was counted
    date = (midnight - before_ms + 150) // 1000 * 1000

    traffic.count_used("main", used(900, DAILY), date=date, asked_at=asked_at)
    time.advance(before_ms + 2_500)

    assert traffic.find_closed_gate("main", places=True) is None
    traffic.count_used("main", used(1, DAILY), date=(midnight + 2_500) // 1000 * 1000, asked_at=time.now() - 20)
    assert traffic.find_closed_gate("main", places=True) is None


def test_without_a_date_a_count_at_midnight_pauses_for_seconds_and_not_for_a_day(
    traffic: VenueTraffic, time: VirtualTime
) -> None:
    time.advance(100)

    traffic.count_used("main", used(900, DAILY))

    closed = traffic.find_closed_gate("main", places=True)
    assert closed is not None
    assert closed.until - time.now() < 3_000


def test_a_window_ends_by_the_exchanges_clock(traffic: VenueTraffic, time: VirtualTime) -> None:
    """Ours is 40 s ahead: it has begun another minute, and another ten seconds, than the exchange."""
    exchange = time.now() + 85_000
    time.advance(125_000)

    traffic.count_used("main", used(95), date=exchange, asked_at=time.now() - 10)
    traffic.count_used("", used(5_400, WEIGHT), date=exchange, asked_at=time.now() - 10)

    of_account = traffic.board.look().gates[name_pause(VENUE, "main")]
    assert 4_000 <= of_account.until - time.now() <= 5_000
    of_all = traffic.board.look().gates[name_pause(VENUE)]
    assert 34_000 <= of_all.until - time.now() <= 35_000


def test_a_burst_in_the_first_second_of_a_short_window_pauses_until_its_end(
    traffic: VenueTraffic, time: VirtualTime
) -> None:
    """Sixteen containers that each find out with one more order would overrun the limit."""
    time.advance(10_300)
    traffic.count_used("main", used(97), date=time.now() - 300, asked_at=time.now() - 20)

    closed = traffic.find_closed_gate("main", places=True)
    assert closed is not None
    assert closed.until - time.now() == 9_700


def test_a_burst_in_the_first_second_of_a_long_window_pauses_until_it_is_certain(
    traffic: VenueTraffic, time: VirtualTime
) -> None:
    time.advance(60_300)
    traffic.count_used("", used(5_900, WEIGHT), date=time.now() - 300, asked_at=time.now() - 20)

    closed = traffic.find_closed_gate("main", places=True)
    assert closed is not None
    assert 700 <= closed.until - time.now() <= 1_000
    time.now_ms = closed.until
    traffic.count_used("", used(5_901, WEIGHT), date=time.now() // 1000 * 1000, asked_at=time.now() - 20)
    closed = traffic.find_closed_gate("main", places=True)
    assert closed is not None
    assert closed.until - time.now() > 58_000


@given(
    off_ms=st.integers(-100_000, 100_000),
    counted_ms=st.integers(0, 3 * 86_400_000),
    there_ms=st.integers(0, 3_000),
    back_ms=st.integers(0, 3_000),
    limit=st.sampled_from([ORDERS, DAILY, WEIGHT]),
)
@example(off_ms=-1_001, counted_ms=259_197_000, there_ms=3_000, back_ms=1_001, limit=DAILY)
@example(off_ms=-1_002, counted_ms=259_197_000, there_ms=3_000, back_ms=1_001, limit=DAILY)
@example(off_ms=50_000, counted_ms=259_199_999, there_ms=1, back_ms=3_000, limit=DAILY)
@example(off_ms=-3_000, counted_ms=259_197_000, there_ms=0, back_ms=3_000, limit=DAILY)
def test_no_count_ever_closes_a_gate_far_beyond_the_window_that_it_was_counted_in(
    off_ms: int, counted_ms: int, there_ms: int, back_ms: int, limit: RateLimit
) -> None:
    """Whatever the clocks say: by no more than a second, the answer's time, and what a Date header leaves open."""
    time = VirtualTime()
    day = time.now() // 86_400_000 * 86_400_000
    counted_at = day + counted_ms
    time.now_ms = counted_at + there_ms + back_ms + off_ms
    traffic = container(time, SharedControls())
    asked_at, date = counted_at - there_ms + off_ms, (counted_at + there_ms) // 1000 * 1000

    traffic.count_used("main", used(limit.limit, limit), date=date, asked_at=asked_at)

    gates = [gate for name, gate in traffic.board.look().gates.items() if name.startswith("pause/")]
    assert len(gates) == 1
    took = 2 * there_ms + back_ms
    ends_here = limit.find_end(counted_at) + off_ms
    next_one = limit.seconds * 1000 if limit.seconds <= 10 else 0  # a short window's edge counts for the newer one
    # The instant of a Date header may be as long ago as the answer's way back and the second that it leaves out.
    unseen = back_ms + 999
    assert gates[0].until <= ends_here + took + 1_000 + unseen + next_one
    certain = limit.find_window(date - took) == limit.find_window(date + 999)
    if certain and limit.find_window(counted_at) == limit.find_window(date):
        assert gates[0].until >= ends_here - took - 1_000


def test_a_limit_that_the_exchange_does_not_publish_is_not_kept(traffic: VenueTraffic) -> None:
    traffic.learn(())
    traffic.count_used("main", used(1_000_000))

    assert traffic.find_closed_gate("main", places=True) is None
    assert at_once(traffic) == 1_000


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_the_share_is_settable(time: VirtualTime, controls: SharedControls, share: float) -> None:
    traffic = container(time, controls, 10, share)
    traffic.count_used("main", used(int(100 * share) - 1))
    assert traffic.find_closed_gate("main", places=True) is None

    traffic.count_used("main", used(int(100 * share)))
    assert traffic.find_closed_gate("main", places=True) is not None


@pytest.mark.parametrize("meaning", [Meaning.RATE_LIMIT, Meaning.BLOCKED])
def test_a_refused_address_is_silent_until_the_exchange_says(
    traffic: VenueTraffic, time: VirtualTime, controls: SharedControls, meaning: Meaning
) -> None:
    traffic.note_refusal("main", Failure(meaning, "-1003", "too many", 7.5))

    for each in (traffic, container(time, controls)):
        for places in (True, False):
            assert each.find_closed_gate("any", places=places) == ClosedGate(time.now() + 7_500, "too many")
    assert traffic.find_ban() == ClosedGate(time.now() + 7_500, "too many")
    time.advance(7_500)
    assert traffic.find_ban() is None


def test_an_accounts_order_limit_stops_its_orders_alone(
    traffic: VenueTraffic, time: VirtualTime, controls: SharedControls
) -> None:
    traffic.note_refusal("main", Failure(Meaning.ORDER_LIMIT, "-1015", "too many orders", 4.0))

    other = container(time, controls)
    assert other.find_closed_gate("main", places=True) == ClosedGate(time.now() + 4_000, "too many orders")
    assert other.find_closed_gate("main", places=False) is None
    assert other.find_closed_gate("second", places=True) is None
    assert other.find_ban() is None


@pytest.mark.parametrize("meaning", [Meaning.UNKNOWN, Meaning.RETRY, Meaning.REJECT, Meaning.CREDENTIALS])
def test_no_other_refusal_closes_a_gate(traffic: VenueTraffic, controls: SharedControls, meaning: Meaning) -> None:
    traffic.note_refusal("main", Failure(meaning, "-1", "no", 60.0))

    assert controls.gates == {}


def test_a_container_that_knows_nothing_lets_few_out_at_once(time: VirtualTime, controls: SharedControls) -> None:
    assert at_once(container(time, controls, 10)) == 90 // 40
    assert at_once(container(time, controls, 16)) == 1


def test_a_container_that_seems_alone_sends_a_batch_at_once_also_in_later_windows(
    traffic: VenueTraffic, time: VirtualTime
) -> None:
    traffic.count_used("main", used(1))
    assert at_once(traffic) == 89

    time.advance(500_000)
    assert at_once(traffic) == 90


def test_the_more_seem_to_share_the_limit_the_fewer_go_out_at_once(traffic: VenueTraffic) -> None:
    traffic.count_used("main", used(5))  # one answer, five orders: four are of others

    assert at_once(traffic) == (90 - 5) // (4 * 5)


def test_a_list_counts_as_many_orders_as_it_has(traffic: VenueTraffic) -> None:
    """The exchange counts each leg: three orders an answer are no sign of two other senders."""
    for number in range(1, 5):
        with traffic.acquire_slot("main", 3) as closed:
            assert closed is None
            traffic.count_used("main", used(3 * number))

    assert at_once(traffic) == 90 - 12


def test_a_list_waits_until_there_is_room_for_all_of_its_orders(time: VirtualTime, controls: SharedControls) -> None:
    traffic = container(time, controls)  # two orders at once: nothing is known yet
    with traffic.acquire_slot("main", 3) as first:
        assert first is None, "the first request always goes, so that the count becomes known"
        with traffic.acquire_slot("main") as second:
            assert second is not None
    with traffic.acquire_slot("main") as one, traffic.acquire_slot("main", 2) as too_many:
        assert one is None
        assert too_many is not None


def test_in_a_crowd_nobody_believes_to_be_alone(time: VirtualTime, controls: SharedControls) -> None:
    calm, busy = container(time, controls, 16), container(time, controls, 16)
    time.advance(3_000)
    calm.count_used("main", used(1))
    busy.count_used("main", used(50))
    assert name_crowd(VENUE, "main") in controls.gates
    time.advance(1_000)  # till then the calm one need not have looked

    assert at_once(calm) == 1
    assert calm.find_closed_gate("main", places=True) is None
    time.advance(16_000)
    assert at_once(calm) == 90


def test_one_order_is_always_let_out_so_that_the_count_becomes_known(
    time: VirtualTime, controls: SharedControls
) -> None:
    traffic = container(time, controls, 1_000)

    assert at_once(traffic) == 1
    assert at_once(traffic) == 1


def test_a_turn_ends_when_another_is_over(time: VirtualTime, controls: SharedControls) -> None:
    traffic = container(time, controls, 16)
    with (
        traffic.acquire_slot("main") as first,
        traffic.acquire_slot("other") as other_account,
        traffic.acquire_slot("main") as second,
    ):
        assert (first, other_account) == (None, None)
        assert second == ClosedGate(time.now() + 1_000, "orders that were sent before are still under way")
    with traffic.acquire_slot("main") as third:
        assert third is None


def test_waiting_for_a_turn_is_over_as_soon_as_the_gate_shuts(time: VirtualTime, controls: SharedControls) -> None:
    traffic = container(time, controls, 16)
    with traffic.acquire_slot("main"):
        controls.gates[name_pause(VENUE, "main")] = ClosedGate(time.now() + 9_000, "another container was refused")
        started = time.now()
        with traffic.acquire_slot("main") as second:
            assert second == controls.gates[name_pause(VENUE, "main")]
        assert time.now() - started < PATIENCE_MS


def test_the_load_names_the_nearest_limit_and_the_longest_gate(traffic: VenueTraffic, time: VirtualTime) -> None:
    assert (traffic.load().weight_percent, traffic.load().orders_percent, traffic.load().closed_seconds) == (0, 0, 0)
    traffic.count_used("main", [*used(20), *used(500, DAILY)])
    traffic.count_used("", used(600, WEIGHT))
    traffic.note_refusal("", Failure(Meaning.RATE_LIMIT, None, "429", 30.0))

    load = traffic.load()
    assert (load.weight_percent, load.orders_percent, load.closed_seconds) == (10, 50, 30)
    time.advance(60_000)
    load = traffic.load()
    assert (load.weight_percent, load.orders_percent, load.closed_seconds) == (0, 50, 0)
    assert name_ban(VENUE) not in traffic.board.look().gates or traffic.find_ban() is None


def test_venues_of_one_pool_share_its_gates_and_another_pool_has_its_own(time: VirtualTime) -> None:
    board = MemoryBoard(time.clock())
    first, second, other = (VenueTraffic(pool, board, time.clock(), 0.9, 10) for pool in ("one", "one", "other"))

    first.note_refusal("main", Failure(Meaning.RATE_LIMIT, "429", "too many", 7))

    assert second.find_closed_gate("main", places=False) is not None
    assert other.find_closed_gate("main", places=False) is None


def told(amount: int, limit: int, seconds: int = 1) -> list[Used]:
    """A count whose answer says how much is allowed."""
    return [Used(Budget.ORDERS, seconds, amount, limit)]


def find_gate(traffic: VenueTraffic) -> ClosedGate | None:
    return traffic.find_closed_gate("main", places=True)


def test_a_limit_that_comes_with_its_count_is_kept_for_its_whole_length(
    time: VirtualTime, controls: SharedControls
) -> None:
    traffic = VenueTraffic(VENUE, MemoryBoard(time.clock(), controls), time.clock(), 0.9, 1)
    time.advance(990)  # at the end of a second by the clock

    traffic.count_used("main", told(9, 10), date=time.now() // 1000 * 1000)

    gate = find_gate(traffic)
    assert gate is not None
    assert gate.until - time.now() == 1_000  # a window of theirs ends at every instant, not at the full second
    assert "9 of 10 orders of 1 s are used" in gate.why
    time.advance(1_000)
    assert find_gate(traffic) is None


def test_of_several_limits_that_were_told_the_lowest_holds_back_orders(
    time: VirtualTime, controls: SharedControls
) -> None:
    traffic = VenueTraffic(VENUE, MemoryBoard(time.clock(), controls), time.clock(), 1.0, 1)
    traffic.count_used("main", told(1, 20))
    traffic.count_used("main", told(4, 10))

    with ExitStack() as under_way:
        for _ in range(6):
            assert under_way.enter_context(traffic.acquire_slot("main")) is None
        seventh = under_way.enter_context(traffic.acquire_slot("main"))

    assert seventh is None  # it waited for the next second
    assert time.now() % 86_400_000 >= 1_000


def test_a_count_is_about_the_limit_that_it_came_with(time: VirtualTime, controls: SharedControls) -> None:
    traffic = VenueTraffic(VENUE, MemoryBoard(time.clock(), controls), time.clock(), 0.9, 1)
    traffic.count_used("main", told(1, 10))
    traffic.count_used("main", told(12, 20))

    assert find_gate(traffic) is None  # 12 of 20 is no trouble, though it were of 10
