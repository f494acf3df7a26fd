"""What another signal has cancelled stays ended: also if it had died before, or its letter is on its way back."""

import json
from dataclasses import replace

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Meaning
from orderexec.domain.verdicts import Done, Later
from tests.doubles.steps import Crash, at
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, refused
from tests.usecases.scene import IDENTITY, Scene


def cancel(scene: Scene) -> Message:
    body = {"action": "cancel", "id": "cancel-1", "symbol": "BTCUSDT", "target": IDENTITY.id}
    return Message(id="cancel-message", body=json.dumps(body), sent_at=scene.time.now())


def test_a_dead_signal_that_was_cancelled_is_not_sent_when_its_letter_is_redriven(scene: Scene) -> None:
    """The key was broken, its producer has cancelled since; then a person moves all letters of CREDENTIALS back."""
    scene.exchange.troubles.append(refused(Meaning.CREDENTIALS, "-2015"))
    assert scene.drive(scene.message()).reason is Reason.CREDENTIALS
    redriven = scene.redriven()

    verdict = scene.deliver(cancel(scene))

    assert isinstance(verdict, Done)
    assert verdict.row.state is State.ACCEPTED
    assert "nothing to cancel" in str(verdict.row.detail)
    assert isinstance(scene.deliver(redriven), Done)
    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.CREDENTIALS)
    assert "canceled by signal 'cancel-1'" in str(scene.row.detail)
    assert len(scene.exchange.requests) == 1


def test_a_signal_that_is_cancelled_while_in_doubt_is_not_sent_again(scene: Scene) -> None:
    """The cancel came 35 s before the second request would leave; a market order of it would be filled at once."""
    scene.exchange.troubles.append(LOST_REQUEST)
    message = scene.message()
    doubt = scene.deliver(message)
    assert isinstance(doubt, Later)

    early = scene.deliver(cancel(scene))

    assert isinstance(early, Later)
    scene.wait(doubt.delay)
    row = scene.drive(replace(message, receive_count=2))
    assert (row.state, row.reason, len(scene.exchange.requests)) == (State.DEAD, Reason.CANCELED, 1)
    assert scene.letters.letters == []
    assert "canceled by signal 'cancel-1' while it was in doubt" in str(row.detail)
    done = scene.drive(replace(cancel(scene), receive_count=2))
    assert (done.state, scene.orders) == (State.ACCEPTED, [])


def test_nor_if_its_function_died_and_nobody_noted_the_doubt(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    message = scene.message()

    def crash() -> None:
        raise Crash

    with pytest.raises(Crash):
        scene.function(at("after venue.send", crash))(message)
    scene.time.advance(60_000)

    assert isinstance(scene.deliver(cancel(scene)), Later)
    assert scene.drive(replace(message, receive_count=2)).reason is Reason.CANCELED
    assert len(scene.exchange.requests) == 1


def test_a_reconciling_run_ends_it_too_if_its_message_does_not_come_back(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    assert isinstance(scene.deliver(scene.message()), Later)
    assert isinstance(scene.deliver(cancel(scene)), Later)
    scene.time.advance(300_000)

    assert len(scene.reconcile_overdue()) == 1

    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.CANCELED)
    assert "canceled by signal 'cancel-1' while it was in doubt" in str(scene.row.detail)
    assert scene.letters.letters == []


def test_one_whose_order_is_found_is_placed_all_the_same(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_ANSWER)
    scene.exchange.lookup_answers.append(refused(Meaning.NOT_FOUND, "-2013").answer)  # type: ignore[arg-type]
    message = scene.message()
    assert isinstance(scene.deliver(message), Later)
    assert isinstance(scene.deliver(cancel(scene)), Later)
    scene.time.advance(60_000)

    assert scene.drive(replace(message, receive_count=2)).state is State.ACCEPTED
    assert len(scene.orders) == 1
