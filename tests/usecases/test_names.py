"""Who has a name: a message that is no signal takes none from a signal, and no other message calls a dead one back."""

import json
from dataclasses import replace

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Attribute, Mark, Message
from orderexec.domain.verdicts import Done
from tests.doubles.stores import Fault, StoreFailure
from tests.usecases.scene import MAX_AGE_MS, Scene


def broken(scene: Scene, message_id: str = "broken-1", **fields: object) -> Message:
    """Names the same signal as `scene.message()`, and is none."""
    return scene.message(message_id, **({"note": "v2 of the producer"} | fields))


def test_a_signal_gets_the_name_that_a_message_gave_which_was_no_signal(scene: Scene) -> None:
    assert scene.drive(broken(scene)).reason is Reason.INVALID_SIGNAL
    scene.time.advance(MAX_AGE_MS)
    message = scene.message()

    row = scene.drive(message)

    assert (row.state, row.attempts, row.issued_at) == (State.ACCEPTED, 1, message.sent_at)
    assert len(scene.orders) == 1
    assert [letter.message.id for letter in scene.letters.letters] == ["broken-1"]


def test_the_letter_that_is_owed_to_it_is_sent_first(scene: Scene) -> None:
    scene.letters.faults.arm(Fault.BEFORE)
    with pytest.raises(StoreFailure):
        scene.deliver(broken(scene))
    assert not scene.letters.letters

    assert scene.drive(scene.message()).state is State.ACCEPTED

    assert [letter.row.reason for letter in scene.letters.letters] == [Reason.INVALID_SIGNAL]
    assert "note" in scene.letters.letters[0].message.body


def test_the_message_that_was_no_signal_gets_no_order_when_it_comes_again(scene: Scene) -> None:
    scene.drive(broken(scene))
    scene.drive(scene.message())

    verdict = scene.deliver(replace(broken(scene), receive_count=2))

    assert isinstance(verdict, Done)
    assert verdict.row.reason is Reason.INVALID_SIGNAL
    assert scene.row.state is State.ACCEPTED
    assert len(scene.orders) == 1


def test_a_message_that_died_as_no_signal_is_not_executed_for_coming_again(scene: Scene) -> None:
    # GIVEN a message from the future, whose function died after its letter
    message = scene.message(issued_at=scene.time.now() + 60_000)
    scene.deliver(message)
    scene.time.advance(90_000)

    # WHEN it comes again, now that it reads as a signal
    for again in (replace(message, receive_count=2), replace(message, id="message-2")):
        assert isinstance(scene.deliver(again), Done)

    # THEN what its letter says is still true
    assert scene.row.reason is Reason.INVALID_SIGNAL
    assert not scene.orders
    assert len(scene.letters.letters) == 1


def test_two_that_are_no_signals_under_one_name_each_get_a_letter_that_names_their_own_problems(scene: Scene) -> None:
    scene.drive(broken(scene))
    scene.drive(broken(scene, "broken-2", note=None, prize=1))

    details = [letter.row.detail or "" for letter in scene.letters.letters]
    assert "unknown field 'note'" in details[0]
    assert "unknown field 'prize'" in details[1]


@pytest.mark.parametrize("state", [State.ACCEPTED, State.WAITING, State.SENT, State.DEAD])
def test_what_is_no_signal_takes_no_name_from_a_signal(scene: Scene, state: State) -> None:
    scene.drive(scene.message())
    scene.ledger.rows["main/binance-spot/signal-1"] = row = replace(scene.row, state=state, reason=None)

    verdict = scene.deliver(replace(broken(scene), receive_count=2))

    assert isinstance(verdict, Done)
    assert scene.row == row
    assert "unknown field 'note'" in (scene.letters.letters[-1].row.detail or "")


def test_a_producers_own_labels_call_nothing_back(scene: Scene) -> None:
    del scene.secrets.stored["main"]
    scene.drive(scene.message())
    mark = Mark(death="not its death", signal_id="signal-1", issued_at=scene.time.now())
    labels = {name: Attribute("String", "signal-1") for name in ("reason", "signal_id", "code", "issued_at")}

    for number, extra in enumerate(({"attributes": labels}, {"mark": mark})):
        verdict = scene.deliver(replace(scene.message(f"again-{number}"), **extra))  # type: ignore[arg-type]

        assert isinstance(verdict, Done)
        assert scene.row.state is State.DEAD
    assert len(scene.letters.letters) == 1


def test_a_signal_that_another_one_has_cancelled_is_not_called_back_by_an_old_letter(scene: Scene) -> None:
    del scene.secrets.stored["main"]
    scene.drive(scene.message())
    letter = scene.letters.letters[0]
    dead = scene.row
    waiting = replace(dead, state=State.WAITING)  # it was called back before, and waited
    scene.ledger.rows[dead.identity.key] = waiting.cancel("by another", token="canceled", now=scene.time.now())

    assert isinstance(scene.deliver(letter.redriven("copy-2", scene.time.now())), Done)

    assert scene.row.reason is Reason.CANCELED


def test_an_edited_letter_is_taken_only_where_it_was_no_signal(scene: Scene) -> None:
    scene.drive(broken(scene))
    letter = scene.letters.letters[0].redriven("edited", scene.time.now())

    row = scene.drive(replace(letter, body=scene.message().body))

    assert row.state is State.ACCEPTED


def test_a_letter_of_a_rejected_signal_may_not_ask_for_something_else(scene: Scene) -> None:
    del scene.secrets.stored["main"]
    scene.drive(scene.message())
    letter = scene.letters.letters[0].redriven("edited", scene.time.now())

    scene.drive(replace(letter, body=json.dumps(json.loads(letter.body) | {"quantity": "9"})))

    assert "with other content" in (scene.letters.letters[-1].row.detail or "")
    assert scene.row.reason is Reason.CREDENTIALS
