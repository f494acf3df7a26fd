"""The ledger's row of one signal: its states, the table of moves between them, and how each move is made.

A row is never changed in place: each move makes the next row, with a token of its own, which the ledger writes
on condition that the row it came from still stands.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from .daily_count import Counted
from .kept import MOST_SIGNAL_BYTES, cut_body
from .orders import OrderReport
from .outcomes import Accepted, Failure, Meaning
from .requests import Request, may_place
from .signals import Identity, InvalidSignal, Signal


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


# From -> to. What does not stand here is a bug and raises. A signal without a row is as one WAITING.
MOVES = frozenset(
    {
        (State.WAITING, State.WAITING),  # held or not ready: the row says why
        (State.WAITING, State.SENT),
        (State.WAITING, State.DEAD),
        (State.WAITING, State.ACCEPTED),  # a cancellation of what is not at the exchange; or as below
        (State.SENT, State.SENT),  # after the fence and an answer "not found", or after a certain refusal
        (State.SENT, State.WAITING),
        (State.SENT, State.ACCEPTED),
        (State.SENT, State.DEAD),
        (State.DEAD, State.WAITING),  # only for a message redriven from the dead-letter queue
        (State.DEAD, State.ACCEPTED),  # after a doubt: its order appeared, later than the exchange's bounds
    }
)


# How long after a row was due somebody else may look after it: longer than a message stays hidden.
LOOK_AFTER_MS = 120_000
DOUBTED = "; an earlier request of it got no answer, and no source of the exchange shows an order of it"
# After a doubt the exchange is asked again at these distances, an hour in all: an order may appear later than assumed.
AUDIT_GAPS_MS = (60_000, 240_000, 600_000, 900_000, 1_800_000)
# A row with an order has nothing of its message: its request says what was asked for.
_NO_MESSAGE: dict[str, Any] = {"body": "", "body_cut": None, "attributes": None}


class IllegalMove(RuntimeError):
    """A move that the table does not hold: a bug, never an outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item of the ledger. Times in epoch ms: `signed_at`, `earliest_signed_at`, `fence` on the exchange's clock."""

    identity: Identity
    content: str
    state: State
    token: str
    issued_at: int
    expires_at: int
    updated_at: int
    # Of its message, for a dead letter when the message is gone: the body, what it was where that is not all of it,
    # and the producer's own attributes. A row with an order has none of it: its request says what was asked for.
    body: str = ""
    body_cut: str | None = None
    attributes: str | None = None
    strategy: str | None = None
    attempts: int = 0
    request: Request | None = None
    signed_at: int | None = None
    earliest_signed_at: int | None = None
    fence: int | None = None
    counted: Counted | None = None  # as what this attempt stands in its account's day, if that has a limit
    signed_for: str | None = None  # see ports.ExchangeAccounts.signer; None in a row of an older version
    retry_at: int | None = None
    report: OrderReport | None = None
    others: tuple[OrderReport, ...] = ()  # further orders of the request: see outcomes.Accepted
    reason: Reason | None = None
    code: str | None = None
    detail: str | None = None
    message_id: str | None = None  # of the message that the signal died with
    letter_sent: bool = False
    mark: str | None = None  # of this death: stands on its letter, and only a letter with it revives the row
    doubts: int = 0  # how many requests got no answer and were found nowhere after their fence
    audits: int = 0  # how often the exchange was asked again since then, and showed nothing that should not be
    looks: int = 0  # in vain, since it is due: see domain/backlog.py
    look_at: int | None = None  # not before
    closed_by: str | None = None  # see domain/closing.py
    canceled_by: str | None = None  # id of the signal that called it off while it was in doubt

    @property
    def doubted(self) -> bool:
        """Whether an order may exist that nobody has found: a request came to nothing only as far as was shown."""
        return self.doubts > 0

    @property
    def audited(self) -> bool:
        """Whether the exchange was asked for the last time after a doubt."""
        return self.audits >= len(AUDIT_GAPS_MS)

    @property
    def due(self) -> int | None:
        """From when on (epoch ms) somebody must look after the signal if nobody has; None: there is nothing left."""
        if self.state is State.SENT:
            return (self.fence or 0) + LOOK_AFTER_MS
        if self.state is State.WAITING:
            return max(self.expires_at, self.retry_at or 0) + LOOK_AFTER_MS
        if self.state is State.DEAD and not self.letter_sent:
            return self.updated_at + LOOK_AFTER_MS
        return self.updated_at + AUDIT_GAPS_MS[self.audits] if self.doubted and not self.audited else None

    @property
    def next_look(self) -> int | None:
        """When somebody looks after it next: when it is due, or later if that was in vain."""
        return None if self.due is None else max(self.due, self.look_at or 0)

    def sent(
        self, request: Request, *, signed_at: int, fence: int, token: str, now: int, signed_for: str | None = None,
        counted: Counted | None = None,
    ) -> "Row":  # fmt: skip
        """The next attempt, to be written before its request leaves.

        `signed_at` and `signed_for` are the very instant and the key that the request is signed with.
        """
        known = self.request.client_order_id if self.state is State.SENT and self.request else None
        if known not in (None, request.client_order_id):
            raise IllegalMove("an attempt must keep the client order id by which the earlier ones are found")
        # The earliest, not the first: the first may have been refused for a clock of ours that was ahead. After a doubt
        # it is kept whatever followed: what is looked for began then.
        earlier = self.earliest_signed_at if self.state is State.SENT or self.doubted else None
        return self._move(
            State.SENT, token, now, request=request, attempts=self.attempts + 1, signed_at=signed_at, fence=fence,
            signed_for=signed_for,
            earliest_signed_at=signed_at if earlier is None else min(earlier, signed_at),
            counted=counted,
        )  # fmt: skip

    def placed(self, done: Accepted, *, token: str, now: int, detail: str | None = None) -> "Row":
        """The exchange has the order, or has done whatever else was asked for; `detail` if not quite."""
        if self.state is not State.SENT:
            raise IllegalMove(f"{self.identity.key} is {self.state}: the exchange was not asked")
        return self._move(
            State.ACCEPTED,
            token,
            now,
            report=done.report,
            others=done.others,
            detail=detail,
            counted=self.counted,
            **_NO_MESSAGE,
        )

    def found_late(self, done: Accepted, detail: str, *, token: str, now: int) -> "Row":
        """After a doubt, and after it was taken for absent, its order is there after all."""
        if not self.doubted:
            raise IllegalMove(f"{self.identity.key} was never in doubt: its order cannot appear late")
        return self._move(
            State.ACCEPTED, token, now, report=done.report, others=done.others, detail=detail, **_NO_MESSAGE
        )

    def unclear(self, failure: Failure, *, token: str, now: int) -> "Row":
        """The same SENT row, with what was heard last instead of the answer."""
        if self.state is not State.SENT:
            raise IllegalMove(f"{self.identity.key} is {self.state}: no answer of the exchange is missing")
        return replace(self, code=failure.code, detail=failure.detail, token=token, updated_at=now)

    def needless(self, detail: str, *, token: str, now: int) -> "Row":
        """A cancellation that finds nothing to be ended at the exchange."""
        self._must_be(State.WAITING, State.ACCEPTED)
        return self._move(State.ACCEPTED, token, now, detail=detail)

    def canceled(self, detail: str, *, token: str, now: int) -> "Row":
        """Ended by another signal, or by a person, while nothing was at the exchange (after a doubt: was shown)."""
        detail += DOUBTED if self.doubted else ""
        dead = self._move(State.DEAD, token, now, reason=Reason.CANCELED, detail=detail)
        return replace(dead, letter_sent=True)

    def called_off(self, by: str, *, token: str, now: int) -> "Row":
        """The same SENT row in doubt, canceled by the signal of id `by`: if its request came to nothing, it ends."""
        if self.state is not State.SENT:
            raise IllegalMove(f"{self.identity.key} is {self.state}: it is not in doubt")
        return replace(self, canceled_by=by, token=token, updated_at=now)

    def never_again(self, detail: str, *, token: str) -> "Row":
        """The same dead row, canceled by another signal since: its letter does not revive it any more."""
        if self.state is not State.DEAD:
            raise IllegalMove(f"{self.identity.key} is {self.state}, it has no dead letter")
        return replace(self, mark=None, detail=f"{self.detail}; {detail}", token=token)

    def waiting(self, failure: Failure, *, retry_at: int, token: str, now: int) -> "Row":
        """Certainly not executed, to be tried again at `retry_at` (epoch ms). What never left was no attempt."""
        if self.state is State.DEAD:  # which only a person can call back
            raise IllegalMove(f"{self.identity.key}: {self.state} -> {State.WAITING}")
        unsent = self.state is State.SENT and failure.meaning is Meaning.UNSENT
        return self._move(
            State.WAITING, token, now, attempts=self.attempts - unsent, retry_at=retry_at, code=failure.code,
            detail=failure.detail,
        )  # fmt: skip

    def dead(self, reason: Reason, detail: str, *, code: str | None, message_id: str, token: str, now: int) -> "Row":
        """Nothing more will be tried. The dead letter is sent after this row stands.

        Certainly not executed, except after a doubt, where that is as sure as the exchange can show it.
        """
        detail += DOUBTED if self.doubted and reason is not Reason.DOUBTFUL else ""
        return self._move(
            State.DEAD, token, now, reason=reason, detail=detail, code=code, message_id=message_id, letter_sent=False,
            mark=token,
        )  # fmt: skip

    def with_letter_sent(self, *, token: str, now: int) -> "Row":
        """The same dead row, once its letter is in the dead-letter queue."""
        if self.state is not State.DEAD:
            raise IllegalMove(f"{self.identity.key} is {self.state}, it has no dead letter")
        return replace(self, letter_sent=True, token=token, updated_at=now, looks=0, look_at=None)

    def put_off(self, until: int, *, in_vain: bool, token: str) -> "Row":
        """The same open row, not to be looked at again before `until` (epoch ms).

        After a look `in_vain` it stays due since it was; else nobody failed, and it is due then.
        """
        return replace(self, looks=self.looks + 1 if in_vain else 0, look_at=until, token=token)

    def absent(self) -> "Row":
        """The same SENT row, now that every source has said, past the fence, that there is no such order.

        What its attempt was counted as is not taken back any more: the exchange never called it refused.
        """
        places = self.request is not None and may_place(self.request)
        return replace(self, doubts=self.doubts + places, counted=None)

    def found(self, finding: str, *, token: str) -> "Row":
        """The same closed row, now saying what is wrong in the order history; the audit stays due."""
        return replace(self, detail=finding, token=token)

    def checked(self, *, token: str, now: int) -> "Row":
        """The same closed row, asked about once more after its doubt, with nothing that should not be."""
        return replace(self, audits=self.audits + 1, token=token, updated_at=now)

    def revived(self, signal: Signal | InvalidSignal, *, allowed_age_ms: int | None = None) -> "Row":
        """A dead row whose letter a person redrove: to be tried again, with a budget of its own, and no younger.

        What was no signal when it died is taken as it reads now. `allowed_age_ms`: it may be executed up to this age.
        """
        self._must_be(State.DEAD, State.WAITING)
        row = self._move(State.WAITING, self.token, self.updated_at)
        if self.reason is Reason.INVALID_SIGNAL:
            row = row._reads_as(signal, min(self.issued_at, signal.issued_at))
        allowed_until = row.issued_at + (allowed_age_ms or 0)
        return replace(row, attempts=0, expires_at=max(row.expires_at, allowed_until))

    def given_to(self, signal: Signal) -> "Row":
        """The row of a message that was no signal, for a signal that came later under the same name."""
        self._must_be(State.DEAD, State.WAITING)
        return self._move(State.WAITING, self.token, self.updated_at)._reads_as(signal, signal.issued_at)

    def _reads_as(self, signal: Signal | InvalidSignal, issued_at: int) -> "Row":
        fresh = unwritten(signal, self.updated_at)
        return replace(
            self, content=fresh.content, strategy=fresh.strategy, body=fresh.body, body_cut=fresh.body_cut,
            attributes=fresh.attributes, issued_at=issued_at,
            expires_at=issued_at + fresh.expires_at - fresh.issued_at,
        )  # fmt: skip

    def _must_be(self, state: State, to: State) -> None:
        """For moves that the table allows from more states than they are meant for."""
        if self.state is not state:
            raise IllegalMove(f"{self.identity.key}: {self.state} -> {to}")

    def _move(self, state: State, token: str, now: int, **changes: object) -> "Row":
        if (self.state, state) not in MOVES:
            raise IllegalMove(f"{self.identity.key}: {self.state} -> {state}")
        cleared: dict[str, object] = {
            "reason": None, "code": None, "detail": None, "retry_at": None, "letter_sent": False, "mark": None,
            "audits": 0, "looks": 0, "look_at": None, "closed_by": None, "canceled_by": None,
            "counted": None,
        }  # fmt: skip
        return replace(self, state=state, token=token, updated_at=now, **(cleared | changes))  # type: ignore[arg-type]


def unwritten(signal: Signal | InvalidSignal, now: int) -> Row:
    """The row before its first write: it has no token, since nothing stands in the ledger yet."""
    body, body_cut = cut_body(signal.body, MOST_SIGNAL_BYTES)
    return Row(
        identity=signal.identity,
        content=signal.content,
        state=State.WAITING,
        token="",
        issued_at=signal.issued_at,
        expires_at=signal.expires_at if isinstance(signal, Signal) else signal.issued_at,
        updated_at=now,
        body=body,
        body_cut=body_cut,
        attributes=signal.attributes or None,
        strategy=signal.strategy if isinstance(signal, Signal) else None,
    )
