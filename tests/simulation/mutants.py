"""The protocol broken on purpose, one rule at a time: each of these must be caught by the simulation."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from orderexec.aws import day_counters
from orderexec.aws.ledger import DynamoLedger
from orderexec.aws.ledger_item import make_item
from orderexec.domain import exits
from orderexec.domain.backlog import OpenRow
from orderexec.domain.controls import Controls, name_ban
from orderexec.domain.daily_count import list_moves
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Message
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import get_request
from orderexec.domain.row import Row
from orderexec.domain.validity import Resend, Validity
from orderexec.domain.verdicts import Done
from orderexec.ports import DayFull, NoCredentials, Ports, RowChanged
from orderexec.usecases import end_target, execute_signal, prepare_change, reconcile_backlog, reconcile_request, submit
from orderexec.usecases.account_proof import Told
from orderexec.usecases.claim import claim
from orderexec.usecases.conclude import ConcludeDelivery
from orderexec.usecases.dead_letter_signal import DeadLetterSignal
from orderexec.usecases.delivery import Delivery, NotSent, Submitted
from orderexec.usecases.execute_signal import ExecuteSignal
from orderexec.usecases.prepared import Ready
from orderexec.usecases.reconcile_request import Absent, Unclear
from orderexec.usecases.reconcile_row import ReconcileRow
from orderexec.usecases.submit import SubmitAttempt
from orderexec.venues.binance import errors
from orderexec.venues.binance import venue as spot
from orderexec.venues.binance.answers import Answers
from orderexec.venues.binance.error_codes import CODES
from orderexec.venues.binance.lookups import Lookups
from orderexec.venues.binance.venue import BinanceSpot
from orderexec.venues.http import NoReply, Reply
from orderexec.venues.traffic import VenueTraffic

from . import counters

Mutant = Callable[[], AbstractContextManager[Any]]


def fence_shortened() -> AbstractContextManager[Any]:
    """The row says that a request is dead one second after it was signed."""
    return patch.object(Validity, "compute_fence", lambda _, signed_at: signed_at + 1_000)


def fence_without_processing_time() -> AbstractContextManager[Any]:
    """The receive window alone, as if the exchange executed in no time."""
    return patch.object(Validity, "compute_fence", lambda self, signed_at: signed_at + self.window_ms)


def lookup_skipped() -> AbstractContextManager[Any]:
    """After the fence the order is sent again without a look."""
    return patch.object(execute_signal, "reconcile", lambda row, venue, *_, **__: _past_fence(row, venue))


def silence_is_absence() -> AbstractContextManager[Any]:
    """A lookup that failed counts as "no such order"."""
    look_up = reconcile_request.look_up

    def mutated(*arguments: Any, **named: Any) -> Accepted | Failure:
        found = look_up(*arguments, **named)
        return found if isinstance(found, Accepted) else Failure(Meaning.NOT_FOUND, None, found.detail)

    return patch.object(reconcile_request, "look_up", mutated)


def signed_with_now() -> AbstractContextManager[Any]:
    """The request is signed when it leaves, not with what the row says."""
    place = BinanceSpot.send

    def mutated(self: BinanceSpot, order: Any, signed_at: int, credentials: Any) -> Answer:
        return place(self, order, self.now() + 1, credentials)

    return patch.object(BinanceSpot, "send", mutated)


def condition_dropped() -> AbstractContextManager[Any]:
    """Whoever writes last wins."""

    def mutated(self: DynamoLedger, row: Row, _: Row) -> Any:
        return {"TableName": self.table, "Item": make_item(row)}

    return patch.object(DynamoLedger, "_make_put", mutated)


def token_not_checked() -> AbstractContextManager[Any]:
    """A lost race looks like a write of one's own."""
    write = DynamoLedger.write

    def mutated(self: DynamoLedger, row: Row, *, over: Row) -> None:
        with suppress(RowChanged):
            write(self, row, over=over)

    return patch.object(DynamoLedger, "write", mutated)


