"""Halted signals and closed gates: who waits, who goes on, and what it costs the exchange: nothing."""

from dataclasses import replace

import pytest

from orderexec.domain.controls import ClosedGate, name_ban, name_pause
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Meaning
from orderexec.domain.verdicts import Done, Later
from tests.doubles.board import MemoryBoard
from tests.doubles.steps import at
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, rate_limited, refused
from tests.usecases.scene import IDENTITY, Scene

VENUE = "binance-spot"
SCOPES = [
    "global",
    f"venue/{VENUE}",
    f"venue/{VENUE}/symbol/BTCUSDT",
    "account/main",
    "account/main/symbol/BTCUSDT",
    "account/main/strategy/breakout",
    "symbol/BTCUSDT",
    "strategy/breakout",
]


def board(scene: Scene) -> MemoryBoard:
    return MemoryBoard(scene.time.clock(), scene.controls)


def again(scene: Scene, message: Message, receive_count: int = 2) -> Done | Later:
    return scene.deliver(replace(message, receive_count=receive_count))


def close_gate(scene: Scene, gate: str, seconds: float = 20) -> None:
    board(scene).close_gate(gate, scene.time.now() + int(seconds * 1000), "used up")


@pytest.mark.parametrize("scope", SCOPES)
def test_a_halted_signal_waits_unsent_and_goes_on_once_it_is_lifted(scene: Scene, scope: str) -> None:
    board(scene).halt(scope, "maintenance")
    message = scene.message(strategy="breakout")

    verdict = scene.deliver(message)

    assert isinstance(verdict, Later)
    assert (verdict.held, verdict.why) == (True, f"halted ({scope}): maintenance")
    assert 0 < verdict.delay <= 60
    assert scene.exchange.requests == []
    assert (scene.row.state, scene.row.attempts, scene.row.detail) == (State.WAITING, 0, verdict.why)
    board(scene).resume(scope)
    scene.wait(verdict.delay)
    assert again(scene, message) == Done(scene.row)
    scene.check()


@pytest.mark.parametrize(
    "scope",
    [
        "venue/okx",
        "venue/okx/symbol/BTCUSDT",
        f"venue/{VENUE}/symbol/ETHUSDT",
        "account/main2",
        "symbol/ETHUSDT",
        "account/main2/symbol/BTCUSDT",
        "account/main/symbol/ETHUSDT",
        "strategy/other",
        "strategy/",
        "account/main/strategy/other",
        "account/main2/strategy/breakout",
    ],
)
def test_the_halt_of_another_scope_holds_nobody(scene: Scene, scope: str) -> None:
    board(scene).halt(scope, "maintenance")

    assert isinstance(scene.deliver(scene.message(strategy="breakout")), Done)
    scene.check()


def test_a_halted_signal_expires_as_its_age_says_and_its_letter_says_what_held_it(scene: Scene) -> None:
    board(scene).halt("global", "exchange maintenance")

    row = scene.drive(scene.message(max_age_seconds=30))

    assert (row.state, row.reason) == (State.DEAD, Reason.EXPIRED)
    assert "halted (global): exchange maintenance" in (row.detail or "")
    assert scene.exchange.requests == []
    scene.check()


def test_what_may_be_at_the_exchange_is_reconciled_during_a_halt(scene: Scene) -> None:
    scene.exchange.troubles.append(replace(LOST_ANSWER, hidden_ms=5_000))
    message = scene.message()
    first = scene.deliver(message)
    assert isinstance(first, Later)
    board(scene).halt("global", "stop everything")
    scene.wait(first.delay)

    assert again(scene, message) == Done(scene.row)
    assert scene.row.state is State.ACCEPTED
    scene.check()


