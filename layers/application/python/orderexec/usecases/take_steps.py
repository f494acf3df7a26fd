"""How the orders of a protected entry follow one another: what is sent once a step is known, and what is undone.

Each step is written before it is sent, and sent only once the one before it is at the exchange:

* The stop-loss is there: the entry follows, unless it may not be sent any more. Then the stop is cancelled.
* The entry has traded: the take-profit follows, if there is one, as large as what was traded.
* The entry was refused for certain, or ended without a trade: the stop is cancelled.
* The entry is in doubt: nothing follows, the stop stays. A stop left by a dead row is ended by its last audit.

What comes of the last step is told as one answer to the whole signal, for `conclude` to judge like any other.
"""

from dataclasses import dataclass, replace

from orderexec.domain import retry
from orderexec.domain.controls import ClosedGate
from orderexec.domain.lifecycle import State
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import get_request
from orderexec.domain.row import Row
from orderexec.ports import Credentials, Ports

from .account_proof import find_own_key
from .claim import Claimed
from .delivery import CanceledInDoubt, Delivery, Exhausted, Expired, NotSent, Submitted, Undone
from .hold import Hold, find_hold
from .look_at_once import look_at_once
from .prepared import Ready
from .reconcile_request import Unclear
from .submit import SubmitAttempt


@dataclass(frozen=True, slots=True)
class Ahead:
    """The plan at its next step, and the orders of it that are there: the entry's report, and those of the others."""

    plan: Protected
    report: OrderReport | None
    others: tuple[OrderReport, ...]


@dataclass(frozen=True, slots=True)
class TakeSteps:
    """Takes the steps of one plan, as many as go now. Raises RowChanged if somebody else took one first."""

    ports: Ports
    submit: SubmitAttempt

    def __call__(self, delivery: Delivery, step: Submitted | NotSent) -> Submitted | NotSent:
        """Return how far the plan went, told as one answer to its signal; what is no plan is returned as it is."""
        while (ahead := _find_next(step)) is not None:
            step = self._take(delivery, step, ahead)
        return _tell_as_one(step, delivery)

    def resend(self, delivery: Delivery, row: Row) -> Submitted | NotSent:
        """Send the present step of a plan again, of which nothing is at the exchange, as far as was shown."""
        plan = row.request
        if not isinstance(plan, Protected):
            raise ValueError(f"{row.identity.key} holds no plan")
        if plan.step is not Step.UNDO and row.attempts >= retry.MAX_ATTEMPTS:
            return NotSent(row, Exhausted())
        key = find_own_key(row, delivery.venue, self.ports.secrets)
        if key is None:
            return NotSent(row, _miss_key())
        ready = Ready(plan, key)
        with self.submit.acquire_slot(delivery, ready) as gate:
            why = self._find_why_held(delivery) if plan.step is Step.ENTRY else None
            if why is not None:
                return NotSent(row, why)
            if gate is not None:
                return NotSent(row, self._wait_for(gate, delivery))
            return self._send(delivery, row, ready, Ahead(plan, row.report, row.others), again=True)

    def _take(self, delivery: Delivery, step: Submitted | NotSent, ahead: Ahead) -> Submitted | NotSent:
        key = step.ready.credentials if isinstance(step, Submitted) else self._find_key(delivery, step.row)
        if key is None:
            return NotSent(step.row, _miss_key())
        ready = Ready(ahead.plan, key, step.ready.limits if isinstance(step, Submitted) else {})
        with self.submit.acquire_slot(delivery, ready) as gate:
            if gate is not None:  # the row stays at the step before, whose order is found when the gate is open
                return NotSent(step.row, self._wait_for(gate, delivery))
            why = self._find_why_held(delivery) if ahead.plan.step is Step.ENTRY else None
            if why is not None:
                words = (
                    why.why if not isinstance(why, Expired) else "it was too old when its entry would have been sent"
                )
                ahead = replace(ahead, plan=ahead.plan.undo(Failure(Meaning.RETRY, None, words)))
                ready = replace(ready, request=ahead.plan)
            return self._send(delivery, step.row, ready, ahead, again=False)

    def _send(self, delivery: Delivery, row: Row, ready: Ready, ahead: Ahead, *, again: bool) -> Submitted:
        """Write the step, send it, and look at once where no answer came. A clock that was wrong is corrected once."""
        submitted = self.submit.send_once(delivery, ready, self._write(delivery, row, ready, ahead, again=again))
        wrong_clock = submitted.refusal is not None and submitted.refusal.meaning is Meaning.CLOCK
        if wrong_clock and isinstance(delivery.venue.ask_server_time(), int):
            claimed = self._write(delivery, submitted.row, ready, ahead, again=True)
            submitted = self.submit.send_once(delivery, ready, claimed)
        return look_at_once(delivery, submitted, self.ports)

    def _write(self, delivery: Delivery, row: Row, ready: Ready, ahead: Ahead, *, again: bool) -> Claimed:
        venue, signed_at = delivery.venue, delivery.venue.now()
        written = row.take_step(
            ahead.plan,
            signed_at=signed_at,
            fence=venue.get_validity(get_request(ahead.plan)).compute_fence(signed_at),
            signed_for=venue.accounts.name_signer(ready.credentials),
            report=ahead.report,
            others=ahead.others,
            again=again,
            token=self.ports.randomness.token(),
            now=self.ports.clock.now(),
        )
        self.ports.ledger.write(written, over=row)
        return Claimed(written, signed_at)

    def _find_why_held(self, delivery: Delivery) -> Hold | Expired | None:
        clock, randomness = self.ports.clock, self.ports.randomness
        if clock.now() > delivery.signal.expires_at:
            return Expired()
        return find_hold(delivery.signal, self.ports.board.look(), None, clock, randomness, tries=delivery.tries)

    def _find_key(self, delivery: Delivery, row: Row) -> Credentials | None:
        return find_own_key(row, delivery.venue, self.ports.secrets)

    def _wait_for(self, gate: ClosedGate, delivery: Delivery) -> Unclear:
        clock, jitter = self.ports.clock, self.ports.randomness.jitter()
        delay = retry.choose_delay_after_opening(gate.until - clock.now(), delivery.tries, jitter)
        return Unclear(delay, f"the next step of its plan is not sent now: {gate.why}")


