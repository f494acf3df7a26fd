"""Questions that a person asks a function by invoking it: what it answers in place of its work."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from .bootstrap import Application
from .domain.outcomes import Failure
from .usecases.look_at_exchange import Sight, look

ASK, EXCHANGE = "ask", "exchange"
T = TypeVar("T")
Handler = Callable[[dict[str, Any], Any], T]


def answer_questions(application: Callable[[], Application]) -> Callable[[Handler[T]], Handler[T | dict[str, Any]]]:
    """Let a handler answer `{"ask": "exchange"}` (`orderctl doctor`); all other events are its own."""

    def around(handler: Handler[T]) -> Handler[T | dict[str, Any]]:
        @wraps(handler)
        def either(event: dict[str, Any], context: Any) -> T | dict[str, Any]:
            if event.get(ASK) == EXCHANGE:
                return {EXCHANGE: look_at_venues(application())}
            return handler(event, context)

        return either

    return around


def look_at_venues(app: Application) -> dict[str, Any]:
    """By venue, what the function sees of it."""
    return {name: _document(look(venue, app.ports.clock)) for name, venue in app.ports.venues.items()}


def _document(sight: Sight) -> dict[str, Any]:
    return {
        "offset_ms": sight.offset_ms,
        "took_ms": sight.took_ms,
        "symbols": sight.symbols,
        "trouble": _told(sight.trouble),
    }


def _told(trouble: Failure | None) -> dict[str, str | None] | None:
    if trouble is None:
        return None
    return {"meaning": trouble.meaning, "code": trouble.code, "detail": trouble.detail}
