"""`make limits`: it runs many containers at an exchange whose limits they share, with and without the shared gates.

The real handler runs in real containers and in real time; the paper exchange has a limit of 100 orders in 10 seconds,
so that 2,000 signals take 200 seconds. The queue is a model with batches, delays and receive counts as SQS has them.
Without the shared gates each container knows only the answers that it got itself.
"""

import argparse
import collections
import contextlib
import heapq
import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import container
from benchmarks.container import Container
from benchmarks.events import make_event
from benchmarks.local_aws import TAKE_VISIBILITIES
from benchmarks.measurements import FUNCTION
from benchmarks.servers import Servers, run_servers
from local.progress import show_step
from orderexec.domain.orders import make_client_order_id

CONTAINERS, BATCH = 16, 10
LIMIT, WINDOW_SECONDS = 100, 10
VISIBILITY_SECONDS = 90
# The name, whether the gates are shared, and the percentage of a limit at which new orders pause.
VARIANTS = (("shared gates, 90 %", True, 90), ("shared gates, 100 %", True, 100), ("each alone", False, 100))
REFUSED, BANNED = 429, 418
COLUMNS = ("", "orders", "429", "most 429 of a container and window", "418", "of the limit used", "most receives")
# It expires at once and unfilled. So it does not rest on the book, nor does it give the count back as a fill would.
ORDER = {
    "symbol": "ETHUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "time_in_force": "IOC",
    "quantity": "0.01",
    "price": "3000",
    "max_age_seconds": 86_400,
}


@dataclass(slots=True)
class Queue:
    """A standard SQS queue: messages in the order in which they become visible. Threads may share it."""

    records: Sequence[dict[str, Any]]
    _visible: list[tuple[float, int, dict[str, Any]]] = field(default_factory=list)
    _open: int = 0
    _ties: Iterator[int] = field(default_factory=itertools.count)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._open = len(self.records)
        for record in self.records:
            self._put(record, time.monotonic())

    def receive(self) -> list[dict[str, Any]]:
        """Wait for a message and return up to a batch; return nothing once all are deleted."""
        with self._changed:
            while self._open:
                now = time.monotonic()
                taken: list[dict[str, Any]] = []
                while self._visible and self._visible[0][0] <= now and len(taken) < BATCH:
                    taken.append(heapq.heappop(self._visible)[2])
                if taken:
                    return taken
                self._changed.wait(self._visible[0][0] - now if self._visible else None)
        return []

    def finish_batch(self, records: Sequence[dict[str, Any]], staying: set[str], hidden: dict[str, int]) -> None:
        """Delete the messages that do not stay; hide the others for as long as the function asked."""
        with self._changed:
            for record in records:
                if record["messageId"] not in staying:
                    self._open -= 1
                    continue
                count = int(record["attributes"]["ApproximateReceiveCount"]) + 1
                record["attributes"]["ApproximateReceiveCount"] = str(count)
                self._put(record, time.monotonic() + hidden.get(record["receiptHandle"], VISIBILITY_SECONDS))
            self._changed.notify_all()

    def _put(self, record: dict[str, Any], at: float) -> None:
        heapq.heappush(self._visible, (at, next(self._ties), record))


