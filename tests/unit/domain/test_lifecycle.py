"""The life of a ledger row, walked as a table: every legal move does what it says, every other one raises."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.kept import MOST_SIGNAL_BYTES
from orderexec.domain.lifecycle import MOVES, IllegalMove, Reason, Row, State, unwritten
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from tests.unit.examples import MARKET_BUY, MAX_AGE_MS, NOW, order, parse, refusal, report, signal

LATER = NOW + 1_000
REFUSED = Failure(Meaning.RATE_LIMIT, "-1003", "too many requests")


def sent(row: Row) -> Row:
    return row.sent(order(), signed_at=LATER, fence=LATER + 20_000, token="sent", now=LATER)


def placed(row: Row) -> Row:
    return row.placed(Accepted(report()), token="placed", now=LATER)


def needless(row: Row) -> Row:
    return row.needless("nothing to cancel", token="needless", now=LATER)


def waiting(row: Row) -> Row:
    return row.waiting(REFUSED, retry_at=LATER + 500, token="waiting", now=LATER)


def dead(row: Row) -> Row:
    return row.dead(Reason.REJECTED, "no funds", code="-2010", message_id="message-1", token="dead", now=LATER)


def revived(row: Row) -> Row:
    return row.revived(signal(id="signal-1"))


def found_late(row: Row) -> Row:
    doubted = replace(row, doubts=1)
    return doubted.found_late(Accepted(report()), "its order appeared late", token="late", now=LATER)


NEW = unwritten(signal(id="signal-1", strategy="trend"), NOW)
ROWS = {State.WAITING: NEW, State.SENT: sent(NEW), State.PLACED: placed(sent(NEW)), State.DEAD: dead(NEW)}
# What each kind of move leads to.
STEPS: dict[Callable[[Row], Row], State] = {
    sent: State.SENT,
    needless: State.PLACED,
    waiting: State.WAITING,
    dead: State.DEAD,
    revived: State.WAITING,
    found_late: State.PLACED,
}
LEGAL = {
    (State.WAITING, State.SENT),
    (State.WAITING, State.DEAD),
    (State.WAITING, State.PLACED),
    (State.SENT, State.SENT),
    (State.SENT, State.WAITING),
    (State.SENT, State.PLACED),
    (State.SENT, State.DEAD),
    (State.DEAD, State.WAITING),
    (State.WAITING, State.WAITING),
    (State.DEAD, State.PLACED),
}
# From where each kind of move may be made; the table alone allows some from more states than they are meant for.
FROM: dict[Callable[[Row], Row], set[State]] = {
    sent: {State.WAITING, State.SENT},
    needless: {State.WAITING},
    waiting: {State.WAITING, State.SENT},
    dead: {State.WAITING, State.SENT},
    revived: {State.DEAD},
    found_late: {State.WAITING, State.SENT, State.DEAD},
}


def test_the_table_is_the_one_that_was_agreed() -> None:
    assert set(MOVES) == LEGAL


@pytest.mark.parametrize("start", State)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_a_move_is_made_if_the_table_holds_it_and_raises_otherwise(start: State, step: Callable[[Row], Row]) -> None:
    row, target = ROWS[start], STEPS[step]

    if start in FROM[step]:
        assert (start, target) in LEGAL
        assert step(row).state is target
    else:
        with pytest.raises(IllegalMove, match=f"main/binance-spot/signal-1: {start} -> {target}"):
            step(row)


@pytest.mark.parametrize("state", [State.WAITING, State.PLACED, State.DEAD])
def test_only_an_exchange_that_was_asked_can_have_done_it(state: State) -> None:
    with pytest.raises(IllegalMove, match="the exchange was not asked"):
        placed(ROWS[state])


def test_what_was_never_in_doubt_has_no_late_order() -> None:
    with pytest.raises(IllegalMove, match="never in doubt"):
        ROWS[State.DEAD].found_late(Accepted(report()), "late", token="late", now=LATER)


def test_a_waiting_signal_that_another_one_cancels_needs_no_letter() -> None:
    row = NEW.canceled("canceled by signal 'x'", token="canceled", now=LATER)

    assert (row.state, row.reason, row.letter_sent, row.due) == (State.DEAD, Reason.CANCELED, True, None)


def test_a_row_of_a_placed_order_can_go_nowhere() -> None:
    assert not [move for move in MOVES if move[0] is State.PLACED]


def test_a_row_is_what_its_signal_is_before_anything_is_written() -> None:
    assert (NEW.state, NEW.token, NEW.attempts) == (State.WAITING, "", 0)
    assert (NEW.identity.id, NEW.strategy, NEW.issued_at) == ("signal-1", "trend", NOW - 1_000)
    broken = unwritten(refusal(MARKET_BUY | {"side": "up"}), NOW)
    assert (broken.issued_at, broken.strategy, broken.content) == (
        NOW - 1_000,  # what was no signal has an age as well
        None,
        parse(MARKET_BUY | {"side": "up"}).content,
    )


def test_each_attempt_is_counted_and_the_first_instant_kept_while_it_is_in_doubt() -> None:
    once = sent(NEW)
    twice = once.sent(order(), signed_at=LATER + 30_000, fence=LATER + 50_000, token="again", now=LATER + 30_000)

    assert (once.attempts, once.signed_at, once.earliest_signed_at, once.fence) == (1, LATER, LATER, LATER + 20_000)
    assert (twice.attempts, twice.signed_at, twice.earliest_signed_at, twice.fence) == (
        2,
        LATER + 30_000,
        LATER,
        LATER + 50_000,
    )


def test_after_a_certain_refusal_the_first_instant_is_the_next_attempts() -> None:
    again = waiting(sent(NEW)).sent(order(), signed_at=LATER + 9_000, fence=LATER, token="again", now=LATER + 9_000)

    assert (again.attempts, again.earliest_signed_at) == (2, LATER + 9_000)


def test_an_attempt_in_doubt_cannot_be_followed_under_another_client_order_id() -> None:
    other = order(client_order_id="f" * 32)

    with pytest.raises(IllegalMove, match="client order id"):
        sent(NEW).sent(other, signed_at=LATER, fence=LATER, token="again", now=LATER)


def test_a_move_leaves_nothing_of_the_last_answer_behind() -> None:
    waited = waiting(sent(NEW))
    assert (waited.code, waited.detail, waited.retry_at) == ("-1003", "too many requests", LATER + 500)

    again = sent(waited)

    assert (again.code, again.detail, again.retry_at, again.reason) == (None, None, None, None)
    assert (again.token, again.updated_at) == ("sent", LATER)


def test_a_dead_row_says_why_and_owes_a_letter_until_it_is_sent() -> None:
    row = dead(sent(NEW))
    assert (row.reason, row.code, row.detail, row.message_id) == (Reason.REJECTED, "-2010", "no funds", "message-1")
    assert row.letter_sent is False

    noted = row.with_letter_sent(token="noted", now=LATER + 1)

    assert (noted.state, noted.letter_sent, noted.token, noted.updated_at) == (State.DEAD, True, "noted", LATER + 1)


def test_a_revived_row_has_a_budget_of_its_own_but_stands_where_the_dead_one_does() -> None:
    buried = dead(sent(NEW)).with_letter_sent(token="noted", now=LATER)

    again = buried.revived(signal(id="signal-1", strategy="trend"))

    assert (again.state, again.attempts, again.reason, again.detail) == (State.WAITING, 0, None, None)
    assert again.token == buried.token  # the next write must still be conditional on the dead row
    assert dead(again).letter_sent is False  # if it dies again, that is another letter


def invalid(row: Row) -> Row:
    return row.dead(Reason.INVALID_SIGNAL, "no JSON", code=None, message_id="message-1", token="dead", now=LATER)


def test_what_was_no_signal_when_it_died_may_be_revived_as_one_and_is_as_old_as_it_was() -> None:
    broken = invalid(unwritten(refusal("{", sent_at=NOW - 9_000), NOW))

    again = broken.revived(signal(strategy="trend"))

    assert (again.content, again.strategy) == (signal().content, "trend")
    assert (again.issued_at, again.expires_at) == (NOW - 9_000, NOW - 9_000 + MAX_AGE_MS)


TIMES = st.integers(NOW - 10**9, NOW + 5_000)


@given(TIMES, TIMES, st.sampled_from([dead, invalid]))
def test_a_revived_row_is_never_younger_than_it_was(issued_at: int, again: int, ends: Callable[[Row], Row]) -> None:
    row = ends(unwritten(signal(id="signal-1", issued_at=issued_at), NOW))

    revived = row.revived(signal(id="signal-1", issued_at=again, max_age_seconds=300))

    assert revived.issued_at <= row.issued_at
    assert revived.expires_at <= row.expires_at


@given(st.integers(1, 10**9))
def test_only_a_named_age_lets_a_revived_row_live_longer(allowed_age_ms: int) -> None:
    revived = dead(NEW).revived(signal(id="signal-1"), allowed_age_ms=allowed_age_ms)

    assert revived.issued_at == NEW.issued_at
    assert revived.expires_at == max(NEW.expires_at, NEW.issued_at + allowed_age_ms)


def test_each_death_has_a_mark_of_its_own_that_lasts_as_long_as_the_row_is_dead() -> None:
    row = dead(NEW)
    noted = row.with_letter_sent(token="noted", now=LATER)

    assert row.mark == noted.mark == "dead"
    assert revived(noted).mark is None
    assert NEW.canceled("by another", token="canceled", now=LATER).mark is None


def test_a_row_with_an_order_keeps_nothing_of_its_message() -> None:
    kept = replace(NEW, body_cut="cut: ...", attributes="{}")
    assert kept.body

    row = placed(sent(kept))

    assert (row.body, row.body_cut, row.attributes) == ("", None, None)
    assert needless(kept).body == kept.body  # without a request only the body says what was asked for


def test_a_body_that_is_too_large_is_cut_by_bytes_and_says_so() -> None:
    body = json.dumps(MARKET_BUY | {"note": "€" * MOST_SIGNAL_BYTES}, ensure_ascii=False)

    row = unwritten(refusal(body), NOW)

    assert len(row.body.encode()) <= MOST_SIGNAL_BYTES
    assert body.startswith(row.body)
    assert f"of {len(body.encode())} bytes" in (row.body_cut or "")
    assert hashlib.sha256(body.encode()).hexdigest() in (row.body_cut or "")
