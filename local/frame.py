"""How the live display of the demo fits into any terminal: which signals it shows, and how it counts the rest."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.segment import SegmentLines
from rich.text import Text

from local.outcomes import Outcome
from local.tables import build_live_table

FENCE_IN_SHORT = "fence: after it, a request without an answer can no longer become an order"
_LEAST_ROWS = 6
_LEAST_ENDED = 4  # rows for the newest results, however many signals are in progress
# The sentence on top, the blank line, the head of the table and its rule, the count of the rest, what a fence is.
_LINES_AROUND = 6


@dataclass(frozen=True)
class Groups:
    """Signals, apart: those that ended otherwise than expected, those in progress, and the rest, the newest first."""

    otherwise: Sequence[Outcome]
    in_progress: Sequence[Outcome]
    as_expected: Sequence[Outcome]

    def choose(self, rows: int) -> "Groups":
        """Return those for which there is room. What went wrong is shown before all else."""
        otherwise = self.otherwise[:rows]
        left = rows - len(otherwise)
        in_progress = self.in_progress[: max(0, left - min(_LEAST_ENDED, len(self.as_expected)))]
        return Groups(otherwise, in_progress, self.as_expected[: left - len(in_progress)])

    def list_all(self) -> list[Outcome]:
        """Return all signals, in the order in which they are shown."""
        return [*self.otherwise, *self.in_progress, *self.as_expected]


def build_frame(
    head: RenderableType, outcomes: Sequence[Outcome], orders: Sequence[Mapping[str, Any]], console: Console
) -> RenderableType:
    """Return the display of the present state, at least one line lower than the terminal.

    `head` stands above the signals; `orders` is the exchange's own list.
    """
    # A line stays free: a display that fills the whole terminal scrolls it, and then cannot be removed again.
    height = console.height - 1
    head_lines = console.render_lines(head, pad=False)[: max(0, height - _LINES_AROUND - _LEAST_ROWS)]
    groups = _group(outcomes, orders)
    shown = groups.choose(max(1, height - _LINES_AROUND - len(head_lines)))
    parts: list[RenderableType] = [
        _write_line(_format_progress(groups)),
        SegmentLines(head_lines, new_lines=True),
        "",
        build_live_table(shown.list_all(), orders, time.time()),
    ]
    if rest := _format_rest(groups, shown):
        parts.append(_write_line(rest, "dim"))
    if any(outcome.is_in_doubt for outcome in shown.in_progress):
        parts.append(_write_line(FENCE_IN_SHORT, "dim"))
    return Group(*parts)


def _group(outcomes: Sequence[Outcome], orders: Sequence[Mapping[str, Any]]) -> Groups:
    ended = [outcome for outcome in outcomes if outcome.is_closed]
    newest_first = sorted(ended, key=lambda outcome: outcome.row["updated_at"], reverse=True)
    deviating = [outcome for outcome in newest_first if outcome.find_deviations(orders)]
    return Groups(
        deviating,
        [outcome for outcome in outcomes if not outcome.is_closed],
        [outcome for outcome in newest_first if outcome not in deviating],
    )


def _format_progress(groups: Groups) -> str:
    total = len(groups.list_all())
    ended = total - len(groups.in_progress)
    wrong = f", {len(groups.otherwise)} of them otherwise than expected" if groups.otherwise else ", all as expected"
    return f"{ended} of {total} signals have ended{wrong if ended else ''}."


def _format_rest(groups: Groups, shown: Groups) -> str:
    counts = {
        "ended otherwise than expected": len(groups.otherwise) - len(shown.otherwise),
        "in progress": len(groups.in_progress) - len(shown.in_progress),
        "ended as expected": len(groups.as_expected) - len(shown.as_expected),
    }
    told = [f"{count} more {words}" for words, count in counts.items() if count]
    return f"and {', '.join(told)}" if told else ""


def _write_line(words: str, style: str = "") -> Text:
    return Text(words, style, no_wrap=True, overflow="ellipsis")
