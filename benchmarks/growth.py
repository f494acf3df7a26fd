"""How many signals a second more containers execute, and one reports: `python -m benchmarks.growth`.

The real handler runs in real containers, whose messages come from a model of the queue (`storm`). The exchange has no
limits, and is slow on purpose, so that the containers wait for it, and not for the few processors of this machine. What
all containers share (the ledger, the board of gates and halts, the exchange's rules) is counted by request.

The function that reports outcomes gets full batches of the stream, at a far event bus, with Lambda's share of a
processor: one container, as Lambda has one for each shard.
"""

import argparse
import contextlib
import threading
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.table import Table

from benchmarks import far
from benchmarks.container import Container, start_container
from benchmarks.events import MARKET, make_event
from benchmarks.local_aws import TAKE_COUNTS
from benchmarks.measurements import BATCH, FUNCTION
from benchmarks.servers import Servers, run_servers
from benchmarks.storm import Queue
from benchmarks.throttle import compute_share
from local.progress import console, show_step

CONTAINERS = (1, 2, 4, 8, 16)
EXCHANGE_SECONDS = 0.6
BATCHES = 15  # of each container
NO_LIMIT = 1_000_000_000
REPORTER, REPORTER_MB = "functions/report_outcomes/app.handler", 512  # template.yaml, as the batch
REPORTS, REPORT_ROUNDS = 100, 10
LEDGER_ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/ledger"
OPERATIONS = ("PutItem", "UpdateItem", "GetItem")


@dataclass(frozen=True, slots=True)
class Growth:
    """So many containers executed so many signals; requests to DynamoDB by operation, and to the exchange."""

    containers: int
    signals: int
    seconds: float
    operations: dict[str, int]
    requests: int

    @property
    def rate(self) -> float:
        """The signals of a second."""
        return self.signals / self.seconds


def measure_growth(servers: Servers, containers: int, batches: int = BATCHES) -> Growth:
    """Run full batches through so many containers, which share one table. Each executes one signal before."""
    _prepare_exchange(servers)
    environment = dict(servers.make_function_variables()) | {"SHARED_TABLE": f"growth-{containers}"}
    environment["MAXIMUM_CONCURRENCY"] = str(containers)
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(start_container(FUNCTION, environment)) for _ in range(containers)]
        for each in started:
            each.measure_ms(make_event(MARKET))
        servers.call_control("DELETE", "requests")
        servers.call_aws(TAKE_COUNTS, {})
        signals = containers * batches * BATCH
        seconds = _run(started, Queue(make_event(*[MARKET] * signals)["Records"]))
        counts = servers.call_aws(TAKE_COUNTS, {})
    operations = {name: counts.get(f"DynamoDB_20120810.{name}", 0) for name in OPERATIONS}
    return Growth(containers, signals, seconds, operations, len(servers.call_control("GET", "requests")))


def _prepare_exchange(servers: Servers) -> None:
    servers.call_control("POST", "reset")
    servers.refill()
    for limit in ({"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE"}, {"rateLimitType": "ORDERS"}):
        whole = {"interval": "SECOND", "intervalNum": 1, "limit": NO_LIMIT} | limit
        servers.call_control("POST", "limits", whole)
    fault = {"fault": "delay", "seconds": EXCHANGE_SECONDS, "count": NO_LIMIT}
    servers.call_control("POST", "faults", fault)


def _run(containers: list[Container], queue: Queue) -> float:
    workers = [threading.Thread(target=_work, args=(queue, each)) for each in containers]
    beginning = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - beginning


def _work(queue: Queue, process: Container) -> None:
    while records := queue.receive():
        process.measure_ms({"Records": records})
        queue.finish_batch(records, set(), {})


def measure_reports(servers: Servers, rounds: int = REPORT_ROUNDS) -> float:
    """Return how many outcomes a second one container publishes."""
    event = _make_stream_event(far.read_row(servers))
    variables = servers.make_far_variables() | {"STACK_NAME": "orderexec", "EVENT_BUS": "default"}
    variables |= {"UNREPORTED_QUEUE_URL": f"{servers.aws_url}/123456789012/unreported"}
    with start_container(REPORTER, variables, compute_share(REPORTER_MB)) as process:
        process.measure_ms(event)
        return REPORTS * 1000 / median(process.measure_ms(event) for _ in range(rounds))


def _make_stream_event(row: dict[str, Any]) -> dict[str, Any]:
    """Return a batch of the ledger's stream in which the row of an accepted signal was written over what was sent."""
    images = {"Keys": {"pk": row["pk"]}, "OldImage": row | {"state": {"S": "SENT"}}, "NewImage": row}
    written = {"ApproximateCreationDateTime": int(time.time()), "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {
        "Records": [
            {
                "eventName": "MODIFY",
                "eventSource": "aws:dynamodb",
                "eventSourceARN": f"{LEDGER_ARN}/stream/2026-11-24T00:00:00.000",
                "dynamodb": images | written | {"SequenceNumber": str(number)},
            }
            for number in range(REPORTS)
        ]
    }


def build_table(measured: list[Growth]) -> Table:
    """Return a table with a line for each number of containers."""
    table = Table(title=f"Signals a second, the exchange {EXCHANGE_SECONDS} s away and without limits")
    for title in ("containers", "signals a second", "of one container's", *OPERATIONS, "requests to the exchange"):
        table.add_column(title, justify="right")
    for each in measured:
        share = each.rate / (measured[0].rate / measured[0].containers * each.containers)
        operations: list[Any] = [f"{count / each.signals:.3f}" for count in each.operations.values()]
        requests = f"{each.requests / each.signals:.3f}"
        table.add_row(str(each.containers), f"{each.rate:.0f}", f"{share:.0%}", *operations, requests)
    return table


def main() -> None:
    argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__).parse_args()
    measured: list[Growth] = []
    with run_servers() as servers:
        for containers in CONTAINERS:
            with show_step(f"{containers} containers"):
                measured.append(measure_growth(servers, containers))
        with show_step("reports of outcomes"):
            reports = measure_reports(servers)
    console.print(build_table(measured))
    console.print(f"one container publishes {reports:.0f} outcomes a second, of full batches of {REPORTS}")


if __name__ == "__main__":
    main()
