"""Rows that nobody closes: their message is gone, or their function died; and the second look after a doubt."""

from dataclasses import replace

import pytest

from orderexec.domain.backlog import FIRST_PAUSE_MS
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.retry import BLOCKED_PAUSE_SECONDS
from orderexec.domain.row import AUDIT_GAPS_MS, LOOK_AFTER_MS
from orderexec.domain.verdicts import Later
from orderexec.usecases.reconcile_row import TOLD_FOR_MS, Reconciled, Surplus, Unreconciled
from tests.doubles.steps import Crash, at
from tests.doubles.stores import Fault, StoreFailure
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, Trouble, rate_limited
from tests.usecases.scene import MAX_AGE_MS, Scene

OVER_MS = MAX_AGE_MS + LOOK_AFTER_MS + 60_000  # after which everybody has had their time


def crash_after(scene: Scene, step: str) -> Message:
    """A delivery that dies right after `step`, and whose message nobody ever delivers again."""
    message = scene.message()

    def die() -> None:
        raise Crash

    with pytest.raises(Crash):
        scene.function(at(f"after {step}", die))(message)
    return message


def test_a_row_in_time_is_left_to_its_message(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.deliver(scene.message())
    scene.time.advance(30_000)

    assert scene.reconcile_overdue() == []


def test_an_order_whose_function_died_is_found_and_noted(scene: Scene) -> None:
    crash_after(scene, "venue.send")
    scene.time.advance(OVER_MS)

    [reconciled] = scene.reconcile_overdue()

    assert isinstance(reconciled, Reconciled)
    assert scene.row.state is State.ACCEPTED
    scene.check()


@pytest.mark.parametrize("step", ["ledger.write", "venue.send"])
def test_a_request_that_came_to_nothing_ends_with_a_letter_of_its_original_body(scene: Scene, step: str) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    message = crash_after(scene, step)
    scene.time.advance(OVER_MS)

    scene.reconcile_overdue()

    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.EXPIRED)
    assert [letter.message.body for letter in scene.letters.letters] == [message.body]
    scene.check()


def test_a_young_signal_is_not_given_up_while_its_message_may_come_back(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.deliver(scene.message(max_age_seconds=3600))
    scene.time.advance(OVER_MS)

    [unreconciled] = scene.reconcile_overdue()

    assert isinstance(unreconciled, Unreconciled)
    assert scene.row.state is State.SENT
    assert scene.drive(replace(scene.message(max_age_seconds=3600), receive_count=2)).state is State.ACCEPTED


DAY_MS = 86_400_000


def test_past_the_horizon_no_order_is_taken_for_absent(scene: Scene) -> None:
    scene.exchange.horizon_ms = DAY_MS
    crash_after(scene, "ledger.write")
    scene.time.advance(DAY_MS)

    [unreconciled] = scene.reconcile_overdue()

    assert isinstance(unreconciled, Unreconciled)
    assert unreconciled.why.startswith(
        "no source of the exchange shows its order 24 h after it was signed, which proves"
    )
    assert f"orderctl close {scene.row.identity.key} --as accepted --order-id ID" in unreconciled.why
    assert scene.row.state is State.SENT  # which the alarm for the oldest one in doubt shows
    assert scene.letters.letters == []


def test_past_the_horizon_its_message_sends_nothing_either(scene: Scene) -> None:
    scene.exchange.horizon_ms = DAY_MS
    scene.exchange.troubles.append(LOST_REQUEST)
    message = scene.message(max_age_seconds=172_800)
    scene.deliver(message)
    scene.time.advance(DAY_MS)

    verdict = scene.deliver(replace(message, receive_count=2))

    assert scene.row.state is State.SENT
    assert scene.row.detail is not None
    assert "which proves nothing" in scene.row.detail
    assert scene.exchange.orders == []
    assert isinstance(verdict, Later)
    assert verdict.delay == BLOCKED_PAUSE_SECONDS


def test_until_the_horizon_an_absence_is_believed(scene: Scene) -> None:
    scene.exchange.horizon_ms = DAY_MS
    crash_after(scene, "ledger.write")
    scene.time.advance(DAY_MS - 60_000)

    scene.reconcile_overdue()

    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.EXPIRED)