@dataclass(frozen=True, slots=True)
class Run:
    """The result of one run: (time, status, container) of each order request, and the most receives of a message."""

    requests: list[tuple[int, int, int]]
    receives: int

    @property
    def accepted(self) -> int:
        """The number of orders that the exchange accepted."""
        return sum(status == 200 for _, status, _ in self.requests)

    def count_refusals(self, status: int) -> int:
        """Return how many order requests were answered with `status`."""
        return sum(each[1] == status for each in self.requests)

    @property
    def most_in_a_window(self) -> int:
        """The largest number of 429 that one container got in one window."""
        met = collections.Counter(
            (number, at // (WINDOW_SECONDS * 1000)) for at, status, number in self.requests if status == REFUSED
        )
        return max(met.values(), default=0)

    @property
    def goodput(self) -> float:
        """The accepted orders as a share of the limit, over all windows but the first and the last (partial)."""
        windows = collections.Counter(at // (WINDOW_SECONDS * 1000) for at, status, _ in self.requests if status == 200)
        whole = range(min(windows) + 1, max(windows))
        return sum(windows[window] for window in whole) / (LIMIT * len(whole)) if whole else 0.0


def measure(servers: Servers, signals: int, *, gate: bool, share: int) -> Run:
    """Run the signals at an exchange that was reset, and return what happened."""
    servers.call_control("POST", "reset")
    limit = {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": WINDOW_SECONDS, "limit": LIMIT}
    servers.call_control("POST", "limits", limit)  # the weight of 6,000 a minute is there from the start
    table = f"storm-{gate}-{share}"
    tables = [table if gate else f"{table}-{number}" for number in range(CONTAINERS)]
    known = {"LIMIT_SHARE_PERCENT": str(share), "MAXIMUM_CONCURRENCY": str(CONTAINERS if gate else 1)}
    environments = [dict(servers.make_function_variables()) | known | {"SHARED_TABLE": name} for name in tables]
    queue, handled = Queue(_make_records(signals)), collections.defaultdict[str, list[tuple[int, int]]](list)
    with contextlib.ExitStack() as stack:
        containers = [stack.enter_context(container.start_container(FUNCTION, each)) for each in environments]
        workers = [
            threading.Thread(target=_work, args=(servers, queue, each, number, handled))
            for number, each in enumerate(containers)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    most = max(int(record["attributes"]["ApproximateReceiveCount"]) for record in queue.records)
    return Run(list(_list_requests(servers, handled)), most)


def _make_records(signals: int) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = make_event(*[ORDER] * signals)["Records"]
    for record in records:
        record["receiptHandle"] = record["messageId"]
    return records


def _work(
    servers: Servers, queue: Queue, process: Container, number: int, handled: dict[str, list[tuple[int, int]]]
) -> None:
    """Do for one container what the event source mapping does."""
    while records := queue.receive():
        for record in records:
            signal_id = json.loads(record["body"])["id"]
            handled[make_client_order_id("main", "binance-spot", signal_id)].append(
                (time.time_ns() // 1_000_000, number)
            )
        answer = process.invoke({"Records": records})
        staying = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        hidden = _take_visibilities(servers, [record["receiptHandle"] for record in records]) if staying else {}
        queue.finish_batch(records, staying, hidden)


def _take_visibilities(servers: Servers, handles: list[str]) -> dict[str, int]:
    found: dict[str, int] = servers.call_aws(TAKE_VISIBILITIES, {"handles": handles})
    return found


def _list_requests(servers: Servers, handled: dict[str, list[tuple[int, int]]]) -> Iterator[tuple[int, int, int]]:
    for entry in servers.call_control("GET", "requests"):
        if entry["path"] == "/api/v3/order" and entry["method"] == "POST":
            holders = handled[entry["client_order_id"]]
            number = next(number for at, number in reversed(holders) if at <= entry["time"])
            yield entry["time"], entry["status"], number


def main() -> None:
    parser = argparse.ArgumentParser(prog="make limits", description=__doc__)
    parser.add_argument("--signals", type=int, default=2_000)
    signals = parser.parse_args().signals
    table = Table(*COLUMNS, title=f"{CONTAINERS} containers, {LIMIT} orders in {WINDOW_SECONDS} s")
    runs: dict[str, Run] = {}
    with run_servers() as servers:
        for name, gate, share in VARIANTS:
            with show_step(name):
                runs[name] = measure(servers, signals if gate else signals // 4, gate=gate, share=share)
    for name, run in runs.items():
        counts = (run.accepted, run.count_refusals(REFUSED), run.most_in_a_window, run.count_refusals(BANNED))
        table.add_row(name, *map(str, counts), f"{run.goodput:.1%}", str(run.receives))
    Console().print(table)
    gated = [run for name, run in runs.items() if name.startswith("shared")]
    broken = any(run.count_refusals(BANNED) or run.most_in_a_window > 1 for run in gated) or gated[-1].goodput < 0.95
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
