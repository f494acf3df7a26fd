"""The ledger's row of one signal, and how each move makes the next one. The table of moves is in lifecycle.py.

A row is never changed in place: each move makes the next row, with a token of its own, which the ledger writes
on condition that the row it came from still stands.
"""

from dataclasses import dataclass, replace
from typing import Any

from .daily_count import Counted
from .kept import MOST_SIGNAL_BYTES, cut_body
from .lifecycle import MOVES, IllegalMove, Move, Reason, State, Transition
from .orders import OrderReport
from .outcomes import Accepted, Failure, Meaning
from .products import name_market
from .protected import Protected
from .requests import Plan, may_place
from .signals import Identity, InvalidSignal, Signal

# How long after a row was due somebody else may look after it: longer than a message stays hidden.
LOOK_AFTER_MS = 120_000
DOUBTED = "; an earlier request of it got no answer, and no source of the exchange shows an order of it"
# After a doubt the exchange is asked again at these distances, an hour in all: an order may appear later than assumed.
AUDIT_GAPS_MS = (60_000, 240_000, 600_000, 900_000, 1_800_000)
# What a move forgets: it was said of the state before.
_FORGOTTEN: dict[str, object] = {
    "reason": None,
    "code": None,
    "detail": None,
    "retry_at": None,
    "letter_sent": False,
    "mark": None,
    "audits": 0,
    "looks": 0,
    "look_at": None,
    "closed_by": None,
    "canceled_by": None,
    "counted": None,
}


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
    product: str | None = None  # of a venue that has several under one name
    part_of: str | None = None  # id of the signal that made this one, see parts.py
    cancel_after: int | None = None  # for how many ms its order may rest
    attempts: int = 0
    request: Plan | None = None
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
    canceled_by: str | None = None  # id of the signal that called it off in doubt, or by which its order ends by itself
    is_late: bool = False  # its order appeared after every source of the exchange had said that there is none
    # How its orders are followed while they rest: see following.py.
    seen_at: int | None = None  # when something new was seen of them
    unclear_since: int | None = None  # the exchange shows one of them no more, or as it cannot be
    lost: bool = False  # they are not looked for any more

    @property
    def market(self) -> str:
        """Where it trades: the venue, with the product where the venue has several."""
        return name_market(self.identity.venue, self.product)

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

    def claim(
        self,
        request: Plan,
        *,
        signed_at: int,
        fence: int,
        token: str,
        now: int,
        signed_for: str | None = None,
        counted: Counted | None = None,
    ) -> "Row":
        """Return the row of the next attempt, to be written before its request leaves.

        `signed_at` and `signed_for` are the very instant and the key that the request is signed with.
        """
        known = self.request.client_order_id if self.state is State.SENT and self.request else None
        if known not in (None, request.client_order_id):
            raise IllegalMove("an attempt must keep the client order id by which the earlier ones are found")
        # The earliest, not the first: the first may have been refused for a clock of ours that was ahead. After a doubt
        # it is kept whatever followed: what is looked for began then.
        earlier = self.earliest_signed_at if self.state is State.SENT or self.doubted else None
        return self._move(
            Move.CLAIM,
            token,
            now,
            request=request,
            attempts=self.attempts + 1,
            signed_at=signed_at,
            fence=fence,
            signed_for=signed_for,
            earliest_signed_at=signed_at if earlier is None else min(earlier, signed_at),
            counted=counted,
        )

    def take_step(
        self,
        plan: Protected,
        *,
        signed_at: int,
        fence: int,
        signed_for: str,
        report: OrderReport | None,
        others: tuple[OrderReport, ...],
        again: bool,
        token: str,
        now: int,
    ) -> "Row":
        """Return the row of a plan's next step, or of its present one sent `again`, to be written before it leaves.

        `report` is of the entry once it is there, `others` are of the orders around it.
        """
        return self._move(
            Move.TAKE_STEP,
            token,
            now,
            request=plan,
            attempts=self.attempts + again,
            signed_at=signed_at,
            fence=fence,
            signed_for=signed_for,
            # Of all steps: the entry is looked for after a doubt about a later one, too.
            earliest_signed_at=min(signed_at, self.earliest_signed_at or signed_at),
            report=report,
            others=others,
            counted=self.counted,
            canceled_by=self.canceled_by,
        )

    def accept(self, done: Accepted, *, token: str, now: int, detail: str | None = None) -> "Row":
        """Return the row of what the exchange has, or has done; `detail` says what a person should know of it."""
        return self._move(Move.ACCEPT, token, now, detail=detail, counted=self.counted, **_of_order(done))

    def accept_late(self, done: Accepted, detail: str, *, token: str, now: int) -> "Row":
        """Return the row whose order is there after all, after a doubt in which it was taken for absent."""
        if not self.doubted:
            raise IllegalMove(f"{self.identity.key} was never in doubt: its order cannot appear late")
        return self._move(Move.ACCEPT_LATE, token, now, detail=detail, is_late=True, **_of_order(done))

    def accept_without_request(self, detail: str, *, token: str, now: int) -> "Row":
        """Return the row of a cancellation or a close that is done: there is nothing that it could end."""
        return self._move(Move.ACCEPT_WITHOUT_REQUEST, token, now, detail=detail)

    def wait(self, failure: Failure, *, retry_at: int, token: str, now: int) -> "Row":
        """Return the row to be tried again at `retry_at` (epoch ms). A request that never left was no attempt."""
        unsent = self.state is State.SENT and failure.meaning is Meaning.UNSENT
        return self._move(
            Move.WAIT,
            token,
            now,
            attempts=self.attempts - unsent,
            retry_at=retry_at,
            code=failure.code,
            detail=failure.detail,
        )

    def die(self, reason: Reason, detail: str, *, code: str | None, message_id: str, token: str, now: int) -> "Row":
        """Return the row of a signal of which nothing more is tried. Its letter is sent after this row is written.

        A part of another signal has no letter: the row of that signal tells of it.
        Certainly not executed, except after a doubt, where that is as sure as the exchange can show it.
        """
        detail += DOUBTED if self.doubted and reason is not Reason.DOUBTFUL else ""
        part = self.part_of is not None
        return self._move(
            Move.DIE,
            token,
            now,
            reason=reason,
            detail=detail,
            code=code,
            message_id=message_id,
            mark=None if part else token,
            letter_sent=part,
        )

    def cancel(self, detail: str, *, token: str, now: int) -> "Row":
        """Return the row that another signal, or a person, ended while nothing was at the exchange.

        After a doubt that is as sure as the exchange can show it.
        """
        detail += DOUBTED if self.doubted else ""
        return self._move(Move.CANCEL, token, now, reason=Reason.CANCELED, detail=detail, letter_sent=True)

    def revive(self, signal: Signal | InvalidSignal, *, allowed_age_ms: int | None = None) -> "Row":
        """Return the row of a dead signal whose letter a person redrove: it has new attempts, and is no younger.

        What was no signal when it died is taken as it reads now. `allowed_age_ms`: it may be executed up to this age.
        """
        row = self._move(Move.REVIVE, self.token, self.updated_at)
        if self.reason is Reason.INVALID_SIGNAL:
            row = row._reads_as(signal, min(self.issued_at, signal.issued_at))
        allowed_until = row.issued_at + (allowed_age_ms or 0)
        return replace(row, attempts=0, expires_at=max(row.expires_at, allowed_until))

    def give_to(self, signal: Signal) -> "Row":
        """Return the row of a message that was no signal, for a signal that came later under the same name."""
        return self._move(Move.GIVE_TO, self.token, self.updated_at)._reads_as(signal, signal.issued_at)

    def note_failure(self, failure: Failure, *, token: str, now: int) -> "Row":
        """Return the same SENT row, with what was heard last in place of the answer."""
        return self._note(Move.NOTE_FAILURE, code=failure.code, detail=failure.detail, token=token, updated_at=now)

    def note_absence(self) -> "Row":
        """Return the same SENT row, now that every source has said, past the fence, that there is no such order.

        What its attempt was counted as is not taken back any more: the exchange never called it refused.
        """
        places = self.request is not None and may_place(self.request)
        return self._note(Move.NOTE_ABSENCE, doubts=self.doubts + places, counted=None)

    def note_cancel(self, by: str, *, token: str, now: int) -> "Row":
        """Return the same SENT row, canceled by the signal of id `by`: if its request came to nothing, it ends."""
        return self._note(Move.NOTE_CANCEL, canceled_by=by, token=token, updated_at=now)

    def note_end(self, by: str, *, token: str) -> "Row":
        """Return the same row, whose order has rested for as long as it may: the signal of id `by` cancels it."""
        return self._note(Move.NOTE_END, canceled_by=by, token=token)

    def note_letter(self, *, token: str, now: int) -> "Row":
        """Return the same dead row, once its letter is in the dead-letter queue."""
        return self._note(Move.NOTE_LETTER, letter_sent=True, token=token, updated_at=now, looks=0, look_at=None)

    def forbid_redrive(self, detail: str, *, token: str) -> "Row":
        """Return the same dead row, canceled by another signal since: its letter does not revive it any more."""
        return self._note(Move.FORBID_REDRIVE, mark=None, detail=f"{self.detail}; {detail}", token=token)

    def note_undo(self, plan: Protected, *, signed_at: int, token: str) -> "Row":
        """Return the same row, to be written before the request leaves that cancels the stop left alone."""
        return self._note(Move.NOTE_UNDO, request=plan, signed_at=signed_at, token=token)

    def note_finding(self, finding: str, *, token: str) -> "Row":
        """Return the same closed row, which now says what is wrong in the order history; the audit stays due."""
        return self._note(Move.NOTE_FINDING, detail=finding, token=token)

    def note_audit(self, *, token: str, now: int) -> "Row":
        """Return the same closed row, asked about once more after its doubt, with nothing that should not be."""
        return self._note(Move.NOTE_AUDIT, audits=self.audits + 1, token=token, updated_at=now)

    def note_update(
        self,
        reports: tuple[OrderReport, ...],
        *,
        seen_at: int | None,
        unclear_since: int | None,
        detail: str | None,
        lost: bool,
        token: str,
    ) -> "Row":
        """Return the same row with its orders as the exchange shows them now, the first being `report`."""
        return self._note(
            Move.NOTE_UPDATE,
            report=reports[0],
            others=reports[1:],
            seen_at=seen_at,
            unclear_since=unclear_since,
            detail=detail,
            lost=lost,
            token=token,
        )

    def postpone(self, until: int, *, in_vain: bool, token: str) -> "Row":
        """Return the same open row, not to be looked at again before `until` (epoch ms).

        After a look `in_vain` it stays due since it was; else nobody failed, and it is due then.
        """
        return self._note(Move.POSTPONE, looks=self.looks + 1 if in_vain else 0, look_at=until, token=token)

    def _reads_as(self, signal: Signal | InvalidSignal, issued_at: int) -> "Row":
        fresh = make_row(signal, self.updated_at)
        return replace(
            self,
            content=fresh.content,
            strategy=fresh.strategy,
            product=fresh.product,
            cancel_after=fresh.cancel_after,
            body=fresh.body,
            body_cut=fresh.body_cut,
            attributes=fresh.attributes,
            issued_at=issued_at,
            expires_at=issued_at + fresh.expires_at - fresh.issued_at,
        )

    def _move(self, move: Move, token: str, now: int, **changes: object) -> "Row":
        """Every move forgets what only its old state said."""
        target = self._allow(move).target
        return replace(self, state=target, token=token, updated_at=now, **(_FORGOTTEN | changes))  # type: ignore[arg-type]

    def _note(self, note: Move, **changes: Any) -> "Row":
        self._allow(note)
        return replace(self, **changes)

    def _allow(self, move: Move) -> Transition:
        transition = MOVES[move]
        if self.state not in transition.sources:
            raise IllegalMove(f"{self.identity.key} is {self.state}: a row in that state makes no move '{move}'")
        return transition


def make_row(signal: Signal | InvalidSignal, now: int) -> Row:
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
        product=signal.product if isinstance(signal, Signal) else None,
        part_of=signal.part_of if isinstance(signal, Signal) else None,
        cancel_after=_read_cancel_after(signal),
    )


def _read_cancel_after(signal: Signal | InvalidSignal) -> int | None:
    seconds = signal.cancel_after_seconds if isinstance(signal, Signal) else None
    return None if seconds is None else int(seconds * 1000)


def _of_order(done: Accepted) -> dict[str, object]:
    """A row with an order keeps nothing of its message: its request says what was asked for."""
    return {"report": done.report, "others": done.others, "body": "", "body_cut": None, "attributes": None}
