"""What the AWS account of a contestant is: tables, a secret and a queue in memory, and Powertools on virtual time."""

import datetime
import importlib
import json
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

import boto3
from moto import mock_aws

REGION = "us-east-1"
LEDGER, SHARED, IDEMPOTENCY = "ledger", "shared", "idempotency"
EXCHANGE_URL = "http://127.0.0.1:9"
API_KEY, API_SECRET = "paper-key", "paper-secret"
_ON_DATETIME = ("base", "persistence.base", "persistence.datarecord", "persistence.dynamodb")


class VirtualDatetime(datetime.datetime):
    """A datetime whose `now` asks the module `time`. The real one asks the C library, which has no virtual time."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "VirtualDatetime":
        return cls.fromtimestamp(time.time(), tz)


@contextmanager
def open_account() -> Iterator[str]:
    """Send every AWS call to an empty account in memory. Yields the URL of its dead-letter queue."""
    settings = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "POWERTOOLS_SERVICE_NAME": "orderexec",
        "POWERTOOLS_METRICS_NAMESPACE": "orderexec",
    }
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, settings))
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            os.environ.pop(name, None)
        # Ten containers in one process share one store of Powertools' metrics, which one of them may find empty.
        stack.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("ignore", "No application metrics to publish")
        stack.enter_context(mock_aws())
        clock = SimpleNamespace(datetime=VirtualDatetime, timedelta=datetime.timedelta)
        for name in _ON_DATETIME:
            module = importlib.import_module(f"aws_lambda_powertools.utilities.idempotency.{name}")
            stack.enter_context(mock.patch.object(module, "dt", clock))
        _make_tables()
        secret = json.dumps({"api_key": API_KEY, "api_secret": API_SECRET})
        boto3.client("secretsmanager").create_secret(Name="orderexec/main", SecretString=secret)
        yield boto3.client("sqs").create_queue(QueueName="letters")["QueueUrl"]


def receive_letters(queue_url: str) -> Iterator[dict[str, Any]]:
    """Yield the body of each dead letter once, and delete the letter."""
    client = boto3.client("sqs")
    while received := client.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        for letter in received:
            client.delete_message(QueueUrl=queue_url, ReceiptHandle=letter["ReceiptHandle"])
            yield json.loads(letter["Body"])


def _make_tables() -> None:
    client = boto3.client("dynamodb")
    for table, key in ((LEDGER, "pk"), (SHARED, "pk"), (IDEMPOTENCY, "id")):
        client.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
