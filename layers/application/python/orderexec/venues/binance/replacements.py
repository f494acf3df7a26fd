"""cancelReplace, which only Binance Spot has: how it is asked for, and what an answer with two halves means.

Source: "Cancel an Existing Order and Send a New Order" in rest-api.md: 400 with -2022 and 409 with -2021 carry both
results in `data`. With STOP_ON_FAILURE the new order is not attempted unless the old one was cancelled, and with
ONLY_NEW the old one is cancelled only if nothing of it has traded: the new one would trade its whole quantity on top.
"""

from typing import Any

from orderexec.domain.advice import Advice
from orderexec.domain.outcomes import NOT_EXECUTED, Accepted, Failure, Meaning
from orderexec.domain.requests import Replace
from orderexec.venues.advice import CANCEL_AND_PLACE_REST, LOOK_AT_OLD, PLACE_AFTER_ALL
from orderexec.venues.call import Call
from orderexec.venues.http import NoReply, Reply
from orderexec.venues.replies import Unreadable

from .errors import SPOT_ANSWERS
from .parameters import RESULT, name_mode, name_order
from .products import CANCEL_REPLACE
from .reports import Answer, read_cancellation, read_placed

_HALVES = ("-2021", "-2022")
_RESTRICTED = "Order was not canceled due to cancel restrictions."  # errors.md
_FILLED_IN_PART = (
    "the old order was filled in part, so nothing was replaced: a new one would trade its whole quantity on top"
)


def build_replace_call(replace: Replace) -> Call:
    """Return the call that cancels and places; neither is done where the old order has traded or is closed."""
    named = {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelRestrictions": "ONLY_NEW"}
    named |= {"cancelOrigClientOrderId": replace.replaced}
    return Call("POST", CANCEL_REPLACE, name_order(replace.order) | named | name_mode(replace.order) | RESULT)


def read_replaced(answer: Answer, replace: Replace) -> Accepted:
    """Return what the answer says: the report of the new order, then of the old one. Raises Unreadable."""
    if (answer.get("cancelResult"), answer.get("newOrderResult")) != ("SUCCESS", "SUCCESS"):
        raise Unreadable("the answer about a replacement does not say that both halves succeeded")
    canceled, placed = answer.get("cancelResponse"), answer.get("newOrderResponse")
    if not isinstance(canceled, dict) or not isinstance(placed, dict):
        raise Unreadable("the answer about a replacement lacks one of its halves")
    return Accepted(read_placed(placed, replace.order), tuple(read_cancellation(canceled)))


def classify_halves(whole: Failure, reply: Reply | NoReply, document: object) -> Failure:
    """Return what became of each order. `whole` is the same answer as it was classified without its halves."""
    data = document.get("data") if isinstance(document, dict) else None
    if whole.code not in _HALVES or not isinstance(data, dict) or not isinstance(reply, Reply):
        return whole
    if (data.get("cancelResult"), data.get("newOrderResult")) == ("FAILURE", "NOT_ATTEMPTED"):
        half = data.get("cancelResponse")
        if isinstance(half, dict) and half.get("msg") == _RESTRICTED:
            return _refuse(whole, half, _FILLED_IN_PART, CANCEL_AND_PLACE_REST)
        return _refuse(whole, half, "the old order could not be canceled, so no new one was sent", LOOK_AT_OLD)
    if (data.get("cancelResult"), data.get("newOrderResult")) == ("SUCCESS", "FAILURE"):
        what = "the old order is canceled, the new one was refused"
        return _refuse(whole, data.get("newOrderResponse"), what, PLACE_AFTER_ALL)
    return Failure(Meaning.UNKNOWN, whole.code, whole.detail)


def _refuse(whole: Failure, half: Any, what: str, do: Advice) -> Failure:
    """Return a refusal if the half that failed is certain of it; the half that succeeded cannot be done again.

    `do` is the advice then: what the half alone would ask for does not help the whole.
    """
    inner = SPOT_ANSWERS.classify(Reply(400, {}, b""), half)
    # "Unknown order" says here that the old order is not open, which is certain.
    certain = inner.meaning in NOT_EXECUTED or inner.meaning is Meaning.NOT_FOUND
    if certain:
        inner = SPOT_ANSWERS.classify(Reply(400, {}, b""), half, do=do)
    meaning = Meaning.REJECT if certain else Meaning.UNKNOWN
    detail = f"{what}: {inner.code} {inner.detail}"
    return Failure(meaning, whole.code, detail, filter=inner.filter, cause=inner.about)
