"""What every board of gates and halts promises, shown of the one in memory and of the one in DynamoDB."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from orderexec.aws.controls import DynamoControls
from orderexec.domain.board_room import LONGEST_WHY, MOST_NAMES
from orderexec.domain.controls import name_ban, name_pause
from orderexec.domain.refusals import LASTS_MS, find_slot, list_runs
from orderexec.ports import ControlBoard
from tests.doubles.board import MemoryBoard, SharedControls
from tests.doubles.virtual_time import VirtualTime

VENUE = "binance-spot"
DAY_MS = 86_400_000
Container = Callable[[], ControlBoard]


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture(params=["memory", "dynamodb"])
def container(request: pytest.FixtureRequest, time: VirtualTime) -> Container:
    """Each call is another container's view of the one board."""
    if request.param == "memory":
        current = SharedControls()
        return lambda: MemoryBoard(time.clock(), current)
    dynamodb = request.getfixturevalue("dynamodb")
    return lambda: DynamoControls(dynamodb, "shared", time.clock())


def test_nothing_is_closed_or_halted_at_first(container: Container, time: VirtualTime) -> None:
    controls = container().look()

    assert controls.find_closed_gate(time.now(), name_ban(VENUE), name_pause(VENUE), name_pause(VENUE, "main")) is None
    assert controls.find_halt(("global", f"venue/{VENUE}")) is None


def test_a_gate_is_closed_for_all_containers_until_its_time(container: Container, time: VirtualTime) -> None:
    one, other = container(), container()
    one.close_gate(name_ban(VENUE), time.now() + 60_000, "429")

    for board in (one, other):
        closed = board.look().find_closed_gate(time.now(), name_ban(VENUE))
        assert closed is not None
        assert (closed.until, closed.why) == (time.now() + 60_000, "429")
        assert board.look().find_closed_gate(time.now() + 60_000, name_ban(VENUE)) is None


@pytest.mark.parametrize("later", [1, 30_000])
def test_a_gate_that_nobody_opens_opens_later_but_never_earlier(
    container: Container, time: VirtualTime, later: int
) -> None:
    until = time.now() + 60_000
    container().close_gate(name_ban(VENUE), until, "first")
    for board in (container(), container()):
        board.look()
        board.close_gate(name_ban(VENUE), until - later, "earlier")
    container().close_gate(name_ban(VENUE), until - later, "earlier, by one who has not looked")

    current = container().look().gates[name_ban(VENUE)]
    assert (current.until, current.why) == (until, "first")

    container().close_gate(name_ban(VENUE), until + later, "later")
    assert container().look().gates[name_ban(VENUE)].until == until + later


def test_who_closes_a_gate_keeps_to_it_at_once_without_looking(container: Container, time: VirtualTime) -> None:
    board = container()
    board.close_gate(name_pause(VENUE, "main"), time.now() + 10_000, "used up")

    assert board.recall().find_closed_gate(time.now(), name_pause(VENUE, "main")) is not None


def test_what_others_did_is_seen_within_a_second_and_not_looked_up_more_often(
    container: Container, time: VirtualTime
) -> None:
    one, other = container(), container()
    other.look()
    one.halt("global", "maintenance")
    time.advance(999)
    assert other.look().find_halt(("global",)) is None

    time.advance(1)

    assert other.recall().find_halt(("global",)) is None
    assert other.look().find_halt(("global",)) == "halted (global): maintenance"


@pytest.mark.parametrize("back_ms", [51_000, 50_500, 50_001])
def test_a_clock_that_is_set_back_makes_what_was_seen_no_younger(
    container: Container, time: VirtualTime, back_ms: int
) -> None:
    """The simulation's seed 559943027: seen 51 s ago, and then the clock is set back by as much."""
    one, other = container(), container()
    other.look()
    one.halt("global", "maintenance")
    time.advance(51_000)
    time.set_clock(-back_ms)

    assert other.look().find_halt(("global",)) == "halted (global): maintenance"


def test_what_was_seen_before_a_container_was_frozen_is_looked_up_again(
    container: Container, time: VirtualTime
) -> None:
    one, other = container(), container()
    other.look()
    one.halt("global", "maintenance")
    time.freeze(1_000)

    assert other.look().find_halt(("global",)) == "halted (global): maintenance"


def test_a_halt_stands_until_it_is_lifted_and_its_first_reason_stays(container: Container, time: VirtualTime) -> None:
    one, other = container(), container()

    assert one.halt("account/main", "wrong key")
    assert not other.halt("account/main", "another reason")
    time.advance(1_000_000_000)
    assert other.look().find_halt(("account/main",)) == "halted (account/main): wrong key"
    assert other.look().find_halt(("account/other", "global")) is None

    assert other.resume("account/main")
    assert not one.resume("account/main")
    assert container().look().find_halt(("account/main",)) is None


def test_a_halt_of_one_scope_leaves_gates_and_other_halts_alone(container: Container, time: VirtualTime) -> None:
    board = container()
    board.halt("symbol/BTCUSDT", "one")
    board.halt("strategy/a/b: c#1", "two")
    board.close_gate(name_ban(VENUE), time.now() + 5_000, "three")

    board.resume("symbol/BTCUSDT")

    controls = container().look()
    assert dict(controls.halts).keys() == {"strategy/a/b: c#1"}
    assert controls.find_closed_gate(time.now(), name_ban(VENUE)) is not None


def test_refusals_of_many_containers_are_counted_together(container: Container) -> None:
    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(lambda _: container().count_refusal("REJECTED/account/main"), range(24)))

    assert sorted(counts) == list(range(1, 25))


