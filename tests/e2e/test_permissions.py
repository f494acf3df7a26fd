"""Each function's IAM role allows what the function does and nothing else; MiniStack enforces it here."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local import environment
from local.run import wait_until
from local.stack import Stack
from tests.e2e.listener import Listener

Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def as_function(running: Stack) -> Client:
    """`as_function("sqs")` is a client with the role of the function that places orders and nothing else."""
    return _with_role_of(running, "ExecuteSignalsFunction")


@pytest.fixture(scope="module")
def as_reporter(running: Stack) -> Client:
    return _with_role_of(running, "ReportOutcomesFunction")


def _with_role_of(running: Stack, function: str) -> Client:
    name = running.outputs[function]
    role = running.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    given = running.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    session = boto3.Session(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=environment.REGION
    )
    return partial(session.client, endpoint_url=running.aws_endpoint_url)


def test_the_role_allows_the_ledger_and_the_secrets(running: Stack, as_function: Client) -> None:
    ledger = as_function("dynamodb").get_item(
        TableName=running.outputs["LedgerTable"], Key={"pk": {"S": "no/such/signal"}}
    )
    secret = as_function("secretsmanager").get_secret_value(SecretId="orderexec/main")

    assert "Item" not in ledger
    assert json.loads(secret["SecretString"])["api_key"] == "paper-key"


def test_the_role_allows_nothing_beyond(running: Stack, as_function: Client) -> None:
    table, queue = running.outputs["LedgerTable"], running.outputs["SignalQueueUrl"]
    running.client("secretsmanager").create_secret(Name="somebody-elses/secret", SecretString="{}")
    beyond = {
        "empty the ledger": lambda: as_function("dynamodb").delete_item(TableName=table, Key={"pk": {"S": "x"}}),
        "read the whole ledger": lambda: as_function("dynamodb").scan(TableName=table),
        "send itself signals": lambda: as_function("sqs").send_message(QueueUrl=queue, MessageBody="{}"),
        "purge the queue": lambda: as_function("sqs").purge_queue(QueueUrl=queue),
        "read other secrets": lambda: as_function("secretsmanager").get_secret_value(SecretId="somebody-elses/secret"),
        "change secrets": lambda: as_function("secretsmanager").put_secret_value(
            SecretId="orderexec/main", SecretString="{}"
        ),
        "list buckets": lambda: as_function("s3").list_buckets(),
    }

    assert {what for what, call in beyond.items() if not _is_denied(call)} == set()


def test_the_reporter_may_publish_and_put_aside_and_nothing_beyond(running: Stack, as_reporter: Client) -> None:
    event = {"Source": "orderexec", "DetailType": "permission", "Detail": "{}"}
    aside, table = running.outputs["UnreportedOutcomesUrl"], running.outputs["LedgerTable"]
    running.client("events").create_event_bus(Name="somebody-elses")
    own = running.client("sqs").create_queue(QueueName="of-this-test")["QueueUrl"]
    beyond = {
        "publish on other buses": lambda: as_reporter("events").put_events(
            Entries=[event | {"EventBusName": "somebody-elses"}]
        ),
        "make rules": lambda: as_reporter("events").put_rule(Name="x", EventPattern='{"source": ["x"]}'),
        "read the ledger": lambda: as_reporter("dynamodb").get_item(TableName=table, Key={"pk": {"S": "x"}}),
        "write the ledger": lambda: as_reporter("dynamodb").put_item(TableName=table, Item={"pk": {"S": "x"}}),
        "read what was put aside": lambda: as_reporter("sqs").receive_message(QueueUrl=aside),
        "send to other queues": lambda: as_reporter("sqs").send_message(QueueUrl=own, MessageBody="{}"),
        "send signals": lambda: as_reporter("sqs").send_message(
            QueueUrl=running.outputs["SignalQueueUrl"], MessageBody="{}"
        ),
        "read secrets": lambda: as_reporter("secretsmanager").get_secret_value(SecretId="orderexec/main"),
    }

    published = as_reporter("events").put_events(Entries=[event | {"EventBusName": running.outputs["OutcomeBusName"]}])

    assert published["FailedEntryCount"] == 0
    assert {what for what, call in beyond.items() if not _is_denied(call)} == set()


def test_the_functions_never_meet_a_denial(running: Stack, listener: Listener) -> None:
    # GIVEN signals that take the functions through every AWS call they make: ledger, rules, secret, delay, letter, bus
    bodies: list[dict[str, Any]] = [
        {"id": "allowed-order", "symbol": "ETHUSDT", "side": "BUY", "quantity": "0.01"},
        {"id": "allowed-refusal", "symbol": "NOSUCHPAIR", "side": "BUY", "quantity": "1"},
    ]
    for body in bodies:
        running.client("sqs").send_message(QueueUrl=running.outputs["SignalQueueUrl"], MessageBody=json.dumps(body))

    # WHEN they are over
    assert wait_until(lambda: {_state(running, body["id"]) for body in bodies} == {"ACCEPTED", "DEAD"}, 20)

    assert wait_until(lambda: all(listener.of(str(body["id"])) for body in bodies), 20)

    # THEN neither they nor any test before them has left a denial in a function's log
    messages = _log(running, "ExecuteSignalsFunction")
    assert any("allowed-order" in message for message in messages)
    messages += _log(running, "ReportOutcomesFunction")
    assert [message for message in messages if "AccessDenied" in message or "not authorized" in message] == []


def _is_denied(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")
    return False


def _state(running: Stack, signal_id: str) -> str | None:
    key = {"pk": {"S": f"main/binance-spot/{signal_id}"}}
    item = running.client("dynamodb").get_item(TableName=running.outputs["LedgerTable"], Key=key).get("Item")
    return item["state"]["S"] if item else None


def _log(running: Stack, function: str) -> list[str]:
    logs = running.client("logs")
    name = running.outputs[function]
    configuration = running.client("lambda").get_function_configuration(FunctionName=name)
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=configuration["LoggingConfig"]["LogGroup"])
    return [event["message"] for page in pages for event in page["events"]]
