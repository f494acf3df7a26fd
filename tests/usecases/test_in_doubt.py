"""A request whose answer is not known: asked, never guessed; sent again only when it certainly came to nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.lifecycle import State
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.verdicts import Done, Later
from tests.doubles.secrets import ROTATED_KEY
from tests.doubles.steps import at
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, SILENCE, Trouble, late, refused
from tests.usecases.scene import Scene

RECV_WINDOW_MS, PROCESSING_MS = 5_000, 20_000
PAST_FENCE_MS = 40_000


def again(scene: Scene, deliveries: int = 2) -> Done | Later:
    return scene.deliver(replace(scene.message(), receive_count=deliveries))


def test_an_order_whose_answer_was_lost_is_found_in_the_same_delivery(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_ANSWER)

    assert scene.deliver(scene.message()) == Done(scene.row)
    assert scene.row.state is State.ACCEPTED
    assert len(scene.exchange.requests) == 1
    scene.check()


def test_nothing_is_sent_and_nothing_closed_before_the_fence(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    verdict = scene.deliver(scene.message())
    [signed_at] = scene.signed

    assert isinstance(verdict, Later)
    assert scene.row.state is State.SENT
    while scene.exchange.now() < signed_at + RECV_WINDOW_MS + PROCESSING_MS:
        assert isinstance(again(scene), Later)
        assert scene.row.state is State.SENT
        assert scene.signed == [signed_at]
        scene.time.advance(500)


def test_after_the_fence_and_a_lookup_that_found_nothing_it_is_sent_once_more(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)

    row = scene.drive(scene.message())

    first, second = scene.signed
    assert second >= first + RECV_WINDOW_MS + PROCESSING_MS
    assert any(first + RECV_WINDOW_MS + PROCESSING_MS <= at <= second for at in scene.exchange.lookups)
    assert (row.state, row.attempts) == (State.ACCEPTED, 2)
    scene.check()


def test_the_message_comes_back_when_the_fence_is_due_not_much_later(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Later)
    fence = scene.row.fence
    assert fence is not None
    assert verdict.delay == pytest.approx((fence - scene.time.now()) / 1000, abs=0.001)
    assert fence - scene.signed[0] <= PAST_FENCE_MS


@pytest.mark.parametrize(
    "trouble",
    [
        LOST_ANSWER,
        Trouble(answer=SILENCE, hidden_ms=14_000),
        late(3_000),
        late(4_900, in_engine=9_900),
        replace(late(4_900, in_engine=9_900), hidden_ms=4_500),
        late(20_000),
        replace(refused(Meaning.UNKNOWN, "-1007"), arrives_after_ms=0),
        replace(refused(Meaning.UNKNOWN, "-1000"), arrives_after_ms=0, hidden_ms=5_000),
        replace(refused(Meaning.BLOCKED, None, 300), arrives_after_ms=0),
        refused(Meaning.UNKNOWN, "-1006"),
    ],
    ids=lambda trouble: repr(trouble)[8:90],
)
def test_whatever_became_of_a_silent_request_the_signal_becomes_exactly_one_order(
    scene: Scene, trouble: Trouble
) -> None:
    scene.exchange.troubles.append(trouble)

    assert scene.drive(scene.message()).state is State.ACCEPTED
    assert len(scene.orders) == 1
    scene.check()


@pytest.mark.parametrize(
    "answer",
    [
        SILENCE,
        Failure(Meaning.UNKNOWN, "-1000", "unknown"),
        Failure(Meaning.RETRY, None, "the exchange could not be reached"),
        Failure(Meaning.RATE_LIMIT, "-1003", "too many", 7.0),
        Failure(Meaning.CREDENTIALS, "-2015", "key"),
        Failure(Meaning.REJECT, "-1100", "illegal characters"),
        Failure(Meaning.BLOCKED, None, "HTTP 403", 300.0),
    ],
    ids=lambda answer: f"{answer.meaning}",
)
def test_a_lookup_that_fails_after_the_fence_leaves_the_row_as_it_is(scene: Scene, answer: Failure) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.deliver(scene.message())
    current = scene.row
    scene.time.advance(PAST_FENCE_MS)
    scene.exchange.lookup_answers.extend([answer, answer])

    verdict = again(scene)

    assert isinstance(verdict, Later)
    assert verdict.delay >= (answer.retry_after or 0)
    said = {"code": answer.code, "detail": answer.detail, "token": scene.row.token, "updated_at": scene.row.updated_at}
    assert scene.row == replace(current, **said)  # type: ignore[arg-type]
    assert len(scene.exchange.requests) == 1


def test_without_the_exchanges_clock_nothing_is_concluded(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.deliver(scene.message())
    current = scene.row
    scene.time.advance(PAST_FENCE_MS)
    scene.exchange.clock_answers.append(SILENCE)

    assert isinstance(again(scene), Later)
    assert (scene.row.state, scene.row.fence) == (State.SENT, current.fence)
    assert len(scene.exchange.requests) == 1


def test_the_fence_is_measured_on_the_exchanges_clock_not_on_ours(scene: Scene) -> None:
    scene.exchange.troubles.append(late(4_000, in_engine=9_000))
    scene.deliver(scene.message())
    scene.exchange.skew_ms = -12_000  # our clock runs ahead: by it the fence is over, by the exchange's it is not
    scene.time.advance(40_000)

    assert isinstance(again(scene), Later)
    assert len(scene.exchange.requests) == 1


def test_a_blocked_request_is_followed_by_silence_then_by_a_lookup(scene: Scene) -> None:
    scene.exchange.troubles.append(replace(refused(Meaning.BLOCKED, None, 300.0), arrives_after_ms=0))

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Later)
    assert verdict.delay >= 300
    assert not scene.exchange.lookups
    assert scene.drive(replace(scene.message(), receive_count=2)).state is State.ACCEPTED
    scene.check()


def test_duplicate_order_means_that_it_is_there(scene: Scene) -> None:
    scene.exchange.troubles.append(Trouble(answer=SILENCE, hidden_ms=60_000))
    limit = scene.message(type="LIMIT", price="60000")
    scene.deliver(limit)
    scene.time.advance(PAST_FENCE_MS)  # past the fence, and still hidden: the exchange breaks its word here

    verdict = scene.deliver(replace(limit, receive_count=2))

    assert isinstance(verdict, Later)
    assert scene.row.state is State.SENT
    assert scene.drive(replace(limit, receive_count=3)).state is State.ACCEPTED
    scene.check()


@pytest.mark.parametrize(
    "change",
    [{"quantity": Decimal("0.02")}, {"side": "SELL"}, {"created_at": 1_700_000_000_000}],
    ids=lambda change: next(iter(change)),
)
def test_an_order_that_does_not_fit_is_not_taken_for_the_signals(scene: Scene, change: dict[str, object]) -> None:
    def falsify() -> None:
        for held in scene.orders:
            held.report = replace(held.report, **change)  # type: ignore[arg-type]

    scene.exchange.troubles.append(LOST_ANSWER)
    assert isinstance(scene.function(at("after venue.send", falsify))(scene.message()), Later)
    scene.time.advance(PAST_FENCE_MS)

    verdict = again(scene)

    assert isinstance(verdict, Later)
    assert "not the one sent" in verdict.why
    assert scene.row.state is State.SENT
    assert len(scene.exchange.requests) == 1


def test_a_dry_run_whose_answer_was_lost_is_simply_asked_again(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_ANSWER)

    row = scene.drive(scene.message(dry_run=True))

    assert (row.state, row.attempts) == (State.ACCEPTED, 2)
    assert not scene.exchange.lookups
    assert not scene.orders


def test_a_lookup_is_made_with_a_rotated_key(scene: Scene) -> None:
    def rotate() -> None:
        scene.secrets.stored["main"] = ROTATED_KEY
        scene.exchange.keys = {ROTATED_KEY}

    scene.exchange.troubles.append(LOST_ANSWER)

    assert scene.function(at("after venue.send", rotate))(scene.message()) == Done(scene.row)
    assert scene.row.state is State.ACCEPTED


def test_an_order_is_recognised_after_a_clock_of_ours_that_was_far_ahead(scene: Scene) -> None:
    """The first request was refused for its timestamp; the order is older than that wrong timestamp says."""
    scene.exchange.skew_ms = -77_000
    scene.exchange.troubles.extend([Trouble(), LOST_ANSWER])

    row = scene.drive(scene.message())

    assert (row.state, row.attempts) == (State.ACCEPTED, 2)
    scene.check()
