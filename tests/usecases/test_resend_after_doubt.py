"""After a doubt: absence shown by every source and more than once, a second order at most once, a late one found."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.limits import Limits
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.row import DOUBTED
from orderexec.domain.validity import Resend
from orderexec.domain.verdicts import Done, Later
from orderexec.usecases.judge_doubt import LATE
from tests.doubles.board import MemoryBoard
from tests.doubles.exchange import Held
from tests.doubles.troubles import LOST_REQUEST, SILENCE, Trouble, rate_limited
from tests.usecases.scene import IDENTITY, Scene

NO_SUCH_ORDER = Failure(Meaning.NOT_FOUND, "-2013", "Order does not exist.")


@pytest.mark.parametrize("engine_ms", [9_000, 16_000, 25_000, 34_000])
def test_an_engine_that_takes_longer_than_documented_buys_once(scene: Scene, engine_ms: int) -> None:
    """The timeout is documented as 10 s, and not to mean that the engine failed: the fence covers much more."""
    scene.exchange.troubles.append(Trouble(executes_after_ms=engine_ms, answer=SILENCE))

    assert scene.drive(scene.message()).state is State.ACCEPTED
    scene.check()


def test_lookups_that_lag_half_a_minute_buy_once(scene: Scene) -> None:
    scene.exchange.troubles.append(Trouble(hidden_ms=30_000, answer=SILENCE))

    assert scene.drive(scene.message()).state is State.ACCEPTED
    scene.check()


def test_a_single_source_that_does_not_show_the_order_proves_nothing(scene: Scene) -> None:
    """The order's own lookup may lag for longer than anybody assumes: the other sources show the order."""
    scene.exchange.troubles.append(Trouble(answer=SILENCE))
    scene.exchange.lookup_answers.extend([NO_SUCH_ORDER, NO_SUCH_ORDER])  # at once, and after the fence

    assert scene.drive(scene.message()).state is State.ACCEPTED
    scene.check()


def test_a_single_look_that_does_not_show_the_order_proves_nothing(scene: Scene) -> None:
    scene.exchange.troubles.append(Trouble(answer=SILENCE, hidden_ms=39_500))  # it shows between the two looks

    assert scene.drive(scene.message()).state is State.ACCEPTED
    assert len(scene.exchange.requests) == 1
    scene.check()


def test_what_is_lost_twice_is_not_sent_a_third_time(scene: Scene) -> None:
    scene.exchange.troubles.extend([LOST_REQUEST] * 3)

    row = scene.drive(scene.message(max_age_seconds=3_600))

    assert (row.state, row.reason, len(scene.exchange.requests)) == (State.DEAD, Reason.DOUBTFUL, 2)
    assert "ResendAfterDoubt=once" in str(row.detail)
    scene.check()


def test_where_a_second_order_is_forbidden_the_signal_ends_doubtful(scene: Scene) -> None:
    scene.resend = Resend.NEVER
    scene.exchange.troubles.append(LOST_REQUEST)

    row = scene.drive(scene.message())

    assert (row.state, row.reason, len(scene.exchange.requests)) == (State.DEAD, Reason.DOUBTFUL, 1)
    assert "no answer came" in str(row.detail)
    assert [letter.row.reason for letter in scene.letters.letters] == [Reason.DOUBTFUL]
    scene.check()


@pytest.mark.parametrize("late_ms", [60_000, 25 * 60_000, 55 * 60_000])
def test_the_order_of_a_doubtful_signal_is_looked_for_for_an_hour(scene: Scene, late_ms: int) -> None:
    scene.resend = Resend.NEVER
    scene.exchange.troubles.append(Trouble(executes_after_ms=late_ms, hidden_ms=1, answer=LOST_REQUEST.answer))
    assert scene.drive(scene.message()).reason is Reason.DOUBTFUL
    orders: list[Held] = []

    for _ in range(70):
        scene.time.advance(60_000)
        scene.reconcile_overdue()
        orders = scene.orders

    assert len(orders) == 1
    assert (scene.row.state, scene.row.report) == (State.ACCEPTED, orders[0].report)
    assert LATE in str(scene.row.detail)


def test_a_doubtful_signal_that_a_person_sends_again_is_looked_for_first(scene: Scene) -> None:
    scene.resend = Resend.NEVER
    scene.exchange.troubles.append(Trouble(executes_after_ms=100_000, hidden_ms=1, answer=LOST_REQUEST.answer))
    assert scene.drive(scene.message()).reason is Reason.DOUBTFUL
    scene.time.advance(100_000)

    row = scene.drive(scene.redriven())

    assert (row.state, len(scene.exchange.requests), len(scene.orders)) == (State.ACCEPTED, 1, 1)


def test_what_waits_after_a_doubt_is_looked_for_before_it_is_sent(scene: Scene) -> None:
    """The second request is refused for a limit; meanwhile the first one's order appears."""
    scene.exchange.troubles.append(Trouble(executes_after_ms=55_000, hidden_ms=1, answer=LOST_REQUEST.answer))
    scene.exchange.troubles.append(rate_limited(30))

    row = scene.drive(scene.message(max_age_seconds=600))

    assert (row.state, len(scene.orders)) == (State.ACCEPTED, 1)
    assert len(scene.exchange.requests) == 2
    assert LATE in str(row.detail)


