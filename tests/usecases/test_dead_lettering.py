"""A signal that dies: the row first, the letter second, the acknowledgment last; and how it is called back."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.row import Row
from orderexec.domain.verdicts import Done, Later
from tests.doubles.secrets import KEY
from tests.doubles.steps import at
from tests.doubles.stores import Fault, StoreFailure
from tests.doubles.troubles import LOST_REQUEST, rate_limited
from tests.usecases.scene import Scene


def dead(scene: Scene, message: Message | None = None) -> Row:
    """A signal that the exchange refuses for want of money."""
    scene.exchange.funds = Decimal(0)
    row = scene.drive(message or scene.message())
    scene.exchange.funds = Decimal(1_000_000)
    assert row.state is State.DEAD
    return row


def redriven(scene: Scene, message_id: str = "message-redriven") -> Message:
    return scene.letters.letters[-1].redriven(message_id, scene.time.now())


def test_a_rejected_signal_dies_with_the_exchanges_code_and_words(scene: Scene) -> None:
    message = scene.message()

    row = dead(scene, message)

    assert (row.reason, row.code) == (Reason.REJECTED, "-2010")
    assert "insufficient balance" in (row.detail or "")
    assert [letter.message for letter in scene.letters.letters] == [message]
    assert not scene.exchange.lookups
    scene.check()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"symbol": "NOSUCH"}, Reason.RULES),
        ({"quantity": "0.00001"}, Reason.RULES),
        ({"quantity": "0.000001"}, Reason.RULES),
        ({"account": "nobody"}, Reason.CREDENTIALS),
        ({"surprise": 1}, Reason.INVALID_SIGNAL),
        ({"side": "HOLD"}, Reason.INVALID_SIGNAL),
    ],
    ids=str,
)
def test_what_cannot_become_an_order_dies_before_any_request(
    scene: Scene, fields: dict[str, Any], reason: Reason
) -> None:
    verdict = scene.deliver(scene.message(**fields))

    assert isinstance(verdict, Done)
    assert (verdict.row.state, verdict.row.reason, verdict.row.attempts) == (State.DEAD, reason, 0)
    assert [letter.row.reason for letter in scene.letters.letters] == [reason]
    assert not scene.exchange.requests


def test_a_body_that_is_no_json_dies_under_the_id_of_its_message(scene: Scene) -> None:
    message = Message(id="message-9", body="{no json", sent_at=scene.time.now())

    verdict = scene.deliver(message)

    assert isinstance(verdict, Done)
    assert verdict.row.identity.key == "main/binance-spot/message-9"
    assert scene.letters.letters[0].message.body == "{no json"


def test_the_row_is_dead_before_its_letter_leaves(scene: Scene) -> None:
    seen: list[tuple[State, bool]] = []
    scene.exchange.funds = Decimal(0)
    watch = at("before letters.send", lambda: seen.append((scene.row.state, scene.row.letter_sent)))

    scene.function(watch)(scene.message())

    assert seen == [(State.DEAD, False)]
    assert scene.row.letter_sent


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_no_dead_signal_is_acknowledged_without_its_letter(scene: Scene, fault: Fault) -> None:
    scene.exchange.funds = Decimal(0)
    scene.letters.faults.arm(fault)

    with pytest.raises(StoreFailure):
        scene.deliver(scene.message())
    assert scene.drive(replace(scene.message(), receive_count=2)).state is State.DEAD
    scene.check()


def test_a_plain_duplicate_of_a_dead_signal_gets_no_second_letter(scene: Scene) -> None:
    dead(scene)
    row = scene.row

    assert scene.deliver(scene.message("message-2")) == Done(scene.row, repeated=True)
    assert scene.deliver(replace(scene.message(), receive_count=2)) == Done(scene.row)
    assert scene.row == row
    assert len(scene.letters.letters) == 1
    assert len(scene.exchange.requests) == 1


def test_a_letter_redriven_is_tried_again_and_placed(scene: Scene) -> None:
    dead(scene)

    row = scene.drive(redriven(scene))

    assert (row.state, row.attempts, row.reason) == (State.ACCEPTED, 1, None)
    assert len(scene.orders) == 1


def test_a_signal_without_an_id_keeps_its_name_when_its_letter_is_redriven(scene: Scene) -> None:
    scene.exchange.on_request = lambda _: None
    row = dead(scene, scene.message(id=None))

    again = scene.drive(redriven(scene))

    assert again.identity == row.identity
    assert again.state is State.ACCEPTED


def test_a_letter_redriven_that_dies_again_gets_one_new_letter(scene: Scene) -> None:
    dead(scene)
    message = redriven(scene)
    dead(scene, message)
    scene.drive(replace(message, receive_count=2))

    assert len(scene.letters.letters) == 2
    assert len(scene.exchange.requests) == 2
    assert scene.drive(redriven(scene, "message-redriven-again")).state is State.ACCEPTED


def test_two_copies_of_a_letter_redriven_make_one_order(scene: Scene) -> None:
    dead(scene)
    copies = [redriven(scene, "copy-1"), redriven(scene, "copy-2")]

    assert [scene.drive(copy).state for copy in copies] == [State.ACCEPTED, State.ACCEPTED]
    assert len(scene.orders) == 1


def test_a_letter_redriven_after_the_signal_was_placed_sends_nothing(scene: Scene) -> None:
    dead(scene)
    scene.drive(redriven(scene, "copy-1"))
    sent = len(scene.exchange.requests)

    assert scene.drive(scene.letters.letters[0].redriven("copy-2", scene.time.now())).state is State.ACCEPTED
    assert len(scene.exchange.requests) == sent


def test_a_letter_redriven_has_a_retry_budget_and_waits_of_its_own(scene: Scene) -> None:
    scene.exchange.troubles.extend([rate_limited(1)] * 10)
    exhausted = scene.drive(scene.message(max_age_seconds=86_400))
    assert exhausted.reason is Reason.EXHAUSTED

    scene.exchange.troubles.extend([LOST_REQUEST, rate_limited(1)])
    row = scene.drive(redriven(scene))

    assert (row.state, row.attempts) == (State.ACCEPTED, 3)
    assert len(scene.orders) == 1


def test_an_invalid_signal_redriven_unchanged_dies_again(scene: Scene) -> None:
    scene.deliver(scene.message(surprise=1))

    row = scene.drive(redriven(scene))

    assert (row.state, row.reason) == (State.DEAD, Reason.INVALID_SIGNAL)
    assert len(scene.letters.letters) == 2
    assert "surprise" in (row.detail or "")


def test_a_signal_from_the_future_that_is_redriven_in_time_is_tried(scene: Scene) -> None:
    scene.deliver(scene.message(issued_at=scene.time.now() + 60_000))
    assert scene.row.reason is Reason.INVALID_SIGNAL
    scene.time.advance(60_000)

    assert scene.drive(redriven(scene)).state is State.ACCEPTED


def test_a_missing_key_that_is_stored_later_lets_the_moved_letter_through(scene: Scene) -> None:
    del scene.secrets.stored["main"]
    assert scene.drive(scene.message()).reason is Reason.CREDENTIALS
    scene.secrets.stored["main"] = KEY

    assert scene.drive(redriven(scene)).state is State.ACCEPTED
    assert len(scene.orders) == 1


def test_a_key_that_went_missing_does_not_close_a_signal_in_doubt(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.deliver(scene.message())
    del scene.secrets.stored["main"]
    scene.time.advance(30_000)

    assert isinstance(scene.deliver(replace(scene.message(), receive_count=2)), Later)
    assert scene.row.state is State.SENT
    assert not scene.letters.letters
