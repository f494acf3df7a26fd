"""Whether a dead letter may be redriven or deleted: by its signal's row, by its age, and by what would be lost."""

from typing import NamedTuple

from orderctl.sources.dead_letter import DeadLetter
from orderexec.domain.kept import unpack
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.row import Row
from orderexec.domain.signals import InvalidSignal
from orderexec.domain.unreadable import Unreadable
from orderexec.usecases.same_name import find_revival, is_copy, may_give_way


class Judgement(NamedTuple):
    """Whether a letter may leave the dead-letter queue.

    `why` is the reason that it must stay; None if it may go. `issued_at` (epoch ms) tells how old its signal is; None
    if that is not known. `older` is true if it may go only because a person allowed an age above the signal's own.
    """

    why: str | None
    issued_at: int | None = None
    older: bool = False


def may_be_redriven(
    letter: DeadLetter, row: Row | Unreadable | None, now: int, max_age_ms: int | None = None
) -> Judgement:
    """Return whether the letter may be redriven. Up to `max_age_ms`, also a signal that is too old is allowed to go."""
    if isinstance(row, Unreadable):
        return Judgement(f"its row in the ledger cannot be read ({row.why})", letter.issued_at)
    issued_at = letter.issued_at if row is None else min(row.issued_at, letter.issued_at or row.issued_at)
    why = _judge_by_row(letter, row)
    if why is None and isinstance(letter.signal, InvalidSignal):
        why = "it is still not a valid signal and would be dead-lettered again; publish a corrected one under a new id"
    if why is None and issued_at is None:
        why = "its age is not known: the queue gave it up; publish it under a new id if it is still wanted"
    if why is not None or issued_at is None:
        return Judgement(why, issued_at)
    return _judge_by_age(letter, row, now, issued_at, max_age_ms)


def may_be_deleted(letter: DeadLetter, row: Row | Unreadable | None, *, saved: bool) -> Judgement:
    """Return whether the letter may be deleted. `saved` says that each letter is written to a file before."""
    issued_at = row.issued_at if isinstance(row, Row) else letter.issued_at
    if saved or (isinstance(row, Row) and _holds(row, letter)):
        return Judgement(None, issued_at)
    return Judgement("the ledger does not hold all that it says, which would be lost; --save FILE keeps it", issued_at)


def _holds(row: Row, letter: DeadLetter) -> bool:
    """Return whether the row holds what the letter says: the message's whole body, or the request that was sent."""
    whole = bool(row.body) and row.body_cut is None
    if any(each.cut for each in (unpack(row.attributes or "{}") or {}).values()):
        return False  # a producer's attribute was too large for the row
    return is_copy(row, letter.message, letter.signal) and (whole or row.request is not None)


def _judge_by_row(letter: DeadLetter, row: Row | None) -> str | None:
    """Return why the row forbids a redrive; None if it does not."""
    if row is None:
        return None
    if row.closed_by is not None:
        return (
            "a person has closed it, and the exchange has not said that there is no order; a new order needs a new id"
        )
    if row.state is State.ACCEPTED:
        return "its signal has its order; if this letter asks for another one, publish that under a new id"
    if row.state is State.SENT:
        return "its order may be at the exchange; the function is asking the exchange"
    if not is_copy(row, letter.message, letter.signal) and not _takes_the_name(letter, row):
        return "its id belongs to another signal; publish it under a new id"
    if row.state is State.WAITING or _takes_the_name(letter, row):
        return None
    if row.reason is Reason.CANCELED or row.mark is None:
        return "its signal was cancelled by another signal or by a person"
    return "its signal was dead-lettered again since; only its newest letter can be redriven"


def _takes_the_name(letter: DeadLetter, row: Row) -> bool:
    """Return whether the letter revives the row, or may take the row's place because the row was no signal."""
    called = find_revival(row, letter.message, letter.signal) is not None
    return called or may_give_way(row, letter.message, letter.signal)


def _judge_by_age(letter: DeadLetter, row: Row | None, now: int, issued_at: int, max_age_ms: int | None) -> Judgement:
    """Return whether the signal is young enough to be executed, or whether the person allows its age."""
    if _find_expiry(letter, row) > now:
        return Judgement(None, issued_at)
    old = "its signal is older than its maximum age"
    if row is not None and row.state is State.WAITING:
        return Judgement(f"{old}; it is about to end EXPIRED, and its new letter can be redriven then", issued_at)
    if max_age_ms is not None and issued_at + max_age_ms > now:
        return Judgement(None, issued_at, older=True)
    return Judgement(f"{old}; --max-age AGE executes it, or publish it under a new id", issued_at)


def _find_expiry(letter: DeadLetter, row: Row | None) -> int:
    """Return when the signal expires: by its row, as the function does; by its body if the row was no valid signal."""
    if row is not None and row.reason is not Reason.INVALID_SIGNAL:
        return row.expires_at
    return 0 if isinstance(letter.signal, InvalidSignal) else letter.signal.expires_at
