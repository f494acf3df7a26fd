"""How a history is looked through of which one answer holds at most so many orders, of a span that is at most so long.

A span that is too long, or holds more than one answer can, is asked for in halves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from orderexec.domain.outcomes import Failure, Meaning

T = TypeVar("T")
_MOST_SPANS = 30


@dataclass(frozen=True, slots=True)
class Paging:
    """How much one answer of a history holds: orders at the most, and milliseconds at the most."""

    orders: int
    span_ms: int


def collect_history(
    start: int, end: int, paging: Paging, ask: Callable[[int, int], list[T] | Failure]
) -> list[T] | Failure:
    """Return everything from `start` to `end` (epoch ms) that `ask` returns for a span, both of its ends included."""
    found: list[T] = []
    spans = [(start, end)]
    for _ in range(_MOST_SPANS):
        if not spans:
            return found
        first, last = spans.pop()
        part = ask(first, last) if last - first <= paging.span_ms else None
        if isinstance(part, Failure):
            return part
        if part is None or len(part) == paging.orders:
            middle = (first + last) // 2
            spans += [(middle + 1, last), (first, middle)]
        else:
            found += part
    return Failure(Meaning.UNKNOWN, None, "the order history since then is too long to be looked at")
