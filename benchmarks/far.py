"""What a signal takes where a user feels it: in a cold container, and after a time without signals.

All servers are far and speak TLS (`distance`), and each container has the share of a processor that Lambda gives it for
its memory, but for the initialisation (`throttle`). Beside the function stand bare handlers that do the same I/O.
"""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.container import Container, start_container
from benchmarks.events import MARKET, make_event, read_signal_ids
from benchmarks.local_aws import MAKE_OLDER, TAKE_COUNTS
from benchmarks.measurements import BATCH, FLOOR, FUNCTION, Figures
from benchmarks.servers import MEMORY_MB, Servers
from benchmarks.throttle import compute_share

SPARSE_FLOOR = "benchmarks/sparse_floor.handler"
SHARE = compute_share(MEMORY_MB)
COLD_ROUNDS = 7
SPARSE_PAIRS = 5
QUIET_SECONDS = 65.0
HOUR_MS = 3_600_000
WARM_UP = 3  # signals of a container before it is left alone


def make_model_row(servers: Servers) -> dict[str, Any]:
    """Return the row of a signal that the function executed here, for the bare handlers."""
    event = make_event(MARKET)
    with start_container(FUNCTION, servers.make_far_variables(), SHARE) as process:
        process.measure_ms(event)
    key = {"pk": {"S": f"main/binance-spot/{read_signal_ids(event)[0]}"}}
    row: dict[str, Any] = servers.call_aws("DynamoDB_20120810.GetItem", {"TableName": "ledger", "Key": key})["Item"]
    return row


def make_bare_event(model: Mapping[str, Any], signals: int = 1) -> dict[str, Any]:
    """Return an event for a bare handler."""
    return make_event(*[MARKET] * signals) | {"model": model}


def measure_cold_orders(servers: Servers, rounds: int = COLD_ROUNDS) -> Figures:
    """Measure the way from the start of the process to the first order, and a first batch of ten beside one signal.

    The exchange's rules are in the shared table, as another container has put them there; once more they are an hour
    old, as for a user who sends a signal now and then.
    """
    model = make_model_row(servers)
    near, old = (servers.make_far_variables() | {"SHARED_TABLE": name} for name in ("cold", "old"))
    for variables in (near, old):  # not counted: they fill the table
        _measure_first(FUNCTION, variables, make_event(MARKET))
    _measure_first(FLOOR, near, make_bare_event(model))
    samples: list[dict[str, float]] = []
    for _ in range(rounds):
        ready, one = _measure_first(FUNCTION, near, make_event(MARKET))
        bare_ready, bare = _measure_first(FLOOR, near, make_bare_event(model))
        servers.call_aws(TAKE_COUNTS, {})
        _, ten = _measure_first(FUNCTION, near, make_event(*[MARKET] * BATCH))
        secrets = servers.call_aws(TAKE_COUNTS, {}).get("secretsmanager.GetSecretValue", 0)
        servers.call_aws(MAKE_OLDER, {"TableName": "old", "milliseconds": HOUR_MS})
        late_ready, late = _measure_first(FUNCTION, old, make_event(MARKET))
        samples.append(
            {
                "first_order": ready + one,
                "bare": bare_ready + bare,
                "one": one,
                "ten": ten,
                "secrets": secrets,
                "late": late_ready + late,
            }
        )
    return {
        "first_order_ratio": median(each["first_order"] / each["bare"] for each in samples),
        "first_order_ms": median(each["first_order"] for each in samples),
        "first_order_floor_ms": median(each["bare"] for each in samples),
        "first_order_old_rules_ms": median(each["late"] for each in samples),
        "cold_batch_ratio": median(each["ten"] / each["one"] for each in samples),
        "cold_batch_ms": median(each["ten"] for each in samples),
        "cold_batch_one_ms": median(each["one"] for each in samples),
        "cold_batch_secrets": max(each["secrets"] for each in samples),
        "first_order_rounds": len(samples),
    }


def _measure_first(handler: str, variables: Mapping[str, str], event: dict[str, Any]) -> tuple[float, float]:
    """Return how long a new container takes until it is ready, and then for its first event."""
    with start_container(handler, variables, SHARE) as process:
        return process.ready_ms, process.measure_ms(event)


@dataclass(slots=True)
class Quiet:
    """Containers that executed some signals and were then left alone, in pairs: the function's and the floor's."""

    servers: Servers
    model: dict[str, Any]
    pairs: Sequence[tuple[Container, Container]]
    since: float = field(default_factory=time.monotonic)

    def measure(self) -> Figures:
        """Wait until all have been alone for 65 s, then give each one signal."""
        time.sleep(max(0.0, self.since + QUIET_SECONDS - time.monotonic()))
        quiet = time.monotonic() - self.since
        samples: list[tuple[float, float]] = []
        requests = 0
        for function, floor in self.pairs:
            self.servers.call_control("DELETE", "requests")
            sparse = function.measure_ms(make_event(MARKET))
            requests = max(requests, len(self.servers.call_control("GET", "requests")))
            samples.append((sparse, floor.measure_ms(make_bare_event(self.model))))
        return {
            "sparse_ms_ratio": median(sparse / floor for sparse, floor in samples),
            "sparse_ms": median(sparse for sparse, _ in samples),
            "sparse_floor_ms": median(floor for _, floor in samples),
            "sparse_requests": requests,
            "sparse_quiet_seconds": quiet,
        }


@contextlib.contextmanager
def leave_alone(servers: Servers, count: int = SPARSE_PAIRS) -> Iterator[Quiet]:
    """Start pairs of containers, give each some signals, and yield them frozen. No two share a table of rules."""
    model = make_model_row(servers)
    with contextlib.ExitStack() as stack:
        pairs: list[tuple[Container, Container]] = []
        for number in range(count):
            variables = servers.make_far_variables() | {"SHARED_TABLE": f"quiet-{number}"}
            function = stack.enter_context(start_container(FUNCTION, variables, SHARE))
            floor = stack.enter_context(start_container(SPARSE_FLOOR, variables, SHARE))
            for _ in range(WARM_UP):
                function.measure_ms(make_event(MARKET))
                floor.measure_ms(make_bare_event(model))
            pairs.append((function, floor))
        yield Quiet(servers, model, pairs)
