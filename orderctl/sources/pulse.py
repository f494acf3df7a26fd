"""How a stack does right now, at so little cost that it can be read for hours: an index, queue counts, log lines."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from orderctl.sources import controls, rows
from orderctl.sources.logs import OF_SIGNALS, Line, lines
from orderctl.sources.queues import Depths, depths
from orderctl.target import Stack
from orderexec.domain.controls import Controls
from orderexec.domain.lifecycle import Row
from orderexec.domain.unreadable import Unreadable

MOST_OPEN = 100  # open rows that are looked at; beyond them it matters only that they are many
# CloudWatch shows lines late and out of turn: so far back each look begins anew.
_OVERLAP_MS = 120_000


@dataclass(frozen=True)
class Outcome:
    """What one delivery, or the reconciling of a row, came to. `time` in epoch ms."""

    time: int
    signal: str
    state: str
    words: str
    detail: str = ""


@dataclass(frozen=True)
class Pulse:
    """One look. `open_rows` by state; `ended` since `since`: ACCEPTED, and DEAD by reason. Times in epoch ms."""

    now: int
    since: int
    signals: Depths
    letters: Depths
    open_rows: Mapping[str, int]
    controls: Controls
    ended: Mapping[str, int] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()  # the oldest first


def look(stack: Stack, now: int) -> Pulse:
    """Without the outcomes, which need the logs."""
    sqs = stack.client("sqs")
    return Pulse(
        now=now,
        since=now,
        signals=depths(sqs, stack.output("SignalQueueUrl")),
        letters=depths(sqs, stack.output("DeadLetterQueueUrl")),
        open_rows=Counter(map(_state, islice(rows.open_rows(stack), MOST_OPEN))),
        controls=controls.board(stack).read(),
    )


def _state(row: Row | Unreadable) -> str:
    return "UNREADABLE" if isinstance(row, Unreadable) else row.state.value


class Outcomes:
    """Follows the functions' logs from `since` (epoch ms) on; each line is told once."""

    def __init__(self, stack: Stack, since: int) -> None:
        self._stack = stack
        self.since = since
        self._seen: dict[str, int] = {}
        self.ended: Counter[str] = Counter()

    def fresh(self, now: int) -> list[Outcome]:
        """What has been logged since the last time, the oldest first."""
        start = max(self.since, now - _OVERLAP_MS) if self._seen else self.since
        found = [line for output in OF_SIGNALS for line in lines(self._stack, output, since=start, containing="signal")]
        new = [line for line in found if line.raw not in self._seen and line.time >= self.since]
        self._seen = {raw: time for raw, time in self._seen.items() if time >= start} | {
            line.raw: line.time for line in found
        }
        outcomes = [told for line in sorted(new, key=lambda line: line.time) if (told := outcome(line)) is not None]
        for each in outcomes:
            if each.state in ("ACCEPTED", "DEAD"):
                self.ended[each.state if each.state == "ACCEPTED" else each.words.partition(",")[0]] += 1
        return outcomes


def outcome(line: Line) -> Outcome | None:
    """What a log line says of one signal; None if it is about something else."""
    facts = line.facts
    if "signal" not in facts or "state" not in facts:
        return None
    return Outcome(line.time, str(facts["signal"]), str(facts["state"]), _words(facts), str(facts.get("detail") or ""))


def _words(facts: Mapping[str, Any]) -> str:
    state = facts["state"]
    if state == "ACCEPTED":
        order = f"order {facts['order_id']} {facts.get('order_status', '')}" if "order_id" in facts else "no order"
        return f"ACCEPTED, {order.strip()}"
    if state == "DEAD":
        return ", ".join(str(facts[name]) for name in ("reason", "code") if facts.get(name)) or "DEAD"
    delay = f", again in {facts['delay_s']:.0f} s" if isinstance(facts.get("delay_s"), int | float) else ""
    return f"{state}{delay}"
