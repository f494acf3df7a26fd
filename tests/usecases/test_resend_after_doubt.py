"""After a doubt: absence shown by every source and more than once, a second order at most once, a late one found."""

from dataclasses import replace

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.validity import Resend
from orderexec.usecases.judge_doubt import LATE
from tests.doubles.exchange import Held
from tests.doubles.troubles import LOST_REQUEST, SILENCE, Trouble, rate_limited
from tests.usecases.scene import Scene

NO_SUCH_ORDER = Failure(Meaning.NOT_FOUND, "-2013", "Order does not exist.")


@pytest.mark.parametrize("engine_ms", [9_000, 16_000, 25_000, 34_000])
def test_an_engine_that_takes_longer_than_documented_buys_once(scene: Scene, engine_ms: int) -> None:
    """The timeout is documented as 10 s, and not to mean that the engine failed: the fence covers much more."""
    scene.exchange.troubles.append(Trouble(executes_after_ms=engine_ms, answer=SILENCE))

    assert scene.drive(scene.message()).state is State.PLACED
    scene.check()


def test_lookups_that_lag_half_a_minute_buy_once(scene: Scene) -> None:
    scene.exchange.troubles.append(Trouble(hidden_ms=30_000, answer=SILENCE))

    assert scene.drive(scene.message()).state is State.PLACED
    scene.check()


def test_a_single_source_that_does_not_show_the_order_proves_nothing(scene: Scene) -> None:
    """The order's own lookup may lag for longer than anybody assumes: the other sources show the order."""
    scene.exchange.troubles.append(Trouble(answer=SILENCE))
    scene.exchange.lookup_answers.extend([NO_SUCH_ORDER, NO_SUCH_ORDER])  # at once, and after the fence

    assert scene.drive(scene.message()).state is State.PLACED
    scene.check()


def test_a_single_look_that_does_not_show_the_order_proves_nothing(scene: Scene) -> None:
    scene.exchange.troubles.append(Trouble(answer=SILENCE, hidden_ms=39_500))  # it shows between the two looks

    assert scene.drive(scene.message()).state is State.PLACED
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
        scene.settle_overdue()
        orders = scene.orders

    assert len(orders) == 1
    assert (scene.row.state, scene.row.report) == (State.PLACED, orders[0].report)
    assert LATE in str(scene.row.detail)


def test_a_doubtful_signal_that_a_person_sends_again_is_looked_for_first(scene: Scene) -> None:
    scene.resend = Resend.NEVER
    scene.exchange.troubles.append(Trouble(executes_after_ms=100_000, hidden_ms=1, answer=LOST_REQUEST.answer))
    assert scene.drive(scene.message()).reason is Reason.DOUBTFUL
    scene.time.advance(100_000)

    row = scene.drive(scene.redriven())

    assert (row.state, len(scene.exchange.requests), len(scene.orders)) == (State.PLACED, 1, 1)


def test_what_waits_after_a_doubt_is_looked_for_before_it_is_sent(scene: Scene) -> None:
    """The second request is refused for a limit; meanwhile the first one's order appears."""
    scene.exchange.troubles.append(Trouble(executes_after_ms=55_000, hidden_ms=1, answer=LOST_REQUEST.answer))
    scene.exchange.troubles.append(rate_limited(30))

    row = scene.drive(scene.message(max_age_seconds=600))

    assert (row.state, len(scene.orders)) == (State.PLACED, 1)
    assert len(scene.exchange.requests) == 2
    assert LATE in str(row.detail)


def test_changes_may_be_repeated_however_often_they_were_in_doubt() -> None:
    from orderexec.domain.requests import Cancel
    from orderexec.usecases.judge_doubt import may_send_again

    scene = Scene()
    scene.drive(scene.message())
    cancel = Cancel(symbol="BTCUSDT", client_order_id="a", cancel_id="b")
    row = replace(scene.row, request=cancel, doubts=5)
    venue = scene.function().venues["binance-spot"]

    assert may_send_again(row, venue)
    assert not may_send_again(replace(row, request=scene.row.request), venue)
