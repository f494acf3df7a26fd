"""How wide the halt is that a run of refusals sets: as wide as what the exchange's answers are about, and no wider."""

import pytest

from orderexec.domain.lifecycle import State
from orderexec.domain.outcomes import Cause, Failure, Meaning
from orderexec.domain.verdicts import Done, Later, Verdict
from tests.doubles.board import MemoryBoard
from tests.doubles.secrets import KEY
from tests.doubles.steps import watched
from tests.doubles.troubles import Trouble
from tests.usecases.scene import HALT_AFTER, Scene

VENUE = "binance-spot"


@pytest.fixture(autouse=True)
def many_accounts(scene: Scene) -> None:
    scene.secrets.stored |= {"poor": KEY, "rich": KEY}
    scene.exchange.on_request = lambda _: None  # these signals are many, and none is in doubt


def refusal(meaning: Meaning, cause: Cause | None) -> Trouble:
    return Trouble(arrives_after_ms=None, answer=Failure(meaning, "-2010", "no", cause=cause))


def deliver(scene: Scene, signal_id: str, **fields: object) -> Verdict:
    return scene.deliver(scene.message(signal_id, id=signal_id, **fields))


def halted_by(scene: Scene, meaning: Meaning, cause: Cause | None, **fields: object) -> set[str]:
    for number in range(HALT_AFTER):
        scene.exchange.troubles.append(refusal(meaning, cause))
        verdict = deliver(scene, f"dies-{number}", **fields)
        assert isinstance(verdict, Done)
        assert set(verdict.halted) == set(scene.controls.halts)
    return set(scene.controls.halts)


@pytest.mark.parametrize(
    ("meaning", "cause", "scope"),
    [
        (Meaning.CREDENTIALS, None, "account/poor"),
        (Meaning.CREDENTIALS, Cause.ACCOUNT, "account/poor"),
        (Meaning.CREDENTIALS, Cause.ACCOUNT_AND_SYMBOL, "account/poor/symbol/BTCUSDT"),
        (Meaning.REJECT, Cause.ACCOUNT_AND_SYMBOL, "account/poor/symbol/BTCUSDT"),
        (Meaning.REJECT, None, "account/poor/strategy/breakout"),
        (Meaning.REJECT, Cause.ORDER, "account/poor/strategy/breakout"),
        (Meaning.REJECT, Cause.SYMBOL, f"venue/{VENUE}/symbol/BTCUSDT"),
        (Meaning.REJECT, Cause.VENUE, f"venue/{VENUE}"),
    ],
)
def test_refusals_halt_what_they_are_about(scene: Scene, meaning: Meaning, cause: Cause | None, scope: str) -> None:
    assert halted_by(scene, meaning, cause, account="poor", strategy="breakout") == {scope}


def test_an_order_without_a_strategy_halts_its_accounts_symbol(scene: Scene) -> None:
    assert halted_by(scene, Meaning.REJECT, None, account="poor") == {"account/poor/symbol/BTCUSDT"}


@pytest.mark.parametrize("cause", [None, *sorted(set(Cause) - {Cause.SYMBOL, Cause.VENUE})])
@pytest.mark.parametrize("meaning", [Meaning.REJECT, Meaning.CREDENTIALS])
def test_no_account_can_halt_another(scene: Scene, meaning: Meaning, cause: Cause | None) -> None:
    halted_by(scene, meaning, cause, account="poor", strategy="breakout")

    verdict = deliver(scene, "fine", account="rich", strategy="breakout")

    assert isinstance(verdict, Done)
    assert verdict.row.state is State.ACCEPTED


def test_what_ends_orders_goes_through_every_halt(scene: Scene) -> None:
    halted_by(scene, Meaning.CREDENTIALS, Cause.ACCOUNT, account="poor")

    assert isinstance(deliver(scene, "more", account="poor"), Later)
    ended = scene.message("ends", action="cancel", id="ends", target="dies-0", account="poor", side=None, quantity=None)
    verdict = scene.deliver(ended)
    assert not (isinstance(verdict, Later) and verdict.held)


def test_accounts_without_a_secret_are_not_counted(scene: Scene) -> None:
    for number in range(3 * HALT_AFTER):
        deliver(scene, f"x{number}", account=f"tenant-{number % 2}")

    assert (scene.controls.refusals, scene.controls.halts, scene.controls.refused) == ({}, {}, {})


def test_each_reason_is_counted_by_itself(scene: Scene) -> None:
    for number in range(2 * HALT_AFTER - 2):
        meaning = Meaning.REJECT if number % 2 else Meaning.CREDENTIALS
        scene.exchange.troubles.append(refusal(meaning, Cause.ACCOUNT_AND_SYMBOL))
        deliver(scene, f"x{number}")

    assert scene.controls.halts == {}


def test_a_success_of_another_account_ends_no_run(scene: Scene) -> None:
    for number in range(HALT_AFTER):
        scene.exchange.troubles.append(refusal(Meaning.REJECT, Cause.ACCOUNT_AND_SYMBOL))
        deliver(scene, f"dies-{number}", account="poor")
        deliver(scene, f"fine-{number}", account="rich")

    assert set(scene.controls.halts) == {"account/poor/symbol/BTCUSDT"}


def test_a_success_writes_nothing_where_nothing_was_refused_and_once_where_something_was(scene: Scene) -> None:
    written: list[str] = []

    def note(step: str) -> None:
        if step.startswith("before board.") and step not in ("before board.look", "before board.recall"):
            written.append(step)

    container = scene.function(note)
    container(scene.message("a", id="a"))
    assert written == []

    scene.exchange.troubles.append(refusal(Meaning.REJECT, None))
    container(scene.message("b", id="b"))
    assert written.count("before board.count_refusal") == 1
    for number in range(3):
        container(scene.message(f"c{number}", id=f"c{number}"))
    assert written.count("before board.forget_refusals") == 1
    assert scene.controls.refusals == {}


def test_a_success_ends_a_run_that_other_containers_counted(scene: Scene) -> None:
    board = watched(MemoryBoard(scene.time.clock(), scene.controls), "board", lambda _: None)
    board.count_refusal("REJECTED/account/main/symbol/BTCUSDT")
    scene.time.advance(1_000)

    deliver(scene, "fine")

    assert scene.controls.refusals == {}
