"""Which orders of an accepted signal are followed, and that no news of them goes back in time or moves the row."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.following import (
    EARLY_LOOKS,
    GIVE_UP_AFTER_MS,
    TELL_AFTER_MS,
    UNCLEAR,
    find_next_look,
    index_reports,
    is_early,
    is_resting,
    take_in,
)
from orderexec.domain.lifecycle import State
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted
from orderexec.domain.requests import Cancel
from orderexec.domain.row import Row, make_row
from tests.unit.examples import LIMIT_SELL, NOW, order, report, signal

LATER = NOW + 60_000
LIMIT = order(**LIMIT_SELL)
RESTS = report(status="NEW", executed_quantity=Decimal(0), average_price=None)


def accepted(told: OrderReport) -> Row:
    sent = make_row(signal(id="signal-1"), NOW).claim(LIMIT, signed_at=NOW, fence=NOW + 20_000, token="sent", now=NOW)
    return sent.accept(Accepted(told), token="placed", now=NOW)


def look(row: Row, told: OrderReport | None, *, missing: str | None = None, at: int = LATER) -> Row | None:
    seen = {} if told is None else {told.client_order_id: told}
    return take_in(row, seen, missing=missing, complete=told is not None, token="seen", now=at)


RESTING = accepted(RESTS)
VIEWS = st.builds(
    lambda status, filled: replace(RESTS, status=status, executed_quantity=Decimal(filled)),
    st.sampled_from(["NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "EXPIRED", "A_NEW_WORD"]),
    st.integers(0, 5),
)


def test_an_order_that_may_still_trade_is_followed_and_one_that_has_ended_is_not() -> None:
    assert is_resting(RESTING)
    assert is_resting(accepted(replace(RESTS, status="A_WORD_OF_A_LATER_YEAR")))
    assert not is_resting(accepted(replace(RESTS, status="FILLED")))


@pytest.mark.parametrize("state", [State.SENT, State.WAITING, State.DEAD])
def test_only_an_accepted_signal_has_orders_to_follow(state: State) -> None:
    assert not is_resting(replace(RESTING, state=state))


def test_a_change_has_no_order_of_its_own_to_follow() -> None:
    cancel = Cancel(symbol=RESTS.symbol, client_order_id=RESTS.client_order_id, cancel_id="c")

    assert not is_resting(replace(RESTING, request=cancel))


def test_what_is_seen_stands_in_the_row_and_the_row_stays_accepted() -> None:
    filled = replace(RESTS, status="FILLED", executed_quantity=Decimal("0.5"), average_price=Decimal(65_000))

    after = look(RESTING, filled)

    assert after is not None
    assert (after.state, after.report, after.seen_at) == (State.ACCEPTED, filled, LATER)
    assert (after.updated_at, after.detail) == (RESTING.updated_at, RESTING.detail)
    assert not is_resting(after)


def test_nothing_new_is_nothing_to_write() -> None:
    assert look(RESTING, RESTS) is None


@given(st.lists(VIEWS, max_size=12))
def test_no_news_goes_back_in_time_whatever_order_the_views_come_in(views: list[OrderReport]) -> None:
    row = RESTING
    for at, view in enumerate(views):
        before, row = row, look(row, view, at=LATER + at) or row
        was, now = index_reports(before)[RESTS.client_order_id], index_reports(row)[RESTS.client_order_id]
        assert now.executed_quantity >= was.executed_quantity
        assert was.open or not now.open
        assert row.state is State.ACCEPTED


def test_what_the_newer_view_does_not_tell_stays() -> None:
    part = replace(
        RESTS,
        status="PARTIALLY_FILLED",
        quantity=Decimal(9),
        quote_quantity=Decimal(25),
        executed_quantity=Decimal("0.1"),
        average_price=Decimal(65_000),
        why="because",
    )
    row = look(RESTING, part)
    assert row is not None
    untold = replace(part, quantity=None, quote_quantity=None, average_price=None, why=None)

    after = look(row, replace(untold, status="CANCELED", created_at=1, order_id="another"))

    assert after is not None
    assert after.report == replace(part, status="CANCELED")


def test_why_an_order_ended_and_what_it_cost_stay_where_a_newer_view_does_not_tell_it() -> None:
    traded = replace(RESTS, executed_quantity=Decimal("0.1"), fees={"BNB": Decimal(1)})
    row = look(RESTING, replace(traded, status="PARTIALLY_FILLED"))
    assert row is not None

    ended = look(row, replace(traded, status="CANCELED", fees=None, why="CancelByUser"))

    assert ended is not None
    assert ended.report is not None
    assert (ended.report.fees, ended.report.why) == ({"BNB": Decimal(1)}, "CancelByUser")


def test_the_fees_of_a_part_are_not_those_of_the_whole() -> None:
    part = replace(RESTS, status="PARTIALLY_FILLED", executed_quantity=Decimal("0.1"), fees={"BNB": Decimal(1)})
    row = look(RESTING, part)
    assert row is not None

    filled = look(row, replace(part, status="FILLED", executed_quantity=Decimal("0.5"), fees=None))

    assert filled is not None
    assert filled.report is not None
    assert filled.report.fees is None


def test_an_order_that_is_not_shown_is_told_after_a_while_and_given_up_after_a_day() -> None:
    gone = "the exchange does not show its order any more"
    noticed = look(RESTING, None, missing=gone)
    assert noticed is not None
    assert (noticed.unclear_since, noticed.detail) == (LATER, None)
    assert look(noticed, None, missing=gone, at=LATER + TELL_AFTER_MS - 1) is None

    told = look(noticed, None, missing=gone, at=LATER + TELL_AFTER_MS)
    assert told is not None
    assert (told.detail, is_resting(told)) == (f"{UNCLEAR}{gone}", True)

    lost = look(told, None, missing=gone, at=LATER + GIVE_UP_AFTER_MS)
    assert lost is not None
    assert (lost.lost, is_resting(lost)) == (True, False)


@pytest.mark.parametrize("detail", [None, "said before"])
def test_an_order_that_is_shown_again_is_unclear_no_more(detail: str | None) -> None:
    noticed = look(replace(RESTING, detail=detail), None, missing="gone")
    assert noticed is not None
    told = look(noticed, None, missing="gone", at=LATER + TELL_AFTER_MS)
    assert told is not None
    assert told.detail == (f"said before; {UNCLEAR}gone" if detail else f"{UNCLEAR}gone")

    again = look(told, RESTS, at=LATER + TELL_AFTER_MS + 1)

    assert again is not None
    assert (again.unclear_since, again.detail) == (None, detail)


def test_every_write_has_a_token_of_its_own() -> None:
    after = look(RESTING, replace(RESTS, status="CANCELED"))

    assert after is not None
    assert after.token == "seen"


def test_a_dry_run_left_nothing_to_follow() -> None:
    assert not is_resting(replace(RESTING, request=replace(LIMIT, dry_run=True)))


def test_a_minute_after_its_acceptance_the_message_looks_no_more() -> None:
    assert (is_early(RESTING, NOW + 59_999), is_early(RESTING, NOW + 60_000)) == (True, False)


def test_a_look_that_failed_says_nothing_of_what_was_unclear() -> None:
    noticed = look(RESTING, None, missing="gone")
    assert noticed is not None

    assert look(noticed, None, at=LATER + GIVE_UP_AFTER_MS) is None


def test_the_first_looks_come_soon_and_then_ever_later() -> None:
    ages, now = [], NOW
    while (wait := find_next_look(RESTING, now)) is not None:
        now += int(wait * 1000)
        ages.append((now - NOW) / 1000)

    assert tuple(ages) == EARLY_LOOKS
    gaps = [after - before for before, after in pairwise(ages)]
    assert gaps == sorted(gaps)
    assert find_next_look(accepted(replace(RESTS, status="FILLED")), NOW) is None
