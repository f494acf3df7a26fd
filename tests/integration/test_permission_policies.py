"""Each role allows the calls that its function makes, on the resources that it makes them on, and no others."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest

from functions.execute_signals import app as execute_signals
from functions.reconcile_orders import app as reconcile_orders
from tests.integration.open_rows import abandoned
from tests.integration.reports import Reports
from tests.integration.stage import CONTEXT, Stage, buy
from tests.paper_exchange.paper_client import KEY, SECOND_KEY, SECOND_SECRET
from tests.unit.deployment.deployed import load

# What Lambda itself does in the function's name, by what calls the function; logs and traces with each.
BY_LAMBDA: dict[str, set[str]] = {
    "SQS": {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
    "DynamoDB": {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    },
    "Schedule": set(),
}
ALWAYS = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# The stage's names, as the template calls them.
RESOURCES = {
    "ledger": "Ledger",
    "shared": "Shared",
    "ledger/overdue": "Ledger/index/overdue",
    "signals": "SignalQueue",
    "letters": "DeadLetterQueue",
    "unreported": "UnreportedOutcomes",
}
PREFIXES = {"secrets-manager": "secretsmanager", "eventbridge": "events"}  # where IAM has another name than botocore
Call = tuple[str, str]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> set[Call]:
    """Action and resource of every call of whatever application is put together from now on."""
    calls: set[Call] = set()

    def note(request: AWSPreparedRequest, event_name: str, **_: object) -> None:
        service, operation = event_name.split(".")[1:]
        body = json.loads(cast(bytes, request.body))
        for part in body.get("TransactItems", []):  # allowed by what it is made of
            ((what, parameters),) = part.items()
            calls.add((f"dynamodb:{what}Item", _resource(parameters)))
        if "TransactItems" not in body:
            calls.add((f"{PREFIXES.get(service, service)}:{operation}", _resource(body)))

    class Watched(boto3.Session):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.events.register("before-send", note)

    monkeypatch.setattr(boto3, "Session", Watched)
    return calls


def _resource(parameters: Mapping[str, Any]) -> str:
    tables = ",".join(parameters.get("RequestItems", {}))  # of a batch; ours name one
    name = parameters.get("TableName") or tables or parameters.get("QueueUrl", "").rpartition("/")[2]
    return RESOURCES.get(f"{name}/{parameters['IndexName']}" if "IndexName" in parameters else name, "")


def allowed(function: str) -> set[Call]:
    """As `made`, of the role; resources of no name of ours are left blank."""
    resources = load()["Resources"]
    (policy,) = resources[f"{function}Role"]["Properties"]["Policies"]
    (event,) = resources[function]["Properties"]["Events"].values()
    calls = {
        (action, _name(resource))
        for statement in policy["PolicyDocument"]["Statement"]
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }
    by_lambda = BY_LAMBDA[event["Type"]] | ALWAYS
    assert by_lambda <= {action for action, _ in calls}
    return {(action, resource) for action, resource in calls if action not in by_lambda}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(resource: Any) -> str:
    if isinstance(resource, dict) and "If" in resource:  # what the stack makes itself, or what was there before
        return _name(resource["If"][1])
    text = resource if isinstance(resource, str) else next(iter(resource.values()))
    name = str(text).replace("${", "").replace(".Arn}", "").replace(".Arn", "")
    return name if name in RESOURCES.values() else ""


@pytest.fixture(autouse=True)
def fresh_containers() -> Iterator[None]:
    for app in (execute_signals, reconcile_orders):
        app.get_application.cache_clear()
    yield
    for app in (execute_signals, reconcile_orders):
        app.get_application.cache_clear()


def test_executing_signals(stage: Stage, made: set[Call]) -> None:
    # GIVEN limits that count. WHEN signals are placed, refused, sent back with a delay, delivered twice
    limits = json.dumps({"max_daily_orders": 100})
    boto3.client("ssm").put_parameter(Name="/orderexec/limits/main", Value=limits, Type="String")
    stage.paper.arm("lose_request", match={"symbol": "ETHUSDT"})
    for body in (buy("1"), buy("2", quantity="99"), buy("3", symbol="ETHUSDT", quantity="0.01")):
        stage.run(body)  # one by one: moto's transactions do not bear threads
    stage.publish(buy("1"))
    again = stage.receive()
    for record in again:
        record["attributes"]["ApproximateReceiveCount"] = "2"
    stage.invoke(again)

    assert made == allowed("ExecuteSignals")


def test_reconciling_orders(stage: Stage, made: set[Call]) -> None:
    # one that came to nothing and gets its letter, one whose key was replaced meanwhile, so that the new one's account
    # is asked for and noted, and one whose lookup meets a ban, which all containers must know
    # in runs of their own, since the ban would hold the others
    calls: set[Call] = set()
    for name in ("lost", "replaced", "banned"):
        abandoned(stage, name, "lose_request")
        if name == "replaced":
            stage.put_secret(json.dumps({"api_key": SECOND_KEY, "api_secret": SECOND_SECRET}))
            stage.paper.control("keys", {KEY: None})
        if name == "banned":
            stage.paper.arm("rate_limit", seconds=60, match={"method": "GET", "path": "/api/v3/order"})
        made.clear()
        reconcile_orders.get_application.cache_clear()
        cast(Any, reconcile_orders.handler)({}, CONTEXT)
        calls |= made
        if name == "lost":  # and a person who asks what the function sees of the exchange
            stage.dynamodb.delete_item(TableName="shared", Key={"pk": {"S": "binance-spot/symbols/all"}})
            made.clear()
            cast(Any, reconcile_orders.handler)({"ask": "exchange"}, CONTEXT)
            calls |= made

    assert calls == allowed("ReconcileOrders")


def test_reporting_outcomes(reports: Reports, made: set[Call]) -> None:
    # one that is published, and one that can never be read and is put aside
    reports.stage.run(buy("1"), buy("2"))
    records = reports.records()
    del records[0]["dynamodb"]["NewImage"]["content"]
    made.clear()

    reports.report(records)

    assert made == allowed("ReportOutcomes")
