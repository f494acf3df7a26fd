"""Our own stores fail: nothing is acknowledged before it is durable, and a late writer loses."""

from dataclasses import replace

import pytest

from orderexec.domain.lifecycle import State
from orderexec.domain.row import Row
from orderexec.domain.verdicts import Done, Later
from tests.doubles.steps import at
from tests.doubles.stores import Fault, StoreFailure
from tests.doubles.troubles import LOST_REQUEST, rate_limited
from tests.usecases.scene import Scene


def test_a_claim_that_was_not_written_sends_nothing(scene: Scene) -> None:
    scene.ledger.faults.arm(Fault.BEFORE)

    with pytest.raises(StoreFailure):
        scene.deliver(scene.message())
    assert not scene.exchange.requests
    assert scene.drive(replace(scene.message(), receive_count=2)).attempts == 1
    scene.check()


def test_a_claim_whose_fate_is_not_known_sends_nothing_before_its_fence(scene: Scene) -> None:
    scene.ledger.faults.arm(Fault.AFTER)

    with pytest.raises(StoreFailure):
        scene.deliver(scene.message())
    assert not scene.exchange.requests
    assert isinstance(scene.deliver(replace(scene.message(), receive_count=2)), Later)
    assert not scene.exchange.requests
    assert scene.drive(replace(scene.message(), receive_count=3)).state is State.ACCEPTED
    scene.check()


def test_a_claim_whose_reply_was_lost_recognises_itself_and_goes_on(scene: Scene) -> None:
    scene.ledger.faults.arm(Fault.REPLY_LOST)

    assert scene.deliver(scene.message()) == Done(scene.row)
    assert scene.row.attempts == 1
    scene.check()


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_an_outcome_that_may_not_be_written_is_not_acknowledged(scene: Scene, fault: Fault) -> None:
    scene.ledger.faults.arm(Fault.NONE, fault)

    with pytest.raises(StoreFailure):
        scene.deliver(scene.message())
    assert len(scene.orders) == 1
    assert scene.drive(replace(scene.message(), receive_count=2)).state is State.ACCEPTED
    scene.check()


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_a_retry_that_may_not_be_written_comes_back_all_the_same(scene: Scene, fault: Fault) -> None:
    scene.ledger.faults.arm(Fault.NONE, fault)
    scene.exchange.troubles.append(rate_limited(1))

    with pytest.raises(StoreFailure):
        scene.deliver(scene.message())
    assert scene.drive(replace(scene.message(), receive_count=2)).state is State.ACCEPTED
    scene.check()


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_a_letter_leaves_only_once_its_row_is_known_to_stand(scene: Scene, fault: Fault) -> None:
    scene.ledger.faults.arm(fault)

    with pytest.raises(StoreFailure):
        scene.deliver(scene.message(surprise=1))
    assert not scene.letters.letters
    assert scene.drive(replace(scene.message(surprise=1), receive_count=2)).state is State.DEAD
    scene.check()


def test_a_note_that_may_not_be_written_costs_a_second_letter_at_the_most(scene: Scene) -> None:
    scene.ledger.faults.arm(Fault.NONE, Fault.BEFORE)

    with pytest.raises(StoreFailure):
        scene.deliver(scene.message(surprise=1))
    scene.drive(replace(scene.message(surprise=1), receive_count=2))
    assert len(scene.letters.letters) == 2
    scene.check()


def test_an_outcome_that_comes_late_does_not_overwrite_what_another_function_found(scene: Scene) -> None:
    def another_reconciles() -> None:
        scene.time.advance(40_000)
        reconciled.append(scene.drive(scene.message("message-2")))

    reconciled: list[Row] = []

    verdict = scene.function(at("after venue.send", another_reconciles))(scene.message())

    assert verdict == Done(scene.row, repeated=True)
    assert reconciled == [scene.row]
    assert len(scene.exchange.requests) == 1
    scene.check()


def test_a_refusal_that_comes_late_does_not_close_what_another_function_sent(scene: Scene) -> None:
    """The first function freezes before its request leaves; the second waits out the fence and sends."""

    def another_sends() -> None:
        if not sent:
            scene.time.advance(40_000)
            sent.append(scene.drive(scene.message("message-2")))

    sent: list[Row] = []

    verdict = scene.function(at("before venue.send", another_sends))(scene.message())

    assert verdict == Done(scene.row, repeated=True)
    assert [scene.row] == sent
    assert (scene.row.state, scene.row.attempts) == (State.ACCEPTED, 2)
    assert len(scene.exchange.requests) == 2
    scene.check()


def test_a_function_that_slept_past_the_fence_does_not_send_over_another_s_attempt(scene: Scene) -> None:
    """Both prove the absence of the first attempt; only one of them may send the second."""

    def another_sends() -> None:
        if len(scene.exchange.requests) == 1:
            scene.drive(scene.message("message-2"))

    scene.exchange.troubles.append(LOST_REQUEST)
    scene.deliver(scene.message())
    scene.time.advance(40_000)

    function = scene.function(at("after venue.find", another_sends))
    assert function(replace(scene.message(), receive_count=2)) == Done(scene.row)
    assert len(scene.exchange.requests) == 2
    scene.check()