def test_an_order_that_shows_past_the_horizon_is_believed(scene: Scene) -> None:
    scene.exchange.horizon_ms = DAY_MS
    crash_after(scene, "venue.send")
    scene.time.advance(3 * DAY_MS)

    [reconciled] = scene.reconcile_overdue()

    assert isinstance(reconciled, Reconciled)
    assert scene.row.state is State.ACCEPTED


def test_silence_of_the_exchange_reconciles_nothing(scene: Scene) -> None:
    crash_after(scene, "ledger.write")
    scene.time.advance(OVER_MS)
    scene.exchange.lookup_answers.append(Failure(Meaning.UNKNOWN, None, "HTTP 503"))

    [unreconciled] = scene.reconcile_overdue()

    assert isinstance(unreconciled, Unreconciled)
    assert "503" in unreconciled.why
    assert scene.row.state is State.SENT


def test_a_waiting_signal_whose_message_is_gone_ends_with_a_letter(scene: Scene) -> None:
    scene.exchange.troubles.append(rate_limited(1))
    scene.deliver(scene.message())
    assert scene.row.state is State.WAITING
    scene.time.advance(OVER_MS)

    scene.reconcile_overdue()

    assert (scene.row.reason, scene.row.code) == (Reason.EXPIRED, "-1003")
    scene.check()


def test_a_letter_that_was_not_sent_is_sent(scene: Scene) -> None:
    scene.letters.faults.arm(Fault.BEFORE)
    message = scene.message(symbol="NOSUCHPAIR")
    with pytest.raises(StoreFailure):
        scene.deliver(message)
    scene.time.advance(OVER_MS)

    scene.reconcile_overdue()

    assert [letter.message.body for letter in scene.letters.letters] == [message.body]
    assert scene.row.due is None
    scene.check()


