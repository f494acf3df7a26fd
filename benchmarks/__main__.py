"""`make bench`: it measures everything, prints each figure beside its bar, and writes `.local/bench.json`."""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from rich.table import Table

from benchmarks import first_orders, measurements, neighbours, quiet, servers
from benchmarks.bars import BARS
from benchmarks.measurements import Figures
from benchmarks.peers import comparison
from benchmarks.products import SPOT, USDM, Product
from benchmarks.servers import Servers
from local.progress import console, show_step
from local.run import LOCAL, LocalStackError

RESULTS = LOCAL / "bench.json"


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("--no-bars", action="store_true", help="exit with 0 even if a bar is missed")
    arguments.add_argument("--peers", action="store_true", help="measure what people use instead as well")
    asked = arguments.parse_args()
    figures = _measure_all(peers=asked.peers)
    missed = [bar for bar in BARS if figures[bar.name] > bar.most]
    console.print(_build_table(figures))
    if asked.peers:
        console.print(comparison.build_table(figures["peers"]))
    console.print(f"written to {RESULTS.relative_to(LOCAL.parent)}")
    for bar in missed:
        value = figures[bar.name]
        over = value - bar.most
        console.print(f"[red]FAIL[/red] {bar.name} is {value:.3f}, {over:.3f} above its bar of {bar.most:g}")
    return 1 if missed and not asked.no_bars else 0


def _measure_all(*, peers: bool) -> dict[str, Any]:
    beginning = time.monotonic()
    machine = measurements.describe_machine()
    with servers.run_servers() as running:
        figures = _measure_venue(running, SPOT) | _measure_venue(running, USDM)
        with show_step("a quiet account beside a noisy one"):
            figures |= neighbours.measure_fairness(running)
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


def _measure_venue(running: Servers, product: Product) -> Figures:
    """Measure one venue; nothing of another one is running, or frozen, meanwhile."""
    figures: Figures = {}

    def measure(title: str, measured: Callable[[], Figures]) -> None:
        with show_step(f"{product.venue}: {title}"):
            figures.update(product.name_figures(measured()))

    with contextlib.ExitStack() as stack:
        with show_step(f"{product.venue}: containers that are left alone for a while"):
            alone = stack.enter_context(quiet.leave_alone(running, quiet.make_pair(running, product)))
        measure("first orders of cold containers", lambda: first_orders.measure_first_orders(running, product))
        measure("one accepted signal, warm, beside its floor", lambda: measurements.measure_warm(running, product))
        measure("cold start beside its floor", lambda: measurements.measure_cold(running, product))
        measure("a signal after 65 s without one", alone.measure_figures)
    measure("a batch of ten beside one signal", lambda: measurements.measure_batch(running, product))
    measure("1,000 signals through one container", lambda: measurements.measure_thousand(running, product))
    return figures


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
        verdict = "[green]pass[/green]" if figures[bar.name] <= bar.most else "[red]FAIL[/red]"
        value = bar.show_value(figures)
        table.add_row(bar.name, bar.what, bar.describe(figures), f"{bar.most:g}{bar.unit}", value, verdict)
    return table


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LocalStackError as error:
        sys.exit(f"make bench: {error}")
