"""Each end of a signal is counted once, by whoever ended it: the reconcile function knows which ends are its own."""

from dataclasses import replace

import pytest

from orderexec.domain.lifecycle import State
from orderexec.domain.messages import Message
from orderexec.domain.row import Row, make_row
from orderexec.domain.signal_parser import parse_signal
from orderexec.usecases.reconcile_row import Reconciled
from tests.doubles.stores import Fault, StoreFailure
from tests.usecases.scene import MAX_AGE_MS, Scene

BODY = '{"id": "signal-1", "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}'


@pytest.fixture
def scene() -> Scene:
    return Scene()


def waiting(scene: Scene) -> Row:
    """A signal that waits; its message is gone, and its age is over."""
    now = scene.time.clock().now()
    signal = parse_signal(Message(id="m", body=BODY, sent_at=now), max_age_ms=MAX_AGE_MS, now=now)
    row = replace(make_row(signal, now), token="first")
    scene.ledger.rows[row.identity.key] = row
    scene.time.advance(MAX_AGE_MS + 1)
    return row


def test_what_it_ends_itself_is_its_own(scene: Scene) -> None:
    result = scene.reconciler()(waiting(scene))

    assert isinstance(result, Reconciled)
    assert (result.row.state, result.ended) == (State.DEAD, True)


def test_what_a_delivery_has_ended_meanwhile_is_not(scene: Scene) -> None:
    row = waiting(scene)
    now = scene.time.clock().now()
    ended = row.cancel("by another signal", token="of the delivery", now=now)
    scene.ledger.rows[row.identity.key] = ended

    assert scene.reconciler()(row) == Reconciled(ended, ended=False)


def test_a_letter_that_was_not_sent_is_an_end_that_nobody_has_counted(scene: Scene) -> None:
    scene.letters.faults.arm(Fault.BEFORE)
    row = waiting(scene)
    with pytest.raises(StoreFailure):
        scene.reconciler()(row)

    result = scene.reconciler()(scene.ledger.rows[row.identity.key])

    assert isinstance(result, Reconciled)
    assert (result.row.state, result.ended) == (State.DEAD, True)
