"""What a signal takes in a warm container that had none for 65 seconds, which pass for real while others are measured.

Meanwhile the container is frozen, as Lambda freezes it. So no clock is moved, and nothing but the time tells a library
that its connections are old.
"""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks import far
from benchmarks.container import Container
from benchmarks.far import THIS_FUNCTION, Contestant, Sample
from benchmarks.measurements import Figures
from benchmarks.products import SPOT, Product
from benchmarks.servers import Servers

SECONDS = 65.0
CONTAINERS = 5  # of each contestant; each gives one sample
BEFORE = 3  # signals of a container before it is left alone
SPARSE_FLOOR = "benchmarks/sparse_floor.handler"
BEST = "the best possible"


@dataclass(slots=True)
class Quiet:
    """Containers of each contestant, by its name, that are left alone since an instant of the monotonic clock."""

    servers: Servers
    contestants: Sequence[Contestant]
    containers: Mapping[str, Sequence[Container]]
    since: float = field(default_factory=time.monotonic)

    def measure(self, seconds: float = SECONDS) -> dict[str, list[Sample]]:
        """Wait until all have been alone for so long, then give each one signal, in turns; return samples by name."""
        time.sleep(max(0.0, self.since + seconds - time.monotonic()))
        samples: dict[str, list[Sample]] = {each.name: [] for each in self.contestants}
        for row in zip(*self.containers.values(), strict=True):
            for contestant, process in zip(self.contestants, row, strict=True):
                samples[contestant.name].append(far.measure(self.servers, process, contestant.make_event(1)))
        return samples

    def measure_figures(self, seconds: float = SECONDS) -> Figures:
        """Do the same with the function and the best possible."""
        samples = self.measure(seconds)
        ours, best = samples[THIS_FUNCTION.name], samples[BEST]
        return {
            "sparse_ms_ratio": median(
                one.milliseconds / other.milliseconds for one, other in zip(ours, best, strict=True)
            ),
            "sparse_ms": median(each.milliseconds for each in ours),
            "sparse_floor_ms": median(each.milliseconds for each in best),
            "sparse_requests": max(each.requests for each in ours),
            "sparse_quiet_seconds": time.monotonic() - self.since,
        }


def make_pair(servers: Servers, product: Product = SPOT) -> Sequence[Contestant]:
    """Return the function, and the best possible that it is compared with."""
    return far.make_function(product), far.make_bare(servers, BEST, SPARSE_FLOOR, product)


@contextlib.contextmanager
def leave_alone(servers: Servers, contestants: Sequence[Contestant], containers: int = CONTAINERS) -> Iterator[Quiet]:
    """Start containers, give each some signals, and yield them frozen. No two share a table of rules."""
    with contextlib.ExitStack() as stack:
        started: dict[str, list[Container]] = {each.name: [] for each in contestants}
        for number in range(containers):
            for contestant in contestants:
                process = stack.enter_context(far.start(servers, contestant, f"quiet-{contestant.name}-{number}"))
                for _ in range(BEFORE):
                    process.measure_ms(contestant.make_event(1))
                started[contestant.name].append(process)
        yield Quiet(servers, contestants, started)
