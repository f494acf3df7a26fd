"""The numbers of `template.yaml` that only make sense together: times, counts and concurrency around the queues."""

from typing import Any

import pytest

from functions.execute_signals import app
from orderexec.aws.queues import LONGEST_DELAY_SECONDS
from orderexec.domain import retry
from orderexec.domain.row import LOOK_AFTER_MS
from orderexec.domain.validity import Validity
from orderexec.venues.binance import connection, rules
from orderexec.venues.binance.products import SPOT
from orderexec.venues.http import CONNECT_SECONDS
from tests.unit.deployment.deployed import Template, decided, load

HOUR = 3_600
LONGEST_BAN_SECONDS = 72 * HOUR  # Binance: "IP bans ... scale in duration ... from 2 minutes to 3 days"
OUTAGE_SECONDS = 8 * HOUR  # of the exchange, on every message's account
# An account that takes more of the messages in flight than this share, and this many, is noisy to a fair queue
# (Amazon SQS Developer Guide, "How Amazon SQS fair queues work"). With fewer in flight nobody would ever be.
FAIR_QUEUE_SHARE, FAIR_QUEUE_LEAST = 0.1, 30


@pytest.fixture(scope="module")
def template() -> Template:
    return load()


@pytest.fixture(scope="module", params=["standard", "fifo"])
def resources(request: pytest.FixtureRequest, template: Template) -> dict[str, Any]:
    """Properties by resource, as this QueueType deploys them on AWS."""
    conditions = {"IsFifo": request.param == "fifo", "IsEmulated": False, "InVpc": False}
    found = decided(template["Resources"], conditions)
    return {name: resource.get("Properties", {}) for name, resource in found.items()}


