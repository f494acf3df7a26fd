"""What may go to a venue: pauses near a limit, orders out at once, and gates that its refusals shut."""

from contextlib import AbstractContextManager

import pytest

from orderexec.domain.controls import Shut, ban, crowd, pause
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.rate_limits import Budget, RateLimit, Used
from orderexec.venues.traffic import PATIENCE_MS, VenueTraffic
from tests.doubles.board import MemoryBoard, Standing
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
def standing() -> Standing:
    return Standing()


@pytest.fixture
def traffic(time: VirtualTime, standing: Standing) -> VenueTraffic:
    return container(time, standing)


def container(
    time: VirtualTime, standing: Standing, containers: int = 10, share: float = 0.9, *limits: RateLimit
) -> VenueTraffic:
    traffic = VenueTraffic(VENUE, MemoryBoard(time.chance(), standing), time.chance(), share, containers)
    traffic.learn(limits or (WEIGHT, ORDERS, DAILY))
    return traffic


def used(amount: int, limit: RateLimit = ORDERS) -> list[Used]:
    return [Used(limit.budget, limit.seconds, amount)]


def at_once(traffic: VenueTraffic) -> int:
    """How many orders go out before one has to wait."""
    turns: list[AbstractContextManager[Shut | None]] = []
    while len(turns) < 1_000:
        turns.append(traffic.turn("main"))
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
    traffic.counted("main", used(amount))

    shut = traffic.shut("main", places=True)
    assert (shut is None) is open_
    assert traffic.shut("other", places=True) is None
    assert traffic.shut("main", places=False) is None  # lost replies are settled, orders are cancelled
    time.advance(6_999)
    assert (traffic.shut("main", places=True) is None) is open_
    time.advance(1)
    assert traffic.shut("main", places=True) is None
    if shut is not None:
        assert shut.why == f"{amount} of 100 orders of 10 s are used"


def test_near_the_limit_on_weight_all_accounts_pause_and_lookups_go_on(
    traffic: VenueTraffic, time: VirtualTime, standing: Standing
) -> None:
    traffic.counted("", used(5_400, WEIGHT))
    other = container(time, standing)

    for each in (traffic, other):
        assert each.shut("main", places=True) == Shut(time.now() + 60_000, "5400 of 6000 weight of 60 s are used")
        assert each.shut("second", places=True) is not None
        assert each.shut("main", places=False) is None


def test_the_days_limit_pauses_until_the_day_turns(traffic: VenueTraffic, time: VirtualTime) -> None:
    traffic.counted("main", used(900, DAILY))

    shut = traffic.shut("main", places=True)
    assert shut is not None
    assert shut.until == time.now() + 86_400_000


def test_a_limit_that_the_exchange_does_not_publish_is_not_kept(traffic: VenueTraffic) -> None:
    traffic.learn(())
    traffic.counted("main", used(1_000_000))

    assert traffic.shut("main", places=True) is None
    assert at_once(traffic) == 1_000


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_the_share_is_settable(time: VirtualTime, standing: Standing, share: float) -> None:
    traffic = container(time, standing, 10, share)
    traffic.counted("main", used(int(100 * share) - 1))
    assert traffic.shut("main", places=True) is None

    traffic.counted("main", used(int(100 * share)))
    assert traffic.shut("main", places=True) is not None


@pytest.mark.parametrize("meaning", [Meaning.RATE_LIMIT, Meaning.BLOCKED])
def test_a_refused_address_is_silent_until_the_exchange_says(
    traffic: VenueTraffic, time: VirtualTime, standing: Standing, meaning: Meaning
) -> None:
    traffic.refused("main", Failure(meaning, "-1003", "too many", 7.5))

    for each in (traffic, container(time, standing)):
        for places in (True, False):
            assert each.shut("any", places=places) == Shut(time.now() + 7_500, "too many")
    assert traffic.banned() == Shut(time.now() + 7_500, "too many")
    time.advance(7_500)
    assert traffic.banned() is None


