"""How one container is measured: each function returns medians over interleaved rounds, and what they come from."""

import json
import os
import platform
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import container
from benchmarks.events import make_event
from benchmarks.products import SPOT, Product
from benchmarks.servers import Servers
from local.run import ROOT

FUNCTION = "functions/execute_signals/app.handler"
FLOOR = "benchmarks/bare_function.handler"
COLD_ROUNDS = 9
SIGNALS = 1_000
BATCH = 10
EXCHANGE_LATENCY_SECONDS = 0.05
WALL, CPU = 0, 1

Rounds = Sequence[Mapping[str, Sequence[Sequence[float]]]]
Figures = dict[str, float]


def measure_warm(servers: Servers, product: Product = SPOT) -> Figures:
    """Measure one accepted signal in a warm container, beside the same I/O done with bare libraries."""
    rounds = _run_in_process(servers, product, "warm")
    return {
        "warm_ratio": _compute_ratio(rounds, "function", "floor", WALL),
        "warm_cpu_ratio": _compute_ratio(rounds, "function", "floor", CPU),
        "warm_ms": _compute_median(rounds, "function", WALL),
        "warm_floor_ms": _compute_median(rounds, "floor", WALL),
        "warm_cpu_ms": _compute_median(rounds, "function", CPU),
        "warm_floor_cpu_ms": _compute_median(rounds, "floor", CPU),
        "warm_rounds": len(rounds),
    }


def measure_batch(servers: Servers, product: Product = SPOT) -> Figures:
    """Measure ten signals in one call beside one signal; the exchange takes 50 ms for each order."""
    fault = {"fault": "delay", "seconds": EXCHANGE_LATENCY_SECONDS, "count": 1_000_000}
    servers.call_control("POST", "faults", fault)
    try:
        rounds = _run_in_process(servers, product, "batch")
    finally:
        servers.call_control("DELETE", "faults")
    return {
        "batch_ratio": _compute_ratio(rounds, "batch", "one", WALL),
        "batch_ms": _compute_median(rounds, "batch", WALL),
        "batch_one_ms": _compute_median(rounds, "one", WALL),
        "batch_rounds": len(rounds),
    }


def measure_cold(servers: Servers, product: Product = SPOT) -> Figures:
    """Measure the time from the start of the process until the handler is ready, with the real runtime client."""
    environment = servers.make_function_variables(product.venue)
    for handler in (FUNCTION, FLOOR):  # not counted: at the first import Python compiles to bytecode
        _measure_ready_ms(handler, environment)
    pairs = [
        (_measure_ready_ms(FUNCTION, environment), _measure_ready_ms(FLOOR, environment)) for _ in range(COLD_ROUNDS)
    ]
    return {
        "cold_ratio": median(function / floor for function, floor in pairs),
        "cold_ms": median(function for function, _ in pairs),
        "cold_floor_ms": median(floor for _, floor in pairs),
        "cold_rounds": len(pairs),
    }


def measure_thousand(servers: Servers, product: Product = SPOT) -> Figures:
    """Count the requests of a container with empty caches for 1,000 signals, and measure its memory."""
    servers.call_control("POST", "reset")
    servers.refill()
    environment = servers.make_function_variables(product.venue) | {"SHARED_TABLE": f"empty-{product.venue}"}
    with container.start_container(FUNCTION, environment) as process:
        for _ in range(SIGNALS // BATCH):
            process.measure_ms(make_event(*[product.market, product.limit] * (BATCH // 2)))
        peak = process.end()
    orders, requests = servers.call_control("GET", product.orders), servers.call_control("GET", "requests")
    if len(orders) != SIGNALS:
        raise RuntimeError(f"{SIGNALS} signals made {len(orders)} orders")
    return {
        "requests_per_signal": len(requests) / len(orders),
        "requests": len(requests),
        "signals": len(orders),
        "peak_rss_mb": peak / 2**20,
    }


def _run_in_process(servers: Servers, product: Product, which: str) -> Rounds:
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory) / "samples.json"
        subprocess.run(
            [str(container.find_interpreter()), "-m", "benchmarks.inprocess", which, str(target)],
            cwd=ROOT,
            env=servers.make_function_variables(product.venue),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        rounds: Rounds = json.loads(target.read_text())
        return rounds


def _measure_ready_ms(handler: str, environment: Mapping[str, str]) -> float:
    with container.start_container(handler, environment) as process:
        return process.ready_ms


def _compute_ratio(rounds: Rounds, one: str, other: str, clock: int) -> float:
    """Return the median of the rounds' ratios: what slows the machine for a while slows both sides of a round."""
    return median(
        _compute_round_median(each, one, clock) / _compute_round_median(each, other, clock) for each in rounds
    )


def _compute_median(rounds: Rounds, name: str, clock: int) -> float:
    return median(_compute_round_median(each, name, clock) for each in rounds)


def _compute_round_median(samples: Mapping[str, Sequence[Sequence[float]]], name: str, clock: int) -> float:
    return median(sample[clock] for sample in samples[name])


def describe_machine() -> dict[str, Any]:
    """Return what the figures depend on besides the code."""
    return {
        "python": subprocess.run(
            [container.find_interpreter(), "-c", "import platform; print(platform.python_version())"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
    }