@pytest.fixture
def signal_queue(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resources["SignalQueue"]
    return found


@pytest.fixture
def source(resources: dict[str, Any]) -> dict[str, Any]:
    """The event source mapping."""
    found: dict[str, Any] = resources["ExecuteSignals"]["Events"]["Signals"]["Properties"]
    return found


@pytest.fixture
def function_seconds(resources: dict[str, Any]) -> int:
    return int(resources["ExecuteSignals"]["Timeout"])


def test_a_message_stays_invisible_longer_than_a_delivery_can_take(
    signal_queue: dict[str, Any], function_seconds: int
) -> None:
    assert signal_queue["VisibilityTimeout"] >= 2 * function_seconds
    # ... and yet a signal whose function was killed is tried again while it is young enough to be sent.
    max_age_seconds = int(load()["Parameters"]["SignalMaxAgeSeconds"]["Default"])
    assert signal_queue["VisibilityTimeout"] + function_seconds <= max_age_seconds / 2


def test_the_reconcile_function_leaves_a_row_alone_until_its_message_is_back(signal_queue: dict[str, Any]) -> None:
    assert signal_queue["VisibilityTimeout"] < LOOK_AFTER_MS / 1000


def test_the_function_outlasts_a_delivery_that_nobody_answers(function_seconds: int) -> None:
    ask, send = CONNECT_SECONDS + connection._ASK_SECONDS, CONNECT_SECONDS + connection._SEND_SECONDS
    prepared = 2 * (CONNECT_SECONDS + rules._SECONDS)  # the symbol's rules and one price, from an empty cache

    assert function_seconds > prepared + send + ask
    assert send + ask < app.TURN_MS / 1000
    assert function_seconds >= 1.5 * app.TURN_MS / 1000, "or a second signal of a group would hardly ever get its turn"


def test_no_fence_is_waited_for_inside_a_delivery(template: Template, function_seconds: int) -> None:
    """It may be longer than the function's time: such a signal goes back to the queue, for less than SQS's longest."""
    parameter = template["Parameters"]["RecvWindowMs"]
    windows = [int(parameter[bound]) for bound in ("Default", "MaxValue")]
    fences = [
        Validity(window_ms=window, processing_ms=SPOT.processing_ms, lag_ms=SPOT.lag_ms).compute_fence(0) / 1000
        for window in windows
    ]

    assert fences[1] > function_seconds
    assert all(fence < LONGEST_DELAY_SECONDS for fence in fences)


def test_every_message_of_a_batch_has_a_thread(source: dict[str, Any]) -> None:
    assert source["BatchSize"] == app.LARGEST_BATCH == 10  # no more is possible on a FIFO queue
    assert "MaximumBatchingWindowInSeconds" not in source  # not possible on a FIFO queue, and a wait on any


def test_the_receive_count_outlasts_a_ban_and_an_outage(signal_queue: dict[str, Any]) -> None:
    count = signal_queue["RedrivePolicy"]["maxReceiveCount"]
    told_when = LONGEST_BAN_SECONDS / LONGEST_DELAY_SECONDS + retry.MAX_ATTEMPTS
    mean_backoff = retry.choose_backoff(100, 0.5)

    assert told_when < count
    assert retry.MAX_ATTEMPTS + OUTAGE_SECONDS / mean_backoff < count <= 1_000  # SQS's largest
    assert signal_queue["RedrivePolicy"]["deadLetterTargetArn"] == {"GetAtt": "DeadLetterQueue.Arn"}


def test_a_message_is_kept_longer_than_any_wait(resources: dict[str, Any], signal_queue: dict[str, Any]) -> None:
    kept = signal_queue["MessageRetentionPeriod"]

    assert LONGEST_DELAY_SECONDS < 12 * HOUR  # SQS's longest visibility timeout, from the receipt on
    assert kept > LONGEST_BAN_SECONDS + 12 * HOUR
    # A message keeps its age when SQS moves it, so the dead-letter queue must keep it at least as long.
    assert resources["DeadLetterQueue"]["MessageRetentionPeriod"] >= kept


def test_the_function_may_run_as_often_at_once_as_the_queue_asks(template: Template, resources: dict[str, Any]) -> None:
    parameter = template["Parameters"]["MaximumConcurrency"]
    reserved = resources["ExecuteSignals"].get("ReservedConcurrentExecutions", 1_000)  # else an account's default

    assert 2 <= parameter["MinValue"] <= parameter["Default"] <= parameter["MaxValue"] <= reserved


def test_so_many_signals_are_in_flight_that_a_fair_queue_can_tell_who_is_noisy(
    template: Template, source: dict[str, Any]
) -> None:
    in_flight = template["Parameters"]["MaximumConcurrency"]["Default"] * source["BatchSize"]

    assert source["ScalingConfig"]["MaximumConcurrency"] == {"Ref": "MaximumConcurrency"}
    assert in_flight >= 2 * FAIR_QUEUE_LEAST
    assert in_flight * FAIR_QUEUE_SHARE <= FAIR_QUEUE_LEAST


def test_both_queues_are_of_the_type_that_was_asked_for(template: Template) -> None:
    def queue(name: str, is_fifo: bool) -> dict[str, Any]:
        found: dict[str, Any] = decided(template["Resources"][name]["Properties"], {"IsFifo": is_fifo})
        return found

    only_fifo = {"FifoQueue", "FifoThroughputLimit", "DeduplicationScope", "ContentBasedDeduplication"}
    for name in ("SignalQueue", "DeadLetterQueue"):
        assert not only_fifo & queue(name, is_fifo=False).keys()
        assert queue(name, is_fifo=True)["FifoQueue"] is True
    fifo = queue("SignalQueue", is_fifo=True)
    # AWS: only both together make a FIFO queue's throughput a matter of each group.
    assert (fifo["DeduplicationScope"], fifo["FifoThroughputLimit"]) == ("messageGroup", "perMessageGroupId")
    assert fifo["ContentBasedDeduplication"] is False
    # A letter's deduplication id is unlike any other, whatever group it is in.
    assert "DeduplicationScope" not in queue("DeadLetterQueue", is_fifo=True)
