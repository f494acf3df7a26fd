"""What several folders of tests share: an AWS account in memory, and one paper exchange for the whole session."""

import copy
import os
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import boto3
import pytest
from hypothesis import HealthCheck, settings
from moto import mock_aws
from moto.dynamodb.models import DynamoDBBackend
from mypy_boto3_dynamodb import DynamoDBClient

import orderctl
import orderexec
from paper_exchange.server import running
from tests.doubles.documented_aws import documented_aws
from tests.paper_exchange.paper_client import PaperClient, connected

ROOT = Path(__file__).resolve().parents[1]
REGION = "eu-west-1"
KEYS: dict[str, Literal["S", "N"]] = {"pk": "S", "open": "S", "due": "N", "resting": "S", "resting_at": "S"}
LOOPBACK_PASSES = {"core": {"passthrough": {"urls": [r"http://127\.0\.0\.1.*"]}}}
# How long an example takes says something of the machine and of its load, nothing of the product.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
# Powertools reads its settings when the function's module is imported.
os.environ |= {
    "POWERTOOLS_SERVICE_NAME": "orderexec",
    "POWERTOOLS_METRICS_NAMESPACE": "orderexec",
    "POWERTOOLS_LOG_LEVEL": "DEBUG",
}


def pytest_configure() -> None:
    """Stop where the environment belongs to another checkout: the tests of this one would test that one's sources."""
    for package in (orderctl, orderexec):
        if ROOT not in Path(*package.__path__).resolve().parents:
            raise pytest.UsageError(f"{package.__path__[0]} would be tested; run `make setup` in {ROOT}")


@pytest.fixture(scope="session")
def exchange_url() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture
def paper(exchange_url: str) -> Iterator[PaperClient]:
    """The paper exchange, put back to its start."""
    with connected(exchange_url) as client:
        client.control("reset", {})
        yield client


@pytest.fixture
def aws_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every AWS call goes to an empty account in memory, which keeps AWS's rules; the loopback stays reachable."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws(config=LOOPBACK_PASSES), documented_aws():
        yield


def one_at_a_time(method: Callable[..., Any], lock: threading.RLock) -> Callable[..., Any]:
    @wraps(method)
    def locked(*arguments: Any, **named: Any) -> Any:
        with lock:  # a copy, since the answer is made of it after the lock is given back
            return copy.deepcopy(method(*arguments, **named))

    return locked


@pytest.fixture
def dynamodb(aws_account: None, monkeypatch: pytest.MonkeyPatch) -> DynamoDBClient:
    """With the function's two tables.

    DynamoDB judges a condition and applies the write as one step; moto does so only for calls that do not meet.
    """
    lock = threading.RLock()
    for name in ("get_item", "put_item", "update_item", "transact_write_items"):
        monkeypatch.setattr(DynamoDBBackend, name, one_at_a_time(getattr(DynamoDBBackend, name), lock))
    client = boto3.client("dynamodb")
    for table in ("ledger", "shared"):
        client.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in KEYS.items()],
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "overdue",
                    "KeySchema": [
                        {"AttributeName": "open", "KeyType": "HASH"},
                        {"AttributeName": "due", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                },
                {
                    "IndexName": "resting",
                    "KeySchema": [
                        {"AttributeName": "resting", "KeyType": "HASH"},
                        {"AttributeName": "resting_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                },
            ],
        )
    return client
