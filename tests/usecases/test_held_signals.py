"""Signals that are held before their first try: they have a row that says why, can be cancelled, and keep their age."""

import json
from dataclasses import replace

import pytest

from orderexec.domain.controls import ClosedGate, name_pause
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.signals import Identity
from orderexec.domain.verdicts import Done, Later
from tests.doubles.board import MemoryBoard
from tests.usecases.futures_scene import FuturesScene
from tests.usecases.scene import IDENTITY, Scene

HOLDS = ["global", "account/main", "pause/binance-spot/main", "rules"]


def hold(scene: Scene, what: str) -> None:
    if what == "rules":
        scene.exchange.rules_reachable = False
    elif what.startswith("pause"):
        scene.controls.gates[name_pause("binance-spot", "main")] = ClosedGate(
            scene.time.now() + 60_000, "90 of 100 orders are used"
        )
    else:
        MemoryBoard(scene.time.clock(), scene.controls).halt(what, "maintenance")


def release(scene: Scene) -> None:
    scene.exchange.rules_reachable = True
    scene.controls.gates.clear()
    scene.controls.halts.clear()


def cancel(scene: Scene, symbol: str = "BTCUSDT") -> Message:
    body = {"action": "cancel", "id": "cancel-1", "symbol": symbol, "target": IDENTITY.id}
    return Message(id="cancel-message", body=json.dumps(body), sent_at=scene.time.now())


@pytest.mark.parametrize("what", HOLDS)
def test_what_is_held_before_its_first_try_has_a_row_that_says_why(scene: Scene, what: str) -> None:
    hold(scene, what)

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Later)
    assert (scene.row.state, scene.row.attempts) == (State.WAITING, 0)
    assert scene.row.detail == verdict.why
    assert scene.exchange.requests == []


@pytest.mark.parametrize("what", HOLDS)
def test_a_held_signal_is_cancelled_at_once_and_never_sent(scene: Scene, what: str) -> None:
    hold(scene, what)
    message = scene.message()
    held = scene.deliver(message)
    assert isinstance(held, Later)

    canceled = scene.deliver(cancel(scene))

    assert isinstance(canceled, Done)
    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.CANCELED)
    release(scene)
    scene.wait(held.delay)
    assert isinstance(scene.deliver(replace(message, receive_count=2)), Done)
    assert scene.exchange.requests == []
    assert scene.orders == []


AMENDMENT = {"action": "amend", "target": IDENTITY.id, "id": "amendment", "symbol": "BTCUSDT", "quantity": "0.5"}


def test_a_halt_stops_an_amendment_that_may_enlarge_its_order() -> None:
    scene = FuturesScene(identity=Identity(venue="binance-usdm", id="amendment"))
    hold(scene, "global")

    verdict = scene.deliver(scene.message(**AMENDMENT, side=None, price="60000", venue="binance-usdm"))

    assert isinstance(verdict, Later)
    assert verdict.why.startswith("halted (global)")
    assert (scene.row.state, scene.row.attempts) == (State.WAITING, 0)


def test_a_halt_lets_an_amendment_through_that_only_reduces() -> None:
    scene = Scene(identity=Identity(venue="binance-spot", id="amendment"))
    hold(scene, "global")

    verdict = scene.deliver(scene.message(**AMENDMENT, side=None))

    assert isinstance(verdict, Later)
    assert verdict.why.startswith("no signal 'signal-1' is known"), "it was not held: its target was looked for"


def test_a_held_signal_is_cancelled_without_a_key(scene: Scene) -> None:
    hold(scene, "global")
    scene.deliver(scene.message())
    del scene.secrets.stored["main"]

    assert isinstance(scene.deliver(cancel(scene)), Done)
    assert scene.row.reason is Reason.CANCELED


def test_a_cancel_that_names_another_symbol_ends_nothing(scene: Scene) -> None:
    hold(scene, "global")
    held = scene.deliver(scene.message())
    before = scene.row

    refused = scene.deliver(cancel(scene, "ETHUSDT"))

    assert isinstance(refused, Done)
    assert (refused.row.reason, refused.row.detail) == (
        Reason.RULES,
        "signal 'signal-1' is about BTCUSDT, not ETHUSDT; publish a corrected signal under a new id, with the symbol "
        "of its target",
    )
    assert scene.row == before
    release(scene)
    assert isinstance(held, Later)
    scene.wait(held.delay)
    assert scene.drive(replace(scene.message(), receive_count=2)).state is State.ACCEPTED


def test_a_cancel_that_names_another_symbol_leaves_the_letter_of_a_dead_signal_alone(scene: Scene) -> None:
    scene.exchange.rules_reachable = False
    scene.drive(scene.message(max_age_seconds=1))
    dead = scene.row
    assert dead.mark is not None

    refused = scene.deliver(cancel(scene, "ETHUSDT"))

    assert refused.row.reason is Reason.RULES
    assert scene.row == dead


def test_a_cancel_that_overtakes_its_signal_looks_again_within_seconds(scene: Scene) -> None:
    """However often it came in vain: what is held until then must not be released before it is ended."""
    hold(scene, "global")
    overtaken = scene.function()(replace(cancel(scene), receive_count=9))

    assert isinstance(overtaken, Later)
    assert 0 < overtaken.delay <= 5
    assert IDENTITY.id in overtaken.why
    scene.deliver(scene.message())
    scene.wait(overtaken.delay)
    assert isinstance(scene.deliver(replace(cancel(scene), receive_count=10)), Done)
    assert scene.row.reason is Reason.CANCELED


def test_a_signal_that_is_held_for_one_reason_writes_its_row_once(scene: Scene) -> None:
    hold(scene, "global")
    message = scene.message()
    for receive_count in range(1, 6):
        verdict = scene.deliver(replace(message, receive_count=receive_count))
        assert isinstance(verdict, Later)
        scene.wait(verdict.delay)

    assert len(scene.ledger.history) == 1


def test_a_signal_that_is_placed_at_once_is_written_twice_as_ever(scene: Scene) -> None:
    scene.deliver(scene.message())

    assert [row.state for row in scene.ledger.history] == [State.SENT, State.ACCEPTED]


def test_the_cause_of_waiting_is_in_the_letter_of_what_expires(scene: Scene) -> None:
    hold(scene, "rules")

    row = scene.drive(scene.message())

    assert row.reason is Reason.EXPIRED
    assert "the rules of BTCUSDT cannot be had" in str(row.detail)


def test_the_letter_of_a_cancel_with_a_mistyped_target_names_the_target(scene: Scene) -> None:
    body = {"action": "cancel", "id": IDENTITY.id, "symbol": "BTCUSDT", "target": "breakuot-1"}

    row = scene.drive(Message(id="c", body=json.dumps(body), sent_at=scene.time.now()))

    assert row.reason is Reason.EXPIRED
    assert "breakuot-1" in str(row.detail)
