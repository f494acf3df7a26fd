"""The states of a signal, the reasons why one is dead, and the table of moves between the states."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a signal stands. Only certainty closes a row: SENT stays until the exchange's own word is known."""

    SENT = "SENT"  # a request may have left; only the exchange knows what became of it
    WAITING = "WAITING"  # certainly nothing is at the exchange; to be tried again
    ACCEPTED = "ACCEPTED"  # the exchange has it
    DEAD = "DEAD"  # certainly nothing is at the exchange, and nothing more will be tried


class Reason(StrEnum):
    """Why a signal is dead. The same words stand on its dead letter."""

    INVALID_SIGNAL = "INVALID_SIGNAL"
    RULES = "RULES"
    REJECTED = "REJECTED"
    CREDENTIALS = "CREDENTIALS"
    EXPIRED = "EXPIRED"
    LIMITS = "LIMITS"
    EXHAUSTED = "EXHAUSTED"
    DOUBTFUL = "DOUBTFUL"  # no answer came, no source shows the order, and it may not be sent again
    CANCELED = "CANCELED"  # by another signal or a person, while it waited; nobody needs a letter for that


class Move(StrEnum):
    """What can happen to a row: each is a method of `Row` that makes the next row, or one that adds a note to it."""

    CLAIM = "claim"
    TAKE_STEP = "take_step"
    ACCEPT = "accept"
    ACCEPT_LATE = "accept_late"
    ACCEPT_WITHOUT_REQUEST = "accept_without_request"
    WAIT = "wait"
    DIE = "die"
    CANCEL = "cancel"
    REVIVE = "revive"
    GIVE_TO = "give_to"
    # Notes: the state stays.
    NOTE_FAILURE = "note_failure"
    NOTE_ABSENCE = "note_absence"
    NOTE_CANCEL = "note_cancel"
    NOTE_LETTER = "note_letter"
    FORBID_REDRIVE = "forbid_redrive"
    NOTE_UNDO = "note_undo"
    NOTE_FINDING = "note_finding"
    NOTE_AUDIT = "note_audit"
    NOTE_UPDATE = "note_update"
    NOTE_END = "note_end"
    POSTPONE = "postpone"


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states a move may be made, to which it leads (None: the state stays), and when it is made."""

    sources: frozenset[State]
    target: State | None
    when: str


def _from(*sources: State, to: State | None, when: str) -> Transition:
    return Transition(frozenset(sources), to, when)


# What does not stand here is a bug and raises. A signal without a row is as one WAITING.
# docs/exactly-once.md draws its chart from this table (local/state_chart.py).
MOVES: Mapping[Move, Transition] = {
    Move.CLAIM: _from(
        State.WAITING,
        State.SENT,
        to=State.SENT,
        when="a request is about to leave; again only past the fence and after every source said 'no such order', "
        "or after a certain refusal",
    ),
    Move.TAKE_STEP: _from(
        State.SENT,
        to=State.SENT,
        when="one order of a protected entry is known, and the next one is about to leave",
    ),
    Move.ACCEPT: _from(State.SENT, to=State.ACCEPTED, when="the exchange has it"),
    Move.ACCEPT_LATE: _from(
        State.WAITING,
        State.DEAD,
        to=State.ACCEPTED,
        when="after a doubt: its order appeared, later than the exchange's bounds",
    ),
    Move.ACCEPT_WITHOUT_REQUEST: _from(
        State.WAITING, to=State.ACCEPTED, when="a cancellation or a close, and there is nothing for it to end"
    ),
    Move.WAIT: _from(State.WAITING, State.SENT, to=State.WAITING, when="certainly not executed, to be tried again"),
    Move.DIE: _from(State.WAITING, State.SENT, to=State.DEAD, when="nothing more is tried; then its letter is sent"),
    Move.CANCEL: _from(
        State.WAITING, State.SENT, to=State.DEAD, when="another signal or a person canceled it; no letter"
    ),
    Move.REVIVE: _from(State.DEAD, to=State.WAITING, when="a person redrove the letter of this very death"),
    Move.GIVE_TO: _from(State.DEAD, to=State.WAITING, when="it was no signal, and a signal came under its name"),
    Move.NOTE_FAILURE: _from(State.SENT, to=None, when="what was heard in place of an answer"),
    Move.NOTE_ABSENCE: _from(
        State.SENT, to=None, when="every source said, past the fence, that there is no such order"
    ),
    Move.NOTE_CANCEL: _from(State.SENT, to=None, when="another signal canceled it: if nothing came of it, it ends"),
    Move.NOTE_LETTER: _from(State.DEAD, to=None, when="its letter is in the dead-letter queue"),
    Move.FORBID_REDRIVE: _from(State.DEAD, to=None, when="another signal canceled it: its letter revives it no more"),
    Move.NOTE_UNDO: _from(
        State.WAITING, State.DEAD, to=None, when="the stop-loss that its plan left alone is about to be cancelled"
    ),
    Move.NOTE_FINDING: _from(State.ACCEPTED, State.DEAD, to=None, when="an audit found what should not be"),
    Move.NOTE_AUDIT: _from(State.ACCEPTED, State.DEAD, to=None, when="an audit found nothing that should not be"),
    Move.NOTE_UPDATE: _from(State.ACCEPTED, to=None, when="an order of it has changed at the exchange since"),
    Move.NOTE_END: _from(
        State.ACCEPTED, to=None, when="its order has rested for as long as it may, and is about to be cancelled"
    ),
    Move.POSTPONE: _from(*State, to=None, when="it was looked at, and is not looked at again before a time"),
}


class IllegalMove(RuntimeError):
    """A move that the table does not hold: a bug, never an outcome."""
