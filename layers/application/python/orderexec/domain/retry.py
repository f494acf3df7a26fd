"""When a signal is tried again, and when no more: the backoff with full jitter, the budget, the second look."""

from .outcomes import Failure

MAX_ATTEMPTS = 10  # order requests that may have left
# An order is called absent only when every source says so, this often, so far apart: one lag must not decide alone.
ABSENCE_LOOKS, ABSENCE_APART_SECONDS = 2, 3.0
_BASE_SECONDS, _CAP_SECONDS = 1.0, 60.0
# For a firewall's block (no interval is documented, bans start at 2 minutes), and for what needs a person.
BLOCKED_PAUSE_SECONDS = 300.0


def choose_delay_after_opening(wait_ms: int, tries: int, jitter: float) -> float:
    """Return the seconds until a signal comes back that a closed gate keeps for `wait_ms`.

    They are spread, so that the opening is no stampede; the wider the more often it came in vain, so that a queue that
    is longer than the limit does not use up its receives.
    """
    return wait_ms / 1000 + jitter * min(_CAP_SECONDS, 1.0 + tries / 5)


def choose_delay_while_halted(tries: int, jitter: float) -> float:
    """Return the seconds until a halted signal looks again; a thousand looks last for most of a day."""
    return min(_CAP_SECONDS, 4.0 + tries) * (0.5 + jitter / 2)


def choose_backoff(tries: int, jitter: float) -> float:
    """Return the seconds to wait after `tries` tries: exponential, full jitter (0 <= `jitter` < 1), capped."""
    return jitter * min(_CAP_SECONDS, _BASE_SECONDS * 2.0 ** min(tries, 16))


def choose_delay_after(failure: Failure, tries: int, jitter: float) -> float:
    """Return the seconds until the next try after `failure`.

    It is as the exchange asks, spread a little so that not all come at once; where it asks for nothing, the backoff.
    """
    if failure.retry_after is None:
        return choose_backoff(tries, jitter)
    return failure.retry_after + jitter * _BASE_SECONDS
