"""The protocol of Bybit broken on purpose, one rule at a time: each must be caught, and by the rule that names it."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any, NamedTuple
from unittest.mock import patch

from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Amend, Cancel
from orderexec.domain.validity import Validity
from orderexec.usecases import reconcile_request
from orderexec.venues.absence import Source, prove_absence
from orderexec.venues.bybit import changes, connection, errors, lookups, venue
from orderexec.venues.bybit.changes import Changes
from orderexec.venues.bybit.listings import Listings
from orderexec.venues.bybit.lookups import Lookups
from orderexec.venues.bybit.reports import read_acknowledged
from orderexec.venues.bybit.venue import Bybit

from .bounds import Bounds, Breaks
from .mutants import Mutant
from .world import Weather

ABSENT = "was taken for absent, and its order .* is there or may still come"
NO_ORDER = "is ACCEPTED but the exchange has no order"
NOT_REFUSED = "is (DEAD|WAITING) but (the exchange has its order|a request may still become an order)"
DOUBT_WITHOUT_END = "is SENT, and for .* ms nobody has reconciled it|ended SENT"
FORGOTTEN = "beyond what the exchange remembers"
IS_A_DUPLICATE = "is told as refused, because its order is there already"
ANOTHER_ID = "leaves under the id .*, which is no signal's"
TARGET_OPEN = "is ACCEPTED but its target is open"
OTHER_TERMS = "is ACCEPTED but its target never had these terms"
LEFT_OPEN = "are open, from before it"
NOT_ENDED = "tells that its order is .*, and it is open"
HALF_REFUSED = "as if it was refused, and the exchange has accepted it or a part of it"


# What a rule is about must happen often: answers are lost, work takes long, lists lag.
DOUBTS = Weather(
    answer_lost=0.4,
    question_lost=0.02,
    request_late=0.4,
    lookup_lags=0.9,
    server_error=0.05,
    refused=0.03,
    limited=0.05,
    dies=0.01,
)
_ERRORS = replace(DOUBTS, server_error=0.6, request_late=0.1)
_SLOW = Weather(request_late=0.3, lookup_lags=0.9)
_KEYLESS = replace(DOUBTS, keyless=True)


class Caught(NamedTuple):
    """A mutant, the words of the rule that must catch it, and the weather and bounds in which it does."""

    mutant: Mutant
    by: str
    weather: Weather = DOUBTS
    bounds: Bounds = Bounds()
    changes: float = 0.5


def fence_off() -> AbstractContextManager[Any]:
    """An absence is believed from the moment of the request on."""
    return patch.object(Validity, "compute_fence", lambda _, signed_at: signed_at)


def fence_without_lag() -> AbstractContextManager[Any]:
    """The lists are believed as soon as nothing can come any more."""
    return patch.object(Validity, "compute_fence", lambda self, at: at + self.window_ms + self.processing_ms)


def fence_without_processing() -> AbstractContextManager[Any]:
    """What was let in is taken to be done at once."""
    return patch.object(Validity, "compute_fence", lambda self, at: at + self.window_ms + self.lag_ms)


def first_list_suffices() -> AbstractContextManager[Any]:
    """The list that a restart wipes is believed alone."""
    return _ask_only(Source.LOOKUP)


def history_suffices() -> AbstractContextManager[Any]:
    """The list that has only what is closed is believed alone."""
    return _ask_only(Source.HISTORY)


def _ask_only(source: Source) -> AbstractContextManager[Any]:
    return patch.object(lookups, "prove_absence", lambda _, ask: prove_absence((source,), ask))


def one_look_suffices() -> AbstractContextManager[Any]:
    """An order that vanishes for a moment as it fills is taken for absent."""
    return patch.object(reconcile_request, "ABSENCE_LOOKS", 1)


def empty_list_is_an_error() -> AbstractContextManager[Any]:
    """That no such order is listed counts as a lookup that failed."""
    ask = Listings.ask_named

    def mutated(self: Listings, *asked: Any) -> Any:
        return ask(self, *asked) or Failure(Meaning.UNKNOWN, None, "the list is empty")

    return patch.object(Listings, "ask_named", mutated)


def outer_success_suffices() -> AbstractContextManager[Any]:
    """`retCode` 0 is a success, whatever stands inside."""
    return patch.object(connection, "is_error", lambda document: document is None or document.get("retCode") != 0)


def refusal_counts_beside_an_order() -> AbstractContextManager[Any]:
    """The refusal inside a success counts although the success names an order."""
    return patch.object(errors, "_names_order", lambda _: False)


def horizon_is_ignored() -> AbstractContextManager[Any]:
    """ "Not found" is believed however long ago the order was sent."""
    return patch.object(Validity, "shows_absence", lambda *_: True)


def duplicate_is_a_refusal() -> AbstractContextManager[Any]:
    """That the id was used before is read as "rejected"."""
    stack, words = ExitStack(), errors.load_table().fragments
    stack.enter_context(_read_codes(Meaning.REJECT, "110072", "170141"))
    told = words["duplicate"]._replace(meaning=Meaning.REJECT)
    stack.enter_context(patch.dict(words, {"duplicate": told}))
    return stack


def timeout_is_a_refusal() -> AbstractContextManager[Any]:
    """A timeout of their server, and an overload, mean "not executed"."""
    return _read_codes(Meaning.RETRY, "10000", "429")


def _read_codes(meaning: Meaning, *codes: str) -> AbstractContextManager[Any]:
    table = errors.load_table().codes
    return patch.dict(table, {code: table[code]._replace(meaning=meaning) for code in codes})


def id_changes_between_attempts() -> AbstractContextManager[Any]:
    """The request of a later attempt has an id of its own. (A row refuses that; here only the request differs.)"""
    place, sent = Bybit._place, set[str]()

    def mutated(self: Bybit, order: Order, signed_at: int, looked_up: Lookups) -> Answer:
        name = order.client_order_id
        again = replace(order, client_order_id=f"{name[:-4]}{signed_at % 10_000:04}") if name in sent else order
        sent.add(name)
        return place(self, again, signed_at, looked_up)

    return patch.object(Bybit, "_place", mutated)


def cancellation_is_believed() -> AbstractContextManager[Any]:
    """An acknowledged cancellation is done, whatever the order shows."""
    return _believe("cancel", "the cancellation was accepted")


def unseen_is_ended() -> AbstractContextManager[Any]:
    """An order that is not shown after its cancellation was acknowledged has ended."""
    cancel = Changes.cancel

    def mutated(self: Changes, asked: Cancel) -> Answer:
        answer = cancel(self, asked)
        unseen = self.lookups.glance(asked.symbol, asked.client_order_id) is None
        return Accepted(None) if unseen and _is_doubt(answer, "the cancellation was accepted") else answer

    return patch.object(Changes, "cancel", mutated)


def amendment_is_believed() -> AbstractContextManager[Any]:
    """An acknowledged amendment is done, whatever terms the order has."""
    return _believe("amend", "the amendment was accepted")


def _believe(action: str, doubt: str) -> AbstractContextManager[Any]:
    change = getattr(Changes, action)

    def mutated(self: Changes, asked: Cancel | Amend) -> Answer:
        answer: Answer = change(self, asked)
        return Accepted(None) if _is_doubt(answer, doubt) else answer

    return patch.object(Changes, action, mutated)


def _is_doubt(answer: Answer, words: str) -> bool:
    return isinstance(answer, Failure) and answer.detail.startswith(words)


def cancellation_of_all_is_believed() -> AbstractContextManager[Any]:
    """Once it is acknowledged that all orders are to end, they have ended."""
    return patch.object(Changes, "_judge_all", lambda _self, _cancel: Accepted(None))


def list_has_the_newest() -> AbstractContextManager[Any]:
    """That no order is listed as open means that none is."""
    return patch.object(Lookups, "shows_all", lambda _self, _cancel: True)


def half_a_change_is_none() -> AbstractContextManager[Any]:
    """A refusal counts for all orders, although the end of some was accepted before it."""
    return patch.object(changes, "leave_in_doubt", lambda failure: failure)


def acknowledgement_is_a_fill() -> AbstractContextManager[Any]:
    """An order whose request was accepted is told as filled."""
    return patch.object(venue, "read_acknowledged", lambda *asked: replace(read_acknowledged(*asked), status="FILLED"))


BYBIT_MUTANTS: tuple[Caught, ...] = (
    Caught(fence_off, ABSENT),
    Caught(fence_without_lag, ABSENT, replace(DOUBTS, request_late=0.5), changes=0),
    Caught(fence_without_processing, ABSENT),
    Caught(first_list_suffices, ABSENT),
    Caught(history_suffices, ABSENT),
    Caught(one_look_suffices, ABSENT, bounds=Bounds(Breaks.BLINK), changes=0),
    Caught(empty_list_is_an_error, DOUBT_WITHOUT_END),
    Caught(outer_success_suffices, NO_ORDER, _ERRORS),
    Caught(refusal_counts_beside_an_order, NOT_REFUSED, _ERRORS, changes=0),
    Caught(timeout_is_a_refusal, NOT_REFUSED, _ERRORS),
    Caught(horizon_is_ignored, FORGOTTEN, _KEYLESS),
    Caught(duplicate_is_a_refusal, IS_A_DUPLICATE, bounds=Bounds(Breaks.ENGINE), changes=0),
    Caught(id_changes_between_attempts, ANOTHER_ID),
    Caught(cancellation_is_believed, TARGET_OPEN),
    Caught(unseen_is_ended, TARGET_OPEN, _SLOW),
    Caught(amendment_is_believed, OTHER_TERMS, _SLOW),
    Caught(cancellation_of_all_is_believed, LEFT_OPEN, _SLOW),
    Caught(list_has_the_newest, LEFT_OPEN, _SLOW, changes=0.8),
    Caught(half_a_change_is_none, HALF_REFUSED),
    Caught(acknowledgement_is_a_fill, NOT_ENDED),
)