def test_an_accounts_order_limit_stops_its_orders_alone(
    traffic: VenueTraffic, time: VirtualTime, standing: Standing
) -> None:
    traffic.refused("main", Failure(Meaning.ORDER_LIMIT, "-1015", "too many orders", 4.0))

    other = container(time, standing)
    assert other.shut("main", places=True) == Shut(time.now() + 4_000, "too many orders")
    assert other.shut("main", places=False) is None
    assert other.shut("second", places=True) is None
    assert other.banned() is None


@pytest.mark.parametrize("meaning", [Meaning.UNKNOWN, Meaning.RETRY, Meaning.REJECT, Meaning.CREDENTIALS])
def test_no_other_refusal_shuts_a_gate(traffic: VenueTraffic, standing: Standing, meaning: Meaning) -> None:
    traffic.refused("main", Failure(meaning, "-1", "no", 60.0))

    assert standing.gates == {}


def test_a_container_that_knows_nothing_lets_few_out_at_once(time: VirtualTime, standing: Standing) -> None:
    assert at_once(container(time, standing, 10)) == 90 // 40
    assert at_once(container(time, standing, 16)) == 1


def test_a_container_that_seems_alone_sends_a_batch_at_once_also_in_later_windows(
    traffic: VenueTraffic, time: VirtualTime
) -> None:
    traffic.counted("main", used(1))
    assert at_once(traffic) == 89

    time.advance(500_000)
    assert at_once(traffic) == 90


def test_the_more_seem_to_share_the_limit_the_fewer_go_out_at_once(traffic: VenueTraffic) -> None:
    traffic.counted("main", used(5))  # one answer, five orders: four are of others

    assert at_once(traffic) == (90 - 5) // (4 * 5)


def test_in_a_crowd_nobody_believes_to_be_alone(time: VirtualTime, standing: Standing) -> None:
    calm, busy = container(time, standing, 16), container(time, standing, 16)
    calm.counted("main", used(1))
    busy.counted("main", used(50))
    assert crowd(VENUE, "main") in standing.gates
    time.advance(1_000)  # till then the calm one need not have looked

    assert at_once(calm) == 1
    assert calm.shut("main", places=True) is None
    time.advance(19_000)
    assert at_once(calm) == 90


def test_one_order_is_always_let_out_so_that_the_count_becomes_known(time: VirtualTime, standing: Standing) -> None:
    traffic = container(time, standing, 1_000)

    assert at_once(traffic) == 1
    assert at_once(traffic) == 1


def test_a_turn_ends_when_another_is_over(time: VirtualTime, standing: Standing) -> None:
    traffic = container(time, standing, 16)
    with traffic.turn("main") as first, traffic.turn("other") as other_account, traffic.turn("main") as second:
        assert (first, other_account) == (None, None)
        assert second == Shut(time.now() + 1_000, "orders that were sent before are still under way")
    with traffic.turn("main") as third:
        assert third is None


def test_waiting_for_a_turn_is_over_as_soon_as_the_gate_shuts(time: VirtualTime, standing: Standing) -> None:
    traffic = container(time, standing, 16)
    with traffic.turn("main"):
        standing.gates[pause(VENUE, "main")] = Shut(time.now() + 9_000, "another container was refused")
        started = time.now()
        with traffic.turn("main") as second:
            assert second == standing.gates[pause(VENUE, "main")]
        assert time.now() - started < PATIENCE_MS


def test_the_load_names_the_nearest_limit_and_the_longest_gate(traffic: VenueTraffic, time: VirtualTime) -> None:
    assert (traffic.load().weight_percent, traffic.load().orders_percent, traffic.load().shut_seconds) == (0, 0, 0)
    traffic.counted("main", [*used(20), *used(500, DAILY)])
    traffic.counted("", used(600, WEIGHT))
    traffic.refused("", Failure(Meaning.RATE_LIMIT, None, "429", 30.0))

    load = traffic.load()
    assert (load.weight_percent, load.orders_percent, load.shut_seconds) == (10, 50, 30)
    time.advance(60_000)
    load = traffic.load()
    assert (load.weight_percent, load.orders_percent, load.shut_seconds) == (0, 50, 0)
    assert ban(VENUE) not in traffic.board.current().gates or traffic.banned() is None
