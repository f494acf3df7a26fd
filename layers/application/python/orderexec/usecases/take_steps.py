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
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import get_request
from orderexec.domain.row import Row
from orderexec.ports import Ports

from .account_proof import find_own_key
from .claim import Claimed
from .delivery import Delivery, Exhausted, Expired, NotSent, Submitted
from .hold import Hold, find_hold
from .look_at_once import look_at_once
from .plan_answers import Ahead, find_next, tell_as_one
from .prepared import Ready
from .reconcile_request import Unclear
from .submit import SubmitAttempt


@dataclass(frozen=True, slots=True)
class TakeSteps:
    """Takes the steps of one plan, as many as go now. Raises RowChanged if somebody else took one first."""

    ports: Ports
    submit: SubmitAttempt

    def __call__(self, delivery: Delivery, step: Submitted | NotSent) -> Submitted | NotSent:
        """Return how far the plan went, told as one answer to its signal; what is no plan is returned as it is."""
        while (ahead := find_next(step)) is not None:
            step = self._take(delivery, step, ahead)
        return tell_as_one(step, delivery.venue)

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
            if why is not None:  # the stop stays for as long as the entry is in doubt, and so does the row
                return NotSent(row, Unclear(why.delay, why.why) if isinstance(why, Hold) else why)
            if gate is not None:
                return NotSent(row, self._wait_for(gate, delivery))
            return self._send(delivery, row, ready, Ahead(plan, row.report, row.others), again=True)

    def _take(self, delivery: Delivery, step: Submitted | NotSent, ahead: Ahead) -> Submitted | NotSent:
        if isinstance(step, Submitted):
            ready = replace(step.ready, request=ahead.plan)
        elif (key := find_own_key(step.row, delivery.venue, self.ports.secrets)) is not None:
            ready = Ready(ahead.plan, key)
        else:
            return NotSent(step.row, _miss_key())
        with self.submit.acquire_slot(delivery, ready) as gate:
            if gate is not None:
                return NotSent(self._keep(delivery, step.row, ready, ahead), self._wait_for(gate, delivery))
            why = self._find_why_held(delivery) if ahead.plan.step is Step.ENTRY else None
            if why is not None:
                ahead = replace(ahead, plan=ahead.plan.undo(_explain_hold(why)))
                ready = replace(ready, request=ahead.plan)
            return self._send(delivery, step.row, ready, ahead, again=False)

    def _keep(self, delivery: Delivery, row: Row, ready: Ready, ahead: Ahead) -> Row:
        """Return the row to wait with for an open gate: at the step before, whose order is found then.

        That a stop must go is written at once: after a refusal no order would be found, and that is no doubt.
        """
        if ahead.plan.step is not Step.UNDO:
            return row
        return self._write(delivery, row, ready, ahead, again=False).row

    def _send(self, delivery: Delivery, row: Row, ready: Ready, ahead: Ahead, *, again: bool) -> Submitted:
        """Write the step, send it, and look at once where no answer came. A clock that was wrong is corrected once."""
        submitted = self.submit.send_once(delivery, ready, self._write(delivery, row, ready, ahead, again=again))
        wrong_clock = submitted.refusal is not None and submitted.refusal.meaning is Meaning.CLOCK
        if wrong_clock and isinstance(delivery.venue.ask_server_time(), int) and self._may_go(delivery, ahead.plan):
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
        hold = find_hold(delivery.signal, self.ports.board.look(), None, clock, randomness, tries=delivery.tries)
        return Expired() if clock.now() > delivery.signal.expires_at else hold

    def _may_go(self, delivery: Delivery, plan: Protected) -> bool:
        return plan.step is not Step.ENTRY or self._find_why_held(delivery) is None

    def _wait_for(self, gate: ClosedGate, delivery: Delivery) -> Unclear:
        clock, jitter = self.ports.clock, self.ports.randomness.jitter()
        delay = retry.choose_delay_after_opening(gate.until - clock.now(), delivery.tries, jitter)
        return Unclear(delay, f"the next step of its plan is not sent now: {gate.why}")


def _explain_hold(why: Hold | Expired) -> Failure:
    words = why.why if isinstance(why, Hold) else "it was too old when its entry would have been sent"
    return Failure(Meaning.RETRY, None, words)


def _miss_key() -> Unclear:
    detail = "no stored key is known to be of the account that its orders were signed for; store that key again"
    return Unclear(retry.BLOCKED_PAUSE_SECONDS, detail, Failure(Meaning.CREDENTIALS, None, detail))
