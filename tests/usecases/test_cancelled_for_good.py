"""What another signal has cancelled stays ended: also if it had died before, or its letter is on its way back."""

import json

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Meaning
from orderexec.domain.verdicts import Done
from tests.doubles.troubles import refused
from tests.usecases.scene import IDENTITY, Scene


def cancel(scene: Scene) -> Message:
    body = {"action": "cancel", "id": "cancel-1", "symbol": "BTCUSDT", "target": IDENTITY.id}
    return Message(id="cancel-message", body=json.dumps(body), sent_at=scene.time.now())


def test_a_dead_signal_that_was_cancelled_is_not_sent_when_its_letter_is_moved_back(scene: Scene) -> None:
    """The key was broken, its producer has cancelled since; then a person moves all letters of CREDENTIALS back."""
    scene.exchange.troubles.append(refused(Meaning.CREDENTIALS, "-2015"))
    assert scene.drive(scene.message()).reason is Reason.CREDENTIALS
    moved_back = scene.redriven()

    verdict = scene.deliver(cancel(scene))

    assert isinstance(verdict, Done)
    assert verdict.row.state is State.PLACED
    assert "nothing to cancel" in str(verdict.row.detail)
    assert isinstance(scene.deliver(moved_back), Done)
    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.CREDENTIALS)
    assert "canceled by signal 'cancel-1'" in str(scene.row.detail)
    assert len(scene.exchange.requests) == 1