def is_under_way(row: Row) -> bool:
    """Return whether the row's plan is beyond its stop: its present step is repeated as it is, never prepared anew."""
    return row.state is State.SENT and isinstance(row.request, Protected) and row.request.step is not Step.STOP


def is_decided(row: Row) -> bool:
    """Return whether the row holds a plan of which it is known what became of the entry."""
    return isinstance(row.request, Protected) and row.request.decided


def _find_next(step: Submitted | NotSent) -> Ahead | None:
    """What follows from what is known of the present step; None: nothing, at least not now."""
    row, plan = step.row, step.row.request
    if row.state is not State.SENT or not isinstance(plan, Protected):
        return None
    answer = step.answer if isinstance(step, Submitted) else step.why
    if isinstance(answer, Accepted) and answer.report is not None:
        return _follow(row, plan, answer.report)
    if isinstance(step, Submitted) and step.refusal is not None and plan.step is Step.ENTRY:
        return Ahead(plan.undo(step.ready.explain(step.refusal)), row.report, row.others)
    return None


def _follow(row: Row, plan: Protected, report: OrderReport) -> Ahead | None:
    if plan.step is Step.STOP:
        return Ahead(_leave_stop(row, plan, report), None, (report,))
    following = plan.advance(report)
    return None if following is None else Ahead(following, report, row.others)


def _leave_stop(row: Row, plan: Protected, report: OrderReport) -> Protected:
    if not report.open:
        return plan.undo(Failure(Meaning.REJECT, None, f"its stop-loss was {report.status} before its entry was sent"))
    following = plan.undo(None) if row.canceled_by is not None else plan.advance(report)
    return following or plan


def _tell_as_one(step: Submitted | NotSent, delivery: Delivery) -> Submitted | NotSent:
    """Return what the present step came to as an answer to the whole signal."""
    row, plan = step.row, step.row.request
    if row.state is not State.SENT or not isinstance(plan, Protected) or not plan.decided:
        return step
    answer = step.answer if isinstance(step, Submitted) else step.why
    if isinstance(answer, Unclear):
        return step
    if plan.step is Step.PROFIT:
        return _tell_profit(step, row, delivery)
    if isinstance(answer, Accepted):
        return _tell_undone(row, plan, answer)
    if isinstance(step, Submitted) and step.refusal is not None:
        return NotSent(row, _stay(row, step.refusal, delivery))  # the stop stands, and must go
    return step


def _tell_profit(step: Submitted | NotSent, row: Row, delivery: Delivery) -> Submitted | NotSent:
    """The entry is there and has its stop, whatever became of the take-profit."""
    answer = step.answer if isinstance(step, Submitted) else step.why
    if isinstance(answer, Accepted):
        profit = () if answer.report is None else (answer.report,)
        return NotSent(row, Accepted(row.report, (*row.others, *profit)))
    if isinstance(step, Submitted):
        if step.refusal is None:
            return step
        if step.refusal.meaning not in (Meaning.REJECT, Meaning.STALE_RULES, Meaning.CREDENTIALS):
            return NotSent(row, _stay(row, step.refusal, delivery))
        words = step.ready.explain(step.refusal).detail
    else:
        words = "no answer came to it, and no source of the exchange shows it"
    note = f"the entry and its stop-loss are there, its take-profit is not: {words}; place it yourself"
    return NotSent(row, Accepted(row.report, row.others, note=note))


def _tell_undone(row: Row, plan: Protected, done: Accepted) -> NotSent:
    if plan.failure is not None:
        return NotSent(row, Undone(plan.failure))
    if row.report is None:
        return NotSent(row, CanceledInDoubt())
    stop = () if done.report is None else (done.report,)
    return NotSent(row, Accepted(row.report, stop))


def _stay(row: Row, failure: Failure, delivery: Delivery) -> Unclear:
    """Certainly without effect, and it may pass: the step is sent again once its fence has passed."""
    until_fence = max(0, (row.fence or 0) - delivery.venue.now()) / 1000
    return Unclear(until_fence, failure.detail, failure)


def _explain_hold(why: Hold | Expired) -> Failure:
    words = why.why if isinstance(why, Hold) else "it was too old when its entry would have been sent"
    return Failure(Meaning.RETRY, None, words)


def _miss_key() -> Unclear:
    detail = "no stored key is known to be of the account that its orders were signed for; store that key again"
    return Unclear(retry.BLOCKED_PAUSE_SECONDS, detail, Failure(Meaning.CREDENTIALS, None, detail))