def test_refusals_are_forgotten_by_run(container: Container) -> None:
    board = container()
    for run in ("REJECTED/a", "REJECTED/a", "CREDENTIALS/a", "REJECTED/b"):
        board.count_refusal(run)

    board.forget_refusals(("REJECTED/a", "REJECTED/never counted"))

    counts = [container().count_refusal(run) for run in ("REJECTED/a", "CREDENTIALS/a", "REJECTED/b")]
    assert counts == [1, 2, 2]


def test_a_run_is_over_after_an_hour_without_a_refusal(container: Container, time: VirtualTime) -> None:
    container().count_refusal("REJECTED/a")
    time.advance(LASTS_MS - 1)
    assert container().count_refusal("REJECTED/a") == 2
    time.advance(LASTS_MS + 1)

    assert container().count_refusal("REJECTED/a") == 1
    assert container().count_refusal("REJECTED/a") == 2


def test_lifting_a_halt_forgets_the_refusals_that_led_to_it(container: Container) -> None:
    board = container()
    for run in list_runs("account/main"):
        board.count_refusal(run)
    board.halt("account/main", "1 refusal in a row")

    board.resume("account/main")

    assert [board.count_refusal(run) for run in list_runs("account/main")] == [1, 1]


def test_that_something_was_refused_is_told_to_all_for_as_long_as_its_run_can_last(
    container: Container, time: VirtualTime
) -> None:
    one, other = container(), container()
    assert other.look().refused == {}

    one.count_refusal("REJECTED/a")

    marks = {find_slot("REJECTED/a"): time.now()}
    assert one.recall().refused == marks
    time.advance(1_000)
    assert other.look().refused == marks
    time.advance(LASTS_MS)
    assert other.look().refused == {}


def test_a_gate_that_a_person_opened_is_open_for_all_also_for_who_closed_it(
    container: Container, time: VirtualTime
) -> None:
    gate, until = name_pause(VENUE, "main"), time.now() + DAY_MS
    one, other = container(), container()
    one.close_gate(gate, until, "a count of yesterday")
    time.advance(1_000)
    assert other.look().find_closed_gate(time.now(), gate) is not None

    assert container().open_gate(gate, until)

    time.advance(1_000)
    for board in (one, other, container()):
        assert board.look().find_closed_gate(time.now(), gate) is None
    assert not container().open_gate(gate, until)


def test_a_gate_that_was_closed_anew_meanwhile_is_not_opened(container: Container, time: VirtualTime) -> None:
    gate = name_ban(VENUE)
    container().close_gate(gate, time.now() + 60_000, "first")
    container().close_gate(gate, time.now() + 120_000, "longer")

    assert not container().open_gate(gate, time.now() + 60_000)
    assert container().look().find_closed_gate(time.now(), gate) is not None


@pytest.mark.parametrize("until", [5_000, 60_000])
def test_an_opened_gate_can_be_closed_again_and_opened_again(
    container: Container, time: VirtualTime, until: int
) -> None:
    gate, first = name_pause(VENUE, "main"), time.now() + 60_000
    one, other = container(), container()
    one.close_gate(gate, first, "first")
    other.look()
    container().open_gate(gate, first)
    time.advance(1_000)
    other.look()

    one.look()
    one.close_gate(gate, time.now() + until, "again")
    time.advance(1_000)

    for board in (one, other):
        assert board.look().find_closed_gate(time.now(), gate) is not None
    container().open_gate(gate, time.now() - 1_000 + until)
    time.advance(1_000)
    for board in (one, other):
        assert board.look().find_closed_gate(time.now(), gate) is None


def test_automatic_halts_of_names_are_few_for_each_account_and_leave_others_and_people_alone(
    container: Container,
) -> None:
    board = container()
    for number in range(MOST_NAMES):
        assert board.halt(f"account/main/strategy/{number}", "refused", automatic=True)

    assert not board.halt("account/main/symbol/BTCUSDT", "refused", automatic=True)
    assert board.halt("account/main", "refused", automatic=True)
    assert board.halt("account/other/symbol/BTCUSDT", "refused", automatic=True)
    assert board.halt("account/main/symbol/BTCUSDT", "by hand")
    assert board.halt("global", "by hand")
    halts = container().look().halts
    assert len(halts) == MOST_NAMES + 4
    assert [scope for scope, halt in halts.items() if not halt.automatic] == ["account/main/symbol/BTCUSDT", "global"]


def test_room_is_there_again_once_a_halt_is_lifted(container: Container) -> None:
    board = container()
    for number in range(MOST_NAMES):
        board.halt(f"account/main/strategy/{number}", "refused", automatic=True)

    board.resume("account/main/strategy/3")

    assert board.halt("account/main/strategy/new", "refused", automatic=True)
    assert not board.halt("account/main/strategy/newer", "refused", automatic=True)


def test_no_two_automatic_halts_take_the_same_room(container: Container) -> None:
    def halted(number: int) -> bool:
        return container().halt(f"account/main/strategy/{number}", "refused", automatic=True)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(halted, range(4 * MOST_NAMES)))

    assert 1 <= len(container().look().halts) <= MOST_NAMES


def test_a_long_reason_is_cut(container: Container) -> None:
    container().halt("global", "ä" * 1_000)
    container().close_gate(name_ban(VENUE), 10**13, "ä" * 1_000)

    controls = container().look()
    for why in (controls.halts["global"].why, controls.gates[name_ban(VENUE)].why):
        assert why.startswith("ääää")
        assert why.endswith("...")
        assert len(why.encode()) <= LONGEST_WHY
