"""How a person closes a row that nobody else can close: what is allowed, and the row that it makes.

The exchange's word may not be had any more (the key is deleted, the exchange has closed). A person who has looked there
in another way gives his own word in its place; the row and its event say that it was his.
"""

from dataclasses import replace

from .lifecycle import Reason, State
from .orders import OrderReport
from .outcomes import Accepted
from .row import AUDIT_GAPS_MS, Row

PERSON = "person"


def explain_refusal(row: Row, state: State) -> str | None:
    """Return in a sentence why a person may not close the row as `state` (ACCEPTED or DEAD); None if he may."""
    if row.state is State.DEAD and not row.letter_sent:
        return "it is DEAD already; its letter is due, and the function sends it by itself"
    if row.state in (State.ACCEPTED, State.DEAD):
        if row.due is None:
            return f"it is {row.state} already, and nothing of it is open"
        if row.state is not state:
            return f"it is {row.state} already; only its audit is open, and --as {row.state.lower()} ends that"
    if row.state is State.WAITING and state is State.ACCEPTED:
        return "it is WAITING: certainly nothing of it is at the exchange; --as dead gives it up"
    return None


def may_still_execute(row: Row, exchange_now: int) -> bool:
    """Return whether a request of the row may become an order after `exchange_now` (the exchange's clock, epoch ms)."""
    return row.state is State.SENT and exchange_now < (row.fence or 0)


def close_by_person(row: Row, state: State, words: str, *, report: OrderReport | None, token: str, now: int) -> Row:
    """Return the row as a person closes it, or as he ends its audit.

    `words` say who did it and why; `report` is that of its order, if the person has seen it.
    """
    if row.state in (State.ACCEPTED, State.DEAD):
        detail = f"{row.detail}; {words}" if row.detail else words
        return replace(row, audits=len(AUDIT_GAPS_MS), detail=detail, closed_by=PERSON, token=token)
    if state is State.ACCEPTED:
        ended = replace(row.accept(Accepted(report), token=token, now=now), detail=words)
    else:
        reason = Reason.EXPIRED if now > row.expires_at else Reason.EXHAUSTED
        ended = row.die(reason, words, code=None, message_id=row.message_id or "", token=token, now=now)
    # No audit: it would ask the very exchange that cannot be asked, and be open for ever. What its attempt was counted
    # as is not taken back: that nothing came of it is not the exchange's word.
    return replace(ended, closed_by=PERSON, audits=len(AUDIT_GAPS_MS), counted=row.counted)
