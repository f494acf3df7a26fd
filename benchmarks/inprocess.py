"""How warm calls of the handler are timed, in a process of its own: beside the floor, and a batch beside one signal.

The first argument is what to time: `warm` or `batch`. The samples go as JSON to the file named by the second argument,
because standard output is the log of the function. The venue is the one that the environment names.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.events import Context, read_signal_ids
from benchmarks.floor import Floor, make_floor
from benchmarks.products import PRODUCTS, Product
from functions.execute_signals.app import handler

ROUNDS = 7
PAIRS = 50
BATCH = 10
BATCH_PAIRS = 5

Sample = tuple[float, float]


def main(which: str, target: Path) -> None:
    floor, product = make_floor(), PRODUCTS[os.environ["VENUES"]]
    model = _make_model_row(floor, product)
    rounds = [
        _run_warm_round(floor, product, model) if which == "warm" else _run_batch_round(product) for _ in range(ROUNDS)
    ]
    target.write_text(json.dumps(rounds))


def _make_model_row(floor: Floor, product: Product) -> dict[str, Any]:
    """Return the row of a signal that the handler executed. Raises RuntimeError if the floor's rows hold less."""
    delivery = product.make_event(1)
    _call(delivery)
    row = floor.read_row(f"main/{product.venue}/{read_signal_ids(delivery)[0]}")
    written = floor.read_row(floor.execute(row))
    if written.keys() != row.keys() or row["state"] != {"S": "ACCEPTED"}:
        raise RuntimeError(f"the floor's row and the function's do not compare: {written} and {row}")
    return row


def _run_warm_round(floor: Floor, product: Product, model: dict[str, Any]) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {"function": [], "floor": []}
    for _ in range(PAIRS):
        delivery = product.make_event(1)
        samples["function"].append(_measure_ms(lambda delivery=delivery: _call(delivery)))  # type: ignore[misc]
        samples["floor"].append(_measure_ms(lambda: floor.execute(model)))
    return samples


def _run_batch_round(product: Product) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {"batch": [], "one": []}
    for _ in range(BATCH_PAIRS):
        batch, one = product.make_event(BATCH), product.make_event(1)
        samples["batch"].append(_measure_ms(lambda batch=batch: _call(batch)))  # type: ignore[misc]
        samples["one"].append(_measure_ms(lambda one=one: _call(one)))  # type: ignore[misc]
    return samples


def _measure_ms(work: Callable[[], object]) -> Sample:
    """Run `work` and return its wall and processor time in ms, the latter over all threads of this process."""
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    work()
    return (time.perf_counter_ns() - wall) / 1e6, (time.process_time_ns() - cpu) / 1e6


def _call(delivery: dict[str, Any]) -> None:
    failures = handler(delivery, Context())["batchItemFailures"]
    if failures:
        raise RuntimeError(f"{len(failures)} of {len(delivery['Records'])} signals came back instead of being placed")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
