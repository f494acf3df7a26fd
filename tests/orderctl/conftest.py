"""How a test gets a stack in an account in memory (tables, queues, a secret, outputs), and the tool to try on it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.loaders import create_loader
from mypy_boto3_dynamodb import DynamoDBClient
from typer.testing import CliRunner, Result

from orderctl.program import app
from orderexec.aws.ledger_item import make_item
from orderexec.aws.letters import format_instant
from orderexec.domain.lifecycle import Reason
from orderexec.domain.messages import Message
from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order
from orderexec.domain.row import Row, make_row
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.spot_products import SpotType

NOW = 1_790_000_000_000
PARAMETERS = {
    "Venues": "binance-spot",
    "SecretPrefix": "orderexec/",
    "SignalMaxAgeSeconds": "300",
    "RecvWindowMs": "5000",
    "MaximumConcurrency": "10",
    "LimitsPrefix": "/orderexec/limits/",
    "RequireLimits": "false",
}
Ctl = Callable[..., Result]


@dataclass(frozen=True)
class Deployed:
    """What a test can see and change of the stack. `signals` and `letters` are queue URLs."""

    dynamodb: DynamoDBClient
    sqs: Any
    secrets: Any
    ssm: Any
    signals: str
    letters: str
    outputs: dict[str, str] = field(default_factory=dict)

    def put(self, row: Row) -> Row:
        self.dynamodb.put_item(TableName="ledger", Item=make_item(row))
        return row

    def send_letter(self, body: object, **attributes: str) -> str:
        """Send a dead letter; return its message id. With a reason it is as the function writes it for `make_dead`."""
        if "reason" in attributes:
            attributes = {"orderexec.letter": "t2", "issued_at": format_instant(NOW)} | attributes
        answer = self.sqs.send_message(
            QueueUrl=self.letters,
            MessageBody=body if isinstance(body, str) else json.dumps(body),
            MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()},
        )
        return str(answer["MessageId"])

    def receive(self, url: str) -> list[dict[str, Any]]:
        """Return every message that can be received now."""
        found: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
        ).get("Messages"):
            found += messages
        return found


def build_template(outputs: dict[str, str], parameters: dict[str, str]) -> str:
    document = {
        "Parameters": {name: {"Type": "String", "Default": value} for name, value in parameters.items()},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    return json.dumps(document)


@pytest.fixture(scope="package", autouse=True)
def service_models() -> Iterator[None]:
    """Read the service models once: each command opens a session, and would read the same megabytes of JSON again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", cache(create_loader))
        yield


@pytest.fixture(autouse=True)
def in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for messages: a queue in memory that looks empty is empty."""
    monkeypatch.setattr("orderctl.sources.letters.LONG_POLL_SECONDS", 0)


@pytest.fixture
def parameters(request: pytest.FixtureRequest) -> dict[str, str]:
    """The parameters that a test deploys the stack with beside the defaults: its indirect parameter."""
    return getattr(request, "param", {})


@pytest.fixture
def deployed(dynamodb: DynamoDBClient, parameters: dict[str, str]) -> Deployed:
    sqs = boto3.client("sqs")
    signals, letters, untold = (
        sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("signals", "letters", "untold")
    )
    arn = sqs.get_queue_attributes(QueueUrl=letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "1000"})
    sqs.set_queue_attributes(QueueUrl=signals, Attributes={"RedrivePolicy": policy})
    outputs = {
        "SignalQueueUrl": signals,
        "DeadLetterQueueUrl": letters,
        "LedgerTable": "ledger",
        "SharedTable": "shared",
        "ExecuteSignalsFunction": "execute",
        "ReconcileOrdersFunction": "reconcile",
        "AlarmTopicArn": "arn",
        "ReportOutcomesFunction": "report",
        "UnreportedOutcomesUrl": untold,
    }
    # Nothing listens there: what asks the exchange is tested with the paper exchange.
    given = PARAMETERS | {"BinanceSpotUrl": "http://127.0.0.1:9"} | parameters
    boto3.client("cloudformation").create_stack(StackName="orderexec", TemplateBody=build_template(outputs, given))
    return Deployed(dynamodb, sqs, boto3.client("secretsmanager"), boto3.client("ssm"), signals, letters, outputs)


@pytest.fixture
def ctl(aws_account: None) -> Ctl:
    """`ctl("list", "--json")`: the command in a pipe, on the stack orderexec of the account in memory.

    With `columns` it is at a terminal of that width.
    """

    def run(*arguments: str, given: str | None = None, stack: str = "orderexec", columns: int | None = None) -> Result:
        runner = CliRunner(env={"COLUMNS": str(columns or 160)})
        with pytest.MonkeyPatch.context() as patch:
            if columns is not None:
                patch.setattr("orderctl.screen._is_terminal", lambda _: True)
            return runner.invoke(app, [*arguments, "--stack", stack], input=given, catch_exceptions=False)

    return run


def parse_answer(result: Result) -> Any:
    """Return what a command with --json answered."""
    return json.loads(result.stdout)


def make_waiting(signal_id: str, **fields: object) -> Row:
    """Return a row for which nothing was sent yet."""
    body = json.dumps({"id": signal_id, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"} | fields)
    parsed = parse_signal(Message(id="message", body=body, sent_at=NOW), max_age_ms=300_000, now=NOW)
    return make_row(parsed, NOW)


def make_sent(signal_id: str, **fields: object) -> Row:
    order = Order(symbol="BTCUSDT", side=Side.BUY, type=SpotType.MARKET, client_order_id="a" * 32)
    return make_waiting(signal_id, **fields).claim(order, signed_at=NOW, fence=NOW + 22_000, token="t1", now=NOW)


def make_dead(signal_id: str, reason: Reason = Reason.RULES, detail: str = "too small", **fields: object) -> Row:
    row = make_waiting(signal_id, **fields)
    return row.die(reason, detail, code=None, message_id="message", token="t2", now=NOW)