def test_a_message_that_comes_after_all_finds_its_signal_reconciled(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    message = crash_after(scene, "venue.send")
    scene.time.advance(OVER_MS)
    scene.reconcile_overdue()

    assert scene.drive(replace(message, receive_count=2)).state is State.DEAD
    assert len(scene.letters.letters) == 1
    scene.check()


def test_after_a_doubt_the_exchange_is_asked_for_an_hour_ever_more_rarely(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    assert scene.drive(scene.message()).doubted
    assert sum(AUDIT_GAPS_MS) == 3_600_000

    for gap in AUDIT_GAPS_MS:
        assert not scene.row.audited
        scene.time.advance(gap - 5_000)
        assert scene.reconcile_overdue() == []
        scene.time.advance(10_000)
        assert [type(each) for each in scene.reconcile_overdue()] == [Reconciled]

    assert scene.row.audited
    scene.time.advance(OVER_MS)
    assert scene.reconcile_overdue() == []


def test_nobody_audits_what_was_never_in_doubt(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_ANSWER)
    scene.drive(scene.message())
    scene.time.advance(OVER_MS)

    assert scene.reconcile_overdue() == []


@pytest.mark.parametrize("placed", [True, False], ids=["placed", "dead"])
def test_an_exchange_that_breaks_its_bound_is_noticed(scene: Scene, placed: bool) -> None:
    # GIVEN an order executed a minute after its request, far beyond the documented processing time
    late_by(scene, 60_000)
    scene.drive(scene.message(max_age_seconds=None if placed else 10))
    assert (scene.row.state is State.ACCEPTED) == placed
    scene.time.advance(AUDIT_GAPS_MS[0] + 60_000)

    # THEN it is told, again and again for some runs, so that no run that dies can swallow the alarm
    for _ in range(2):
        [found] = scene.reconcile_overdue()
        assert isinstance(found, Surplus)
        assert len(found.orders) == (2 if placed else 1)
        assert all(order_id in str(scene.row.detail) for order_id in found.orders)
        scene.time.advance(AUDIT_GAPS_MS[0] + 1)

    scene.time.advance(TOLD_FOR_MS)
    assert [type(each) for each in scene.reconcile_overdue()] == [Reconciled]
    assert ("orders for it" if placed else "appeared late") in str(scene.row.detail)


def test_an_order_that_appears_late_belongs_to_its_signal_and_nothing_sends_it_again(scene: Scene) -> None:
    late_by(scene, 60_000)
    scene.drive(scene.message(max_age_seconds=10))
    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.EXPIRED)
    scene.time.advance(AUDIT_GAPS_MS[0] + 60_000)

    scene.reconcile_overdue()

    assert scene.row.state is State.ACCEPTED
    assert [held.report for held in scene.orders] == [scene.row.report]
    scene.drive(scene.redriven())
    assert len(scene.orders) == 1


def test_an_order_half_an_hour_late_is_found_as_well(scene: Scene) -> None:
    late_by(scene, 30 * 60_000)
    scene.drive(scene.message(max_age_seconds=10))
    told = []
    for _ in range(65):
        scene.time.advance(60_000)
        told += [each for each in scene.reconcile_overdue() if isinstance(each, Surplus)]

    assert told
    assert scene.row.state is State.ACCEPTED


def test_the_search_after_a_doubt_begins_at_the_earliest_request_whatever_came_between(scene: Scene) -> None:
    """A certain refusal between two requests does not make the first one's late order invisible."""
    late_by(scene, 70_000)
    scene.exchange.troubles.append(rate_limited(15))
    scene.drive(scene.message(max_age_seconds=600))
    assert (scene.row.state, len(scene.exchange.requests)) == (State.ACCEPTED, 3)
    scene.time.advance(120_000)

    [found] = scene.reconcile_overdue()

    assert isinstance(found, Surplus)
    assert len(found.orders) == 2


def late_by(scene: Scene, milliseconds: int) -> None:
    """The next request gets no answer, and the engine executes it so much later."""
    scene.exchange.troubles.append(Trouble(answer=LOST_REQUEST.answer, executes_after_ms=milliseconds, hidden_ms=1))


def test_a_signal_that_was_redriven_meanwhile_is_not_taken_for_a_surplus(scene: Scene) -> None:
    # GIVEN a dead signal after a doubt, whose audit has just read its row
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.drive(scene.message(max_age_seconds=10))
    scene.time.advance(AUDIT_GAPS_MS[0] + 60_000)
    read = scene.row
    assert (read.state, read.doubted) == (State.DEAD, True)

    # WHEN a person redrives it and its order is placed before the audit looks at the history
    assert scene.drive(scene.redriven(allowed_age_ms=3_600_000)).state is State.ACCEPTED
    result = scene.reconciler()(read)

    # THEN the audit knows that it looked at yesterday's row
    assert result == Reconciled(scene.row, ended=False)
    assert scene.row.state is State.ACCEPTED


def test_a_failing_history_leaves_the_audit_for_later(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.drive(scene.message())
    scene.time.advance(OVER_MS)
    scene.exchange.lookup_answers.append(Failure(Meaning.RATE_LIMIT, "-1003", "too many requests", 5))

    assert [type(each) for each in scene.reconcile_overdue()] == [Unreconciled]
    scene.time.advance(FIRST_PAUSE_MS)
    assert [type(each) for each in scene.reconcile_overdue()] == [Reconciled]


def test_a_delivery_that_overtakes_the_reconciling_wins(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    message = crash_after(scene, "venue.send")
    scene.time.advance(60_000)
    stale = scene.row
    assert scene.drive(replace(message, receive_count=2)).state is State.ACCEPTED

    scene.reconciler()(stale)

    scene.check()
