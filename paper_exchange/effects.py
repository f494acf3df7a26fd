"""What each named fault does: on the way to the exchange, in it, and on the way back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from paper_exchange.messages import Answer, Error
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.rate_limits import Counted, Interval, RateLimit

WEIGHT = RateLimit(Counted.REQUEST_WEIGHT, Interval.MINUTE, 1, 6_000)


class Connection(Enum):
    """What becomes of the client's connection."""

    KEPT = "kept"
    CLOSED = "closed"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a fault does to one request."""

    processed: bool = True
    answer: Answer | Error | Refusal | None = None
    """Sent instead of the exchange's own; what is no answer yet is put into the words of the request's dialect."""
    connection: Connection = Connection.KEPT
    seconds_before: float = 0
    """Waited between the two receive-window checks."""
    seconds_after: float = 0
    """Waited after the order executed, before the answer."""
    hide_seconds: float = 0
    """For so long lookups do not find the orders and the list that were placed."""
    hide_list_seconds: float = 0
    """For so long lookups do not find the list that was placed; its orders they do find."""


def effect(name: str, parameters: Mapping[str, Any], now_ms: int) -> Effect:
    """Return the effect of the fault called `name`.

    Every fault takes `hide_seconds` besides its own parameters. Raises ValueError for an unknown name and
    TypeError for parameters that do not fit.
    """
    if name not in EFFECTS:
        raise ValueError(f"no fault is called {name}; there are {', '.join(EFFECTS)}")
    own = dict(parameters)
    hide_seconds = own.pop("hide_seconds", None)
    if name == "ban":
        own["now_ms"] = now_ms
    effect = EFFECTS[name](**own)
    return effect if hide_seconds is None else replace(effect, hide_seconds=float(hide_seconds))


def _lose_answer() -> Effect:
    """Processed; then the connection closes without a byte."""
    return Effect(connection=Connection.CLOSED)


def _lose_request() -> Effect:
    """The connection closes without a byte; never processed."""
    return Effect(processed=False, connection=Connection.CLOSED)


def _reset(*, after: bool = False) -> Effect:
    """The connection is reset (RST); processed first with `after`."""
    return Effect(processed=after, connection=Connection.RESET)


def _answer_instead(**answer: Any) -> Effect:
    """That answer; never processed."""
    return Effect(processed=False, answer=_answer(**answer))


def _answer_after(**answer: Any) -> Effect:
    """Processed; then that answer."""
    return Effect(answer=_answer(**answer))


def _delay(*, seconds: float, before: bool = False) -> Effect:
    """Held up after processing, or `before` it, between the two receive-window checks."""
    return Effect(seconds_before=float(seconds)) if before else Effect(seconds_after=float(seconds))


def _hide_order(*, seconds: float) -> Effect:
    """Processed and answered; for so long lookups do not find the order."""
    return Effect(hide_seconds=float(seconds))


def _hide_list(*, seconds: float) -> Effect:
    """As `hide_order`, but the list alone: it is looked up in a database that lags (rest-api.md, Data Sources)."""
    return Effect(hide_list_seconds=float(seconds))


def _rate_limit(*, seconds: int) -> Effect:
    """Refused for too many requests, with the seconds to wait; never processed."""
    refusal = Refusal(Kind.TOO_MANY_REQUESTS, limit=WEIGHT, retry_after=seconds)
    return Effect(processed=False, answer=refusal)


def _ban(*, seconds: int, now_ms: int) -> Effect:
    """Refused because of a ban, with the seconds to wait and when it ends; never processed."""
    refusal = Refusal(Kind.BANNED, until_ms=now_ms + seconds * 1_000, retry_after=seconds)
    return Effect(processed=False, answer=refusal)


def _answer(
    *,
    status: int,
    code: int | None = None,
    msg: str = "",
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Answer | Error:
    """An error of `code` and `msg`, or `body` as it is."""
    if body is None:
        return Error(status=status, code=code, text=msg, headers=headers or {})
    return Answer(status, body.encode(), headers or {})


EFFECTS: Mapping[str, Callable[..., Effect]] = {
    "lose_answer": _lose_answer,
    "lose_request": _lose_request,
    "reset": _reset,
    "answer_instead": _answer_instead,
    "answer_after": _answer_after,
    "delay": _delay,
    "hide_order": _hide_order,
    "hide_list": _hide_list,
    "rate_limit": _rate_limit,
    "ban": _ban,
}
