"""A protected entry that is in doubt: which order is looked for, how long its stop stays, and who may end it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from orderexec.domain.controls import Halt
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import get_request
from orderexec.domain.validity import Resend
from tests.doubles.secrets import KEY, ROTATED_KEY
from tests.doubles.steps import at
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, Trouble, rate_limited
from tests.usecases.futures_scene import FuturesScene
from tests.usecases.test_protected_entries import FIELDS
from tests.usecases.test_protected_steps import sent

FINE = Trouble()
PAST_THE_FENCE_MS = 60_000
HALT = "account/main"


def in_doubt(*troubles: Trouble, **fields: Any) -> FuturesScene:
    """A plan after its first delivery, which met these troubles."""
    scene = FuturesScene()
    scene.exchange.troubles.extend(troubles)
    scene.deliver(scene.message(**FIELDS | fields))
    assert scene.row.state is State.SENT
    return scene


def again(scene: FuturesScene) -> Any:
    return scene.deliver(replace(scene.message(**FIELDS), receive_count=2))


def test_an_entry_that_is_refused_after_a_doubt_is_sent_once_more_and_not_taken_for_its_stop() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.extend([FINE, LOST_REQUEST, rate_limited(3)])
    row = scene.drive(scene.message(**FIELDS))

    assert row.state is State.ACCEPTED
    assert row.report is not None
    assert row.report.side == "BUY"
    assert scene.list_stops() == ["CANCELED", "NEW"]


def test_a_refusal_under_a_ban_is_no_doubt() -> None:
    scene = FuturesScene(resend=Resend.NEVER)
    scene.exchange.troubles.extend([FINE, rate_limited(3)])
    row = scene.drive(scene.message(**FIELDS))

    assert row.state is State.ACCEPTED
    assert not row.doubted
    scene.check()


def test_a_halt_while_the_entry_is_in_doubt_leaves_its_stop_and_forgets_nothing() -> None:
    scene = in_doubt(FINE, LOST_REQUEST)
    scene.controls.halts[HALT] = Halt(scene.time.now(), "a person said so")
    scene.time.advance(PAST_THE_FENCE_MS)
    again(scene)

    assert scene.row.state == "SENT"
    assert scene.list_stops() == ["NEW"]
    scene.controls.halts.clear()
    scene.time.advance(2_000)
    scene.drive(replace(scene.message(**FIELDS), receive_count=3))
    assert scene.row.state is State.ACCEPTED
    assert scene.list_stops() == ["NEW"]
    scene.check()


def test_a_redriven_letter_of_a_doubt_ends_the_stop_that_was_left_before_it_places_another() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.extend([FINE, LOST_REQUEST, LOST_REQUEST])
    row = scene.drive(scene.message(**FIELDS))
    assert row.reason is Reason.DOUBTFUL
    assert scene.list_stops() == ["NEW"]

    row = scene.drive(scene.redriven(allowed_age_ms=3_600_000))
    assert row.state is State.ACCEPTED
    assert scene.list_stops() == ["CANCELED", "NEW"]
    scene.check()


def test_a_stop_that_cannot_be_ended_holds_the_next_round() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.extend([FINE, LOST_REQUEST, LOST_REQUEST, rate_limited(3)])
    scene.drive(scene.message(**FIELDS))
    scene.deliver(scene.redriven(allowed_age_ms=3_600_000))

    assert scene.row.state is State.WAITING
    assert "its stop-loss cannot be cancelled" in (scene.row.detail or "")
    assert scene.list_stops() == ["NEW"]


def test_whoever_looks_after_rows_sends_no_take_profit_again_that_may_not_be() -> None:
    scene = FuturesScene(resend=Resend.NEVER)
    scene.exchange.troubles.extend([FINE, FINE, LOST_REQUEST])
    scene.deliver(scene.message(**FIELDS))
    scene.time.advance(600_000)
    scene.reconcile_overdue()

    assert sent(scene).count("SELL LIMIT 0.01 reduce-only") == 1
    assert scene.row.state is State.ACCEPTED
    assert "its take-profit is not" in (scene.row.detail or "")


def test_an_entry_is_not_sent_that_grew_too_old_while_halts_were_looked_at() -> None:
    scene = FuturesScene()
    looks: list[str] = []

    def slow() -> None:
        looks.append("look")
        stop_is_there = any("STOP" in request for request in sent(scene))
        scene.time.advance(25_000 if stop_is_there else 0)

    row = scene.drive(scene.message(max_age_seconds=20, **FIELDS), at("after board.look", slow))

    assert looks
    assert "BUY MARKET 0.01" not in sent(scene)
    assert (row.state, row.reason) == (State.DEAD, Reason.EXPIRED)
    scene.check()


def test_an_entry_that_lookups_show_at_work_although_it_never_rests_is_awaited() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.extend([FINE, LOST_ANSWER])

    def lag() -> None:
        """The one look right after the entry's lost answer shows it as it was before it traded."""
        if sent(scene)[-1] == "BUY MARKET 0.01" and not shown:
            shown.append(_at_work(scene))
            scene.exchange.lookup_answers.append(Accepted(shown[0]))  # type: ignore[arg-type]

    shown: list[OrderReport] = []
    row = scene.drive(scene.message(**FIELDS), at("after venue.send", lag))

    assert shown
    assert row.state is State.ACCEPTED
    assert sent(scene)[-1] == "SELL LIMIT 0.01 reduce-only"
    scene.check()


def _at_work(scene: FuturesScene) -> OrderReport:
    return replace(scene.orders[-1].report, status="NEW", executed_quantity=Decimal(0))


def test_after_a_doubt_about_the_take_profit_the_audits_find_the_entry_and_come_to_an_end() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.extend([FINE, FINE, *[LOST_REQUEST] * 12])
    scene.drive(scene.message(**FIELDS))
    scene.reconcile_hours()

    assert scene.row.due is None


def test_the_stop_is_ended_with_the_key_that_works_once_the_one_before_it_is_deleted() -> None:
    scene = FuturesScene()
    scene.exchange.keys.add(ROTATED_KEY)
    for key in (KEY, ROTATED_KEY):
        scene.learn_account(key)
    scene.exchange.troubles.extend([FINE, LOST_REQUEST, LOST_REQUEST])
    scene.drive(scene.message(**FIELDS))
    scene.secrets.replace("main", ROTATED_KEY)
    scene.exchange.keys.discard(KEY)
    scene.reconcile_hours()

    assert scene.list_stops() == ["CANCELED"]
    assert scene.row.due is None


def test_what_was_called_off_ends_as_cancelled_whatever_its_stop_is_undone_for() -> None:
    scene = in_doubt(Trouble(answer=LOST_ANSWER.answer, hidden_ms=6_000))
    noted = scene.row.note_cancel("other", token="noted", now=scene.time.now())
    scene.ledger.write(noted, over=scene.row)
    stop = scene.orders[0]
    stop.open, stop.report = False, replace(stop.report, status="EXPIRED")  # the market was there
    scene.time.advance(PAST_THE_FENCE_MS)
    again(scene)

    assert (scene.row.state, scene.row.reason) == (State.DEAD, Reason.CANCELED)
    assert scene.row.mark is None


def test_a_plan_asks_for_the_order_of_its_step_and_after_a_doubt_for_its_entry() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.extend([FINE, LOST_REQUEST, LOST_REQUEST])
    row = scene.drive(scene.message(**FIELDS))
    plan = row.request

    assert isinstance(plan, Protected)
    assert (plan.step, get_request(plan)) == (Step.ENTRY, plan.entry)
