"""An entry is never without its stop: whatever is lost, wherever a function dies, and whoever goes on with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.lifecycle import State
from orderexec.domain.outcomes import Meaning
from tests.doubles.steps import Crash
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, SILENCE, Trouble, late, rate_limited, refused
from tests.usecases.futures_scene import FuturesScene
from tests.usecases.test_interruptions import Interruption, told

FIELDS: dict[str, Any] = {"venue": "binance-usdm", "stop_loss": "60000", "take_profit": "70000"}
RESTING: dict[str, Any] = FIELDS | {"type": "LIMIT", "price": "64000"}
FINE = Trouble()


def troubled(*troubles: Trouble) -> Callable[[FuturesScene], object]:
    return lambda scene: scene.exchange.troubles.extend(troubles)


def unfilled(scene: FuturesScene) -> None:
    scene.futures.fills = Decimal(0)


def filled_in_part(scene: FuturesScene) -> None:
    scene.futures.fills = Decimal("0.5")


def poor(scene: FuturesScene) -> None:
    scene.futures.funds = Decimal(0)


def poor_with(*troubles: Trouble) -> Callable[[FuturesScene], object]:
    def begin(scene: FuturesScene) -> None:
        poor(scene)
        scene.exchange.troubles.extend(troubles)

    return begin


def unfilled_with(*troubles: Trouble) -> Callable[[FuturesScene], object]:
    def begin(scene: FuturesScene) -> None:
        unfilled(scene)
        scene.exchange.troubles.extend(troubles)

    return begin


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to one protected entry, and how it ends where nothing interrupts it."""

    name: str
    begin: Callable[[FuturesScene], object]
    fields: dict[str, Any] = field(default_factory=lambda: FIELDS)
    ends: State = State.ACCEPTED


IOC = FIELDS | {"type": "LIMIT", "price": "65000", "time_in_force": "IOC"}
REST = {name: value for name, value in RESTING.items() if name != "take_profit"}
STORIES = [
    Story("no trouble", troubled()),
    Story("resting entry", troubled(), REST),
    Story("IOC unfilled", unfilled, IOC),
    Story("IOC filled in part", filled_in_part, IOC),
    Story("stop's answer lost", troubled(LOST_ANSWER)),
    Story("stop lost", troubled(LOST_REQUEST)),
    Story("stop late", troubled(late(4_900, in_engine=9_900))),
    Story("stop refused", troubled(refused(Meaning.REJECT, "-2021")), ends=State.DEAD),
    Story("stop limited", troubled(rate_limited(3))),
    Story("entry's answer lost", troubled(FINE, LOST_ANSWER)),
    Story("entry's answer lost, order hidden", troubled(FINE, Trouble(answer=SILENCE, hidden_ms=6_000))),
    Story("entry lost", troubled(FINE, LOST_REQUEST)),
    Story("entry lost, then limited", troubled(FINE, LOST_REQUEST, rate_limited(3))),
    Story("entry lost twice", troubled(FINE, LOST_REQUEST, LOST_REQUEST), ends=State.DEAD),
    Story("entry late", troubled(FINE, late(4_900, in_engine=9_900))),
    Story("entry refused", poor, ends=State.DEAD),
    Story("entry refused, the end of the stop lost", poor_with(FINE, FINE, LOST_REQUEST), ends=State.DEAD),
    Story("entry refused, the answer about the stop lost", poor_with(FINE, FINE, LOST_ANSWER), ends=State.DEAD),
    Story("entry refused, the end of the stop limited", poor_with(FINE, FINE, rate_limited(2)), ends=State.DEAD),
    Story("entry limited", troubled(FINE, rate_limited(3))),
    Story("entry expires in doubt", troubled(FINE, LOST_REQUEST), FIELDS | {"max_age_seconds": 5}, State.DEAD),
    Story("profit's answer lost", troubled(FINE, FINE, LOST_ANSWER)),
    Story("profit lost", troubled(FINE, FINE, LOST_REQUEST)),
    Story("profit lost for good", troubled(FINE, FINE, *[LOST_REQUEST] * 12)),
    Story("profit refused", troubled(FINE, FINE, refused(Meaning.REJECT, "-2021"))),
    Story("profit limited", troubled(FINE, FINE, rate_limited(3))),
    Story("IOC unfilled, the end of the stop lost", unfilled_with(FINE, FINE, LOST_REQUEST), IOC),
]
stories = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


def begin(story: Story) -> FuturesScene:
    scene = FuturesScene()
    story.begin(scene)
    return scene


def count_steps(story: Story) -> int:
    scene, counting = begin(story), Interruption(lambda: None)
    scene.drive(scene.message(**story.fields), counting)
    return counting.count


def crash() -> None:
    raise Crash


@stories
def test_a_story_ends_as_it_should(story: Story) -> None:
    scene = begin(story)
    row = scene.drive(scene.message(**story.fields))

    assert row.state is story.ends
    scene.check()


@stories
def test_a_function_that_dies_leaves_no_entry_without_its_stop(story: Story) -> None:
    for number in range(1, count_steps(story) + 1):
        scene = begin(story)
        with told(f"it died at step {number}"):
            scene.drive(scene.message(**story.fields), Interruption(crash, number))
            scene.check()


@stories
def test_a_function_that_dies_twice_leaves_no_entry_without_its_stop(story: Story) -> None:
    steps = count_steps(story)
    for first in range(1, steps + 1, 7):
        for second in range(first + 1, steps + 8, 11):
            scene = begin(story)
            with told(f"it died at steps {first} and {second}"):
                scene.drive(scene.message(**story.fields), Interruption(crash, first, second))
                scene.check()


@stories
def test_whoever_looks_after_rows_ends_what_no_message_comes_back_for(story: Story) -> None:
    """The function dies, and its message is gone for good."""
    checked = 0
    for number in range(1, count_steps(story) + 1):
        scene = begin(story)
        try:
            scene.function(Interruption(crash, number))(scene.message(**story.fields))
        except Crash:
            if scene.identity.key not in scene.ledger.rows:
                continue
            with told(f"it died at step {number}"):
                scene.check()
            checked += 1
    assert checked, "the function never died with a row"