def test_what_was_proven_absent_is_not_sent_again_during_a_halt(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    message = scene.message()
    first = scene.deliver(message)
    assert isinstance(first, Later)
    board(scene).halt("account/main", "stop")
    scene.wait(first.delay)

    verdict = again(scene, message)

    assert isinstance(verdict, Later)
    assert (verdict.held, scene.row.state, scene.row.doubted) == (True, State.WAITING, True)
    assert len(scene.exchange.requests) == 1
    board(scene).resume("account/main")
    assert scene.drive(replace(message, receive_count=3)).state is State.ACCEPTED
    scene.check()


def test_a_row_without_a_message_is_reconciled_during_a_halt(scene: Scene) -> None:
    def crash() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scene.function(at("after venue.send", crash))(scene.message())
    board(scene).halt("global", "stop everything")
    scene.time.advance(600_000)

    scene.reconcile_overdue()

    assert scene.row.state is State.ACCEPTED
    scene.check()


@pytest.mark.parametrize("gate", [name_ban(VENUE), name_pause(VENUE), name_pause(VENUE, "main")])
def test_a_closed_gate_costs_no_request_and_the_signal_comes_back_when_it_opens(scene: Scene, gate: str) -> None:
    close_gate(scene, gate)
    message = scene.message()

    verdict = scene.deliver(message)

    assert isinstance(verdict, Later)
    assert (verdict.held, verdict.why) == (True, "nothing is sent now: used up")
    assert 20 <= verdict.delay <= 22
    assert (scene.exchange.requests, scene.exchange.lookups) == ([], [])
    assert (scene.row.state, scene.row.detail) == (State.WAITING, verdict.why)
    scene.wait(verdict.delay)
    assert again(scene, message) == Done(scene.row)
    assert scene.row.attempts == 1
    scene.check()


def test_the_gate_of_another_account_or_venue_stops_nobody(scene: Scene) -> None:
    for gate in (name_ban("okx"), name_pause("okx"), name_pause(VENUE, "other")):
        close_gate(scene, gate)

    assert isinstance(scene.deliver(scene.message()), Done)
    scene.check()


def test_the_opening_is_no_stampede(scene: Scene) -> None:
    close_gate(scene, name_ban(VENUE))
    delays = set()
    for step in range(10):
        scene.time.jitter = step / 10
        verdict = scene.deliver(scene.message(id=f"signal-{step}"))
        assert isinstance(verdict, Later)
        delays.add(verdict.delay)

    assert len(delays) == 10
    assert min(delays) >= 20


def test_a_refusal_for_the_limit_holds_the_next_signal_of_any_container(scene: Scene) -> None:
    scene.exchange.troubles.append(rate_limited(17))
    scene.deliver(scene.message())

    verdict = scene.deliver(scene.message("message-2", id="another"))

    assert isinstance(verdict, Later)
    assert verdict.held
    assert 17 <= verdict.delay <= 19
    assert len(scene.exchange.requests) == 1


def test_lost_replies_are_reconciled_while_new_orders_pause(scene: Scene) -> None:
    scene.exchange.troubles.append(replace(LOST_ANSWER, hidden_ms=5_000))
    message = scene.message()
    first = scene.deliver(message)
    assert isinstance(first, Later)
    scene.wait(first.delay)
    close_gate(scene, name_pause(VENUE))
    close_gate(scene, name_pause(VENUE, "main"))

    assert again(scene, message) == Done(scene.row)
    scene.check()


def test_nothing_is_looked_up_under_a_ban_and_the_row_stays_in_doubt(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    message = scene.message()
    first = scene.deliver(message)
    assert isinstance(first, Later)
    scene.wait(first.delay)
    close_gate(scene, name_ban(VENUE), 100)
    seen = len(scene.exchange.lookups)

    verdict = again(scene, message)

    assert isinstance(verdict, Later)
    assert verdict.delay >= 100
    assert (scene.row.state, len(scene.exchange.lookups)) == (State.SENT, seen)
    scene.wait(verdict.delay)
    assert scene.drive(replace(message, receive_count=3)).state is State.ACCEPTED
    scene.check()


def test_a_gate_that_closes_while_a_signal_waits_for_its_turn_stops_it_unsent(scene: Scene) -> None:
    def close() -> None:
        scene.controls.gates[name_pause(VENUE, "main")] = ClosedGate(scene.time.now() + 9_000, "another was refused")
        scene.time.advance(1_000)

    verdict = scene.function(at("after secrets.get_credentials", close))(scene.message())

    assert isinstance(verdict, Later)
    assert verdict.held
    assert scene.exchange.requests == []
    assert (scene.row.state, scene.row.attempts) == (State.WAITING, 0)


def test_signals_that_died_for_their_key_halt_the_account_after_a_few(scene: Scene) -> None:
    scene.exchange.keys = set()
    for number in range(3):
        verdict = scene.deliver(scene.message(f"message-{number}", id=f"dies-{number}"))
        assert isinstance(verdict, Done)
        assert verdict.halted == (("account/main",) if number == 2 else ())

    held = scene.deliver(scene.message())

    assert isinstance(held, Later)
    assert "halted (account/main): 3 refusals in a row; the last: " in held.why
    assert len(scene.exchange.requests) == 3
    assert len(scene.letters.letters) == 3


def test_a_success_in_between_ends_the_run_of_refusals(scene: Scene) -> None:
    for number in range(6):
        if number % 3 < 2:
            scene.exchange.troubles.append(refused(Meaning.REJECT, "-2010"))
        scene.time.advance(1_000)
        assert isinstance(scene.deliver(scene.message(f"{number}", id=f"signal-{number}")), Done)

    assert (scene.controls.halts, scene.controls.refusals) == ({}, {})


def test_what_is_refused_before_it_is_sent_counts_for_nothing(scene: Scene) -> None:
    for number in range(4):
        scene.deliver(scene.message(f"{number}", id=f"dies-{number}", quantity="0.0000001"))

    assert (scene.controls.halts, scene.controls.refusals) == ({}, {})


def test_a_duplicate_of_a_dead_signal_is_not_counted_again(scene: Scene) -> None:
    scene.exchange.troubles.append(refused(Meaning.REJECT, "-2010"))
    for number in range(4):
        scene.deliver(scene.message(f"message-{number}"))

    assert {run: count for run, (count, _) in scene.controls.refusals.items()} == {
        "REJECTED/account/main/symbol/BTCUSDT": 1
    }
    assert scene.row.identity == IDENTITY


def test_a_request_that_a_ban_kept_here_after_its_claim_was_no_try(scene: Scene) -> None:
    scene.exchange.troubles.append(refused(Meaning.UNSENT, None, 5.0))
    message = scene.message()

    verdict = scene.deliver(message)

    assert isinstance(verdict, Later)
    assert verdict.held
    assert 5 <= verdict.delay <= 6
    assert (scene.row.state, scene.row.attempts) == (State.WAITING, 0)
    scene.wait(verdict.delay)
    assert again(scene, message) == Done(scene.row)
    assert scene.row.attempts == 1
    scene.check()


def test_a_signal_that_is_kept_here_for_ever_expires_and_is_never_exhausted(scene: Scene) -> None:
    scene.exchange.troubles.extend([refused(Meaning.UNSENT, None, 20.0)] * 40)

    assert scene.drive(scene.message()).reason is Reason.EXPIRED
    scene.check()
