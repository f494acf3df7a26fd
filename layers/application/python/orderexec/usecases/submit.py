"""Submit one attempt: may it go now, is it ready, its slot, the last check, the claim, and then one request.

Nothing here decides what an answer means, and no signal is ended here (usecases/conclude.py does both).

How an attempt goes, in this order:

1. The time that the row names has come, the signal is not too old, attempts are left, no halt or gate holds it.
2. After a doubt the exchange is asked once more for the order: it may have appeared. A stop left for it is ended.
3. The request is prepared: key, size, rules, limits. That reads, and asks the exchange for nothing but facts.
4. A slot: only so many orders of an account are under way at once, so that the exchange's limit is kept.
5. With the slot in hand, halts, gates and age are looked at once more: getting it may have taken seconds.
6. The claim: one conditional write says SENT, with the very instant that the request is signed with.
7. The request is sent, once. A refusal that is certain may be fixed on the spot (clock, rules, key), each kind once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from orderexec.domain import retry
from orderexec.domain.controls import ClosedGate
from orderexec.domain.lifecycle import State
from orderexec.domain.outcomes import Accepted, Failure, Meaning, SendTiming
from orderexec.domain.product import CANCEL, CLOSE
from orderexec.domain.requests import Cancel, CancelAll, count_orders, get_request, may_place
from orderexec.domain.row import Row
from orderexec.ports import Ports

from .claim import Claimed, claim
from .delivery import AppearedLate, Delivery, Doubtful, Exhausted, Expired, NotSent, Submitted, TooEarly, WhyNotSent
from .end_stop import end_stop, may_leave_stop
from .end_target import end_target, read_target
from .hold import Hold, find_hold, places_orders
from .judge_doubt import look_for_late_order, may_send_again
from .prepare_request import prepare
from .prepared import NotReady, Prepared, Ready, Task
from .reconcile_request import get_rotated_credentials


@dataclass(frozen=True, slots=True)
class SubmitAttempt:
    """Sends at most one request a call. Raises RowChanged if somebody else claimed the signal first."""

    ports: Ports

    def __call__(self, delivery: Delivery, row: Row) -> Submitted | NotSent:
        """Submit the next attempt of a signal of which certainly nothing is at the exchange, as far as was shown."""
        stopped = self._check_before_work(delivery, row)
        if stopped is None and row.doubted and row.state is State.WAITING:
            stopped = self._look_once_more(delivery, row)
            if stopped is None and may_leave_stop(row):
                row, failure = end_stop(row, self.ports)
                stopped = None if failure is None else NotReady(failure)
        if stopped is not None:
            return NotSent(row, stopped)
        return self._send(delivery, row, self._prepare(delivery, row))

    def fix(self, delivery: Delivery, submitted: Submitted) -> Submitted | NotSent | None:
        """Remove the cause of a certain refusal and submit again; None: it has no cause that can be removed here."""
        row, ready = submitted.row, submitted.ready
        again: Prepared | None
        match submitted.refusal:
            case Failure(Meaning.CLOCK):
                again = ready if isinstance(delivery.venue.ask_server_time(), int) else None
            case Failure(Meaning.STALE_RULES):
                again = self._prepare(delivery, row, rules_since=row.updated_at)
            case Failure(Meaning.CREDENTIALS):
                rotated = get_rotated_credentials(row.identity.account, ready.credentials, self.ports.secrets)
                again = replace(ready, credentials=rotated) if rotated else None
            case _:
                return None
        return None if again is None else self._send(delivery, row, again)

    def _check_before_work(self, delivery: Delivery, row: Row) -> WhyNotSent | None:
        now = self.ports.clock.now()
        if row.retry_at is not None and row.retry_at > now:
            return TooEarly((row.retry_at - now) / 1000)
        hold = self._find_hold(delivery)
        if now > delivery.signal.expires_at:
            return Expired(hold.why if hold else None)
        return Exhausted() if row.attempts >= retry.MAX_ATTEMPTS else hold

    def _find_hold(self, delivery: Delivery) -> Hold | None:
        """A change may not need the exchange at all, so it meets a gate only when it is about to be sent."""
        signal, traffic = delivery.signal, delivery.venue.traffic
        if not places_orders(signal) and signal.action != CLOSE:
            return None
        controls, gate = self.ports.board.look(), traffic.find_closed_gate(signal.identity.account, places=True)
        return find_hold(signal, controls, gate, self.ports.clock, self.ports.randomness, tries=delivery.tries)

    def _look_once_more(self, delivery: Delivery, row: Row) -> WhyNotSent | None:
        """An earlier request was taken for absent: before the next one leaves, its order may have appeared."""
        found = look_for_late_order(row, delivery.venue, self.ports.secrets)
        if isinstance(found, Accepted):
            return AppearedLate(found)
        if not found.shows_absence:
            return NotReady(found)
        # Allowed when it was found absent; ResendAfterDoubt may have changed since. A person's redrive stands above it.
        if delivery.message.redriven or may_send_again(row, delivery.venue):
            return None
        return Doubtful("no source of the exchange shows its order")

    def _prepare(self, delivery: Delivery, row: Row, *, rules_since: int | None = None) -> Prepared:
        task = Task(delivery.signal, row, delivery.venue, self.ports)
        return prepare(replace(task, target=_meet_target(task)), rules_since=rules_since)

    def _send(self, delivery: Delivery, row: Row, prepared: Prepared) -> Submitted | NotSent:
        if not isinstance(prepared, Ready):
            return NotSent(row, prepared)
        with self.acquire_slot(delivery, prepared) as gate:
            stopped = self._check_with_slot(delivery, gate)
            if stopped is not None:
                return NotSent(row, stopped)
            claimed = claim(row, prepared, delivery.venue, self.ports)
            return (
                self.send_once(delivery, prepared, claimed) if isinstance(claimed, Claimed) else NotSent(row, claimed)
            )

    @contextmanager
    def acquire_slot(self, delivery: Delivery, ready: Ready) -> Iterator[ClosedGate | None]:
        """Acquire a slot for the orders that the request places; yield None when acquired, or the closed gate."""
        account, traffic = delivery.signal.identity.account, delivery.venue.traffic
        if may_place(ready.request):
            with traffic.acquire_slot(account, count_orders(ready.request)) as gate:
                yield gate
        else:
            yield traffic.find_closed_gate(account, places=False)

    def _check_with_slot(self, delivery: Delivery, gate: ClosedGate | None) -> WhyNotSent | None:
        controls = self.ports.board.recall()  # read anew, if need be, while the slot was waited for
        clock, randomness = self.ports.clock, self.ports.randomness
        hold = find_hold(delivery.signal, controls, gate, clock, randomness, tries=delivery.tries)
        return hold or (Expired() if clock.now() > delivery.signal.expires_at else None)

    def send_once(self, delivery: Delivery, ready: Ready, claimed: Claimed) -> Submitted:
        """Send the request, signed with the very instant that was written. Returns its answer as it is."""
        sent_at = self.ports.clock.now()
        answer = delivery.venue.send(get_request(ready.request), claimed.signed_at, ready.credentials)
        meaning = answer.meaning if isinstance(answer, Failure) else None
        delivery.venue.traffic.note_answer(SendTiming(self.ports.clock.now() - sent_at, meaning))
        return Submitted(claimed.row, ready, answer)


def _meet_target(task: Task) -> Row | NotReady | None:
    """What a change is about; a cancellation ends it here where nothing was sent for it."""
    if task.signal.target is None:
        return None
    if task.signal.action != CANCEL:
        return read_target(task)
    first = not (task.row.attempts and isinstance(task.row.request, Cancel | CancelAll))
    return end_target(task) if first else None
