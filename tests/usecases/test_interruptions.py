"""Every point between two steps of every scenario: the function dies there, freezes there, or is overtaken there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.lifecycle import State
from orderexec.domain.messages import Mark, Message
from orderexec.domain.outcomes import Meaning
from tests.doubles.secrets import KEY, ROTATED_KEY
from tests.doubles.steps import Crash
from tests.doubles.stores import Fault
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, SILENCE, UNREACHABLE, Trouble, late, rate_limited, refused
from tests.usecases.scene import VISIBILITY_MS, Scene


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to one signal, its fields, and how it must end where nothing interrupts it."""

    name: str
    begin: Callable[[Scene], object]
    fields: dict[str, Any]
    ends: State = State.ACCEPTED


def troubled(*troubles: Trouble) -> Callable[[Scene], object]:
    return lambda scene: scene.exchange.troubles.extend(troubles)


def wrong_clock(scene: Scene) -> None:
    scene.exchange.skew_ms = 60_000


def rotated(scene: Scene) -> None:
    """As `orderctl accounts rotate` does it: it first asks whose key the old one is, and keeps the answer."""
    scene.learn_account(KEY)
    scene.secrets.get_credentials("main")
    scene.secrets.stored["main"] = ROTATED_KEY
    scene.exchange.keys = {ROTATED_KEY}


def poor(scene: Scene) -> None:
    scene.exchange.funds = Decimal(0)


def poor_with_a_failing_letter(scene: Scene) -> None:
    poor(scene)
    scene.letters.faults.arm(Fault.AFTER)


def dead_and_redriven(scene: Scene) -> None:
    """The signal dies with another message; the one that is delivered is its letter, moved back."""
    poor(scene)
    scene.drive(scene.message("message-0"))
    scene.exchange.funds = Decimal(1_000_000)
    scene.letters.letters.clear()
    scene.exchange.requests.clear()


LIMIT = {"type": "LIMIT", "price": "60000"}
EXECUTED_TIMEOUT = replace(refused(Meaning.UNKNOWN, "-1007"), arrives_after_ms=0)
CLOSE: dict[str, Any] = {"action": "close", "side": None, "quantity": None}


def held(*troubles: Trouble) -> Callable[[Scene], object]:
    def begin(scene: Scene) -> None:
        scene.exchange.balances["BTC"] = Decimal("0.5")
        scene.exchange.troubles.extend(troubles)

    return begin


STORIES = [
    Story("close", held(), CLOSE),
    Story("close, answer lost", held(LOST_ANSWER), CLOSE),
    Story("close, request lost", held(LOST_REQUEST), CLOSE),
    Story("no trouble", troubled(), {}),
    Story("resting order", troubled(LOST_ANSWER), LIMIT),
    Story("answer lost", troubled(LOST_ANSWER), {}),
    Story("answer lost, order hidden", troubled(Trouble(answer=SILENCE, hidden_ms=6_000)), {}),
    Story("request lost", troubled(LOST_REQUEST), {}),
    Story("request lost twice", troubled(LOST_REQUEST, LOST_REQUEST), {}, State.DEAD),
    Story("request late", troubled(late(4_900, in_engine=9_900)), {}),
    Story("request late, order hidden", troubled(replace(late(4_900, in_engine=9_900), hidden_ms=4_500)), {}),
    Story("request too late", troubled(late(6_000)), {}),
    Story("lost, then late", troubled(LOST_REQUEST, late(4_000, in_engine=5_000)), {}),
    Story("-1007 executed", troubled(EXECUTED_TIMEOUT), {}),
    Story("403 executed", troubled(replace(refused(Meaning.BLOCKED, None, 300.0), arrives_after_ms=0)), {}),
    Story("rate limit", troubled(rate_limited(3)), {}),
    Story("unreachable", troubled(UNREACHABLE, UNREACHABLE), {}),
    Story("wrong clock", wrong_clock, {}),
    Story("rotated key", rotated, {}),
    Story("stale rules", troubled(refused(Meaning.STALE_RULES, "-1013")), {}),
    Story("dry run, answer lost", troubled(LOST_ANSWER), {"dry_run": True}),
    Story("no money", poor, {}, State.DEAD),
    Story("no money, a letter fails", poor_with_a_failing_letter, {}, State.DEAD),
    Story("breaks the rules", troubled(), {"quantity": "0.00001"}, State.DEAD),
    Story("invalid", troubled(), {"surprise": 1}, State.DEAD),
    Story("expires in doubt", troubled(LOST_REQUEST), {"max_age_seconds": 5}, State.DEAD),
    Story("expires late", troubled(late(4_000)), {"max_age_seconds": 5}),
    Story("no money, moved back", dead_and_redriven, {}),
]
stories = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


