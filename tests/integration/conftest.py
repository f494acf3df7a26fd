"""Sets the stage: an empty account, a fresh exchange, a container that has not yet started."""

import json
from collections.abc import Iterator

import boto3
import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from functions.execute_signals import app
from local.environment import FUNCTION_DEFAULTS
from tests.integration.stage import Stage
from tests.paper_exchange.paper_client import KEY, SECRET, PaperClient


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, dynamodb: DynamoDBClient, paper: PaperClient) -> Iterator[Stage]:
    sqs, secretsmanager = boto3.client("sqs"), boto3.client("secretsmanager")
    signals = sqs.create_queue(QueueName="signals", Attributes={"VisibilityTimeout": "90"})["QueueUrl"]
    letters = sqs.create_queue(QueueName="letters")["QueueUrl"]
    secretsmanager.create_secret(Name="orderexec/main", SecretString=json.dumps({"api_key": KEY, "api_secret": SECRET}))
    environment = {
        "BINANCE_SPOT_URL": paper.url,
        **FUNCTION_DEFAULTS,
        "LEDGER_TABLE": "ledger",
        "SHARED_TABLE": "shared",
        "SIGNAL_QUEUE_URL": signals,
        "DEAD_LETTER_QUEUE_URL": letters,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    app.application.cache_clear()
    yield Stage(sqs, dynamodb, secretsmanager, signals, letters, paper)
    app.application.cache_clear()