def sent_before_written() -> AbstractContextManager[Any]:
    """The request leaves first, the row says so afterwards."""
    send = SubmitAttempt._send

    def mutated(self: SubmitAttempt, delivery: Delivery, row: Row, prepared: Any) -> Any:
        if isinstance(prepared, Ready):
            delivery.venue.send(get_request(prepared.request), delivery.venue.now(), prepared.credentials)
        return send(self, delivery, row, prepared)

    return patch.object(SubmitAttempt, "_send", mutated)


def dead_before_certainty() -> AbstractContextManager[Any]:
    """An answer that says nothing is taken for a refusal."""

    def mutated(self: ConcludeDelivery, delivery: Delivery, step: Submitted, failure: Failure) -> Any:
        return self.dead_letter(delivery.message, step.row, Reason.REJECTED, failure.detail, failure.code)

    return patch.object(ConcludeDelivery, "_wait_for_fence", mutated)


def waiting_before_certainty() -> AbstractContextManager[Any]:
    """An answer that says nothing is taken for "try again"."""

    def mutated(self: ConcludeDelivery, delivery: Delivery, step: Submitted, failure: Failure) -> Any:
        return self._try_again(delivery, step.row, failure)

    return patch.object(ConcludeDelivery, "_wait_for_fence", mutated)


def letter_before_row() -> AbstractContextManager[Any]:
    """The dead letter is sent before the row is dead."""
    dead_letter = DeadLetterSignal.__call__

    def mutated(
        self: DeadLetterSignal, message: Message, row: Row, reason: Reason, detail: str, code: Any = None
    ) -> Any:
        self.dead_letters.send(message, self._end(message, row, reason, detail, code))
        return dead_letter(self, message, row, reason, detail, code)

    return patch.object(DeadLetterSignal, "__call__", mutated)


def letter_noted_before_sent() -> AbstractContextManager[Any]:
    """The row says that its letter was sent before it was."""
    dead = Row.die

    def mutated(self: Row, *arguments: Any, **named: Any) -> Row:
        return replace(dead(self, *arguments, **named), letter_sent=True)

    return patch.object(Row, "die", mutated)


def acknowledged_before_written() -> AbstractContextManager[Any]:
    """The message is done with although nothing durable says that its order was placed."""

    def mutated(self: ConcludeDelivery, _: Delivery, row: Row, done: Accepted) -> Any:
        return Done(row.accept(done, token=self.ports.randomness.token(), now=self.ports.clock.now()))

    return patch.object(ConcludeDelivery, "_accept", mutated)


def doubt_acknowledged() -> AbstractContextManager[Any]:
    """A message whose signal is in doubt is deleted instead of coming back."""
    conclude = ConcludeDelivery.__call__

    def mutated(self: ConcludeDelivery, delivery: Delivery, step: Submitted | NotSent) -> Any:
        verdict = conclude(self, delivery, step)
        return Done(step.row) if isinstance(step, NotSent) and isinstance(step.why, Unclear) else verdict

    return patch.object(ConcludeDelivery, "__call__", mutated)


def visibility_ignored() -> AbstractContextManager[Any]:
    """A message that is back early is treated as if its fence had passed."""

    def mutated(row: Row, venue: Any, ports: Ports, **_: Any) -> Any:
        order, _fence = reconcile_request._get_attempt(row)
        found = reconcile_request.look_up(order, row, venue, ports.secrets)
        if isinstance(found, Accepted):
            return found
        return Absent() if found.shows_absence else Unclear(5, found.detail)

    return patch.object(execute_signal, "reconcile", mutated)


def server_error_is_refusal() -> AbstractContextManager[Any]:
    """5xx means "not executed"."""
    mutated = dict.fromkeys(range(500, 600), errors.STATUSES[500]._replace(meaning=Meaning.RETRY))
    return patch.dict(errors.STATUSES, mutated)


def timeout_is_refusal() -> AbstractContextManager[Any]:
    """No answer means "not executed"."""
    return patch.dict(errors.TRANSPORT, {True: errors.TRANSPORT[True]._replace(meaning=Meaning.RETRY)})


def unlisted_code_is_refusal() -> AbstractContextManager[Any]:
    """A code that nobody has documented means "rejected"."""
    classify = Answers.classify

    def mutated(answers: Answers, reply: Reply | NoReply, document: object) -> Failure:
        read = classify(answers, reply, document)
        listed = read.code is None or int(read.code) in CODES
        return read if listed else replace(read, meaning=Meaning.REJECT)

    return patch.object(Answers, "classify", mutated)


