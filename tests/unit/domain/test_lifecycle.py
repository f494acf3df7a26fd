"""The life of a ledger row, walked as a table: every legal move does what it says, every other one raises."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.kept import MOST_SIGNAL_BYTES
from orderexec.domain.lifecycle import MOVES, IllegalMove, Move, Reason, State
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.protected import Protected, Step
from orderexec.domain.row import Row, make_row
from tests.unit.examples import MARKET_BUY, MAX_AGE_MS, NOW, order, parse, refusal, report, signal

LATER = NOW + 1_000
REFUSED = Failure(Meaning.RATE_LIMIT, "-1003", "too many requests")


def sent(row: Row) -> Row:
    return row.claim(order(), signed_at=LATER, fence=LATER + 20_000, token="sent", now=LATER)


PLAN = Protected(entry=order(), stop_loss=order(client_order_id="stop"))


def stepped(row: Row) -> Row:
    return row.take_step(
        replace(PLAN, step=Step.ENTRY),
        signed_at=LATER,
        fence=LATER + 20_000,
        signed_for="key",
        report=None,
        others=(),
        again=False,
        token="stepped",
        now=LATER,
    )


def placed(row: Row) -> Row:
    return row.accept(Accepted(report()), token="placed", now=LATER)


def needless(row: Row) -> Row:
    return row.accept_without_request("nothing to cancel", token="needless", now=LATER)


def waiting(row: Row) -> Row:
    return row.wait(REFUSED, retry_at=LATER + 500, token="waiting", now=LATER)


def dead(row: Row) -> Row:
    return row.die(Reason.REJECTED, "no funds", code="-2010", message_id="message-1", token="dead", now=LATER)


def revived(row: Row) -> Row:
    return row.revive(signal(id="signal-1"))


def found_late(row: Row) -> Row:
    doubted = replace(row, doubts=1)
    return doubted.accept_late(Accepted(report()), "its order appeared late", token="late", now=LATER)


def canceled(row: Row) -> Row:
    return row.cancel("canceled by signal 'x'", token="canceled", now=LATER)


def given_away(row: Row) -> Row:
    return row.give_to(signal(id="signal-1"))


def updated(row: Row) -> Row:
    return row.note_update((report(),), seen_at=LATER, unclear_since=None, detail=None, lost=False, token="updated")


NEW = make_row(signal(id="signal-1", strategy="trend"), NOW)
ROWS = {State.WAITING: NEW, State.SENT: sent(NEW), State.ACCEPTED: placed(sent(NEW)), State.DEAD: dead(NEW)}
W, S, A, D = State.WAITING, State.SENT, State.ACCEPTED, State.DEAD
# Each move: from where it may be made, and what it leads to (None: the state stays).
AGREED: dict[Move, tuple[Callable[[Row], Row], set[State], State | None]] = {
    Move.CLAIM: (sent, {W, S}, S),
    Move.TAKE_STEP: (stepped, {S}, S),
    Move.ACCEPT: (placed, {S}, A),
    Move.ACCEPT_LATE: (found_late, {W, D}, A),
    Move.ACCEPT_WITHOUT_REQUEST: (needless, {W}, A),
    Move.WAIT: (waiting, {W, S}, W),
    Move.DIE: (dead, {W, S}, D),
    Move.CANCEL: (canceled, {W, S}, D),
    Move.REVIVE: (revived, {D}, W),
    Move.GIVE_TO: (given_away, {D}, W),
    Move.NOTE_FAILURE: (lambda row: row.note_failure(REFUSED, token="t", now=LATER), {S}, None),
    Move.NOTE_ABSENCE: (Row.note_absence, {S}, None),
    Move.NOTE_CANCEL: (lambda row: row.note_cancel("x", token="t", now=LATER), {S}, None),
    Move.NOTE_LETTER: (lambda row: row.note_letter(token="t", now=LATER), {D}, None),
    Move.FORBID_REDRIVE: (lambda row: row.forbid_redrive("canceled since", token="t"), {D}, None),
    Move.NOTE_UNDO: (lambda row: row.note_undo(PLAN.undo(None), signed_at=LATER, token="t"), {W, D}, None),
    Move.NOTE_FINDING: (lambda row: row.note_finding("two orders", token="t"), {A, D}, None),
    Move.NOTE_AUDIT: (lambda row: row.note_audit(token="t", now=LATER), {A, D}, None),
    Move.NOTE_UPDATE: (updated, {A}, None),
    Move.NOTE_END: (lambda row: row.note_end("cancel-1", token="t"), {A}, None),
    Move.POSTPONE: (lambda row: row.postpone(LATER, in_vain=True, token="t"), {W, S, A, D}, None),
}


def test_the_table_is_the_one_that_was_agreed() -> None:
    assert {move: (set(each.sources), each.target) for move, each in MOVES.items()} == {
        move: (sources, target) for move, (_, sources, target) in AGREED.items()
    }


@pytest.mark.parametrize("start", State)
@pytest.mark.parametrize("move", Move)
def test_a_move_is_made_if_the_table_holds_it_and_raises_otherwise(start: State, move: Move) -> None:
    row, (make, sources, target) = ROWS[start], AGREED[move]

    if start in sources:
        assert make(row).state is (target or start)
    else:
        with pytest.raises(IllegalMove, match=f"main/binance-spot/signal-1 is {start}: .* no move '{move}'"):
            make(row)


def test_what_was_never_in_doubt_has_no_late_order() -> None:
    with pytest.raises(IllegalMove, match="never in doubt"):
        ROWS[State.DEAD].accept_late(Accepted(report()), "late", token="late", now=LATER)


def test_a_waiting_signal_that_another_one_cancels_needs_no_letter() -> None:
    row = NEW.cancel("canceled by signal 'x'", token="canceled", now=LATER)

    assert (row.state, row.reason, row.letter_sent, row.due) == (State.DEAD, Reason.CANCELED, True, None)


def test_a_row_of_an_accepted_order_can_go_nowhere() -> None:
    assert not [move for move, each in MOVES.items() if State.ACCEPTED in each.sources and each.target is not None]


def test_a_row_is_what_its_signal_is_before_anything_is_written() -> None:
    assert (NEW.state, NEW.token, NEW.attempts) == (State.WAITING, "", 0)
    assert (NEW.identity.id, NEW.strategy, NEW.issued_at) == ("signal-1", "trend", NOW - 1_000)
    broken = make_row(refusal(MARKET_BUY | {"side": "up"}), NOW)
    assert (broken.issued_at, broken.strategy, broken.content) == (
        NOW - 1_000,  # what was no signal has an age as well
        None,
        parse(MARKET_BUY | {"side": "up"}).content,
    )


def test_each_attempt_is_counted_and_the_first_instant_kept_while_it_is_in_doubt() -> None:
    once = sent(NEW)
    twice = once.claim(order(), signed_at=LATER + 30_000, fence=LATER + 50_000, token="again", now=LATER + 30_000)

    assert (once.attempts, once.signed_at, once.earliest_signed_at, once.fence) == (1, LATER, LATER, LATER + 20_000)
    assert (twice.attempts, twice.signed_at, twice.earliest_signed_at, twice.fence) == (
        2,
        LATER + 30_000,
        LATER,
        LATER + 50_000,
    )


def test_after_a_certain_refusal_the_first_instant_is_the_next_attempts() -> None:
    again = waiting(sent(NEW)).claim(order(), signed_at=LATER + 9_000, fence=LATER, token="again", now=LATER + 9_000)

    assert (again.attempts, again.earliest_signed_at) == (2, LATER + 9_000)


def test_an_attempt_in_doubt_cannot_be_followed_under_another_client_order_id() -> None:
    other = order(client_order_id="f" * 32)

    with pytest.raises(IllegalMove, match="client order id"):
        sent(NEW).claim(other, signed_at=LATER, fence=LATER, token="again", now=LATER)


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

    noted = row.note_letter(token="noted", now=LATER + 1)

    assert (noted.state, noted.letter_sent, noted.token, noted.updated_at) == (State.DEAD, True, "noted", LATER + 1)


def test_a_revived_row_has_a_budget_of_its_own_but_stands_where_the_dead_one_does() -> None:
    dead_lettered = dead(sent(NEW)).note_letter(token="noted", now=LATER)

    again = dead_lettered.revive(signal(id="signal-1", strategy="trend"))

    assert (again.state, again.attempts, again.reason, again.detail) == (State.WAITING, 0, None, None)
    assert again.token == dead_lettered.token  # the next write must still be conditional on the dead row
    assert dead(again).letter_sent is False  # if it dies again, that is another letter


def invalid(row: Row) -> Row:
    return row.die(Reason.INVALID_SIGNAL, "no JSON", code=None, message_id="message-1", token="dead", now=LATER)


def test_what_was_no_signal_when_it_died_may_be_revived_as_one_and_is_as_old_as_it_was() -> None:
    broken = invalid(make_row(refusal("{", sent_at=NOW - 9_000), NOW))

    again = broken.revive(signal(strategy="trend"))

    assert (again.content, again.strategy) == (signal().content, "trend")
    assert (again.issued_at, again.expires_at) == (NOW - 9_000, NOW - 9_000 + MAX_AGE_MS)


TIMES = st.integers(NOW - 10**9, NOW + 5_000)


@given(TIMES, TIMES, st.sampled_from([dead, invalid]))
def test_a_revived_row_is_never_younger_than_it_was(issued_at: int, again: int, ends: Callable[[Row], Row]) -> None:
    row = ends(make_row(signal(id="signal-1", issued_at=issued_at), NOW))

    revived = row.revive(signal(id="signal-1", issued_at=again, max_age_seconds=300))

    assert revived.issued_at <= row.issued_at
    assert revived.expires_at <= row.expires_at


@given(st.integers(1, 10**9))
def test_only_a_named_age_lets_a_revived_row_live_longer(allowed_age_ms: int) -> None:
    revived = dead(NEW).revive(signal(id="signal-1"), allowed_age_ms=allowed_age_ms)

    assert revived.issued_at == NEW.issued_at
    assert revived.expires_at == max(NEW.expires_at, NEW.issued_at + allowed_age_ms)


def test_each_death_has_a_mark_of_its_own_that_lasts_as_long_as_the_row_is_dead() -> None:
    row = dead(NEW)
    noted = row.note_letter(token="noted", now=LATER)

    assert row.mark == noted.mark == "dead"
    assert revived(noted).mark is None
    assert NEW.cancel("by another", token="canceled", now=LATER).mark is None


def test_a_row_with_an_order_keeps_nothing_of_its_message() -> None:
    kept = replace(NEW, body_cut="cut: ...", attributes="{}")
    assert kept.body

    row = placed(sent(kept))

    assert (row.body, row.body_cut, row.attributes) == ("", None, None)
    assert needless(kept).body == kept.body  # without a request only the body says what was asked for


def test_a_body_that_is_too_large_is_cut_by_bytes_and_says_so() -> None:
    body = json.dumps(MARKET_BUY | {"note": "€" * MOST_SIGNAL_BYTES}, ensure_ascii=False)

    row = make_row(refusal(body), NOW)

    assert len(row.body.encode()) <= MOST_SIGNAL_BYTES
    assert body.startswith(row.body)
    assert f"of {len(body.encode())} bytes" in (row.body_cut or "")
    assert hashlib.sha256(body.encode()).hexdigest() in (row.body_cut or "")
