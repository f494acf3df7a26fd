"""A run of the demo that was recorded at some of its moments, and how to record a new one when the samples change.

`python -m tests.unit.demo.recorded` starts a local stack and writes tests/data/demo_run.json.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from local import samples, stack
from local.demo import DEADLINE_SECONDS, REFRESH_SECONDS
from local.outcomes import Outcome, Watch
from local.run import ROOT

RECORD = ROOT / "tests" / "data" / "demo_run.json"
RECORDED_SECONDS = (1, 7, 20)  # after the samples were published; the last moment is the end
_ROW = (
    *("state", "order_status", "order_id", "reason", "code", "detail", "dry_run", "request", "attempts"),
    *("updated_at", "fence"),
)
_LETTER = ("reason", "detail", "signal_id")
_ORDER = ("orderId", "clientOrderId", "symbol", "side", "type", "origQty", "price", "status")


@dataclass(frozen=True)
class Moment:
    """What the demo read at one time, `at`, in epoch seconds."""

    at: float
    outcomes: list[Outcome]
    orders: list[dict[str, Any]]

    def move_to(self, now: float) -> "Moment":
        """Return the same moment as if it were at another time."""
        moved = [_move(outcome, now - self.at) for outcome in self.outcomes]
        return Moment(now, moved, self.orders)


def load_moments(file: Path = RECORD) -> list[Moment]:
    """Return the moments of the recorded run, as if each were now."""
    known = {sample.name: sample for sample in samples.load()}
    return [
        Moment(
            moment["at"],
            [Outcome(sample=known[each["sample"]], **each["read"]) for each in moment["outcomes"]],
            moment["orders"],
        ).move_to(time.time())
        for moment in json.loads(file.read_text(encoding="utf-8"))
    ]


def record() -> None:
    """Run the samples on a stack of their own, and write what was read at some moments."""
    moments = []
    with stack.run_stack("record") as running:
        watch = Watch(running)
        watch.publish(samples.load())
        started = time.time()
        for seconds in (*RECORDED_SECONDS, DEADLINE_SECONDS):
            while not watch.is_over() and time.time() < started + seconds:
                watch.refresh()
                time.sleep(REFRESH_SECONDS)
            watch.refresh()
            moments.append(_describe(watch))
    RECORD.write_text(json.dumps(moments, indent=1) + "\n", encoding="utf-8")


def _describe(watch: Watch) -> dict[str, Any]:
    outcomes = [
        {
            "sample": outcome.sample.name,
            "read": {
                "account": outcome.account,
                "venue": outcome.venue,
                "signal_id": outcome.signal_id,
                "published_at": round(outcome.published_at, 3),
                "row": _pick(outcome.row, {*_ROW, *outcome.sample.expect}),
                "dead_letters": [_pick(letter, _LETTER) for letter in outcome.dead_letters],
            },
        }
        for outcome in watch.outcomes
    ]
    orders = [_pick(order, _ORDER) for order in watch.control.list_orders()]
    return {"at": round(time.time(), 3), "outcomes": outcomes, "orders": orders}


def _pick(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def _move(outcome: Outcome, seconds: float) -> Outcome:
    later = {name: outcome.row[name] + int(seconds * 1000) for name in ("updated_at", "fence") if name in outcome.row}
    return replace(outcome, published_at=outcome.published_at + seconds, row={**outcome.row, **later})


if __name__ == "__main__":
    record()
