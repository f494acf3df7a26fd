"""What can go wrong with one request to the fake exchange."""

from dataclasses import dataclass

from orderexec.domain.outcomes import Failure, Meaning

SILENCE = Failure(Meaning.UNKNOWN, None, "no answer came")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One order request's fate. Milliseconds; the exchange checks the receive window when the request arrives."""

    arrives_after_ms: int | None = 0  # None: it never arrives; more than 0: the client has long given up
    executes_after_ms: int = 0  # how long it then stays in the matching engine, which checks no window
    hidden_ms: int = 0  # how long lookups do not see the order that it became
    answer: Failure | None = None  # what the client gets instead of the exchange's answer


LOST_ANSWER = Trouble(answer=SILENCE)
LOST_REQUEST = Trouble(arrives_after_ms=None, answer=SILENCE)
UNREACHABLE = Trouble(arrives_after_ms=None, answer=Failure(Meaning.RETRY, None, "the exchange could not be reached"))


def rate_limited(seconds: float | None) -> Trouble:
    return refused(Meaning.RATE_LIMIT, "-1003", seconds)


def refused(meaning: Meaning, code: str | None, retry_after: float | None = None) -> Trouble:
    """Not processed, and the client is told so (or told something else, as `meaning` has it)."""
    return Trouble(arrives_after_ms=None, answer=Failure(meaning, code, f"refused with {code}", retry_after))


def late(milliseconds: int, *, in_engine: int = 0) -> Trouble:
    """The client hears nothing; the request arrives so much later and may still be executed."""
    return Trouble(arrives_after_ms=milliseconds, executes_after_ms=in_engine, answer=SILENCE)
