"""What becomes of a signal that a person has closed: its letter, and no second try whatever is delivered."""

from dataclasses import replace

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.limits import Limits
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.row import Row
from orderexec.domain.verdicts import Done
from orderexec.ports import RowChanged
from orderexec.usecases.close_row import CloseRow
from orderexec.usecases.dead_letter_signal import DeadLetterSignal
from tests.doubles.stores import Fault, StoreFailure
from tests.doubles.troubles import LOST_REQUEST
from tests.usecases.scene import MAX_AGE_MS, Scene

WORDS = "closed by a person (anna): looked at the account"


def in_doubt(scene: Scene) -> Message:
    """A signal whose request got no answer."""
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.exchange.lookup_answers.append(Failure(Meaning.UNKNOWN, None, "HTTP 503"))
    message = scene.message()
    scene.deliver(message)
    assert scene.row.state is State.SENT
    return message


def close(scene: Scene, row: Row, state: State = State.DEAD) -> Row:
    clock, randomness = scene.time.clock(), scene.time.randomness()
    dead_letter = DeadLetterSignal(scene.ledger, scene.letters, clock, randomness)
    return CloseRow(scene.ledger, dead_letter, clock, randomness)(row, state, WORDS)


def test_a_signal_that_a_person_has_ended_is_not_sent_again_by_any_delivery(scene: Scene) -> None:
    message = in_doubt(scene)
    scene.time.advance(60_000)
    close(scene, scene.row)
    [letter] = scene.letters.letters

    late = scene.deliver(replace(message, receive_count=2))
    redriven = scene.deliver(letter.redriven("back", scene.time.now()))

    assert isinstance(late, Done)
    assert isinstance(redriven, Done)
    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.EXHAUSTED)
    assert (len(scene.signed), len(scene.letters.letters)) == (1, 1)
    scene.check()


def test_one_that_was_placed_by_his_word_is_not_sent_again(scene: Scene) -> None:
    message = in_doubt(scene)
    scene.time.advance(60_000)
    close(scene, scene.row, State.ACCEPTED)

    assert isinstance(scene.deliver(replace(message, receive_count=2)), Done)
    assert (scene.row.state, scene.row.detail, len(scene.signed)) == (State.ACCEPTED, WORDS, 1)


def test_what_it_was_counted_as_stays_counted(scene: Scene) -> None:
    """That nothing came of its request is not the exchange's word."""
    scene.limits.by_account["main"] = Limits(max_daily_orders=3)
    in_doubt(scene)
    scene.time.advance(60_000)

    close(scene, scene.row)

    assert [used.orders for used in scene.ledger.days.used.values()] == [1]


def test_who_writes_first_wins(scene: Scene) -> None:
    message = in_doubt(scene)
    stale = scene.row
    scene.time.advance(60_000)
    assert scene.drive(replace(message, receive_count=2)).state is State.ACCEPTED

    with pytest.raises(RowChanged) as overtaken:
        close(scene, stale)

    assert overtaken.value.current == scene.row
    assert scene.row.state is State.ACCEPTED
    scene.check()


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_a_letter_that_fails_is_sent_by_the_schedule(scene: Scene, fault: Fault) -> None:
    message = in_doubt(scene)
    scene.time.advance(MAX_AGE_MS)
    scene.letters.faults.arm(fault)
    with pytest.raises(StoreFailure):
        close(scene, scene.row)
    scene.time.advance(600_000)

    scene.reconcile_overdue()

    assert {letter.message.body for letter in scene.letters.letters} == {message.body}
    assert scene.row.closed_by == "person", "the note of the letter keeps it"
    assert scene.row.due is None
