"""What every board of gates and halts promises, shown of the one in memory and of the one in DynamoDB."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from orderexec.aws.controls import DynamoControls
from orderexec.domain.controls import ban, pause
from orderexec.ports import ControlBoard
from tests.doubles.board import MemoryBoard, Standing
from tests.doubles.virtual_time import VirtualTime

VENUE = "binance-spot"
Container = Callable[[], ControlBoard]


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture(params=["memory", "dynamodb"])
def container(request: pytest.FixtureRequest, time: VirtualTime) -> Container:
    """Each call is another container's view of the one board."""
    if request.param == "memory":
        standing = Standing()
        return lambda: MemoryBoard(time.chance(), standing)
    dynamodb = request.getfixturevalue("dynamodb")
    return lambda: DynamoControls(dynamodb, "shared", time.chance())


def test_nothing_is_shut_or_halted_at_first(container: Container, time: VirtualTime) -> None:
    controls = container().current()

    assert controls.shut(time.now(), ban(VENUE), pause(VENUE), pause(VENUE, "main")) is None
    assert controls.halted(("global", f"venue/{VENUE}")) is None


def test_a_gate_is_shut_for_all_containers_until_its_time(container: Container, time: VirtualTime) -> None:
    one, other = container(), container()
    one.shut(ban(VENUE), time.now() + 60_000, "429")

    for board in (one, other):
        shut = board.current().shut(time.now(), ban(VENUE))
        assert shut is not None
        assert (shut.until, shut.why) == (time.now() + 60_000, "429")
        assert board.current().shut(time.now() + 60_000, ban(VENUE)) is None


@pytest.mark.parametrize("later", [1, 30_000])
def test_a_gate_opens_later_but_never_earlier(container: Container, time: VirtualTime, later: int) -> None:
    until = time.now() + 60_000
    container().shut(ban(VENUE), until, "first")
    for board in (container(), container()):
        board.current()
        board.shut(ban(VENUE), until - later, "earlier")
    container().shut(ban(VENUE), until - later, "earlier, by one who has not looked")

    standing = container().current().gates[ban(VENUE)]
    assert (standing.until, standing.why) == (until, "first")

    container().shut(ban(VENUE), until + later, "later")
    assert container().current().gates[ban(VENUE)].until == until + later


def test_who_shuts_a_gate_keeps_to_it_at_once_without_looking(container: Container, time: VirtualTime) -> None:
    board = container()
    board.shut(pause(VENUE, "main"), time.now() + 10_000, "used up")

    assert board.known().shut(time.now(), pause(VENUE, "main")) is not None


def test_what_others_did_is_seen_within_a_second_and_not_looked_up_more_often(
    container: Container, time: VirtualTime
) -> None:
    one, other = container(), container()
    other.current()
    one.halt("global", "maintenance")
    time.advance(999)
    assert other.current().halted(("global",)) is None

    time.advance(1)

    assert other.known().halted(("global",)) is None
    assert other.current().halted(("global",)) == "halted (global): maintenance"


@pytest.mark.parametrize("back_ms", [51_000, 50_500, 50_001])
def test_a_clock_that_is_set_back_makes_what_was_seen_no_younger(
    container: Container, time: VirtualTime, back_ms: int
) -> None:
    """The simulation's seed 559943027: seen 51 s ago, and then the clock is set back by as much."""
    one, other = container(), container()
    other.current()
    one.halt("global", "maintenance")
    time.advance(51_000)
    time.set_clock(-back_ms)

    assert other.current().halted(("global",)) == "halted (global): maintenance"


def test_what_was_seen_before_a_container_was_frozen_is_looked_up_again(
    container: Container, time: VirtualTime
) -> None:
    one, other = container(), container()
    other.current()
    one.halt("global", "maintenance")
    time.freeze(1_000)

    assert other.current().halted(("global",)) == "halted (global): maintenance"


def test_a_halt_stands_until_it_is_lifted_and_its_first_reason_stays(container: Container, time: VirtualTime) -> None:
    one, other = container(), container()

    assert one.halt("account/main", "wrong key")
    assert not other.halt("account/main", "another reason")
    time.advance(1_000_000_000)
    assert other.current().halted(("account/main",)) == "halted (account/main): wrong key"
    assert other.current().halted(("account/other", "global")) is None

    assert other.resume("account/main")
    assert not one.resume("account/main")
    assert container().current().halted(("account/main",)) is None


def test_a_halt_of_one_scope_leaves_gates_and_other_halts_alone(container: Container, time: VirtualTime) -> None:
    board = container()
    board.halt("symbol/BTCUSDT", "one")
    board.halt("strategy/a/b: c#1", "two")
    board.shut(ban(VENUE), time.now() + 5_000, "three")

    board.resume("symbol/BTCUSDT")

    controls = container().current()
    assert dict(controls.halts).keys() == {"strategy/a/b: c#1"}
    assert controls.shut(time.now(), ban(VENUE)) is not None


def test_refusals_of_many_containers_are_counted_together(container: Container) -> None:
    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(lambda _: container().count_refusal("strategy/x"), range(24)))

    assert sorted(counts) == list(range(1, 25))
    assert container().current().refusals["strategy/x"].count == 24


def test_refusals_are_forgotten_by_scope(container: Container) -> None:
    board = container()
    for scope in ("symbol/BTCUSDT", "symbol/BTCUSDT", "strategy/x", "account/main"):
        board.count_refusal(scope)

    board.forget_refusals(("symbol/BTCUSDT", "account/main"))

    assert {scope: each.count for scope, each in container().current().refusals.items()} == {"strategy/x": 1}
    assert board.count_refusal("symbol/BTCUSDT") == 1


def test_lifting_a_halt_forgets_the_refusals_that_led_to_it(container: Container) -> None:
    board = container()
    board.count_refusal("account/main")
    board.halt("account/main", "1 refusal in a row")

    board.resume("account/main")

    assert board.count_refusal("account/main") == 1
