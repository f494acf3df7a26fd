"""The measurements of one container: each returns medians over interleaved rounds, and what they were taken from."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import container
from benchmarks.events import LIMIT, MARKET, event
from benchmarks.servers import Servers
from local.run import ROOT

FUNCTION = "functions/execute_signals/app.handler"
FLOOR = "benchmarks/floor.handler"
COLD_ROUNDS = 9
SIGNALS = 1_000
BATCH = 10
EXCHANGE_LATENCY_SECONDS = 0.05
WALL, CPU = 0, 1

Rounds = Sequence[Mapping[str, Sequence[Sequence[float]]]]
Figures = dict[str, float]


def warm(servers: Servers) -> Figures:
    """One accepted signal through the handler, against the same I/O done bare."""
    rounds = _in_process(servers, "warm")
    return {
        "warm_ratio": _ratio(rounds, "function", "floor", WALL),
        "warm_cpu_ratio": _ratio(rounds, "function", "floor", CPU),
        "warm_ms": _median(rounds, "function", WALL),
        "warm_floor_ms": _median(rounds, "floor", WALL),
        "warm_cpu_ms": _median(rounds, "function", CPU),
        "warm_floor_cpu_ms": _median(rounds, "floor", CPU),
        "warm_rounds": len(rounds),
    }


def batch(servers: Servers) -> Figures:
    """Ten signals in one call against one, each order taking the exchange 50 ms."""
    fault = {"fault": "delay", "seconds": EXCHANGE_LATENCY_SECONDS, "count": 1_000_000}
    servers.control("POST", "faults", fault)
    try:
        rounds = _in_process(servers, "batch")
    finally:
        servers.control("DELETE", "faults")
    return {
        "batch_ratio": _ratio(rounds, "batch", "one", WALL),
        "batch_ms": _median(rounds, "batch", WALL),
        "batch_one_ms": _median(rounds, "one", WALL),
        "batch_rounds": len(rounds),
    }


def cold(servers: Servers) -> Figures:
    """From the start of the process to the handler's readiness, with the real runtime client."""
    environment = servers.function_environment()
    for handler in (FUNCTION, FLOOR):  # not counted: Python compiles to bytecode what it imports for the first time
        _ready_ms(handler, environment)
    pairs = [(_ready_ms(FUNCTION, environment), _ready_ms(FLOOR, environment)) for _ in range(COLD_ROUNDS)]
    return {
        "cold_ratio": median(function / floor for function, floor in pairs),
        "cold_ms": median(function for function, _ in pairs),
        "cold_floor_ms": median(floor for _, floor in pairs),
        "cold_rounds": len(pairs),
    }


def thousand(servers: Servers) -> Figures:
    """What a container that begins with empty caches asks of the exchange for 1,000 signals, and its memory."""
    servers.control("POST", "reset")
    servers.refill()
    environment = dict(servers.function_environment()) | {"SHARED_TABLE": "empty"}
    with container.started(FUNCTION, environment) as process:
        for _ in range(SIGNALS // BATCH):
            answer = process.invoke(event(*[MARKET, LIMIT] * (BATCH // 2)))
            if answer != {"batchItemFailures": []}:
                raise RuntimeError(f"not every signal of a batch was placed: {answer}")
        peak = process.end()
    orders, requests = servers.control("GET", "orders"), servers.control("GET", "requests")
    if len(orders) != SIGNALS:
        raise RuntimeError(f"{SIGNALS} signals made {len(orders)} orders")
    return {
        "requests_per_signal": len(requests) / len(orders),
        "requests": len(requests),
        "signals": len(orders),
        "peak_rss_mb": peak / 2**20,
    }


def _in_process(servers: Servers, which: str) -> Rounds:
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory) / "samples.json"
        subprocess.run(
            [sys.executable, "-m", "benchmarks.inprocess", which, str(target)],
            cwd=ROOT,
            env=servers.function_environment(),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        rounds: Rounds = json.loads(target.read_text())
        return rounds


def _ready_ms(handler: str, environment: Mapping[str, str]) -> float:
    with container.started(handler, environment) as process:
        return process.ready_ms


def _ratio(rounds: Rounds, one: str, other: str, clock: int) -> float:
    """The median of the rounds' ratios: what slows the machine down for a while slows both sides of a round."""
    return median(_of_round(each, one, clock) / _of_round(each, other, clock) for each in rounds)


def _median(rounds: Rounds, name: str, clock: int) -> float:
    return median(_of_round(each, name, clock) for each in rounds)


def _of_round(samples: Mapping[str, Sequence[Sequence[float]]], name: str, clock: int) -> float:
    return median(sample[clock] for sample in samples[name])


def machine() -> dict[str, Any]:
    """What the figures depend on besides the code."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
    }
