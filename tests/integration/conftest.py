"""Sets the stage: an empty account, a fresh exchange, a container that has not yet started."""

import json
import time
from collections.abc import Iterator
from types import SimpleNamespace

import boto3
import pytest
from mypy_boto3_dynamodb import DynamoDBClient
from mypy_boto3_sqs.literals import QueueAttributeNameType

from functions.execute_signals import app
from functions.report_outcomes import app as report_outcomes
from local.environment import FUNCTION_DEFAULTS
from orderexec.domain import following
from tests.integration.days import Days
from tests.integration.reports import Reports
from tests.integration.stage import Stage
from tests.paper_exchange.paper_client import KEY, SECRET, PaperClient

# What template.yaml makes of QueueType, as far as moto knows it: the end of the names, and attributes.
QUEUES: dict[str, tuple[str, dict[QueueAttributeNameType, str]]] = {
    "standard": ("", {}),
    "fifo": (".fifo", {"FifoQueue": "true", "ContentBasedDeduplication": "false"}),
}


@pytest.fixture
def queue_type() -> str:
    """A file of tests that are about FIFO queues overrides it."""
    return "standard"


@pytest.fixture
def first_looks() -> tuple[int, ...]:
    """When the message of an order that rests looks at it; a file of tests that are about that overrides it."""
    return ()


@pytest.fixture
def stage(
    monkeypatch: pytest.MonkeyPatch,
    dynamodb: DynamoDBClient,
    paper: PaperClient,
    queue_type: str,
    first_looks: tuple[int, ...],
) -> Iterator[Stage]:
    monkeypatch.setattr(following, "EARLY_LOOKS", first_looks)
    sqs, secretsmanager = boto3.client("sqs"), boto3.client("secretsmanager")
    suffix, attributes = QUEUES[queue_type]
    letters = sqs.create_queue(QueueName=f"letters{suffix}", Attributes=attributes)
    arn = sqs.get_queue_attributes(QueueUrl=letters["QueueUrl"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "1000"})
    signals = sqs.create_queue(
        QueueName=f"signals{suffix}", Attributes={"VisibilityTimeout": "90", "RedrivePolicy": policy, **attributes}
    )
    secretsmanager.create_secret(Name="orderexec/main", SecretString=json.dumps({"api_key": KEY, "api_secret": SECRET}))
    environment = {
        "BINANCE_SPOT_URL": paper.url,
        **FUNCTION_DEFAULTS,
        "LEDGER_TABLE": "ledger",
        "SHARED_TABLE": "shared",
        "SIGNAL_QUEUE_URL": signals["QueueUrl"],
        "DEAD_LETTER_QUEUE_URL": letters["QueueUrl"],
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    app.get_application.cache_clear()
    yield Stage(sqs, dynamodb, secretsmanager, signals["QueueUrl"], letters["QueueUrl"], paper)
    app.get_application.cache_clear()


@pytest.fixture
def reports(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reports]:
    """The ledger has a stream, and somebody listens to the bus."""
    stage.dynamodb.update_table(
        TableName="ledger", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    )
    listener, unreported = (stage.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("listener", "unreported"))
    events = boto3.client("events")
    events.create_event_bus(Name="outcomes")
    pattern = {"source": ["orderexec"], "detail-type": ["Signal Outcome", "Order Update"]}
    events.put_rule(Name="listen", EventBusName="outcomes", EventPattern=json.dumps(pattern))
    attributes = stage.sqs.get_queue_attributes(QueueUrl=listener, AttributeNames=["QueueArn"])["Attributes"]
    target = {"Id": "listener", "Arn": attributes["QueueArn"]}
    events.put_targets(Rule="listen", EventBusName="outcomes", Targets=[target])  # type: ignore[list-item]
    monkeypatch.setenv("STACK_NAME", "orderexec-test")
    monkeypatch.setenv("EVENT_BUS", "outcomes")
    monkeypatch.setenv("UNREPORTED_QUEUE_URL", unreported)
    report_outcomes.get_application.cache_clear()
    yield Reports(stage, listener, unreported)
    report_outcomes.get_application.cache_clear()


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    """Both go by it from now on."""
    clock = Days()
    of_function = SimpleNamespace(time_ns=lambda: clock.now_ms() * 1_000_000, sleep=time.sleep)
    monkeypatch.setattr("orderexec.bootstrap.time", of_function)
    monkeypatch.setattr("moto.sqs.models.unix_time_millis", clock.now_ms)
    monkeypatch.setattr("moto.sqs.models.unix_time", lambda: clock.now_ms() / 1000)
    return clock
