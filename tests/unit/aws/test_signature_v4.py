"""Signature Version 4: botocore's own signer is the oracle."""

import datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderexec.aws.signature_v4 import Signer

HOSTS = {
    "https://dynamodb.eu-west-1.amazonaws.com/": "dynamodb.eu-west-1.amazonaws.com",
    "http://127.0.0.1:4566/": "127.0.0.1:4566",
}
printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80)
credentials = st.builds(ReadOnlyCredentials, printable, printable, st.none() | printable)
instants = st.integers(1_700_000_000_000, 2_000_000_000_000)  # epoch ms


def sign_by_botocore(
    url: str, headers: dict[str, str], body: bytes, known: ReadOnlyCredentials, region: str
) -> dict[str, str]:
    request = AWSRequest("POST", url, {name: value for name, value in headers.items() if name != "host"}, body)
    SigV4Auth(known, "dynamodb", region).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@pytest.mark.parametrize("url", HOSTS)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300), known=credentials, region=st.sampled_from(["eu-west-1", "us-gov-west-1"]), at=instants
)
def test_botocore_signs_the_same(
    url: str,
    body: bytes,
    known: ReadOnlyCredentials,
    region: str,
    at: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = datetime.datetime.fromtimestamp(at / 1000, datetime.UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment)
    headers = {"host": HOSTS[url], "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.X"}

    signed = Signer("dynamodb", region).sign(headers, body, known, at)

    assert signed == sign_by_botocore(url, headers, body, known, region) | {"host": HOSTS[url]}


def test_the_next_day_and_the_next_key_are_signed_anew() -> None:
    signer = Signer("dynamodb", "eu-west-1")
    moments = [(secret, day * 86_400_000) for secret in ("one", "two") for day in (1, 2)] * 2

    signatures = [
        signer.sign({"host": "h"}, b"", ReadOnlyCredentials("key", secret, None), at)["authorization"]
        for secret, at in moments
    ]

    assert signatures[:4] == signatures[4:]
    assert len(set(signatures)) == 4