def sent_row_is_free() -> AbstractContextManager[Any]:
    """A row that says SENT is taken for one that nobody works on: the usual idempotency layer."""
    return patch.object(ExecuteSignal, "_reconcile", lambda _self, _delivery, row: row)


def accepted_is_revived() -> AbstractContextManager[Any]:
    """A message that a person redrove is sent whatever its row says."""
    go_by = ExecuteSignal._go_by

    def mutated(self: ExecuteSignal, row: Row, message: Message, signal: Any) -> Any:
        if message.redriven and row.state is State.ACCEPTED:
            row = replace(row, state=State.WAITING)
        return go_by(self, row, message, signal)

    return patch.object(ExecuteSignal, "_go_by", mutated)


def redriven_is_young() -> AbstractContextManager[Any]:
    """The age of a signal that was redriven counts from the move, as SQS counts that of the message."""
    go_by = ExecuteSignal._go_by

    def mutated(self: ExecuteSignal, row: Row, message: Message, signal: Any) -> Any:
        if message.redriven and row.state is State.DEAD:
            row = replace(row, issued_at=message.sent_at, expires_at=message.sent_at + row.expires_at - row.issued_at)
        return go_by(self, row, message, signal)

    return patch.object(ExecuteSignal, "_go_by", mutated)


def cancel_does_not_wait() -> AbstractContextManager[Any]:
    """A signal in doubt is taken for one that has no order."""
    without = prepare_change._has_no_order
    return patch.object(prepare_change, "_has_no_order", lambda row: row.state is State.SENT or without(row))


def waiting_target_is_left() -> AbstractContextManager[Any]:
    """A signal that waits is called cancelled, but its row is not ended."""

    def mutated(_: Any, target: Row | None) -> Row | None:
        waits = target is not None and target.state is State.WAITING
        return replace(target, state=State.DEAD) if target is not None and waits else target

    return patch.object(end_target, "_end_unsent", mutated)


def canceled_letter_revives() -> AbstractContextManager[Any]:
    """What was cancelled after its death can still be redriven by a person."""

    end_unsent = end_target._end_unsent

    def mutated(task: Any, target: Row | None) -> Row | None:
        return target if target is not None and target.state is State.DEAD else end_unsent(task, target)

    return patch.object(end_target, "_end_unsent", mutated)


def called_off_is_sent_again() -> AbstractContextManager[Any]:
    """What was cancelled while it was in doubt is noted as such, and sent again."""
    absent = Row.note_absence

    def mutated(self: Row) -> Row:
        return replace(absent(self), canceled_by=None)

    return patch.object(Row, "note_absence", mutated)


def list_looked_up_as_a_list() -> AbstractContextManager[Any]:
    """The lookup of lists, which lags, is believed when it says that there is none."""

    def mutated(self: Lookups, orders: Any) -> Answer:
        status = self._ask_list_status(orders)
        return status if isinstance(status, Failure) else Failure(Meaning.UNKNOWN, None, status)

    return patch.object(Lookups, "_find_list", mutated)


def legs_share_an_id() -> AbstractContextManager[Any]:
    """All orders of a list have the signal's own id."""
    make_order_id = exits.make_order_id
    return patch.object(exits, "make_order_id", lambda signal, _: make_order_id(signal, ""))


def open_order_is_canceled() -> AbstractContextManager[Any]:
    """A cancellation in doubt is called done although its order is open."""
    return patch.object(OrderReport, "open", property(lambda _: False))


def amendment_believed() -> AbstractContextManager[Any]:
    """An amendment in doubt is called done, whatever quantity its order has."""

    def mutated(self: Lookups, amend: Any) -> Answer:
        report = self.ask_order(amend.symbol, amend.client_order_id)
        return report if isinstance(report, Failure) else Accepted(report)

    return patch.object(Lookups, "_find_amended", mutated)


def half_a_replacement_is_one() -> AbstractContextManager[Any]:
    """An answer to a replacement that carries both halves is taken for a success."""
    return patch.object(spot, "classify_halves", lambda *_: Accepted(None))


