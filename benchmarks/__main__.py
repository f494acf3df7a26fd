"""`make bench`: it measures everything, prints each figure beside its bar, and writes `.local/bench.json`."""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from benchmarks import first_orders, measurements, neighbours, quiet, servers
from benchmarks.measurements import Figures
from benchmarks.peers import comparison
from benchmarks.servers import Servers
from local.progress import console, show_step
from local.run import LOCAL, LocalStackError

RESULTS = LOCAL / "bench.json"


@dataclass(frozen=True)
class Bar:
    """What one figure must not exceed, and a sentence that explains it; `detail` is filled from the figures."""

    key: str
    most: float
    what: str
    detail: str
    unit: str = ""


BARS = (
    Bar(
        "first_order_ratio",
        0.95,
        "process start to first order / bare requests and boto3 (secret, claim, order, outcome)",
        "{first_order_ms:.0f} / {first_order_floor_ms:.0f} ms; with rules an hour old {first_order_old_rules_ms:.0f}",
    ),
    Bar(
        "sparse_ms_ratio",
        1.2,
        "a signal after 65 s without one / the best possible (connect, two writes, one order)",
        "{sparse_ms:.0f} / {sparse_floor_ms:.0f} ms, alone for {sparse_quiet_seconds:.0f} s",
    ),
    Bar("sparse_requests", 1, "requests to the exchange for that signal", "the most of any"),
    Bar(
        "cold_batch_ratio",
        1.5,
        "ten signals / one, the first event of a cold container",
        "{cold_batch_ms:.0f} / {cold_batch_one_ms:.0f} ms; from the start of the process {cold_batch_start_ms:.0f} / "
        "{first_order_ms:.0f}, which is {cold_batch_start_ratio:.2f}",
    ),
    Bar("cold_batch_secrets", 1, "GetSecretValue for those ten", "the most of any"),
    Bar(
        "warm_ratio",
        0.95,
        "one accepted signal, warm / bare requests and boto3",
        "{warm_ms:.2f} / {warm_floor_ms:.2f} ms; processor {warm_cpu_ms:.2f} / {warm_floor_cpu_ms:.2f} ms",
    ),
    Bar("cold_ratio", 1.15, "start to ready / bare requests and boto3", "{cold_ms:.0f} / {cold_floor_ms:.0f} ms"),
    Bar(
        "batch_ratio",
        1.2,
        "a batch of 10 / one signal, exchange 50 ms away",
        "{batch_ms:.1f} / {batch_one_ms:.1f} ms",
    ),
    Bar(
        "fair_ratio",
        2,
        "a quiet account's p95 beside one sending 100x, fair queue (a model) / alone",
        "{fair_ms:.0f} / {fair_lone_ms:.0f} ms; without message groups at least {unfair_ms:.0f} ms",
    ),
    Bar(
        "requests_per_signal",
        1.01,
        "requests to the exchange for each accepted signal",
        "{requests} / {signals}, cold caches included",
    ),
    Bar("peak_rss_mb", 75, "most memory over those signals", "in batches of 10", " MB"),
)


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("--no-bars", action="store_true", help="exit with 0 even if a bar is missed")
    arguments.add_argument("--peers", action="store_true", help="measure what people use instead as well")
    asked = arguments.parse_args()
    figures = _measure_all(peers=asked.peers)
    missed = [bar for bar in BARS if figures[bar.key] > bar.most]
    console.print(_build_table(figures))
    if asked.peers:
        console.print(comparison.build_table(figures["peers"]))
    console.print(f"written to {RESULTS.relative_to(LOCAL.parent)}")
    for bar in missed:
        over = figures[bar.key] - bar.most
        console.print(f"[red]FAIL[/red] {bar.key} is {figures[bar.key]:.3f}, {over:.3f} above its bar of {bar.most:g}")
    return 1 if missed and not asked.no_bars else 0


def _measure_all(*, peers: bool) -> dict[str, Any]:
    beginning = time.monotonic()
    machine = measurements.describe_machine()
    with servers.run_servers() as running, contextlib.ExitStack() as stack:
        figures: Figures = {}
        with show_step("containers that are left alone for a while"):
            alone = stack.enter_context(quiet.leave_alone(running, quiet.make_pair(running)))
        figures |= _measure("first orders of cold containers", first_orders.measure_first_orders, running)
        figures |= _measure("one accepted signal, warm, beside its floor", measurements.measure_warm, running)
        figures |= _measure("cold start beside its floor", measurements.measure_cold, running)
        figures |= _measure("a signal after 65 s without one", lambda _: alone.measure_figures(), running)
        figures |= _measure("a batch of ten beside one signal", measurements.measure_batch, running)
        figures |= _measure("a quiet account beside a noisy one", neighbours.measure_fairness, running)
        figures |= _measure("1,000 signals through one container", measurements.measure_thousand, running)
        beside: dict[str, dict[str, float]] = {}
        if peers:
            with show_step("what people use instead"):
                beside = comparison.measure_peers(running)
    results: dict[str, Any] = {name: round(value, 4) for name, value in figures.items()}
    results |= {"machine": machine, "seconds": round(time.monotonic() - beginning, 1)}
    if peers:
        results["peers"] = beside
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    return results


def _measure(title: str, measure: Callable[[Servers], Figures], running: Servers) -> Figures:
    with show_step(title):
        return measure(running)


def _build_table(figures: dict[str, Any]) -> Table:
    machine = figures["machine"]
    table = Table(
        title="Benchmarks",
        caption=f"Python {machine['python']}, {machine['processors']} processors, load average "
        f"{machine['load_average']} at the start, {figures['seconds']} s",
    )
    for name in ("figure", "what", "from"):
        table.add_column(name)
    table.add_column("bar", justify="right")
    table.add_column("value", justify="right")
    table.add_column("")
    for bar in BARS:
        verdict = "[green]pass[/green]" if figures[bar.key] <= bar.most else "[red]FAIL[/red]"
        value = f"{figures[bar.key]:.3f}" if bar.most < 10 else f"{figures[bar.key]:.0f}"
        table.add_row(
            bar.key, bar.what, bar.detail.format(**figures), f"{bar.most:g}{bar.unit}", f"{value}{bar.unit}", verdict
        )
    return table


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LocalStackError as error:
        sys.exit(f"make bench: {error}")
