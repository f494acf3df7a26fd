"""How an answer of an exchange is read: a success or its failure, and values that must have the documented form."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from orderexec.domain.outcomes import Failure, Meaning

from .http import NoReply, Reply

T = TypeVar("T")
_LONGEST_WORD = 100
Classify = Callable[[Reply | NoReply, object], Failure]


class Unreadable(ValueError):
    """The exchange's answer is not what its documentation says; what it is about stays unknown."""


def parse_reply(
    reply: Reply | NoReply,
    document: object,
    read: Callable[[Any], T],
    shape: type,
    *,
    is_error: Callable[[object], bool],
    classify: Classify,
) -> T | Failure:
    """Return what `read` makes of a success, else what `classify` makes of the answer.

    It is a success only if both the status and the body say so: a 200 whose `document` has another shape than `shape`,
    or of which `is_error` says that it carries an error, is a failure. A success that `read` cannot read is UNKNOWN.
    `classify` is called for failures only, because a venue imports its table of errors when it first needs it.
    """
    if not isinstance(reply, Reply) or reply.status != 200 or not isinstance(document, shape) or is_error(document):
        return classify(reply, document)
    try:
        return read(document)
    except Unreadable as error:
        return Failure(Meaning.UNKNOWN, None, str(error))


def read_number(value: object) -> Decimal:
    """Return an amount, which comes as text. Raises TypeError, ValueError, DecimalException."""
    amount = Decimal(read_text(value))
    if not amount.is_finite():
        raise ValueError(value)
    return amount


def read_text(value: object) -> str:
    """Return a string. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} where a string should be")
    return value


def read_whole(value: object) -> int:
    """Return a whole number. Raises TypeError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} where a whole number should be")
    return value


def read_word(value: object) -> str | None:
    """Return what the exchange says beside the facts, which no answer is refused for: a short text, or nothing."""
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_WORD else None


def read_items(value: object) -> list[dict[str, Any]]:
    """Return a list of objects. Raises Unreadable."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise Unreadable("there is no list of objects where one should be")
    return value
