"""How long the signals of a quiet account take, from queue to order, beside an account that sends a hundred times more.

The real handler runs in real containers at the paper exchange; its messages come from a model of the queue
(`fair_queue`). The exchange is slow on purpose, so that containers are scarce, as on Lambda, and not the processor.
"""

import contextlib
import math
import threading
import time
from collections.abc import Iterator, Sequence

from benchmarks import container
from benchmarks.container import Container
from benchmarks.events import MARKET, make_event
from benchmarks.fair_queue import Message, Queue
from benchmarks.measurements import FUNCTION, Figures
from benchmarks.servers import Servers

CONTAINERS, BATCH = 6, 10
EXCHANGE_SECONDS = 0.6
SIGNALS, EVERY_SECONDS = 20, 0.2  # of the quiet account, which keeps half of the containers busy by itself
NOISE = 100
TAIL_SECONDS = 1.5  # after the last signal; what waits then counts with the time that it has waited
QUIET, NOISY = "quiet", "noisy"


def measure_fairness(servers: Servers) -> Figures:
    """Measure the 95th percentile of the quiet account: alone, beside the noisy one, and that without groups."""
    with _start_containers(servers) as containers:
        alone = _compute_p95(_measure_latencies(containers, Queue(fair=True), noise=0))
        beside = _compute_p95(_measure_latencies(containers, Queue(fair=True), noise=NOISE))
        unfair = _compute_p95(_measure_latencies(containers, Queue(fair=False), noise=NOISE))
    if unfair < 2 * beside:
        raise RuntimeError(f"without groups it takes {unfair:.1f} s, with them {beside:.1f}: the noise shows nothing")
    return {
        "fair_ratio": beside / alone,
        "fair_ms": beside * 1000,
        "fair_lone_ms": alone * 1000,
        "unfair_ratio": unfair / alone,
        "unfair_ms": unfair * 1000,
    }


@contextlib.contextmanager
def _start_containers(servers: Servers) -> Iterator[list[Container]]:
    """Yield containers that are ready and warm, at an exchange that is slow."""
    servers.refill()
    with contextlib.ExitStack() as stack:
        environment = servers.make_function_variables()
        started = [stack.enter_context(container.start_container(FUNCTION, environment)) for _ in range(CONTAINERS)]
        for each in started:
            _execute(each, [Message(QUIET, 0)])
        servers.call_control("POST", "faults", {"fault": "delay", "seconds": EXCHANGE_SECONDS, "count": 1_000_000})
        try:
            yield started
        finally:
            servers.call_control("DELETE", "faults")


def _measure_latencies(containers: Sequence[Container], queue: Queue, *, noise: int) -> list[float]:
    """Return the seconds of each signal of the quiet account; if it is not done at the end, how long it has waited."""
    done: dict[Message, float] = {}
    workers = [threading.Thread(target=_work, args=(queue, each, done)) for each in containers]
    for worker in workers:
        worker.start()
    try:
        if noise:
            _bring_out_of_step(queue)
        sent = _publish(queue, noise)
        _await(done, sent, time.perf_counter() + TAIL_SECONDS)
        end = time.perf_counter()
    finally:
        queue.close()
        for worker in workers:
            worker.join()
    return [min(done.get(message, end), end) - message.sent_at for message in sent]


def _bring_out_of_step(queue: Queue) -> None:
    """Keep the containers out of step: those that begin together end together, as the exchange always takes as long."""
    for _ in range(CONTAINERS):
        queue.send(NOISY)
        time.sleep(EXCHANGE_SECONDS / CONTAINERS)


def _publish(queue: Queue, noise: int) -> list[Message]:
    """Send `noise` signals of the noisy account before each signal of the quiet one; return the latter."""
    sent, beginning = [], time.perf_counter()
    for number in range(SIGNALS):
        time.sleep(max(0.0, beginning + number * EVERY_SECONDS - time.perf_counter()))
        for _ in range(noise):
            queue.send(NOISY)
        sent.append(queue.send(QUIET))
    return sent


def _await(done: dict[Message, float], sent: Sequence[Message], deadline: float) -> None:
    while time.perf_counter() < deadline and not all(message in done for message in sent):
        time.sleep(0.01)


def _work(queue: Queue, process: Container, done: dict[Message, float]) -> None:
    """Do for one container what the event source mapping does."""
    while messages := queue.receive(BATCH):
        _execute(process, messages)
        queue.delete(messages)
        now = time.perf_counter()
        done.update({message: now for message in messages if message.group == QUIET})


def _execute(process: Container, messages: Sequence[Message]) -> None:
    delivery = make_event(*[MARKET | {"account": message.group} for message in messages])
    for record, message in zip(delivery["Records"], messages, strict=True):
        record["attributes"]["MessageGroupId"] = message.group
    process.measure_ms(delivery)


def _compute_p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1]
