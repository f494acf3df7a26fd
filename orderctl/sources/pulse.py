"""How a stack does right now, from an index, queue counts and log lines: cheap enough to be read for hours."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from orderctl.sources import controls, rows
from orderctl.sources.logs import OF_SIGNALS, Line, read_lines
from orderctl.sources.queues import Depths, read_depths
from orderctl.target import Stack
from orderexec.domain.controls import Controls
from orderexec.domain.row import Row
from orderexec.domain.unreadable import Unreadable
from orderexec.reporting import FOLLOWED

FOLLOWING = "FOLLOWING"  # in place of a state: what became of an order that rested
MOST_OPEN = 100  # the open rows that are counted; beyond them it matters only that there are many
# CloudWatch shows lines late and out of order, so that each reading begins so far back.
_OVERLAP_MS = 120_000


@dataclass(frozen=True)
class Outcome:
    """The outcome of one delivery, or of the reconciling of a row. `time` is in epoch ms."""

    time: int
    signal: str
    state: str
    words: str
    detail: str = ""


@dataclass(frozen=True)
class Pulse:
    """One reading. `open_rows` counts by state; `ended` ACCEPTED, and DEAD by reason, from `since` on (epoch ms)."""

    now: int
    since: int
    signals: Depths
    letters: Depths
    read_open_rows: Mapping[str, int]
    controls: Controls
    ended: Mapping[str, int] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()  # the oldest first
    resting: int = 0  # signals of which an order may still trade


def read_pulse(stack: Stack, now: int) -> Pulse:
    """Return the pulse without outcomes, which need the logs; `now` in epoch ms."""
    sqs = stack.client("sqs")
    return Pulse(
        now=now,
        since=now,
        signals=read_depths(sqs, stack.output("SignalQueueUrl")),
        letters=read_depths(sqs, stack.output("DeadLetterQueueUrl")),
        read_open_rows=Counter(map(_read_state, islice(rows.read_open_rows(stack), MOST_OPEN))),
        controls=controls.open_board(stack).read(),
        resting=sum(1 for _ in islice(rows.read_resting_rows(stack), MOST_OPEN)),
    )


def _read_state(row: Row | Unreadable) -> str:
    return "UNREADABLE" if isinstance(row, Unreadable) else row.state.value


class Outcomes:
    """The outcomes in the functions' logs from `since` (epoch ms) on; each is returned once."""

    def __init__(self, stack: Stack, since: int) -> None:
        self._stack = stack
        self.since = since
        self._seen: dict[str, int] = {}
        self.ended: Counter[str] = Counter()

    def read_fresh(self, now: int) -> list[Outcome]:
        """Return the outcomes that were logged since the last call, the oldest first; `now` in epoch ms."""
        start = max(self.since, now - _OVERLAP_MS) if self._seen else self.since
        found = [
            line for output in OF_SIGNALS for line in read_lines(self._stack, output, since=start, containing="signal")
        ]
        new = [line for line in found if line.raw not in self._seen and line.time >= self.since]
        self._seen = {raw: time for raw, time in self._seen.items() if time >= start} | {
            line.raw: line.time for line in found
        }
        outcomes = [
            each for line in sorted(new, key=lambda line: line.time) if (each := parse_outcome(line)) is not None
        ]
        for each in outcomes:
            if each.state in ("ACCEPTED", "DEAD"):
                self.ended[each.state if each.state == "ACCEPTED" else each.words.partition(",")[0]] += 1
        return outcomes


def parse_outcome(line: Line) -> Outcome | None:
    """Return what a log line says about one signal; None if it is about something else."""
    facts = line.facts
    if "signal" not in facts or "state" not in facts:
        return None
    state = FOLLOWING if line.message == FOLLOWED else str(facts["state"])
    words = _describe_orders(facts) if state == FOLLOWING else _describe_outcome(facts)
    return Outcome(line.time, str(facts["signal"]), state, words, str(facts.get("detail") or ""))


def _describe_orders(facts: Mapping[str, Any]) -> str:
    others = facts.get("other_orders") or {}
    orders = {facts.get("order_id"): facts.get("order_status")} | others
    return ", ".join(f"order {order_id} {status}" for order_id, status in orders.items())


def _describe_outcome(facts: Mapping[str, Any]) -> str:
    state = facts["state"]
    if state == "ACCEPTED":
        order = f"order {facts['order_id']} {facts.get('order_status', '')}" if "order_id" in facts else "no order"
        return f"ACCEPTED, {order.strip()}"
    if state == "DEAD":
        return ", ".join(str(facts[name]) for name in ("reason", "code") if facts.get(name)) or "DEAD"
    delay = f", again in {facts['delay_s']:.0f} s" if isinstance(facts.get("delay_s"), int | float) else ""
    return f"{state}{delay}"
