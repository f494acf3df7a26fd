"""The story of one delivery, from the message to its verdict. Read it top to bottom; docs/decisions.md says why."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from orderexec.domain import retry
from orderexec.domain.cancellations import describe_cancellation
from orderexec.domain.controls import ClosedGate
from orderexec.domain.instruments import Instrument
from orderexec.domain.lifecycle import Reason, Row, State, unwritten
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Accepted, Answer, Cause, Failure, Meaning, SendTiming
from orderexec.domain.requests import Cancel, count_orders, may_place
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.signals import InvalidSignal, Signal
from orderexec.domain.verdicts import Done, Later, Verdict
from orderexec.ports import AccountLimits, Clock, ControlBoard, Ledger, Secrets, Snapshot, Venue

from .automatic_halts import AutomaticHalts
from .claim import Claimed, claim
from .dead_letter_signal import DeadLetterSignal
from .hold import Hold, hold_of, last_look
from .judge_doubt import describe_doubt, end_called_off, look_for_late_order, may_send_again, place_late
from .prepare_request import prepare
from .prepared import Needless, NotReady, Prepared, Ready, Refused, Task
from .reconcile_request import Absent, Unclear, look_up, reconcile, rotated_credentials
from .same_name import called_back, gives_way, is_copy


@dataclass(frozen=True, slots=True)
class ExecuteSignal:
    """Handles one delivery of a message. Raises only when a store of ours fails; the message then comes again.

    `max_age_ms` is how old a signal may be that names no maximum age itself.
    """

    ledger: Ledger
    venues: Mapping[str, Venue]
    secrets: Secrets
    board: ControlBoard
    limits: AccountLimits
    halts: AutomaticHalts
    dead_letter: DeadLetterSignal
    clock: Clock
    max_age_ms: int

    def __call__(self, message: Message) -> Verdict:
        """Take the signal as far as it goes now."""
        now = self.clock.now()
        signal = parse_signal(message, max_age_ms=self.max_age_ms, now=now)
        # A first delivery is nearly always news: claiming the row tells, reading it first would cost a request.
        seen = not _first_delivery(message) or message.redriven
        row = (self.ledger.read(signal.identity) if seen else None) or unwritten(signal, now)
        step = self._advance(message, signal, row)
        while isinstance(step, Row):  # somebody else wrote first: go by what stands
            step = self._advance(message, signal, step)
        return step

    def hold_back(self, message: Message, why: str) -> None:
        """Give a signal that waits for an earlier one a row: so it can be seen, and cancelled."""
        now = self.clock.now()
        signal = parse_signal(message, max_age_ms=self.max_age_ms, now=now)
        if not _first_delivery(message) or message.redriven or isinstance(signal, InvalidSignal):
            return
        row = unwritten(signal, now)
        held = row.waiting(Failure(Meaning.RETRY, None, why), retry_at=now, token=self.clock.token(), now=now)
        self.ledger.write(held, over=row)  # one that stands there already knows better

    def _advance(self, message: Message, signal: Signal | InvalidSignal, row: Row) -> Verdict | Row:
        if (mark := called_back(row, message, signal)) is not None:
            row = row.revived(signal, allowed_age_ms=mark.allowed_age_ms)
        elif isinstance(signal, Signal) and gives_way(row, message, signal):
            if not row.letter_sent:
                return self.dead_letter.owed_letter(row)
            row = row.given_to(signal)
        if not is_copy(row, message, signal):
            return self.dead_letter.refuse_other_content(message, signal, row)
        if row.state is State.ACCEPTED:
            return Done(row, repeated=_first_delivery(message))
        if row.state is State.DEAD:
            return replace(self.dead_letter.finish(message, row), repeated=row.letter_sent and _first_delivery(message))
        if isinstance(signal, InvalidSignal):
            return self.dead_letter(message, row, Reason.INVALID_SIGNAL, signal.detail)
        # Its age is the row's: no later message of it is younger, nor one that was redriven.
        signal = replace(signal, issued_at=row.issued_at, expires_at=row.expires_at)
        delivery = _Delivery(self, message, signal, self.venues[signal.identity.venue])
        return delivery.reconcile(row) if row.state is State.SENT else delivery.attempt(row)


def _first_delivery(message: Message) -> bool:
    """A later one may be the first to tell how its signal ended: the one before died, or left it in doubt."""
    return message.receive_count == 1


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One signal at one venue, within one delivery. Every method returns a verdict, or the row that stands instead."""

    app: ExecuteSignal
    message: Message
    signal: Signal
    venue: Venue

    def _now(self) -> int:
        return self.app.clock.now()

    def attempt(self, row: Row) -> Verdict | Row:
        """Certainly nothing is at the exchange: send, unless it is too early, too late, or not allowed."""
        now = self._now()
        if row.retry_at is not None and row.retry_at > now:
            return Later((row.retry_at - now) / 1000, f"it is not time yet: {row.detail}", row)
        hold = hold_of(self.signal, self.app.board, self.venue, self.app.clock, self.message.receive_count)
        if now > self.signal.expires_at:
            return self._expired(row, now, hold)
        if row.attempts >= retry.MAX_ATTEMPTS:
            return self._exhausted(row, row.code, row.detail or "no answer came")
        if hold is not None:
            return self._held(row, hold)
        if row.doubted and row.state is State.WAITING:
            return self._look_again(row)
        return self._send_if_ready(row, prepare(self._task(row)), frozenset())

    def _look_again(self, row: Row) -> Verdict | Row:
        """An earlier request was taken for absent: before the next one leaves, its order may have appeared."""
        found = look_for_late_order(row, self.venue, self.app.secrets)
        if isinstance(found, Accepted):
            return self._written(place_late(row, found, self.app.clock), row)
        if found.meaning is not Meaning.NOT_FOUND:
            return self._try_again(row, found)
        # Allowed when it was found absent; ResendAfterDoubt may have changed since. A person's redrive stands above it.
        if not self.message.redriven and not may_send_again(row, self.venue):
            return self._doubtful(row, "no source of the exchange shows its order")
        return self._send_if_ready(row, prepare(self._task(row)), frozenset())

    def _held(self, row: Row, hold: Hold) -> Verdict | Row:
        meaning = Meaning.UNSENT if hold.claimed else Meaning.RETRY
        back = self._back(row, Failure(meaning, None, hold.why), hold.delay)
        return replace(back, held=True) if isinstance(back, Later) else back

    def reconcile(self, row: Row) -> Verdict | Row:
        """A request left and its answer is not known: ask, and send again only if it certainly came to nothing."""
        match reconcile(row, self.venue, self.app.secrets, self.app.clock, tries=self.message.receive_count):
            case Accepted() as done:
                return self._placed(row, done)
            case Absent(shown):
                return self._absent(row.absent(), shown)
            case Unclear(delay, why, failure):
                return self._unclear(row, failure, delay, why) if failure else Later(delay, why, row)

    def _absent(self, row: Row, shown: str) -> Verdict | Row:
        if row.canceled_by is not None:
            return self._written(end_called_off(row, self.app.clock), row)
        return self.attempt(row) if may_send_again(row, self.venue) else self._doubtful(row, shown)

    def _unclear(self, row: Row, failure: Failure, delay: float, why: str) -> Later | Row:
        """Nothing is known yet; the row says why, for who looks at it and for its letter."""
        if (row.code, row.detail) == (failure.code, failure.detail):
            return Later(delay, why, row)
        noted = row.unclear(failure, token=self.app.clock.token(), now=self._now())
        current = self.app.ledger.write(noted, over=row)
        return Later(delay, why, noted) if current is None else current

    def _doubtful(self, row: Row, shown: str) -> Done | Row:
        """Found nowhere, and not to be sent again: a person decides."""
        return self.app.dead_letter(
            self.message, row, Reason.DOUBTFUL, describe_doubt(row, self.venue.resend, shown), row.code
        )

    def _task(self, row: Row) -> Task:
        app = self.app
        return Task(self.signal, row, self.venue, app.ledger, app.secrets, app.limits, app.clock)

    def _send_if_ready(self, row: Row, prepared: Prepared, fixed: frozenset[Meaning]) -> Verdict | Row:
        match prepared:
            case Ready():
                return self._send(row, prepared, fixed)
            case Refused(reason, detail, code, cause):
                return self._refused(row, reason, detail, code, cause)
            case NotReady(failure):
                return self._try_again(row, failure)
            case Needless(detail):
                return self._written(row.needless(detail, token=self.app.clock.token(), now=self._now()), row)

    def _send(self, row: Row, ready: Ready, fixed: frozenset[Meaning]) -> Verdict | Row:
        with self._turn(ready) as closed:
            hold = last_look(self.signal, closed, self.app.board, self.app.clock, self.message.receive_count)
            sent = self._claim_and_send(row, ready) if hold is None else self._held(row, hold)
        return self._conclude(*sent, ready, fixed) if isinstance(sent, tuple) else sent

    def _turn(self, ready: Ready) -> AbstractContextManager[ClosedGate | None]:
        account = self.signal.identity.account
        if may_place(ready.request):
            return self.venue.traffic.turn(account, count_orders(ready.request))
        return nullcontext(self.venue.traffic.find_closed_gate(account, places=False))

    def _claim_and_send(self, row: Row, ready: Ready) -> tuple[Row, Answer] | Verdict | Row:
        """Write, then send: the request is signed with the very instant that stands in the row."""
        now = self._now()
        if now > self.signal.expires_at:
            return self._expired(row, now, None)
        claimed = claim(row, ready, self.venue, self.app.ledger, self.app.clock)
        if isinstance(claimed, Row):
            return claimed
        if not isinstance(claimed, Claimed):
            return self._send_if_ready(row, claimed, frozenset())
        sent_at = self._now()
        answer = self.venue.send(ready.request, claimed.signed_at, ready.credentials)
        self.venue.traffic.answered(
            SendTiming(self._now() - sent_at, answer.meaning if isinstance(answer, Failure) else None)
        )
        return claimed.row, answer

    def _conclude(self, row: Row, answer: Answer, ready: Ready, fixed: frozenset[Meaning]) -> Verdict | Row:
        if isinstance(answer, Accepted):
            return self._placed(row, answer)
        if not answer.certainly_not_executed:
            return self._in_doubt(row, ready, answer)
        if answer.meaning not in fixed:
            again = self._fixed(row, ready, answer)
            if again is not None:
                return self._send_if_ready(row, again, fixed | {answer.meaning})
        return self._failed(row, ready.explained(answer))

    def _fixed(self, row: Row, ready: Ready, failure: Failure) -> Prepared | None:
        """What a certain refusal can be answered with on the spot, once each; None if with nothing."""
        if failure.meaning is Meaning.CLOCK:
            return ready if isinstance(self.venue.server_time(), int) else None
        if failure.meaning is Meaning.STALE_RULES:
            return prepare(self._task(row), rules_since=row.updated_at)
        if failure.meaning is Meaning.CREDENTIALS:
            rotated = rotated_credentials(row.identity.account, ready.credentials, self.app.secrets)
            return replace(ready, credentials=rotated) if rotated else None
        return None

    def _failed(self, row: Row, failure: Failure) -> Verdict | Row:
        """Certainly not executed, and nothing to mend here."""
        if failure.meaning is Meaning.CREDENTIALS:
            return self._refused(row, Reason.CREDENTIALS, failure.detail, failure.code, failure.about)
        if failure.meaning in (Meaning.REJECT, Meaning.STALE_RULES):
            return self._refused(row, Reason.REJECTED, failure.detail, failure.code, failure.about)
        if failure.meaning is Meaning.UNSENT:
            delay = retry.choose_delay_after(failure, row.attempts, self.app.clock.jitter())
            return self._held(row, Hold(delay, failure.detail, claimed=True))
        return self._try_again(row, failure)

    def _refused(self, row: Row, reason: Reason, detail: str, code: str | None, cause: Cause | None) -> Verdict | Row:
        """Nothing more is tried; a run of refusals halts what they have in common."""
        dead_lettered = self.app.dead_letter(self.message, row, reason, detail, code)
        if isinstance(dead_lettered, Row):
            return dead_lettered
        return replace(dead_lettered, halted=self.app.halts.refused(self.signal, reason, detail, cause))

    def _try_again(self, row: Row, failure: Failure) -> Verdict | Row:
        """Back to the queue: as the exchange asks, else with backoff, never past the signal's expiry."""
        if row.attempts >= retry.MAX_ATTEMPTS:
            return self._exhausted(row, failure.code, failure.detail)
        tries = max(row.attempts, self.message.receive_count)
        return self._back(row, failure, retry.choose_delay_after(failure, tries, self.app.clock.jitter()))

    def _back(self, row: Row, failure: Failure, requested: float) -> Later | Row:
        now = self._now()
        just_expired = (self.signal.expires_at + 1 - now) / 1000
        delay = max(0.0, min(requested, just_expired))
        known = (row.code, row.detail) == (failure.code, failure.detail)
        if row.state is State.WAITING and row.token and known:
            return Later(delay, failure.detail, row)  # nothing was sent since, and the row says already why it waits
        waiting = row.waiting(failure, retry_at=now + int(delay * 1000), token=self.app.clock.token(), now=now)
        current = self.app.ledger.write(waiting, over=row)
        return Later(delay, failure.detail, waiting) if current is None else current

    def _in_doubt(self, row: Row, ready: Ready, failure: Failure) -> Verdict | Row:
        """The order may exist. One look at once finds most; if it finds nothing, only time past the fence can tell."""
        if ready.request.dry_run:
            return self._try_again(row, failure)  # a dry run leaves nothing at the exchange, whatever the answer
        if failure.meaning is not Meaning.BLOCKED:
            found = look_up(ready.request, row, self.venue, self.app.secrets)
            if isinstance(found, Accepted):
                return self._placed(row, found)
            if found.meaning is Meaning.NOT_FOUND:  # while the key still works: it may be replaced before the fence
                self.venue.accounts.of(ready.credentials)
        until_fence = ((row.fence or 0) - self.venue.now()) / 1000
        requested = (
            retry.choose_delay_after(failure, row.attempts, self.app.clock.jitter()) if failure.retry_after else 0.0
        )
        return self._unclear(row, failure, max(until_fence, requested), failure.detail)

    def _placed(self, row: Row, done: Accepted) -> Verdict | Row:
        told = describe_cancellation(row.request, done, self._base_asset(row, done))
        written = self._written(row.placed(done, detail=told, token=self.app.clock.token(), now=self._now()), row)
        self.app.halts.accepted(self.signal)
        return written

    def _base_asset(self, row: Row, done: Accepted) -> str:
        """What a cancelled order traded; asked for only if it traded something."""
        if not isinstance(row.request, Cancel) or done.report is None or not done.report.executed_quantity:
            return ""
        known = self.venue.rules.instrument(row.request.symbol, not_before=0)
        instrument = known.value if isinstance(known, Snapshot) else None
        return instrument.base_asset if isinstance(instrument, Instrument) else ""

    def _written(self, closed: Row, over: Row) -> Verdict | Row:
        current = self.app.ledger.write(closed, over=over)
        return Done(closed) if current is None else current

    def _expired(self, row: Row, now: int, hold: Hold | None) -> Done | Row:
        late = (now - self.signal.expires_at) / 1000
        last = row.detail or (hold and hold.why)
        after = f"; last answer: {last}" if last else ""
        detail = f"issued {(now - self.signal.issued_at) / 1000:.1f} s ago, {late:.1f} s past its maximum age{after}"
        return self.app.dead_letter(self.message, row, Reason.EXPIRED, detail, row.code)

    def _exhausted(self, row: Row, code: str | None, detail: str) -> Done | Row:
        detail = f"tried {row.attempts} times and not executed; last answer: {detail}"
        return self.app.dead_letter(self.message, row, Reason.EXHAUSTED, detail, code)
