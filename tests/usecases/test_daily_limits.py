"""What a day allows: counted is what is sent, on the day it is sent, once for each attempt that may have executed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.controls import ClosedGate
from orderexec.domain.daily_count import Used
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.limits import Limits
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Meaning
from orderexec.domain.row import Row
from orderexec.domain.verdicts import Done, Later
from tests.doubles.dead_letters import Letter
from tests.doubles.steps import Crash, at
from tests.doubles.stores import Fault, StoreFailure
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, UNREACHABLE, rate_limited, refused
from tests.usecases.scene import Scene

TODAY, TOMORROW = "2026-09-21", "2026-09-22"
TO_MIDNIGHT_MS = 1_790_035_200_000 - 1_790_000_000_000  # from where the scene's time begins
ONE = {"USDT": Decimal(650)}  # what 0.01 BTC costs here
FIVE_THOUSAND = Limits(max_daily_notional={"USDT": Decimal(5_000)})
REJECTED = refused(Meaning.REJECT, "-2010")


@pytest.fixture
def busy(scene: Scene) -> Scene:
    """With many signals, not the scene's one alone."""
    scene.exchange.on_request = lambda _: None
    return scene


def used(scene: Scene, day: str = TODAY) -> Used:
    return scene.ledger.days.of("main", day)


def deliver(scene: Scene, message: Message, receive_count: int = 1) -> Row:
    return scene.deliver(replace(message, receive_count=receive_count)).row


def another(scene: Scene, name: str, **fields: Any) -> Message:
    return scene.message(f"message-{name}", id=name, **fields)


def test_a_signal_that_was_held_and_sized_anew_is_counted_as_what_is_sent(busy: Scene) -> None:
    """The pause begins between the sizing and the sending: a day of 5,000 paid for 19,500."""
    busy.limits.by_account["main"] = FIVE_THOUSAND
    busy.exchange.balances["USDT"] = Decimal(50)
    deliver(busy, another(busy, "first", quantity=None, quote_quantity="4800"))

    def pause_begins() -> None:
        busy.time.advance(1_000)
        busy.controls.gates["pause/binance-spot/main"] = ClosedGate(
            busy.time.now() + 2_000, "90 of 100 orders are used"
        )

    percent = [another(busy, name, quantity=None, quote_percent="100") for name in "abc"]
    for message in percent:
        assert isinstance(busy.function(at("after venue.ask_free_balance", pause_begins))(message), Later)
        busy.time.advance(3_000)
    assert used(busy) == Used(orders=1, worth={"USDT": Decimal(4_800)})  # nothing was sent, nothing is counted

    busy.exchange.balances["USDT"] = Decimal(150)
    rows = [deliver(busy, message, 2) for message in percent]

    assert [row.state for row in rows] == [State.ACCEPTED, State.DEAD, State.DEAD]
    assert rows[1].detail == (
        f"orders worth 4950 USDT were sent on {TODAY} (UTC), this one is worth 150, and max_daily_notional allows 5000"
    )
    assert len(busy.exchange.requests) == 2
    assert used(busy) == Used(orders=2, worth={"USDT": Decimal(4_950)})


def test_signals_that_were_redriven_count_on_the_day_they_are_sent(busy: Scene) -> None:
    """Five orders were sent with max_daily_orders 3."""
    busy.limits.by_account["main"] = Limits(max_daily_orders=3)
    busy.exchange.troubles.extend([REJECTED] * 2)
    for name in ("old-1", "old-2"):
        assert deliver(busy, another(busy, name)).reason is Reason.REJECTED
    letters: list[Letter] = list(busy.letters.letters)
    busy.time.advance(86_400_000)

    today = [deliver(busy, another(busy, name)).state for name in "ab"]
    now, days = busy.time.now(), 2 * 86_400_000  # a person says that they may be so old
    back = [deliver(busy, letter.redriven(f"copy-{place}", now, days)) for place, letter in enumerate(letters)]

    assert today == [State.ACCEPTED] * 2
    assert [row.state for row in back] == [State.ACCEPTED, State.DEAD]
    assert back[1].detail == f"3 orders were sent on {TOMORROW} (UTC), and max_daily_orders allows 3"
    assert (len(busy.orders), used(busy, TOMORROW).orders) == (3, 3)


