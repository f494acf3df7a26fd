"""A quiet account beside one that sends a hundred times as much: how much longer its signals take, from queue to order.

The real handler in real containers at the paper exchange, taking from a model of the queue (`fair_queue`). The exchange
is slow on purpose, so that what is scarce is containers, as on Lambda, and not this machine's processor.
"""

import contextlib
import math
import threading
import time
from collections.abc import Iterator, Sequence

from benchmarks import container
from benchmarks.container import Container
from benchmarks.events import MARKET, event
from benchmarks.fair_queue import Message, Queue
from benchmarks.measurements import FUNCTION, Figures
from benchmarks.servers import Servers

CONTAINERS, BATCH = 6, 10
EXCHANGE_SECONDS = 0.6
SIGNALS, EVERY_SECONDS = 20, 0.2  # of the quiet account, which alone keeps half of the containers busy
NOISE = 100
TAIL_SECONDS = 1.5  # after the last signal, for what is still on its way; what then waits counts as long as it has
QUIET, NOISY = "quiet", "noisy"


def fair(servers: Servers) -> Figures:
    """The 95th percentiles of the quiet account: alone, beside the noisy one, and so without message groups."""
    with _containers(servers) as containers:
        alone = _p95(_latencies(containers, Queue(fair=True), noise=0))
        beside = _p95(_latencies(containers, Queue(fair=True), noise=NOISE))
        unfair = _p95(_latencies(containers, Queue(fair=False), noise=NOISE))
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
def _containers(servers: Servers) -> Iterator[list[Container]]:
    """Ready and warm, at an exchange that takes its time."""
    servers.refill()
    with contextlib.ExitStack() as stack:
        environment = servers.function_environment()
        started = [stack.enter_context(container.started(FUNCTION, environment)) for _ in range(CONTAINERS)]
        for each in started:
            _execute(each, [Message(QUIET, 0)])
        servers.control("POST", "faults", {"fault": "delay", "seconds": EXCHANGE_SECONDS, "count": 1_000_000})
        try:
            yield started
        finally:
            servers.control("DELETE", "faults")


def _latencies(containers: Sequence[Container], queue: Queue, *, noise: int) -> list[float]:
    """Seconds of each signal of the quiet account; of one that is not done at the end, how long it has waited."""
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
    """Containers that begin together would always end together: the exchange takes the same time over everything."""
    for _ in range(CONTAINERS):
        queue.send(NOISY)
        time.sleep(EXCHANGE_SECONDS / CONTAINERS)


def _publish(queue: Queue, noise: int) -> list[Message]:
    """`noise` signals of the noisy account before each of the quiet one's."""
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
    """What the event source mapping does with one container."""
    while messages := queue.receive(BATCH):
        _execute(process, messages)
        queue.delete(messages)
        now = time.perf_counter()
        done.update({message: now for message in messages if message.group == QUIET})


def _execute(process: Container, messages: Sequence[Message]) -> None:
    delivery = event(*[MARKET | {"account": message.group} for message in messages])
    for record, message in zip(delivery["Records"], messages, strict=True):
        record["attributes"]["MessageGroupId"] = message.group
    answer = process.invoke(delivery)
    if answer != {"batchItemFailures": []}:
        raise RuntimeError(f"not every signal of a batch was placed: {answer}")


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1]
