"""Conclude a delivery: from the row, and the answer or the reason why nothing was sent, to the verdict. Never sends.

What an answer means for the signal:

* Accepted: the row says so, and the signal is done.
* Certainly not executed, and it may pass (a limit, a busy exchange): the row says WAITING, and the message comes back.
* Certainly not executed, for good: the row says DEAD, and its letter is sent.
* Anything else: the order may exist, and one look at once did not find it. The row stays SENT, and the message comes
  back once the fence has passed. Only then can it be shown that nothing came of the request.
"""

from dataclasses import dataclass, replace
from typing import TypedDict

from orderexec.domain import retry
from orderexec.domain.cancellations import describe_cancellation
from orderexec.domain.instruments import Instrument
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.requests import Cancel
from orderexec.domain.row import Row
from orderexec.domain.verdicts import Done, Later, Verdict
from orderexec.ports import Ports, Snapshot

from .automatic_halts import AutomaticHalts
from .dead_letter_signal import DeadLetterSignal
from .delivery import (
    AppearedLate,
    CanceledInDoubt,
    Delivery,
    Doubtful,
    Exhausted,
    Expired,
    NotSent,
    Submitted,
    TooEarly,
    Undone,
)
from .hold import Hold
from .judge_doubt import accept_late, describe_doubt, end_canceled
from .prepared import NothingToDo, NotReady, Refused
from .reconcile_request import Unclear