def test_a_signal_that_is_refused_and_tried_again_is_counted_once(scene: Scene) -> None:
    scene.limits.by_account["main"] = Limits(max_daily_orders=1, max_daily_notional=ONE)
    scene.exchange.troubles.extend([UNREACHABLE, rate_limited(3), UNREACHABLE])

    row = scene.drive(scene.message())

    assert (row.state, row.attempts) == (State.ACCEPTED, 4)
    assert used(scene) == Used(orders=1, worth=ONE)
    assert scene.drive(scene.message("message-2", id="another")).reason is Reason.LIMITS


@pytest.mark.parametrize("trouble", [REJECTED, UNREACHABLE, refused(Meaning.CREDENTIALS, "-2015"), rate_limited(3)])
def test_what_the_exchange_refused_for_certain_leaves_the_day_as_it_was(busy: Scene, trouble: Any) -> None:
    busy.limits.by_account["main"] = Limits(max_daily_orders=1, max_daily_notional=ONE)
    busy.exchange.troubles.append(trouble)

    assert deliver(busy, another(busy, "refused")).state in (State.WAITING, State.DEAD)

    assert used(busy) == Used(orders=0, worth={"USDT": Decimal(0)})
    busy.wait(60)
    assert deliver(busy, another(busy, "next")).state is State.ACCEPTED


def test_a_request_that_a_closed_gate_kept_here_is_not_counted(busy: Scene) -> None:
    busy.limits.by_account["main"] = Limits(max_daily_orders=1)
    busy.exchange.troubles.append(refused(Meaning.UNSENT, None, 5))

    assert deliver(busy, another(busy, "kept")).state is State.WAITING
    assert used(busy).orders == 0


@pytest.mark.parametrize("lost", [LOST_ANSWER, LOST_REQUEST], ids=["executed", "never arrived"])
def test_a_signal_in_doubt_stays_counted(scene: Scene, lost: Any) -> None:
    scene.limits.by_account["main"] = Limits(max_daily_orders=1)
    scene.exchange.troubles.append(replace(lost, hidden_ms=3_000))

    assert isinstance(scene.deliver(scene.message()), Later)

    assert used(scene).orders == 1
    assert deliver(scene, another(scene, "next")).reason is Reason.LIMITS


def test_an_attempt_after_a_doubt_is_counted_beside_the_first(scene: Scene) -> None:
    """That the first came to nothing is the exchange's word by a lookup, not a refusal: the cautious side."""
    scene.limits.by_account["main"] = Limits(max_daily_orders=2, max_daily_notional={"USDT": Decimal(2_000)})
    scene.exchange.troubles.append(LOST_REQUEST)

    row = scene.drive(scene.message())

    assert (row.state, row.attempts) == (State.ACCEPTED, 2)
    assert used(scene) == Used(orders=2, worth={"USDT": Decimal(1_300)})
    scene.check()


def test_a_day_that_has_no_room_for_a_second_attempt_ends_the_signal(scene: Scene) -> None:
    scene.limits.by_account["main"] = Limits(max_daily_orders=1)
    scene.exchange.troubles.append(LOST_REQUEST)

    row = scene.drive(scene.message())

    assert (row.state, row.reason) == (State.DEAD, Reason.LIMITS)
    assert str(row.detail).startswith(f"1 orders were sent on {TODAY} (UTC), and max_daily_orders allows 1")
    assert used(scene).orders == 1
    scene.check()


@pytest.mark.parametrize("trouble", [UNREACHABLE, LOST_REQUEST], ids=["refused", "in doubt"])
def test_after_midnight_an_attempt_counts_on_its_own_day(scene: Scene, trouble: Any) -> None:
    scene.limits.by_account["main"] = Limits(max_daily_orders=1)
    scene.time.advance(TO_MIDNIGHT_MS - 100)
    scene.exchange.troubles.append(trouble)

    row = scene.drive(scene.message())

    assert (row.state, row.attempts) == (State.ACCEPTED, 2)
    assert (used(scene).orders, used(scene, TOMORROW).orders) == (int(trouble is LOST_REQUEST), 1)
    assert row.counted is not None
    assert row.counted.day == TOMORROW
    scene.check()


