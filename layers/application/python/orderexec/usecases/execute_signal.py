"""The story of one delivery, from the message to its verdict. Read it top to bottom.

Four rooms: this one goes by the row that stands, `submit` makes one attempt, `take_steps` lets the further orders of a
protected entry follow, `conclude` makes the verdict.
docs/exactly-once.md says why; docs/decisions/ what else was considered.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from orderexec.domain.advice import redrive_after
from orderexec.domain.following import find_next_look, is_early, is_resting
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.products import name_venues
from orderexec.domain.retry import BLOCKED_PAUSE_SECONDS
from orderexec.domain.row import Row, make_row
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.signals import InvalidSignal, Signal
from orderexec.domain.verdicts import Done, Later, Verdict
from orderexec.ports import Ports, RowChanged

from .cancel_before import cancel_before
from .conclude import ConcludeDelivery
from .dead_letter_signal import DeadLetterSignal
from .delivery import CanceledInDoubt, Delivery, Doubtful, NotSent, Submitted
from .end_by_itself import EndByItself
from .judge_doubt import may_send_again
from .look_at_once import look_at_once
from .look_early import LookEarly
from .plan_answers import is_decided, is_under_way
from .reconcile_request import Absent, reconcile
from .same_name import find_revival, is_copy, may_give_way
from .submit import SubmitAttempt
from .take_steps import TakeSteps


@dataclass(frozen=True, slots=True)
class ExecuteSignal:
    """Handles one delivery of a message. Raises only when a store of ours fails; the message then comes again.

    `max_age_ms` is how old a signal may be that names no maximum age itself.
    """

    ports: Ports
    submit: SubmitAttempt
    take_steps: TakeSteps
    conclude: ConcludeDelivery
    dead_letter: DeadLetterSignal
    look_early: LookEarly
    max_age_ms: int

    def __call__(self, message: Message) -> Verdict:
        """Take the signal as far as it goes now, and return what becomes of its message."""
        now = self.ports.clock.now()
        return self.execute(message, parse_signal(message, max_age_ms=self.max_age_ms, now=now))

    def execute(self, message: Message, signal: Signal | InvalidSignal) -> Verdict:
        """As a call, of a message that was read before, or of none: another signal has made this one (parts.py)."""
        # A first delivery is nearly always news: claiming the row tells, reading it first would cost a request.
        seen = not _first_delivery(message) or message.redriven
        row = (self.ports.ledger.read(signal.identity) if seen else None) or make_row(signal, self.ports.clock.now())
        while True:
            try:
                return self._go_by(row, message, signal)
            except RowChanged as changed:  # somebody else wrote first: go by what stands now
                row = changed.current

    def hold_back(self, message: Message, why: str) -> None:
        """Give a signal that waits for an earlier one a row: so it can be seen, and cancelled."""
        now = self.ports.clock.now()
        signal = parse_signal(message, max_age_ms=self.max_age_ms, now=now)
        if not _first_delivery(message) or message.redriven or isinstance(signal, InvalidSignal):
            return
        row, failure = make_row(signal, now), Failure(Meaning.RETRY, None, why)
        with suppress(RowChanged):  # one that stands there already knows better
            self.ports.ledger.write(
                row.wait(failure, retry_at=now, token=self.ports.randomness.token(), now=now), over=row
            )

    def _go_by(self, row: Row, message: Message, signal: Signal | InvalidSignal) -> Verdict:
        """What the row says decides what the message may do."""
        if (mark := find_revival(row, message, signal)) is not None:
            row = row.revive(signal, allowed_age_ms=mark.allowed_age_ms)
        elif isinstance(signal, Signal) and may_give_way(row, message, signal):
            if not row.letter_sent:
                return self._go_by(self.dead_letter.send_owed_letter(row), message, signal)
            row = row.give_to(signal)
        if not is_copy(row, message, signal):
            return self.dead_letter.refuse_other_content(message, signal, row)
        if row.state is State.ACCEPTED:
            return self._look_again(message, row)
        if row.state is State.DEAD:
            return replace(self.dead_letter.finish(message, row), repeated=row.letter_sent and _first_delivery(message))
        if isinstance(signal, InvalidSignal):
            return self.dead_letter(message, row, Reason.INVALID_SIGNAL, signal.detail)
        # Its age is the row's: no later message of it is younger, nor one that was redriven.
        signal = replace(signal, issued_at=row.issued_at, expires_at=row.expires_at)
        if signal.market not in self.ports.venues:
            return self._refuse_venue(message, signal, row)
        delivery = Delivery(message, signal, self.ports.venues[signal.market])
        stopped = cancel_before(delivery, row, self.execute)
        return self._plan_look(self.conclude(delivery, stopped or self._take_on(delivery, row)))

    def _look_again(self, message: Message, row: Row) -> Done:
        """The message of an accepted signal is another one of it, or comes back to look at its order.

        Where none has rested nobody came to look: the delivery that had it accepted died before it could tell.
        """
        rested = is_resting(row) or row.seen_at is not None
        if _first_delivery(message) or not rested or not is_early(row, self.ports.clock.now()):
            return Done(row, repeated=rested or _first_delivery(message))
        seen = self.look_early(row)
        ending = EndByItself(self.ports, self.execute)(seen)
        again = find_next_look(seen, self.ports.clock.now())
        return Done(seen, repeated=True, look_in=again, before=None if seen == row else row, ending=ending)

    def _plan_look(self, verdict: Verdict) -> Verdict:
        if isinstance(verdict, Done):
            return replace(verdict, look_in=find_next_look(verdict.row, self.ports.clock.now()))
        return verdict

    def _refuse_venue(self, message: Message, signal: Signal, row: Row) -> Verdict:
        """Nothing is sent to a venue that this stack does not trade at. What may be there already stays as it is."""
        venue, traded = signal.identity.venue, ", ".join(name_venues(self.ports.venues))
        advice = redrive_after(f"add {venue} to the parameter Venues and deploy")
        detail = f"this stack does not trade at {venue}, only at {traded}; {advice.words}"
        if row.state is State.SENT:
            return Later(BLOCKED_PAUSE_SECONDS, detail, row)
        return self.dead_letter(message, row, Reason.RULES, detail)

    def _take_on(self, delivery: Delivery, row: Row) -> Submitted | NotSent:
        """Ask about a request that may have left; if nothing came of it, or none was sent, submit an attempt.

        A certain refusal whose cause is removed on the spot is followed by one more attempt, once for each kind. Where
        the exchange links no orders, those of a protected entry follow one another.
        """
        if row.state is State.SENT:
            earlier = self._reconcile(delivery, row)
            if isinstance(earlier, NotSent):
                return self.take_steps(delivery, earlier)
            if is_under_way(earlier):
                return self.take_steps(delivery, self.take_steps.resend(delivery, earlier))
            row = earlier
        step = self._submit(delivery, row)
        if isinstance(step, Submitted):
            step = look_at_once(delivery, step, self.ports)
        return self.take_steps(delivery, step)

    def _submit(self, delivery: Delivery, row: Row) -> Submitted | NotSent:
        step, fixed = self.submit(delivery, row), set[Meaning]()
        while isinstance(step, Submitted) and step.refusal is not None and step.refusal.meaning not in fixed:
            fixed.add(step.refusal.meaning)
            again = self.submit.fix(delivery, step)
            if again is None:
                break
            step = again
        return step

    def _reconcile(self, delivery: Delivery, row: Row) -> NotSent | Row:
        """Return the row if nothing came of its request and another one may be sent; else what becomes of it."""
        found = reconcile(row, delivery.venue, self.ports, tries=delivery.tries)
        if not isinstance(found, Absent):
            return NotSent(row, found)
        absent = row.note_absence()
        if absent.canceled_by is not None and not is_decided(absent):
            return NotSent(absent, CanceledInDoubt())
        return absent if may_send_again(absent, delivery.venue) else NotSent(absent, Doubtful(found.shown))


def _first_delivery(message: Message) -> bool:
    """A later one may be the first to tell how its signal ended: the one before died, or left it in doubt."""
    return message.receive_count == 1
