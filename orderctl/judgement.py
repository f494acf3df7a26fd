"""Whether a dead letter may be redriven or deleted: by its signal's row, by its age, and by what would be lost."""

from typing import NamedTuple

from orderctl.sources.dead_letter import DeadLetter
from orderexec.domain.kept import unpack
from orderexec.domain.lifecycle import Reason, Row, State
from orderexec.domain.signals import InvalidSignal
from orderexec.domain.unreadable import Unreadable
from orderexec.usecases.same_name import find_revival, is_copy, may_give_way


class Judgement(NamedTuple):
    """`why` it stays; None: it may go. `older`: only because a person named an age that is higher than its own limit.

    `issued_at` (epoch ms) is how old its signal is; None if nobody knows.
    """

    why: str | None
    issued_at: int | None = None
    older: bool = False


def may_go_back(letter: DeadLetter, row: Row | Unreadable | None, now: int, max_age_ms: int | None = None) -> Judgement:
    """`max_age_ms`: what is older than it may be is executed all the same, up to this age."""
    if isinstance(row, Unreadable):
        return Judgement(f"what the ledger has of it cannot be read ({row.why})", letter.issued_at)
    issued_at = letter.issued_at if row is None else min(row.issued_at, letter.issued_at or row.issued_at)
    why = _of_row(letter, row)
    if why is None and isinstance(letter.signal, InvalidSignal):
        why = "it is still no valid signal, and would be dead-lettered again; publish a corrected signal under a new id"
    if why is None and issued_at is None:
        why = (
            "nobody knows any more how old it is: the queue gave it up; publish it under a new id if it is still wanted"
        )
    if why is not None or issued_at is None:
        return Judgement(why, issued_at)
    return _by_age(letter, row, now, issued_at, max_age_ms)


def may_be_deleted(letter: DeadLetter, row: Row | Unreadable | None, *, saved: bool) -> Judgement:
    """`saved`: each letter is written to a file before it is deleted."""
    issued_at = row.issued_at if isinstance(row, Row) else letter.issued_at
    if saved or (isinstance(row, Row) and _holds(row, letter)):
        return Judgement(None, issued_at)
    return Judgement("the ledger does not hold what it says, and it would be lost; --save FILE keeps it", issued_at)


def _holds(row: Row, letter: DeadLetter) -> bool:
    """Whether the row still says what the letter does: by the message's body, or by the request that was sent."""
    whole = bool(row.body) and row.body_cut is None
    if any(each.cut for each in (unpack(row.attributes or "{}") or {}).values()):
        return False  # an attribute of the producer's had no room there
    return is_copy(row, letter.message, letter.signal) and (whole or row.request is not None)


def _of_row(letter: DeadLetter, row: Row | None) -> str | None:
    if row is None:
        return None
    if row.closed_by is not None:
        return "a person has closed it, and the exchange has not said that it has nothing; a new order needs a new id"
    if row.state is State.ACCEPTED:
        return "its signal has its order; if this letter asks for another one, publish that under a new id"
    if row.state is State.SENT:
        return "its order may be at the exchange, which is being asked"
    if not is_copy(row, letter.message, letter.signal) and not _takes_the_name(letter, row):
        return "its id belongs to another signal; publish it under a new id"
    if row.state is State.WAITING or _takes_the_name(letter, row):
        return None
    if row.reason is Reason.CANCELED or row.mark is None:
        return "its signal was cancelled by another one"
    return "its signal was dead-lettered again since; only its newest letter can be redriven"


def _takes_the_name(letter: DeadLetter, row: Row) -> bool:
    called = find_revival(row, letter.message, letter.signal) is not None
    return called or may_give_way(row, letter.message, letter.signal)


def _by_age(letter: DeadLetter, row: Row | None, now: int, issued_at: int, max_age_ms: int | None) -> Judgement:
    if _expires_at(letter, row) > now:
        return Judgement(None, issued_at)
    old = "its signal is older than it may be"
    if row is not None and row.state is State.WAITING:
        return Judgement(f"{old}; it is about to end EXPIRED, and its new letter can be redriven then", issued_at)
    if max_age_ms is not None and issued_at + max_age_ms > now:
        return Judgement(None, issued_at, older=True)
    return Judgement(f"{old}; --max-age AGE executes it all the same, or publish it under a new id", issued_at)


def _expires_at(letter: DeadLetter, row: Row | None) -> int:
    """The function goes by the row; of what was no signal it reads the age anew."""
    if row is not None and row.reason is not Reason.INVALID_SIGNAL:
        return row.expires_at
    return 0 if isinstance(letter.signal, InvalidSignal) else letter.signal.expires_at
