"""What a signal takes, and costs, with 512, 768 and 1,024 MB: `python -m benchmarks.memory`.

Lambda shares out its processors by memory, so less memory is slower where the function computes, and as fast where it
waits. Containers of each size take turns at the same far servers (`far`). The initialisation is not limited, as on
Lambda, so it is not compared.
"""

import argparse
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from rich.table import Table

from benchmarks import far
from benchmarks.container import Container
from benchmarks.far import THIS_FUNCTION
from benchmarks.measurements import BATCH
from benchmarks.quiet import SECONDS
from benchmarks.servers import Servers, run_servers
from benchmarks.throttle import compute_share
from local.progress import console, show_step

SIZES_MB = (512, 768, 1024)
ROUNDS, WARM = 5, 5
# Of Lambda on arm64 in us-east-1 (AWS Lambda Pricing), in USD.
GB_SECOND, REQUEST = 0.0000133334, 0.0000002
COLUMNS = ("first", "first ten", "warm", "ten", "ten warm", "after 65 s")


@dataclass(slots=True)
class Samples:
    """What events of one size of container took, in ms, by the column of the table."""

    taken: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def measure(self, column: str, process: Container, signals: int = 1) -> None:
        """Have the container execute so many signals as one event, and keep how long that took."""
        self.taken[column].append(process.measure_ms(THIS_FUNCTION.make_event(signals)))

    def find_median(self, column: str) -> float:
        """Return the median of a column, in ms."""
        return median(self.taken[column])


def measure_sizes(servers: Servers, sizes: Sequence[int] = SIZES_MB, rounds: int = ROUNDS) -> dict[int, Samples]:
    """Return the samples by size in MB."""
    with far.start(servers, THIS_FUNCTION, "memory") as process:
        process.measure_ms(THIS_FUNCTION.make_event(1))  # not counted: it fills the table of rules
    samples = {size: Samples() for size in sizes}
    with contextlib.ExitStack() as stack:
        alone = []
        for _ in range(rounds):
            for size in sizes:
                alone.append((size, _measure_container(servers, size, samples[size], stack)))
        time.sleep(SECONDS)
        for size, process in alone:
            samples[size].measure("after 65 s", process)
    return samples


def _measure_container(servers: Servers, size: int, samples: Samples, stack: contextlib.ExitStack) -> Container:
    """Measure two containers of the size; return one that has executed signals and goes on running."""
    with far.start(servers, THIS_FUNCTION, "memory", compute_share(size)) as process:
        samples.measure("first ten", process, BATCH)
    process = stack.enter_context(far.start(servers, THIS_FUNCTION, "memory", compute_share(size)))
    samples.measure("first", process)
    for _ in range(WARM):
        samples.measure("warm", process)
    samples.measure("ten", process, BATCH)  # nine of them open connections
    for _ in range(WARM):
        samples.measure("ten warm", process, BATCH)
    return process


def compute_bill(size_mb: int, milliseconds: float, signals: int = 1) -> float:
    """Return what Lambda takes for a million signals in calls of `signals` that take so many ms each, in USD."""
    return 1_000_000 / signals * (REQUEST + milliseconds / 1000 * size_mb / 1024 * GB_SECOND)


def build_table(samples: dict[int, Samples]) -> Table:
    table = Table(title="Medians in ms, and USD for a million signals", caption="Lambda alone, without the init")
    for name in ("MB", *COLUMNS, "bill, warm", "bill, tens", "bill, after 65 s"):
        table.add_column(name, justify="right")
    for size, each in samples.items():
        bills = (
            compute_bill(size, each.find_median("warm")),
            compute_bill(size, each.find_median("ten warm"), BATCH),
            compute_bill(size, each.find_median("after 65 s")),
        )
        table.add_row(
            str(size), *(f"{each.find_median(name):.0f}" for name in COLUMNS), *(f"{bill:.2f}" for bill in bills)
        )
    return table


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = arguments.parse_args().rounds
    with run_servers() as servers, show_step("containers of each size in turns"):
        samples = measure_sizes(servers, rounds=rounds)
    console.print(build_table(samples))


if __name__ == "__main__":
    main()
