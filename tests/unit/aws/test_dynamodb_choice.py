"""Who may take the short way to DynamoDB, and who is seen on it."""

from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config

from orderexec.aws.dynamodb import DynamoDB, add_short_way
from tests.doubles.socket_server import closed_port

AWS = "https://dynamodb.eu-west-1.amazonaws.com"


@pytest.fixture(autouse=True)
def environment(aws_account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def choose(url: str = AWS) -> object:
    session = botocore.session.get_session()
    client = boto3.Session(botocore_session=session).client("dynamodb", endpoint_url=url)
    return add_short_way(client, session, lambda: 0)


@pytest.mark.parametrize("url", [AWS, f"{AWS}/", "http://127.0.0.1:4566"])
def test_the_short_way_is_taken(url: str) -> None:
    assert isinstance(choose(url), DynamoDB)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_through_a_proxy_only_the_client_knows_the_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://proxy.invalid:3128")

    assert not isinstance(choose(), DynamoDB)


def test_a_proxy_for_others_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    assert isinstance(choose(), DynamoDB)

    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    monkeypatch.setenv("NO_PROXY", ".amazonaws.com")
    assert isinstance(choose(), DynamoDB)


def test_authorities_of_one_s_own_are_the_client_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/etc/ssl/own.pem")

    assert not isinstance(choose(), DynamoDB)


def test_without_credentials_the_client_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    session = botocore.session.get_session()
    client = boto3.Session(botocore_session=session).client("dynamodb")
    monkeypatch.setattr(session, "get_credentials", lambda: None)

    assert add_short_way(client, session, lambda: 0) is client


def test_an_endpoint_below_a_path_is_the_client_s() -> None:
    assert not isinstance(choose("http://127.0.0.1:4566/dynamodb"), DynamoDB)


def test_a_handler_that_answers_for_aws_is_asked_first() -> None:
    session = botocore.session.get_session()
    client = boto3.Session(botocore_session=session).client(
        "dynamodb", endpoint_url=f"http://127.0.0.1:{closed_port()}", config=Config(retries={"total_max_attempts": 1})
    )
    seen: list[Any] = []

    def answer(request: Any, **_: Any) -> Any:
        seen.append((request.method, request.url, request.headers["X-Amz-Target"], request.body))
        return SimpleNamespace(status_code=200, headers={}, content=b'{"Item": {}}')

    client.meta.events.register("before-send.dynamodb.GetItem", answer)

    table = add_short_way(client, session, lambda: 0)
    assert table.get_item(TableName="ledger", Key={"pk": {"S": "key"}})["Item"] == {}
    asked = b'{"TableName": "ledger", "Key": {"pk": {"S": "key"}}}'
    assert seen == [("POST", f"{client.meta.endpoint_url}/", "DynamoDB_20120810.GetItem", asked)]
