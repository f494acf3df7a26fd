"""The short way to DynamoDB over a real socket: what it takes for success, and that all else is the client's."""

import json
import re
import socket
import threading
import zlib
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from mypy_boto3_dynamodb import DynamoDBClient
from urllib3 import Timeout

from orderexec.aws.dynamodb import DynamoDB
from tests.doubles.socket_server import Act, closed_port, says, server

NOW = 1_800_000_000_000
ITEM: dict[str, Any] = {"pk": {"S": "main/binance-spot/ü"}, "attempts": {"N": "1"}, "dry_run": {"BOOL": False}}
THROTTLED = "ProvisionedThroughputExceededException"
DONE = b"{}"


def make_reply(content: bytes, status: str = "200 OK", checksum: int | None = None) -> bytes:
    checksum = zlib.crc32(content) if checksum is None else checksum
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\nx-amz-crc32: {checksum}\r\n\r\n"
    return head.encode() + content


def make_refusal(kind: str, status: str = "400 Bad Request", **fields: Any) -> bytes:
    document = {"__type": f"com.amazonaws.dynamodb.v20120810#{kind}", "message": "no"} | fields
    return make_reply(json.dumps(document).encode(), status)


def make_client(url: str, attempts: int = 2) -> DynamoDBClient:
    config = Config(read_timeout=1, retries={"mode": "standard", "total_max_attempts": attempts})
    return boto3.client(
        "dynamodb", "eu-west-1", endpoint_url=url, aws_access_key_id="client", aws_secret_access_key="-", config=config
    )


def make_dynamodb(url: str, credentials: Credentials | None = None, attempts: int = 2) -> DynamoDB:
    return DynamoDB(make_client(url, attempts), credentials or Credentials("short", "-"), lambda: NOW)


def put(url: str, **options: Any) -> None:
    table = make_dynamodb(url, **options)
    table.put_item(TableName="ledger", Item=ITEM, ConditionExpression="attribute_not_exists(pk)")


def stay_silent_until(event: threading.Event) -> Act:
    def wait(_: socket.socket) -> None:
        event.wait(5)

    return wait


def read_keys(requests: list[bytes]) -> list[str]:
    """Who sent each request, by the access key that it is signed with."""
    return [match[1].decode() if (match := re.search(rb"Credential=(\w+)/", each)) else "" for each in requests]


def parse_body(request: bytes) -> Any:
    return json.loads(request.partition(b"\r\n\r\n")[2])


def test_a_success_is_asked_for_once_by_the_short_way() -> None:
    with server(says(make_reply(DONE))) as (url, requests):
        put(url)

    assert read_keys(requests) == ["short"]
    assert b"\r\nx-amz-target: DynamoDB_20120810.PutItem\r\n" in requests[0]
    assert b"\r\nx-amz-date: 20270115T080000Z\r\n" in requests[0]
    assert parse_body(requests[0]) == {
        "TableName": "ledger",
        "Item": ITEM,
        "ConditionExpression": "attribute_not_exists(pk)",
    }


@pytest.mark.parametrize("answer", [{}, {"Item": ITEM}])
def test_an_item_comes_as_it_stands(answer: dict[str, Any]) -> None:
    with server(says(make_reply(json.dumps(answer).encode()))) as (url, requests):
        assert make_dynamodb(url).get_item(TableName="ledger", Key={"pk": ITEM["pk"]}) == answer

    assert read_keys(requests) == ["short"]


def test_an_answer_without_a_checksum_is_taken() -> None:
    with server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as (url, requests):
        put(url)

    assert read_keys(requests) == ["short"]


def test_a_connection_is_used_again() -> None:
    def answer_twice(connection: socket.socket) -> None:
        connection.sendall(make_reply(DONE))
        assert connection.recv(65_536)
        connection.sendall(make_reply(DONE))

    with server(answer_twice) as (url, requests):
        table = make_dynamodb(url)
        for _ in range(2):
            table.put_item(TableName="ledger", Item=ITEM)

    assert read_keys(requests) == ["short"]


FAILURES: dict[str, Act] = {
    "an error of the server": says(make_refusal("InternalServerError", "500 Internal Server Error")),
    "overloaded": says(make_reply(b"", "503 Service Unavailable")),
    "throttled": says(make_refusal(THROTTLED)),
    "a clock that is wrong": says(make_refusal("InvalidSignatureException", Message="Signature expired")),
    "credentials that ended": says(make_refusal("ExpiredTokenException")),
    "damaged on its way": says(make_reply(DONE, checksum=1)),
    "not JSON": says(make_reply(b"<html>")),
    "not text": says(make_reply(b"\xff")),
    "another status of success": says(make_reply(DONE, "204 No Content")),
    "closed without an answer": lambda _: None,
    "cut short": says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "not HTTP": says(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    "reset": lambda connection: connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"),
}


@pytest.mark.parametrize("act", FAILURES.values(), ids=FAILURES.keys())
def test_after_anything_but_success_the_client_asks_the_same(act: Act) -> None:
    with server(act, says(make_reply(DONE))) as (url, requests):
        put(url)

    assert read_keys(requests) == ["short", "client"]
    assert parse_body(requests[0]) == parse_body(requests[1])


def test_after_silence_the_client_asks_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderexec.aws.dynamodb._TIMEOUT", Timeout(connect=1, read=0.05))
    given_up = threading.Event()

    with server(stay_silent_until(given_up), says(make_reply(DONE))) as (url, requests):
        threading.Timer(0.1, given_up.set).start()
        put(url)

    assert read_keys(requests) == ["short", "client"]


def test_a_broken_condition_is_raised_as_the_client_does_with_the_item_that_stands() -> None:
    refused = says(make_refusal("ConditionalCheckFailedException", Item=ITEM))
    with server(refused, refused) as (url, requests), pytest.raises(ClientError) as raised:
        put(url)

    assert raised.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert raised.value.response.get("Item") == ITEM
    assert read_keys(requests) == ["short", "client"]


def test_a_fault_that_lasts_is_raised_once_the_client_has_used_up_its_attempts() -> None:
    fault = says(make_refusal("InternalServerError", "500 Internal Server Error"))
    with server(fault, fault, fault) as (url, requests), pytest.raises(ClientError) as raised:
        put(url, attempts=2)

    assert raised.value.response["Error"]["Code"] == "InternalServerError"
    assert read_keys(requests) == ["short", "client", "client"]


def test_a_server_that_is_not_there_is_the_client_s_error() -> None:
    with pytest.raises(EndpointConnectionError):
        put(f"http://127.0.0.1:{closed_port()}")


def test_silence_that_lasts_is_the_client_s_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderexec.aws.dynamodb._TIMEOUT", Timeout(connect=1, read=0.05))
    given_up = threading.Event()

    with server(stay_silent_until(given_up), stay_silent_until(given_up)) as (url, _), pytest.raises(ReadTimeoutError):
        try:
            put(url, attempts=1)
        finally:
            given_up.set()


def test_credentials_that_were_rotated_are_used_from_then_on() -> None:
    credentials = Credentials("first", "-", "token-1")
    # The server takes one request a connection, and says so: else the second may meet the end of the first.
    last = says(make_reply(DONE).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    with server(last, last) as (url, requests):
        table = make_dynamodb(url, credentials)
        table.put_item(TableName="ledger", Item=ITEM)
        credentials.access_key, credentials.token = "second", "token-2"
        table.put_item(TableName="ledger", Item=ITEM)

    assert read_keys(requests) == ["first", "second"]
    assert [b"x-amz-security-token: token-%d" % number in requests[number - 1] for number in (1, 2)] == [True, True]
