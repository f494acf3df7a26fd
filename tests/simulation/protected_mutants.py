"""The protocol of futures broken on purpose, one rule at a time: each of these must be caught by the simulation."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import Amend, Cancel, get_request
from orderexec.domain.row import Row
from orderexec.ports import Credentials
from orderexec.usecases import (
    account_proof,
    end_target,
    plan_answers,
    prepare_order,
    reconcile_plan,
    reconcile_request,
    reconcile_row,
    submit,
    take_steps,
)
from orderexec.usecases.delivery import Submitted
from orderexec.usecases.take_steps import TakeSteps
from orderexec.venues.binance import futures, futures_changes, futures_effects
from orderexec.venues.binance.futures_changes import FuturesChanges
from orderexec.venues.binance.futures_effects import FuturesEffects
from orderexec.venues.binance.futures_errors import load_coinm_table, load_usdm_table
from orderexec.venues.binance.order_services import CONDITIONAL, PLAIN

from .mutants import Mutant

_MAY_HAVE_SUCCEEDED = (503, "Unknown error, please check your request or try again later.")


def entry_before_stop() -> AbstractContextManager[Any]:
    """The entry goes first, as people do it by hand."""

    def mutated(plan: Protected) -> Order:
        first = {Step.STOP: plan.entry, Step.ENTRY: plan.stop_loss}
        return first.get(plan.step) or (plan.take_profit if plan.step is Step.PROFIT else None) or plan.stop_loss

    return patch.object(Protected, "order", property(mutated))


def profit_as_large_as_ordered() -> AbstractContextManager[Any]:
    """The take-profit is for what was ordered, not for what was traded."""
    advance = Protected.advance

    def mutated(plan: Protected, report: Any) -> Protected | None:
        following = advance(plan, report)
        return replace(following, take_profit=plan.take_profit) if following and following.take_profit else following

    return patch.object(Protected, "advance", mutated)


def refused_entry_keeps_its_stop() -> AbstractContextManager[Any]:
    """The signal dies of the refusal at once, as one without a stop does."""
    find_next = plan_answers.find_next

    def mutated(step: Any) -> Any:
        return None if isinstance(step, Submitted) and step.refusal is not None else find_next(step)

    return patch.object(take_steps, "find_next", mutated)


def stop_of_a_doubt_is_kept() -> AbstractContextManager[Any]:
    """Nobody ends the stop of an entry that was found nowhere."""
    return patch.object(reconcile_row, "_leaves_stop", lambda *_: False)


def stop_keeps_its_name() -> AbstractContextManager[Any]:
    """The stop of the next round has the name of the one before."""
    return patch.object(prepare_order, "_count_rounds", lambda _: 0)


def stop_is_forgotten() -> AbstractContextManager[Any]:
    """The next round begins although the stop of the one before it may be open."""
    return patch.object(submit, "may_leave_stop", lambda _: False)


def one_source_suffices() -> AbstractContextManager[Any]:
    """An order that its own lookup does not show is taken for absent, whatever the lists show."""
    return patch.object(FuturesEffects, "prove_absence", lambda self, request, _: self.find(request))


def conditional_is_looked_up_as_plain() -> AbstractContextManager[Any]:
    """Every order is asked for at the service that has the plain ones."""
    return patch.object(futures_effects, "find_service", lambda **_: PLAIN)


def conditional_has_the_fence_of_a_plain_order() -> AbstractContextManager[Any]:
    """The lookups of the algo service are believed as soon as the others."""
    return patch.object(futures, "_is_about_conditional", lambda _: False)


def any_503_is_a_refusal() -> AbstractContextManager[Any]:
    """All texts of a 503 mean "not executed", as three of the four do."""
    stack = ExitStack()
    for table in (load_usdm_table(), load_coinm_table()):
        known = table.status_texts[_MAY_HAVE_SUCCEEDED]._replace(meaning=Meaning.RETRY)
        stack.enter_context(patch.dict(table.status_texts, {_MAY_HAVE_SUCCEEDED: known}))
    return stack


def step_sent_before_written() -> AbstractContextManager[Any]:
    """The request of a step leaves first, the row says so afterwards."""
    send = TakeSteps._send

    def mutated(self: TakeSteps, delivery: Any, row: Row, ready: Any, *others: Any, **named: Any) -> Any:
        delivery.venue.send(get_request(ready.request), delivery.venue.now(), ready.credentials)
        return send(self, delivery, row, ready, *others, **named)

    return patch.object(TakeSteps, "_send", mutated)


def late_order_is_looked_for_by_its_step() -> AbstractContextManager[Any]:
    """After a doubt whatever the plan does now is looked for, and not its entry."""

    def mutated(row: Row, venue: Any, secrets: Any) -> Answer:
        assert row.request is not None
        return reconcile_request.look_up(row.request, row, venue, secrets, everywhere=True)

    stack = ExitStack()
    for module in (submit, end_target, reconcile_row):
        stack.enter_context(patch.object(module, "look_for_late_order", mutated))
    return stack


def called_off_plan_goes_on() -> AbstractContextManager[Any]:
    """What a plan was undone for counts, although it was called off while it was in doubt."""
    tell_undone = plan_answers._tell_undone

    def mutated(row: Row, plan: Protected, done: Accepted) -> Any:
        return tell_undone(replace(row, canceled_by=None), plan, done)

    return patch.object(plan_answers, "_tell_undone", mutated)


def profit_is_always_sent_again() -> AbstractContextManager[Any]:
    """Whoever looks after rows sends a take-profit again, whatever ResendAfterDoubt says."""
    return patch.object(reconcile_plan, "may_send_again", lambda *_: True)


def entry_goes_whatever_its_age() -> AbstractContextManager[Any]:
    """Once its stop is there, an entry is sent: its age and halts were looked at before."""
    return patch.object(TakeSteps, "_find_why_held", lambda *_: None)


def working_entry_ends_its_plan() -> AbstractContextManager[Any]:
    """An entry that lookups show at work is taken to rest, whatever its type."""
    return patch.object(Protected, "awaits", lambda *_: False)


def search_begins_at_the_last_step() -> AbstractContextManager[Any]:
    """After a doubt about the take-profit the entry is looked for from then on."""
    take_step = Row.take_step

    def mutated(self: Row, plan: Protected, **named: Any) -> Row:
        row = take_step(self, plan, **named)
        return row if self.doubted else replace(row, earliest_signed_at=named["signed_at"])

    return patch.object(Row, "take_step", mutated)


def old_key_is_used_while_it_is_stored() -> AbstractContextManager[Any]:
    """The key that signed the step before signs the next one, although it may be deleted at the exchange."""

    def mutated(row: Row, venue: Any, secrets: Any) -> Credentials | None:
        keys = account_proof._list_keys(row, secrets)
        own = (key for key in keys if row.signed_for in (None, venue.accounts.name_signer(key)))
        return next(own, None) or account_proof.find_own_key(row, venue, secrets)

    return patch.object(take_steps, "find_own_key", mutated)


def canceled_entry_keeps_its_stop() -> AbstractContextManager[Any]:
    """A cancellation ends the entry that rests, and leaves the stop."""
    return patch.object(FuturesChanges, "_end_exits", lambda _self, _cancel, entry: Accepted(entry))


def exit_in_doubt_is_called_ended() -> AbstractContextManager[Any]:
    """A cancellation in doubt is called done once the entry is ended."""
    return patch.object(FuturesEffects, "_find_unprotected", lambda _self, _cancel, entry: Accepted(entry))


def only_plain_orders_are_swept() -> AbstractContextManager[Any]:
    """ "Cancel all" leaves the orders that wait for a price."""
    stack = ExitStack()
    for module in (futures_changes, futures_effects):
        stack.enter_context(patch.object(module, "SERVICES", (PLAIN,)))
    return stack


def amendment_believed() -> AbstractContextManager[Any]:
    """An amendment in doubt is called done, whatever terms its order has."""

    def mutated(self: FuturesEffects, amend: Amend) -> Answer:
        told = self.lookups.ask_order(PLAIN, amend.symbol, amend.client_order_id)
        return told if isinstance(told, Failure) else Accepted(told)

    return patch.object(FuturesEffects, "find_amended", mutated)


def undo_believed() -> AbstractContextManager[Any]:
    """The end of a stop is called done although its request got no answer."""
    find = FuturesEffects._find_canceled

    def mutated(self: FuturesEffects, cancel: Cancel) -> Answer:
        if not cancel.conditional:
            return find(self, cancel)
        told = self.lookups.ask_order(CONDITIONAL, cancel.symbol, cancel.client_order_id)
        return told if isinstance(told, Failure) else Accepted(told)

    return patch.object(FuturesEffects, "_find_canceled", mutated)


PROTECTED_MUTANTS: tuple[Mutant, ...] = (
    entry_before_stop,
    profit_as_large_as_ordered,
    refused_entry_keeps_its_stop,
    stop_of_a_doubt_is_kept,
    stop_keeps_its_name,
    stop_is_forgotten,
    one_source_suffices,
    conditional_is_looked_up_as_plain,
    conditional_has_the_fence_of_a_plain_order,
    any_503_is_a_refusal,
    step_sent_before_written,
    late_order_is_looked_for_by_its_step,
    called_off_plan_goes_on,
    profit_is_always_sent_again,
    entry_goes_whatever_its_age,
    working_entry_ends_its_plan,
    search_begins_at_the_last_step,
    old_key_is_used_while_it_is_stored,
    canceled_entry_keeps_its_stop,
    exit_in_doubt_is_called_ended,
    only_plain_orders_are_swept,
    amendment_believed,
    undo_believed,
)