def _past_fence(row: Row, venue: Any) -> Absent | Unclear:
    left = (row.fence or 0) - venue.now()
    return Unclear(left / 1000, "too early") if left > 0 else Absent()


def any_account_proves_absence() -> AbstractContextManager[Any]:
    """An order is asked for with whatever key the secret holds now."""

    def ask(secrets: Any, account: str, question: Any, *, refetch: bool) -> Any:
        key = secrets.get_credentials(account, refetch=refetch)
        return Failure(Meaning.CREDENTIALS, None, key.detail) if isinstance(key, NoCredentials) else question(key)

    def mutated(row: Row, _: Any, secrets: Any, question: Any) -> Told[Any]:
        answer = ask(secrets, row.identity.account, question, refetch=False)
        refused = isinstance(answer, Failure) and answer.meaning is Meaning.CREDENTIALS
        return Told(ask(secrets, row.identity.account, question, refetch=True) if refused else answer)

    return patch.object(reconcile_request, "ask_its_account", mutated)


def ban_ignored() -> AbstractContextManager[Any]:
    """Requests leave whatever is known of a ban."""
    return patch.object(VenueTraffic, "find_ban", lambda _: None)


def gate_never_closed() -> AbstractContextManager[Any]:
    """Who is refused keeps it to itself, as functions do that count their limits each for itself."""

    def mutated(self: VenueTraffic, _account: str, failure: Failure) -> None:
        if failure.meaning in (Meaning.RATE_LIMIT, Meaning.BLOCKED):
            until = self.clock.now() + int(1000 * (failure.retry_after or 0))
            self.board.watch(name_ban(self.pool), until)  # type: ignore[attr-defined]

    return patch.object(VenueTraffic, "note_refusal", mutated)


def halt_ignored() -> AbstractContextManager[Any]:
    """A halt is written, and nobody looks."""
    return patch.object(Controls, "find_halt", lambda *_: None)


def one_source_suffices() -> AbstractContextManager[Any]:
    """An order that its own lookup does not show is taken for absent, whatever the lists show."""
    return patch.object(Lookups, "prove_absence", lambda self, request, _: self.find(request))


def one_look_suffices() -> AbstractContextManager[Any]:
    """An order that no source shows at one moment is taken for absent."""
    return patch.object(reconcile_request, "ABSENCE_LOOKS", 1)


def resend_is_always_allowed() -> AbstractContextManager[Any]:
    """Whatever ResendAfterDoubt says, an order is sent again as often as it is in doubt."""
    return patch.object(Resend, "allows", lambda *_: True)


def doubt_is_looked_at_once_only() -> AbstractContextManager[Any]:
    """A minute after a doubt the exchange is asked for the last time."""
    return patch.object(Row, "audited", property(lambda row: row.audits > 0))


def search_begins_at_the_last_request() -> AbstractContextManager[Any]:
    """After a doubt and a certain refusal, orders are looked for from the newest request on only."""
    sent = Row.claim

    def mutated(self: Row, request: Any, **named: Any) -> Row:
        row = sent(self, request, **named)
        return row if self.state is State.SENT else replace(row, earliest_signed_at=named["signed_at"])

    return patch.object(Row, "claim", mutated)


def late_order_is_left_to_the_dead() -> AbstractContextManager[Any]:
    """A late order is told of, but its signal stays dead, and so may be sent again."""

    def mutated(self: ReconcileRow, row: Row, *_: Any) -> Row:
        return row.note_finding("late", token=self.ports.randomness.token())

    return patch.object(ReconcileRow, "_accept_late", mutated)


def stuck_rows_come_first() -> AbstractContextManager[Any]:
    """The longest overdue row is always looked at first, however often that was in vain."""

    def by_age(rows: Iterable[OpenRow]) -> Iterator[OpenRow]:
        return iter(sorted(rows, key=lambda row: row.due))

    unfair = ExitStack()
    unfair.enter_context(patch.object(reconcile_backlog, "take_turns", by_age))
    unfair.enter_context(patch.object(reconcile_backlog.Run, "_postpone", lambda *_: None))
    return unfair


