"""What is mended within a delivery after a certain refusal: the clock, the rules, the key; each once, and no more."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.instruments import Range
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.verdicts import Done, Later
from orderexec.ports import Credentials
from tests.doubles.exchange import BTCUSDT
from tests.doubles.secrets import ROTATED_KEY
from tests.doubles.troubles import SILENCE, refused
from tests.usecases.scene import Scene

COARSE = Range(Decimal("0.001"), Decimal("0.001"), Decimal(9_000))


def tighten(scene: Scene) -> None:
    """A container holds rules that are no longer true."""
    scene.exchange.instruments["BTCUSDT"] = replace(BTCUSDT, lot=COARSE, market_lot=COARSE)


@pytest.mark.parametrize("skew_ms", [-3_600_000, -2_000, 6_000, 3_600_000])
def test_a_wrong_clock_is_corrected_and_the_order_sent_in_the_same_delivery(scene: Scene, skew_ms: int) -> None:
    scene.exchange.skew_ms = skew_ms

    assert scene.deliver(scene.message()) == Done(scene.row)

    first, second = scene.signed
    assert second - first == pytest.approx(skew_ms, abs=100)
    assert (scene.row.state, scene.row.attempts) == (State.ACCEPTED, 2)
    scene.check()


def test_the_corrected_clock_serves_the_container_s_next_signals(scene: Scene) -> None:
    scene.exchange.skew_ms = 60_000
    function = scene.function()
    function(scene.message())
    scene.exchange.on_request = lambda _: None

    function(scene.message("message-2", id="signal-2"))

    assert len(scene.exchange.requests) == 3
    assert len(scene.orders) == 2


def test_a_clock_that_stays_wrong_sends_the_message_back(scene: Scene) -> None:
    scene.exchange.troubles.extend([refused(Meaning.CLOCK, "-1021")] * 2)

    assert isinstance(scene.deliver(scene.message()), Later)
    assert len(scene.exchange.requests) == 2
    assert scene.row.state is State.WAITING


def test_without_an_answer_about_the_time_nothing_more_is_sent(scene: Scene) -> None:
    scene.exchange.skew_ms = 60_000
    scene.exchange.clock_answers.append(SILENCE)

    assert isinstance(scene.deliver(scene.message()), Later)
    assert len(scene.exchange.requests) == 1
    assert scene.row.state is State.WAITING


def test_stale_rules_are_fetched_anew_and_the_order_fitted_again(scene: Scene) -> None:
    function = scene.function()
    function(scene.message("message-0", id="signal-0"))
    tighten(scene)

    assert function(scene.message(quantity="0.01234")) == Done(scene.row)

    assert [request.asked.quantity for request in scene.exchange.requests[1:]] == [Decimal("0.01234"), Decimal("0.012")]
    assert (scene.row.state, scene.row.attempts) == (State.ACCEPTED, 2)


def test_an_order_that_breaks_even_fresh_rules_is_rejected(scene: Scene) -> None:
    scene.exchange.troubles.extend([refused(Meaning.STALE_RULES, "-1013")] * 2)

    assert isinstance(scene.deliver(scene.message()), Done)
    assert len(scene.exchange.requests) == 2
    assert (scene.row.reason, scene.row.code) == (Reason.REJECTED, "-1013")
    scene.check()


def test_a_signal_that_fresh_rules_cannot_fit_is_refused(scene: Scene) -> None:
    function = scene.function()
    function(scene.message("message-0", id="signal-0"))
    tighten(scene)

    function(scene.message(quantity="0.00099"))

    assert len(scene.exchange.requests) == 2
    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.RULES)


def test_stale_rules_that_cannot_be_fetched_anew_send_the_message_back(scene: Scene) -> None:
    function = scene.function()
    function(scene.message("message-0", id="signal-0"))
    tighten(scene)
    scene.exchange.rules_reachable = False

    assert isinstance(function(scene.message(quantity="0.01234")), Later)
    assert scene.row.state is State.WAITING
    assert len(scene.exchange.requests) == 2


def test_a_rotated_key_is_fetched_and_the_order_sent_in_the_same_delivery(scene: Scene) -> None:
    scene.secrets.get_credentials("main")  # the container's copy is from before the rotation
    scene.secrets.stored["main"] = ROTATED_KEY
    scene.exchange.keys = {ROTATED_KEY}

    assert scene.deliver(scene.message()) == Done(scene.row)
    assert [request.credentials == ROTATED_KEY for request in scene.exchange.requests] == [False, True]
    scene.check()


def test_a_key_that_is_refused_and_was_not_rotated_needs_a_person(scene: Scene) -> None:
    scene.exchange.keys = set()

    assert isinstance(scene.deliver(scene.message()), Done)
    assert len(scene.exchange.requests) == 1
    assert (scene.row.reason, scene.row.code) == (Reason.CREDENTIALS, "-2015")
    scene.check()


def test_a_rotated_key_that_is_refused_too_needs_a_person(scene: Scene) -> None:
    scene.secrets.get_credentials("main")
    scene.secrets.stored["main"] = ROTATED_KEY
    scene.exchange.keys = {Credentials("yet-another", "one")}

    scene.deliver(scene.message())

    assert len(scene.exchange.requests) == 2
    assert scene.row.reason is Reason.CREDENTIALS
    scene.check()


def test_all_three_can_be_mended_in_one_delivery_but_each_only_once(scene: Scene) -> None:
    meanings = [Meaning.CLOCK, Meaning.STALE_RULES, Meaning.CREDENTIALS, Meaning.CLOCK]
    scene.exchange.troubles.extend(refused(meaning, "-1") for meaning in meanings)
    scene.secrets.get_credentials("main")
    scene.secrets.stored["main"] = ROTATED_KEY
    scene.exchange.keys = {ROTATED_KEY}

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Later)
    assert len(scene.exchange.requests) == 4
    assert len(set(scene.signed)) == 4  # each signed with an instant of its own, written before it
    assert scene.row.state is State.WAITING
    assert not scene.broken


@pytest.mark.parametrize("meaning", [Meaning.RETRY, Meaning.RATE_LIMIT, Meaning.REJECT, Meaning.UNKNOWN])
def test_no_other_answer_leads_to_a_second_request_in_the_same_delivery(scene: Scene, meaning: Meaning) -> None:
    scene.exchange.troubles.append(refused(meaning, "-1"))

    scene.deliver(scene.message())

    assert len(scene.exchange.requests) == 1


def test_an_answer_in_doubt_after_a_mended_one_is_asked_about(scene: Scene) -> None:
    scene.exchange.troubles.extend([refused(Meaning.CLOCK, "-1021"), refused(Meaning.UNKNOWN, "-1007")])

    assert isinstance(scene.deliver(scene.message()), Later)
    assert scene.row.state is State.SENT
    assert scene.row.signed_at == scene.signed[-1]
    assert scene.exchange.lookups


def test_a_failure_s_text_and_code_stand_in_the_waiting_row(scene: Scene) -> None:
    scene.exchange.troubles.append(refused(Meaning.RATE_LIMIT, "-1003", 3.0))

    scene.deliver(scene.message())

    assert scene.row.code == "-1003"
    assert scene.row.detail == Failure(Meaning.RATE_LIMIT, "-1003", "refused with -1003").detail
