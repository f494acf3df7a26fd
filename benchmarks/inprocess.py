"""Runs as a process of its own: warm calls of the handler, beside the floor, and of a batch beside one signal.

Standard output is the function's log, so the samples go as JSON to the file named by the second argument; the first
says which: `warm` or `batch`.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.events import MARKET, Context, event, signal_ids
from benchmarks.floor import Floor
from functions.execute_signals.app import handler

ROUNDS = 7
PAIRS = 50
BATCH = 10
BATCH_PAIRS = 5

Sample = tuple[float, float]


def main(which: str, target: Path) -> None:
    floor = Floor()
    model = _model_row(floor)
    rounds = [_warm_round(floor, model) if which == "warm" else _batch_round() for _ in range(ROUNDS)]
    target.write_text(json.dumps(rounds))


def _model_row(floor: Floor) -> dict[str, Any]:
    """The row of a signal that the handler executed; raises unless the floor's rows say as much."""
    delivery = event(MARKET)
    _call(delivery)
    row = floor.row(f"main/binance-spot/{signal_ids(delivery)[0]}")
    written = floor.row(floor.execute(row))
    if written.keys() != row.keys() or row["state"] != {"S": "ACCEPTED"}:
        raise RuntimeError(f"the floor's row and the function's do not compare: {written} and {row}")
    return row


def _warm_round(floor: Floor, model: dict[str, Any]) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {"function": [], "floor": []}
    for _ in range(PAIRS):
        delivery = event(MARKET)
        samples["function"].append(_timed(lambda delivery=delivery: _call(delivery)))  # type: ignore[misc]
        samples["floor"].append(_timed(lambda: floor.execute(model)))
    return samples


def _batch_round() -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {"batch": [], "one": []}
    for _ in range(BATCH_PAIRS):
        batch, one = event(*[MARKET] * BATCH), event(MARKET)
        samples["batch"].append(_timed(lambda batch=batch: _call(batch)))  # type: ignore[misc]
        samples["one"].append(_timed(lambda one=one: _call(one)))  # type: ignore[misc]
    return samples


def _timed(work: Callable[[], object]) -> Sample:
    """Wall and processor milliseconds, the latter over all threads of this process."""
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    work()
    return (time.perf_counter_ns() - wall) / 1e6, (time.process_time_ns() - cpu) / 1e6


def _call(delivery: dict[str, Any]) -> None:
    failures = handler(delivery, Context())["batchItemFailures"]
    if failures:
        raise RuntimeError(f"{len(failures)} of {len(delivery['Records'])} signals came back instead of being placed")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