def counted_once_a_signal() -> AbstractContextManager[Any]:
    """A signal is counted before its first attempt, for good: not when it is tried again, or redriven."""
    stack = ExitStack()
    stack.enter_context(_not_counted(lambda row: row.attempts > 0 or row.message_id is not None))
    # And what the exchange refused is not taken back.
    stack.enter_context(patch.object(DynamoLedger, "_take_back", _put_alone))
    return stack


def not_counted_when_redriven() -> AbstractContextManager[Any]:
    """A dead signal that a person moves back to the queue is sent without being counted again."""
    return _not_counted(lambda row: row.message_id is not None)


def counted_in_a_write_of_its_own() -> AbstractContextManager[Any]:
    """First the counter, then the row: whoever dies in between has counted what nobody claims."""

    def mutated(self: DynamoLedger, row: Row, *, over: Row, limits: Any) -> Any:
        table: Any = self.client
        for move in list_moves(over.counted, row.counted):
            update = self.counters.make_update(row.identity.account, move, row.counted, limits)
            key = update["Key"]["pk"]["S"]
            if not counters.allows(update, table.counters.get(key)):
                return DayFull("the day is full")
            table.counters[key] = counters.updated(update, table.counters.get(key))
        table.world.step()
        return _put_alone(self, row, over)

    return patch.object(DynamoLedger, "claim", mutated)


def limit_of_the_day_not_looked_at() -> AbstractContextManager[Any]:
    """Everything is counted, and nothing is ever too much."""
    return patch.object(day_counters, "_make_condition", lambda *_: {})


def taken_back_while_in_doubt() -> AbstractContextManager[Any]:
    """An attempt without an answer is written again as if it had been refused, so far as the day is concerned."""
    wait_for_fence = ConcludeDelivery._wait_for_fence

    def mutated(self: ConcludeDelivery, delivery: Delivery, step: Submitted, failure: Failure) -> Any:
        forgotten = replace(step.row, counted=None, token=self.ports.randomness.token())
        self.ports.ledger.write(forgotten, over=step.row)
        return wait_for_fence(self, delivery, replace(step, row=forgotten), failure)

    return patch.object(ConcludeDelivery, "_wait_for_fence", mutated)


def _not_counted(which: Callable[[Row], bool]) -> AbstractContextManager[Any]:
    """The attempts of some rows are claimed as if their account had no limit of the day."""

    def mutated(row: Row, ready: Ready, *others: Any, **named: Any) -> Any:
        return claim(row, replace(ready, countable=None) if which(row) else ready, *others, **named)

    return patch.object(submit, "claim", mutated)


def _put_alone(self: DynamoLedger, row: Row, over: Row) -> None:
    """The row's write without its counter's."""
    self.write(row, over=replace(over, counted=row.counted))


MUTANTS: tuple[Mutant, ...] = (
    one_source_suffices,
    one_look_suffices,
    resend_is_always_allowed,
    doubt_is_looked_at_once_only,
    search_begins_at_the_last_request,
    late_order_is_left_to_the_dead,
    stuck_rows_come_first,
    ban_ignored,
    gate_never_closed,
    halt_ignored,
    fence_shortened,
    fence_without_processing_time,
    lookup_skipped,
    silence_is_absence,
    signed_with_now,
    condition_dropped,
    token_not_checked,
    sent_before_written,
    dead_before_certainty,
    waiting_before_certainty,
    letter_before_row,
    letter_noted_before_sent,
    acknowledged_before_written,
    doubt_acknowledged,
    visibility_ignored,
    server_error_is_refusal,
    timeout_is_refusal,
    unlisted_code_is_refusal,
    sent_row_is_free,
    accepted_is_revived,
    redriven_is_young,
    cancel_does_not_wait,
    waiting_target_is_left,
    canceled_letter_revives,
    called_off_is_sent_again,
    list_looked_up_as_a_list,
    legs_share_an_id,
    open_order_is_canceled,
    amendment_believed,
    half_a_replacement_is_one,
    counted_once_a_signal,
    not_counted_when_redriven,
    counted_in_a_write_of_its_own,
    limit_of_the_day_not_looked_at,
    taken_back_while_in_doubt,
    any_account_proves_absence,
)
