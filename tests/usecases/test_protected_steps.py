"""The steps of a protected entry one by one: what is sent, what is told, and what may come between them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from orderexec.domain.controls import Halt
from orderexec.domain.decimals import format_plain
from orderexec.domain.instruments import ZERO
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Meaning
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import Cancel, get_first_order
from orderexec.usecases import plan_answers, reconcile_row
from tests.doubles.steps import at
from tests.doubles.troubles import LOST_REQUEST, Trouble, refused
from tests.usecases.futures_scene import FuturesScene
from tests.usecases.test_protected_entries import FIELDS, IOC, STORIES, begin

FINE = Trouble()


def sent(scene: FuturesScene) -> list[str]:
    """What went out, in its order."""
    return [_name(request.asked) for request in scene.exchange.requests]


def _name(asked: Any) -> str:
    if isinstance(asked, Cancel):
        return "cancel"
    assert isinstance(asked, Order)
    reduces = " reduce-only" if asked.reduce_only else ""
    return f"{asked.side} {asked.type} {format_plain(asked.size or ZERO)}{reduces}"


def test_the_stop_goes_first_then_the_entry_then_the_profit() -> None:
    scene = FuturesScene()
    row = scene.drive(scene.message(**FIELDS))

    assert sent(scene) == [
        "SELL STOP_MARKET 0.01 reduce-only",
        "BUY MARKET 0.01",
        "SELL LIMIT 0.01 reduce-only",
    ]
    assert row.state is State.ACCEPTED
    assert row.report is not None
    assert row.report.side == "BUY"
    assert [other.status for other in row.others] == ["NEW", "NEW"]
    scene.check()


def test_each_step_has_a_name_of_its_own_and_the_entry_the_signals() -> None:
    scene = FuturesScene()
    row = scene.drive(scene.message(**FIELDS))

    names = [request.asked.client_order_id for request in scene.exchange.requests]
    assert len(set(names)) == 3
    assert isinstance(row.request, Protected)
    assert names[1] == get_first_order(row.request).client_order_id


def test_the_profit_is_as_large_as_what_was_traded() -> None:
    scene = FuturesScene()
    scene.futures.fills = Decimal("0.5")
    scene.drive(scene.message(**IOC))

    assert sent(scene)[-1] == "SELL LIMIT 0.005 reduce-only"
    scene.check()


def test_an_entry_that_is_refused_ends_its_stop_and_says_why() -> None:
    scene = FuturesScene()
    scene.futures.funds = Decimal(0)
    row = scene.drive(scene.message(**FIELDS))

    assert sent(scene)[-1] == "cancel"
    assert (row.state, row.reason, row.code) == (State.DEAD, Reason.REJECTED, "-2019")
    assert (row.detail or "").startswith("Margin is insufficient.; sent: BUY BTCUSDT MARKET")
    scene.check()


def test_a_signal_that_is_redriven_gets_a_stop_of_a_new_name() -> None:
    scene = FuturesScene()
    scene.futures.funds = Decimal(0)
    scene.drive(scene.message(**FIELDS))
    scene.futures.funds = Decimal(1_000_000)
    row = scene.drive(scene.redriven())

    stops = {request.asked.client_order_id for request in scene.exchange.requests if "STOP" in _name(request.asked)}
    assert row.state is State.ACCEPTED
    assert len(stops) == 2
    assert scene.list_stops() == ["CANCELED", "NEW"]


def test_a_take_profit_that_is_refused_is_told_and_undoes_nothing() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.extend([FINE, FINE, refused(Meaning.REJECT, "-2021")])
    row = scene.drive(scene.message(**FIELDS))

    assert row.state is State.ACCEPTED
    assert row.detail is not None
    assert row.detail.startswith("the entry and its stop-loss are there, its take-profit is not: refused with -2021")
    assert row.detail.endswith("place it yourself")


def test_an_entry_that_ended_without_a_trade_leaves_nothing_and_says_so() -> None:
    scene = FuturesScene()
    scene.futures.fills = Decimal(0)
    row = scene.drive(scene.message(**IOC))

    assert row.state is State.ACCEPTED
    assert row.report is not None
    assert row.report.status == "EXPIRED"
    assert [other.status for other in row.others] == ["CANCELED"]
    assert scene.list_stops() == ["CANCELED"]


def test_a_halt_between_stop_and_entry_takes_the_stop_back_and_holds_the_signal() -> None:
    scene = FuturesScene()

    def halt() -> None:
        scene.time.advance(2_000)  # what a container knows of halts is a second old at the most
        scene.controls.halts["account/main"] = Halt(scene.time.now(), "a person said so")

    function = scene.function(at("after venue.send", halt))
    function(scene.message(**FIELDS))

    assert sent(scene) == ["SELL STOP_MARKET 0.01 reduce-only", "cancel"]
    assert scene.row.state is State.WAITING
    assert "a person said so" in (scene.row.detail or "")


def test_a_signal_that_grew_too_old_behind_its_stop_sends_no_entry() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.append(LOST_REQUEST)
    row = scene.drive(
        scene.message(max_age_seconds=20, **FIELDS), at("after venue.send", lambda: scene.time.advance(25_000))
    )

    assert "BUY MARKET 0.01" not in sent(scene)
    assert (row.state, row.reason) == (State.DEAD, Reason.EXPIRED)
    scene.check()


def _entry_first() -> AbstractContextManager[Any]:
    def mutated(plan: Protected) -> Order:
        first = {Step.STOP: plan.entry, Step.ENTRY: plan.stop_loss}
        return first.get(plan.step) or (plan.take_profit if plan.step is Step.PROFIT else None) or plan.stop_loss

    return patch.object(Protected, "order", property(mutated))


def _profit_as_ordered() -> AbstractContextManager[Any]:
    """The profit is as large as what was ordered, not as what was traded."""
    advance = Protected.advance

    def mutated(plan: Protected, report: Any) -> Any:
        following = advance(plan, report)
        return replace(following, take_profit=plan.take_profit) if following and following.take_profit else following

    return patch.object(Protected, "advance", mutated)


def _orphan_kept_after_a_refusal() -> AbstractContextManager[Any]:
    return patch("orderexec.usecases.take_steps.find_next", _only_after_acceptance)


def _only_after_acceptance(step: Any) -> Any:

    if step.row.state is not State.SENT or not isinstance(step.row.request, Protected):
        return None
    answer = getattr(step, "answer", None) or getattr(step, "why", None)
    report = getattr(answer, "report", None)
    return None if report is None else plan_answers._follow(step.row, step.row.request, report)


def _orphan_kept_after_a_doubt() -> AbstractContextManager[Any]:
    return patch.object(reconcile_row, "_leaves_stop", lambda *_: False)


# What is broken, and what the check says that is there for it: an accident of another kind would prove nothing.
MUTANTS: dict[str, tuple[Callable[[], AbstractContextManager[Any]], str]] = {
    "the entry goes first": (_entry_first, "stands without its stop"),
    "the profit is as large as was ordered": (_profit_as_ordered, "larger than what was traded"),
    "a refused entry leaves its stop": (_orphan_kept_after_a_refusal, "a stop for a standing entry"),
    "an entry found nowhere leaves its stop": (_orphan_kept_after_a_doubt, "a stop for a standing entry"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_stories_catch_what_breaks_a_rule(name: str) -> None:
    caught = 0
    mutate, words = MUTANTS[name]
    with mutate():
        for story in STORIES:
            scene = begin(story)
            try:
                scene.drive(scene.message(**story.fields))
                scene.check()
            except AssertionError as error:
                caught += words in str(error)
    assert caught, "no story tells the difference"