def test_midnight_between_a_refusal_and_the_next_try_on_the_spot_moves_the_count(scene: Scene) -> None:
    """The clock was wrong: asked for anew, it is past midnight."""
    scene.limits.by_account["main"] = Limits(max_daily_orders=1)
    scene.exchange.skew_ms = 60_000
    scene.time.advance(TO_MIDNIGHT_MS - 30_000)

    assert scene.deliver(scene.message()) == Done(scene.row)

    assert [len(scene.exchange.requests), len(scene.orders)] == [2, 1]
    assert (used(scene).orders, used(scene, TOMORROW).orders) == (0, 1)
    scene.check()


@pytest.mark.parametrize(("ahead_ms", "day"), [(0, TODAY), (20_000, TOMORROW)])
def test_the_day_is_the_exchanges(scene: Scene, ahead_ms: int, day: str) -> None:
    scene.limits.by_account["main"] = Limits(max_daily_orders=1)
    scene.exchange.skew_ms = ahead_ms
    scene.time.advance(TO_MIDNIGHT_MS - 10_000)

    scene.drive(scene.message())

    assert used(scene, day).orders == 1
    scene.check()


@pytest.mark.parametrize("step", ["before ledger.claim", "after ledger.claim", "before venue.send", "after venue.send"])
def test_a_function_that_dies_beside_the_claim_leaves_no_order_uncounted(scene: Scene, step: str) -> None:
    scene.limits.by_account["main"] = Limits(max_daily_orders=2)

    def die() -> None:
        raise Crash

    message = scene.message()
    with pytest.raises(Crash):
        scene.function(at(step, die))(message)
    claimed = step != "before ledger.claim"
    assert used(scene).orders == int(claimed)
    scene.time.advance(90_000)

    assert scene.drive(replace(message, receive_count=2)).state is State.ACCEPTED
    # Sent or not: what the row says may have left is counted; only if it is shown to be absent is there a second.
    assert used(scene).orders == (1 if step in ("before ledger.claim", "after venue.send") else 2)
    scene.check()


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER, Fault.REPLY_LOST])
def test_row_and_count_are_written_together_or_not_at_all(scene: Scene, fault: Fault) -> None:
    scene.limits.by_account["main"] = Limits(max_daily_orders=2)
    scene.ledger.faults.arm(fault)
    message = scene.message()

    if fault is Fault.REPLY_LOST:
        assert isinstance(scene.deliver(message), Done)
    else:
        with pytest.raises(StoreFailure):
            scene.deliver(message)

    stands = scene.ledger.read(scene.row.identity) if scene.ledger.rows else None
    assert used(scene).orders == (0 if stands is None else 1)


def test_a_counter_that_is_busy_sends_the_signal_back_to_the_queue(scene: Scene) -> None:
    scene.limits.by_account["main"] = Limits(max_daily_orders=1)
    scene.ledger.busy = 1

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Later)
    assert verdict.why == "the counter is moved by too many signals at once"
    assert scene.exchange.requests == []
    assert (scene.row.state, scene.row.attempts, scene.row.counted) == (State.WAITING, 0, None)
    scene.wait(verdict.delay)
    assert isinstance(scene.deliver(replace(scene.message(), receive_count=2)), Done)
    scene.check()


def test_a_limit_that_is_lowered_while_a_signal_waits_holds_for_it(scene: Scene) -> None:
    scene.limits.by_account["main"] = FIVE_THOUSAND
    scene.exchange.troubles.append(UNREACHABLE)
    message = scene.message()
    first = scene.deliver(message)
    assert isinstance(first, Later)
    scene.limits.by_account["main"] = Limits(max_daily_notional={"USDT": Decimal(100)})
    scene.wait(first.delay)

    row = deliver(scene, message, 2)

    assert (row.reason, len(scene.exchange.requests)) == (Reason.LIMITS, 1)
    scene.check()


def test_a_limit_that_is_lifted_while_a_signal_waits_takes_its_count_back_all_the_same(scene: Scene) -> None:
    scene.limits.by_account["main"] = FIVE_THOUSAND
    scene.exchange.troubles.append(refused(Meaning.STALE_RULES, "-1013"))  # prepared anew, on the spot

    assert isinstance(scene.function(at("after venue.send", scene.limits.by_account.clear))(scene.message()), Done)

    assert len(scene.exchange.requests) == 2
    assert used(scene) == Used(orders=0, worth={"USDT": Decimal(0)})
    scene.check()
