"""What is certainly not executed goes back to the queue: as the exchange asks, never past expiry, not for ever."""

from dataclasses import replace

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.outcomes import Meaning
from orderexec.domain.retry import MAX_ATTEMPTS
from orderexec.domain.verdicts import Done, Later
from tests.doubles.exchange import BTCUSDT
from tests.doubles.steps import at
from tests.doubles.troubles import LOST_REQUEST, UNREACHABLE, rate_limited, refused
from tests.usecases.scene import MAX_AGE_MS, Scene


def again(scene: Scene) -> Done | Later:
    return scene.deliver(replace(scene.message(), receive_count=2))


def test_a_rate_limit_waits_as_long_as_the_exchange_asks_then_sends(scene: Scene) -> None:
    scene.exchange.troubles.append(rate_limited(17))

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Later)
    assert 17 <= verdict.delay <= 18
    assert scene.row.state is State.WAITING
    assert not scene.exchange.lookups  # the exchange said that nothing came of it
    scene.wait(verdict.delay)
    assert again(scene) == Done(scene.row)
    scene.check()


def test_a_message_that_comes_too_early_waits_the_rest(scene: Scene) -> None:
    scene.exchange.troubles.append(rate_limited(17))
    scene.deliver(scene.message())
    scene.time.advance(10_000)

    verdict = again(scene)

    assert isinstance(verdict, Later)
    assert 6 <= verdict.delay <= 8
    assert len(scene.exchange.requests) == 1


@pytest.mark.parametrize("left_ms", [17_000, 600])
def test_a_duplicate_does_not_send_before_the_time_that_the_exchange_asked_for(scene: Scene, left_ms: int) -> None:
    scene.exchange.troubles.append(rate_limited(17))
    scene.deliver(scene.message())
    scene.time.now_ms = (scene.row.retry_at or 0) - left_ms

    assert isinstance(scene.deliver(scene.message("message-2")), Later)
    assert len(scene.exchange.requests) == 1


def test_without_a_hint_the_wait_grows_and_is_bounded(scene: Scene) -> None:
    scene.time.jitter = 0.999
    scene.exchange.troubles.extend([UNREACHABLE] * 8)
    delays = []
    message = scene.message(max_age_seconds=86_400)
    for _ in range(8):
        verdict = scene.deliver(message)
        assert isinstance(verdict, Later)
        delays.append(verdict.delay)
        scene.wait(verdict.delay)
        message = replace(message, receive_count=message.receive_count + 1)

    assert delays == sorted(delays)
    assert delays[0] < 5
    assert 30 < delays[-1] <= 60


@pytest.mark.parametrize("hint", [None, 1_000])
def test_a_signal_never_waits_past_its_expiry(scene: Scene, hint: int | None) -> None:
    scene.exchange.troubles.append(rate_limited(hint))

    verdict = scene.deliver(scene.message(max_age_seconds=20))

    assert isinstance(verdict, Later)
    assert verdict.delay <= 20


def test_a_retry_after_beyond_the_expiry_ends_expired_without_another_request(scene: Scene) -> None:
    scene.exchange.troubles.append(rate_limited(1_000))

    row = scene.drive(scene.message(max_age_seconds=20))

    assert row.reason is Reason.EXPIRED
    assert "refused with -1003" in (row.detail or "")
    assert row.code == "-1003"
    assert len(scene.exchange.requests) == 1
    scene.check()


def test_a_signal_that_is_stale_on_arrival_is_not_sent(scene: Scene) -> None:
    message = scene.message()
    scene.time.advance(MAX_AGE_MS + 1)

    assert isinstance(scene.deliver(message), Done)
    assert scene.row.reason is Reason.EXPIRED
    assert not scene.exchange.requests
    scene.check()


def test_a_signal_is_sent_up_to_its_maximum_age(scene: Scene) -> None:
    message = scene.message()
    scene.time.advance(MAX_AGE_MS)

    scene.deliver(message)

    assert scene.row.state is State.ACCEPTED


def test_a_signal_that_grows_too_old_between_two_requests_is_not_sent_again(scene: Scene) -> None:
    scene.exchange.troubles.append(refused(Meaning.CLOCK, "-1021"))
    function = scene.function(at("after venue.send", lambda: scene.time.advance(30_000)))

    function(scene.message(max_age_seconds=20))

    assert len(scene.exchange.requests) == 1
    assert scene.row.reason is Reason.EXPIRED
    scene.check()


def test_after_a_proven_absence_a_stale_signal_is_dead(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)

    row = scene.drive(scene.message(max_age_seconds=5))

    assert row.reason is Reason.EXPIRED
    assert len(scene.exchange.requests) == 1
    assert scene.exchange.lookups[-1] >= scene.signed[0] + 15_000
    scene.check()


def test_a_stale_signal_in_doubt_is_still_reconciled_and_found(scene: Scene) -> None:
    scene.exchange.troubles.append(replace(LOST_REQUEST, arrives_after_ms=4_000))

    assert scene.drive(scene.message(max_age_seconds=5)).state is State.ACCEPTED
    scene.check()


@pytest.mark.parametrize(
    ("trouble", "code"),
    [(UNREACHABLE, None), (rate_limited(1), "-1003")],
    ids=["down", "429"],
)
def test_the_retry_budget_ends_exhausted(scene: Scene, trouble: object, code: str | None) -> None:
    scene.exchange.troubles.extend([trouble] * 50)  # type: ignore[list-item]

    row = scene.drive(scene.message(max_age_seconds=86_400))

    assert (row.reason, row.code) == (Reason.EXHAUSTED, code)
    assert row.attempts == len(scene.exchange.requests) == MAX_ATTEMPTS
    scene.check()


def test_waiting_for_rules_costs_no_attempt_and_its_row_says_why(scene: Scene) -> None:
    scene.exchange.rules_reachable = False

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Later)
    assert (scene.row.state, scene.row.attempts) == (State.WAITING, 0)
    assert "the rules of BTCUSDT cannot be had" in str(scene.row.detail)
    scene.exchange.rules_reachable = True
    scene.wait(verdict.delay)
    assert scene.drive(replace(scene.message(), receive_count=2)).attempts == 1
    scene.check()


def test_a_signal_is_not_refused_on_old_rules(scene: Scene) -> None:
    scene.exchange.instruments["BTCUSDT"] = replace(BTCUSDT, status="BREAK", tradable=False)
    function = scene.function()
    function(scene.message("message-0", id="signal-0"))
    scene.letters.letters.clear()
    scene.exchange.instruments["BTCUSDT"] = BTCUSDT  # the symbol opens a minute later
    scene.time.advance(60_000)

    function(scene.message())

    assert scene.row.state is State.ACCEPTED
    scene.check()


def test_a_signal_is_neither_refused_nor_sent_while_only_old_rules_forbid_it(scene: Scene) -> None:
    scene.exchange.instruments["BTCUSDT"] = replace(BTCUSDT, status="BREAK", tradable=False)
    function = scene.function()
    function(scene.message("message-0", id="signal-0"))
    scene.exchange.rules_reachable = False
    scene.time.advance(60_000)

    assert isinstance(function(scene.message()), Later)
    assert len(scene.letters.letters) == 1