@dataclass(frozen=True, slots=True)
class ConcludeDelivery:
    """Writes what became of the signal, and says what becomes of its message. Raises RowChanged if overtaken."""

    ports: Ports
    halts: AutomaticHalts
    dead_letter: DeadLetterSignal

    def __call__(self, delivery: Delivery, step: Submitted | NotSent) -> Verdict:
        """Return the verdict of one delivery."""
        if isinstance(step, Submitted):
            return self._conclude_answer(delivery, step)
        match step.why:
            case Accepted() as found:
                return self._accept(delivery, step.row, found)
            case NothingToDo() | AppearedLate() | CanceledInDoubt() as why:
                return self._close(self._end(step.row, why), step.row)
            case Expired() | Exhausted() | Doubtful() | Refused() as why:
                return self._die(delivery, step.row, why)
            case Undone(failure):
                return self._conclude_refusal(delivery, step.row, failure)
            case why:
                return self._wait(delivery, step.row, why)

    def _wait(self, delivery: Delivery, row: Row, why: TooEarly | Hold | NotReady | Unclear) -> Verdict:
        match why:
            case TooEarly(seconds):
                return Later(seconds, f"it is not time yet: {row.detail}", row)
            case Hold():
                return self._hold(delivery, row, why)
            case NotReady(failure):
                return self._try_again(delivery, row, failure)
            case Unclear(delay, words, failure):
                return self._stay_in_doubt(row, failure, delay, words) if failure else Later(delay, words, row)

    def _end(self, row: Row, why: NothingToDo | AppearedLate | CanceledInDoubt) -> Row:
        match why:
            case NothingToDo(detail):
                return row.accept_without_request(detail, **self._stamp())
            case AppearedLate(found):
                return accept_late(row, found, self.ports.clock, self.ports.randomness)
            case CanceledInDoubt():
                return end_canceled(row, self.ports.clock, self.ports.randomness)

    def _die(self, delivery: Delivery, row: Row, why: Expired | Exhausted | Doubtful | Refused) -> Done:
        match why:
            case Expired(held):
                return self._expire(delivery, row, held)
            case Exhausted():
                return self._exhaust(delivery, row, row.code, row.detail or "no answer came")
            case Doubtful(shown):
                detail = describe_doubt(row, delivery.venue.resend, shown)
                return self.dead_letter(delivery.message, row, Reason.DOUBTFUL, detail, row.code)
            case Refused():
                return self._refuse(delivery, row, why)

    def _conclude_answer(self, delivery: Delivery, step: Submitted) -> Verdict:
        if isinstance(step.answer, Accepted):
            return self._accept(delivery, step.row, step.answer)
        if step.refusal is None:
            return self._wait_for_fence(delivery, step, step.answer)
        return self._conclude_refusal(delivery, step.row, step.ready.explain(step.refusal))

    def _conclude_refusal(self, delivery: Delivery, row: Row, failure: Failure) -> Verdict:
        """Certainly not executed, and nothing that could be fixed on the spot."""
        if failure.meaning is Meaning.CREDENTIALS:
            return self._refuse(delivery, row, _refused(Reason.CREDENTIALS, failure))
        if failure.meaning in (Meaning.REJECT, Meaning.STALE_RULES):
            return self._refuse(delivery, row, _refused(Reason.REJECTED, failure))
        if failure.meaning is Meaning.UNSENT:
            delay = retry.choose_delay_after(failure, row.attempts, self.ports.randomness.jitter())
            return self._hold(delivery, row, Hold(delay, failure.detail, claimed=True))
        return self._try_again(delivery, row, failure)

    def _wait_for_fence(self, delivery: Delivery, step: Submitted, failure: Failure) -> Verdict:
        """The order may exist, and one look did not find it: only time past the fence can tell."""
        row, venue = step.row, delivery.venue
        if step.ready.request.dry_run:
            return self._try_again(delivery, row, failure)  # a dry run leaves nothing at the exchange
        until_fence = ((row.fence or 0) - venue.now()) / 1000
        jitter = self.ports.randomness.jitter
        asked_for = retry.choose_delay_after(failure, row.attempts, jitter()) if failure.retry_after else 0.0
        return self._stay_in_doubt(row, failure, max(until_fence, asked_for), failure.detail)

    def _stay_in_doubt(self, row: Row, failure: Failure, delay: float, why: str) -> Later:
        """Nothing is known yet; the row says why, for who looks at it and for its letter."""
        if (row.code, row.detail) == (failure.code, failure.detail):
            return Later(delay, why, row)
        noted = row.note_failure(failure, **self._stamp())
        self.ports.ledger.write(noted, over=row)
        return Later(delay, why, noted)

    def _accept(self, delivery: Delivery, row: Row, done: Accepted) -> Done:
        became = done.note or describe_cancellation(row.request, done, self._find_unit(delivery, row, done))
        told = "; ".join(filter(None, (delivery.signal.because, became))) or None
        verdict = self._close(row.accept(done, detail=told, **self._stamp()), row)
        self.halts.end_runs(delivery.signal)
        return verdict

    def _find_unit(self, delivery: Delivery, row: Row, done: Accepted) -> str:
        """In what a cancelled order counts; asked for only if it traded something."""
        if not isinstance(row.request, Cancel) or done.report is None or not done.report.executed_quantity:
            return ""
        known = delivery.venue.rules.get_instrument(row.request.symbol, not_before=0)
        instrument = known.value if isinstance(known, Snapshot) else None
        return instrument.unit if isinstance(instrument, Instrument) else ""

    def _refuse(self, delivery: Delivery, row: Row, why: Refused) -> Done:
        """Nothing more is tried; a run of refusals halts what they have in common."""
        ended = self.dead_letter(delivery.message, row, why.reason, why.detail, why.code)
        return replace(ended, halted=self.halts.count_refusal(delivery.signal, why.reason, why.detail, why.cause))

    def _expire(self, delivery: Delivery, row: Row, held: str | None) -> Done:
        now, signal = self.ports.clock.now(), delivery.signal
        last = row.detail or held
        after = f"; last answer: {last}" if last else ""
        late = (now - signal.expires_at) / 1000
        detail = f"it was issued {(now - signal.issued_at) / 1000:.1f} s ago, {late:.1f} s past its maximum age{after}"
        return self.dead_letter(delivery.message, row, Reason.EXPIRED, detail, row.code)

    def _exhaust(self, delivery: Delivery, row: Row, code: str | None, detail: str) -> Done:
        detail = f"it was tried {row.attempts} times and never executed; last answer: {detail}"
        return self.dead_letter(delivery.message, row, Reason.EXHAUSTED, detail, code)

    def _try_again(self, delivery: Delivery, row: Row, failure: Failure) -> Verdict:
        """Back to the queue: as the exchange asks, else with backoff, never past the signal's expiry."""
        if row.attempts >= retry.MAX_ATTEMPTS:
            return self._exhaust(delivery, row, failure.code, failure.detail)
        tries = max(row.attempts, delivery.tries)
        return self._put_back(
            delivery, row, failure, retry.choose_delay_after(failure, tries, self.ports.randomness.jitter())
        )

    def _hold(self, delivery: Delivery, row: Row, hold: Hold) -> Later:
        meaning = Meaning.UNSENT if hold.claimed else Meaning.RETRY
        return replace(self._put_back(delivery, row, Failure(meaning, None, hold.why), hold.delay), held=True)

    def _put_back(self, delivery: Delivery, row: Row, failure: Failure, asked_for: float) -> Later:
        now = self.ports.clock.now()
        just_expired = (delivery.signal.expires_at + 1 - now) / 1000
        delay = max(0.0, min(asked_for, just_expired))
        known = (row.code, row.detail) == (failure.code, failure.detail)
        if row.state is State.WAITING and row.token and known:
            return Later(delay, failure.detail, row)  # nothing was sent since, and the row says already why it waits
        waiting = row.wait(failure, retry_at=now + int(delay * 1000), token=self.ports.randomness.token(), now=now)
        self.ports.ledger.write(waiting, over=row)
        return Later(delay, failure.detail, waiting)

    def _close(self, closed: Row, over: Row) -> Done:
        self.ports.ledger.write(closed, over=over)
        return Done(closed)

    def _stamp(self) -> "_Stamp":
        return {"token": self.ports.randomness.token(), "now": self.ports.clock.now()}


class _Stamp(TypedDict):
    """Of a write: its token, and when it was made (epoch ms)."""

    token: str
    now: int


def _refused(reason: Reason, failure: Failure) -> Refused:
    return Refused(reason, failure.detail, failure.code, failure.about)
