"""How the peers are measured beside the function and the bare handler, in turns, and the table of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from rich.table import Table

from benchmarks import far, quiet
from benchmarks.events import MARKET, make_event
from benchmarks.far import THIS_FUNCTION, Contestant, Sample
from benchmarks.measurements import BATCH
from benchmarks.servers import Servers

ROUNDS, CONTAINERS = 4, 3
WARM = 5  # signals of each round that count as warm
MODULES = {
    "python-binance": "python_binance",
    "ccxt": "ccxt_unified",
    "Binance's official SDK": "official_sdk",
}
COLUMNS = {
    "cold_ms": "process start to order, ms",
    "warm_ms": "warm, ms",
    "sparse_ms": "after 65 s, ms",
    "ten_ms": "ten warm, ms",
    "peak_mb": "memory, MB",
    "first_requests": "requests, first order",
    "sparse_requests": "after 65 s",
    "warm_requests": "warm",
}
# A quantity that fits the rules: the peers do not round.
_FITTING = MARKET | {"quantity": "0.00123"}


@dataclass(slots=True)
class Samples:
    """What was measured of one contestant; times in ms."""

    cold: list[Sample] = field(default_factory=list)
    warm: list[Sample] = field(default_factory=list)
    ten: list[Sample] = field(default_factory=list)
    sparse: list[Sample] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)

    def summarize(self) -> dict[str, float]:
        """Return medians, and of requests and memory the most."""
        return {
            "cold_ms": median(each.milliseconds for each in self.cold),
            "warm_ms": median(each.milliseconds for each in self.warm),
            "sparse_ms": median(each.milliseconds for each in self.sparse),
            "ten_ms": median(each.milliseconds for each in self.ten),
            "peak_mb": max(self.peaks) / 2**20,
            "first_requests": max(each.requests for each in self.cold),
            "sparse_requests": max(each.requests for each in self.sparse),
            "warm_requests": max(each.requests for each in self.warm),
        }


def measure_peers(
    servers: Servers, rounds: int = ROUNDS, containers: int = CONTAINERS, seconds: float = quiet.SECONDS
) -> dict[str, dict[str, float]]:
    """Return the figures of COLUMNS by contestant."""
    contestants = list_contestants(servers)
    samples = {each.name: Samples() for each in contestants}
    with quiet.leave_alone(servers, contestants, containers) as alone:
        for number in range(rounds + 1):
            for contestant in contestants:
                # The first round is not counted: it fills the table of rules.
                _measure_container(servers, contestant, samples[contestant.name] if number else Samples())
        for name, sparse in alone.measure(seconds).items():
            samples[name].sparse += sparse
    return {name: each.summarize() for name, each in samples.items()}


def list_contestants(servers: Servers) -> Sequence[Contestant]:
    """Return the function, the bare handler and the peers."""
    peers = [
        Contestant(name, f"benchmarks/peers/{module}.handler", lambda count: make_event(*[_FITTING] * count))
        for name, module in MODULES.items()
    ]
    return THIS_FUNCTION, far.make_bare(servers), *peers


def _measure_container(servers: Servers, contestant: Contestant, samples: Samples) -> None:
    """Measure one container from its start on. Its first request may be one of the initialisation."""
    servers.call_control("DELETE", "requests")
    with far.start(servers, contestant, f"peers-{contestant.name}") as process:
        milliseconds = process.measure_ms(contestant.make_event(1))
        requests = len(servers.call_control("GET", "requests"))
        samples.cold.append(Sample(process.ready_ms + milliseconds, requests))
        samples.warm += [far.measure(servers, process, contestant.make_event(1)) for _ in range(WARM)]
        process.measure_ms(contestant.make_event(BATCH))  # not counted: it opens connections, as none of the others
        samples.ten.append(far.measure(servers, process, contestant.make_event(BATCH)))
        samples.peaks.append(process.end())


def build_table(figures: Mapping[str, Mapping[str, Any]]) -> Table:
    """Return the table of what `measure_peers` returned."""
    caption = "memory and requests: the most of any; the peers keep no ledger, check nothing, and take a batch in turn"
    table = Table(title="Beside what people use instead", caption=caption)
    table.add_column("")
    for title in COLUMNS.values():
        table.add_column(title, justify="right")
    for name, values in figures.items():
        table.add_row(name, *[f"{values[key]:.0f}" for key in COLUMNS])
    return table