def doubted_and_held(scene: Scene, *, appears_after_ms: int | None = None) -> Message:
    """Its first request got no answer and was found nowhere; a halt holds the second."""
    trouble = LOST_REQUEST
    if appears_after_ms is not None:
        trouble = Trouble(executes_after_ms=appears_after_ms, hidden_ms=1, answer=LOST_REQUEST.answer)
    scene.exchange.troubles.append(trouble)
    message = scene.message(max_age_seconds=3_600)
    verdict = scene.deliver(message)
    assert isinstance(verdict, Later)
    scene.wait(verdict.delay)
    MemoryBoard(scene.time.clock(), scene.controls).halt("global", "maintenance")
    assert isinstance(scene.deliver(replace(message, receive_count=2)), Later)
    assert (scene.row.state, scene.row.doubts) == (State.WAITING, 1)
    return replace(message, receive_count=3)


def test_what_waits_after_a_doubt_is_not_sent_if_that_was_forbidden_meanwhile(scene: Scene) -> None:
    message = doubted_and_held(scene)
    scene.resend = Resend.NEVER
    scene.controls.halts.clear()

    row = scene.drive(message)

    assert (row.state, row.reason, len(scene.exchange.requests)) == (State.DEAD, Reason.DOUBTFUL, 1)
    assert "ResendAfterDoubt=never" in str(row.detail)
    assert scene.drive(scene.redriven()).state is State.ACCEPTED  # as a person wishes
    assert len(scene.orders) == 1


def cancel(scene: Scene) -> Message:
    body = {"action": "cancel", "id": "cancel-1", "symbol": "BTCUSDT", "target": IDENTITY.id}
    return Message(id="cancel-message", body=json.dumps(body), sent_at=scene.time.now())


def test_a_cancel_after_a_doubt_does_not_say_that_nothing_was_sent(scene: Scene) -> None:
    message = doubted_and_held(scene)

    verdict = scene.deliver(cancel(scene))

    assert isinstance(verdict, Done)
    assert (scene.row.reason, verdict.row.state) == (Reason.CANCELED, State.ACCEPTED)
    for row in (scene.row, verdict.row):
        assert "before anything was sent" not in str(row.detail)
        assert str(row.detail).endswith(DOUBTED)
    scene.controls.halts.clear()
    assert isinstance(scene.deliver(message), Done)
    assert len(scene.exchange.requests) == 1


@pytest.mark.parametrize("dead", [False, True])
def test_a_cancel_after_a_doubt_looks_for_the_order_once_more(scene: Scene, dead: bool) -> None:
    """It is ended at once if it waits; and an order that has appeared since is no "nothing to cancel"."""
    message = doubted_and_held(scene, appears_after_ms=60_000)
    if dead:
        scene.resend = Resend.NEVER
        scene.controls.halts.clear()
        assert scene.drive(message).reason is Reason.DOUBTFUL
    scene.time.advance(60_000)

    with pytest.raises(AssertionError, match="single orders, not Cancel"):  # which goes to the exchange
        scene.deliver(cancel(scene))

    assert (scene.row.state, scene.row.report) == (State.ACCEPTED, scene.orders[0].report)


def test_a_cancel_after_a_doubt_waits_for_an_answer(scene: Scene) -> None:
    doubted_and_held(scene)
    scene.exchange.lookup_answers.append(Failure(Meaning.UNKNOWN, None, "HTTP 503"))

    verdict = scene.deliver(cancel(scene))

    assert isinstance(verdict, Later)
    assert "HTTP 503" in verdict.why
    assert scene.row.reason is Reason.CANCELED  # but nothing is sent for it any more


def test_an_order_of_an_earlier_request_is_known_whatever_its_size(scene: Scene) -> None:
    """The price has doubled, so the second request asks for half as much; the first one's order appears."""
    scene.limits.by_account["main"] = Limits(max_slippage_percent=Decimal(1))
    scene.exchange.troubles.append(Trouble(executes_after_ms=60_000, hidden_ms=1, answer=LOST_REQUEST.answer))
    scene.exchange.troubles.append(LOST_REQUEST)
    message = scene.message(quantity=None, quote_quantity="1000")
    verdict = scene.deliver(message)
    assert isinstance(verdict, Later)
    scene.wait(verdict.delay)
    scene.exchange.prices["BTCUSDT"] *= 2

    row = scene.drive(replace(message, receive_count=2))

    assert len({request.asked.quantity for request in scene.exchange.requests}) == 2
    assert (row.state, row.report) == (State.ACCEPTED, scene.orders[0].report)


def test_changes_may_be_repeated_however_often_they_were_in_doubt() -> None:
    from orderexec.domain.requests import Cancel
    from orderexec.usecases.judge_doubt import may_send_again

    scene = Scene()
    scene.drive(scene.message())
    cancel = Cancel(symbol="BTCUSDT", client_order_id="a", cancel_id="b")
    row = replace(scene.row, request=cancel, doubts=5)
    venue = scene.function().ports.venues["binance-spot"]

    assert may_send_again(row, venue)
    assert not may_send_again(replace(row, request=scene.row.request), venue)