class Interruption:
    """A watch that does `action` at the steps numbered `numbers`, counted over all functions that carry it."""

    def __init__(self, action: Callable[[], None], *numbers: int) -> None:
        self.count = 0
        self._action = action
        self._numbers = numbers

    def __call__(self, label: str) -> None:
        self.count += 1
        if self.count in self._numbers:
            self._action()


def begin(story: Story) -> tuple[Scene, Message]:
    scene = Scene()
    story.begin(scene)
    message = scene.message(**story.fields)
    if story.begin is dead_and_redriven:
        row = scene.row
        mark = Mark(death=row.mark or "", signal_id=row.identity.id, issued_at=row.issued_at)
        message = replace(message, mark=mark)
    return scene, message


def steps(story: Story) -> int:
    """How many there are from the first delivery to the acknowledgment."""
    scene, message = begin(story)
    counting = Interruption(lambda: None)
    scene.drive(message, counting)
    return counting.count


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say of a failure which interruption led to it."""
    try:
        yield
    except AssertionError as error:
        error.add_note(what)
        raise


def crash() -> None:
    raise Crash


@stories
def test_uninterrupted(story: Story) -> None:
    scene, message = begin(story)

    assert scene.drive(message).state is story.ends
    scene.check()


@stories
def test_a_function_that_dies_between_any_two_steps(story: Story) -> None:
    for number in range(1, steps(story) + 1):
        scene, message = begin(story)
        with told(f"died at step {number}"):
            scene.drive(message, Interruption(crash, number))
            scene.check()


@stories
def test_functions_that_die_twice(story: Story) -> None:
    count = steps(story)
    for first in range(1, count + 1):
        for second in range(first + 1, count + 12, 5):
            scene, message = begin(story)
            scene.drive(message, Interruption(crash, first, second))
            with told(f"died at steps {first} and {second}"):
                scene.check()


@stories
@pytest.mark.parametrize("frozen_ms", [0, 6_000, 25_000, VISIBILITY_MS])
def test_a_function_that_freezes_while_another_delivery_runs_to_its_end(story: Story, frozen_ms: int) -> None:
    for number in range(1, steps(story) + 1):
        scene, message = begin(story)

        def overtake(scene: Scene = scene, message: Message = message) -> None:
            scene.time.advance(frozen_ms)
            scene.drive(replace(message, receive_count=2))

        with told(f"frozen for {frozen_ms} ms at step {number}"):
            scene.drive(message, Interruption(overtake, number))
            scene.check()


@stories
@pytest.mark.parametrize("receive_count", [1, 2])
def test_a_duplicate_that_arrives_between_any_two_steps(story: Story, receive_count: int) -> None:
    for number in range(1, steps(story) + 1):
        scene, message = begin(story)
        duplicate = replace(message, id="message-2", receive_count=receive_count)

        def arrive(scene: Scene = scene, duplicate: Message = duplicate) -> None:
            scene.deliver(duplicate)

        with told(f"duplicate at step {number}"):
            scene.drive(message, Interruption(arrive, number))
            scene.drive(replace(duplicate, receive_count=2))
            scene.check()
