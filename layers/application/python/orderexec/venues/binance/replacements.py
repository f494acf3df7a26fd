"""What an answer to cancelReplace means that is not a success: two halves, each with a result of its own.

Source: "Cancel an Existing Order and Send a New Order" in rest-api.md: 400 with -2022 and 409 with -2021 carry both
results in `data`. With STOP_ON_FAILURE the new order is not attempted unless the old one was cancelled.
"""

from typing import Any

from orderexec.domain.outcomes import NOT_EXECUTED, Failure, Meaning
from orderexec.venues.http import NoReply, Reply

from .errors import failure

_HALVES = ("-2021", "-2022")


def replacement_failure(whole: Failure, reply: Reply | NoReply, document: object) -> Failure:
    """`whole` as classified without the halves; with them it is known what became of each order."""
    data = document.get("data") if isinstance(document, dict) else None
    if whole.code not in _HALVES or not isinstance(data, dict) or not isinstance(reply, Reply):
        return whole
    if (data.get("cancelResult"), data.get("newOrderResult")) == ("FAILURE", "NOT_ATTEMPTED"):
        return _refused(
            whole, data.get("cancelResponse"), "the old order could not be canceled, so no new one was sent"
        )
    if (data.get("cancelResult"), data.get("newOrderResult")) == ("SUCCESS", "FAILURE"):
        return _refused(whole, data.get("newOrderResponse"), "the old order is canceled, the new one was refused")
    return Failure(Meaning.UNKNOWN, whole.code, whole.detail)


def _refused(whole: Failure, half: Any, what: str) -> Failure:
    """Certain if the half that failed says so; the half that succeeded cannot be done again."""
    inner = failure(Reply(400, {}, b""), half)
    # "Unknown order" says here that the old order is not open, which is certain.
    certain = inner.meaning in NOT_EXECUTED or inner.meaning is Meaning.NOT_FOUND
    meaning = Meaning.REJECT if certain else Meaning.UNKNOWN
    detail = f"{what}: {inner.code} {inner.detail}"
    return Failure(meaning, whole.code, detail, filter=inner.filter, cause=inner.about)
