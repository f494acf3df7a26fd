"""`doctor` asks the function itself what it sees of the exchange; the real handler answers here, over HTTP."""

import io
import json
from collections.abc import Iterator
from typing import Any, cast

import pytest

from functions.reconcile_orders import app
from orderctl.checks import sight
from orderctl.findings import Finding, Level
from orderctl.target import Stack
from orderexec.venues.classifier import classify
from orderexec.venues.http import Reply
from orderexec.venues.registry import inspect_venue
from tests.doubles.socket_server import closed_port, says, server
from tests.integration.conftest import stage  # noqa: F401 - the function's surroundings
from tests.integration.stage import CONTEXT, Stage

GEO = json.dumps({"code": 0, "msg": "Service unavailable from a restricted location according to 'b. Eligibility'"})


@pytest.fixture
def queue_type() -> str:
    return "standard"


@pytest.fixture
def first_looks() -> tuple[int, ...]:
    return ()


@pytest.fixture(autouse=True)
def fresh_container(stage: Stage) -> Iterator[None]:  # noqa: F811
    app.get_application.cache_clear()
    yield
    app.get_application.cache_clear()


class Deployed:
    """The deployed function: what is sent to it as JSON, and what comes back."""

    def __init__(self, answer: bytes | None = None, **error: str) -> None:
        self.answer, self.error, self.asked = answer, error, list[object]()

    def client(self, _: str) -> "Deployed":
        return self

    def output(self, key: str) -> str:
        return key

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == "ReconcileOrdersFunction"
        self.asked.append(json.loads(Payload))
        answer = self.answer
        if answer is None:
            answer = json.dumps(cast(Any, app.handler)(json.loads(Payload), CONTEXT)).encode()
        return {"StatusCode": 200, "Payload": io.BytesIO(answer), **self.error}


def check_sight(deployed: Deployed | None = None) -> Finding:
    [found] = sight.ask_function(cast(Stack, deployed or Deployed()))
    return found


def test_an_exchange_that_answers_the_function_is_well(stage: Stage) -> None:  # noqa: F811
    found = check_sight()

    assert found.level is Level.OK
    assert found.about == "function's view of binance-spot"
    assert "lists 7 symbols" in found.text
    assert {each["path"] for each in stage.paper.seen("requests")} == {"/api/v3/time", "/api/v3/ticker/price"}


@pytest.mark.parametrize("path", ["/api/v3/time", "/api/v3/ticker/price"])
def test_a_region_that_the_exchange_does_not_serve_reaches_the_person(stage: Stage, path: str) -> None:  # noqa: F811
    stage.paper.arm("answer_instead", status=451, body=GEO, count=9, match={"method": "GET", "path": path})

    found = check_sight()

    assert found.level is Level.BAD
    assert "Service unavailable from a restricted location" in found.text
    assert "(HTTP 451): the exchange does not serve the place" in found.text
    assert found.to_do.startswith("deploy the stack in a region that the exchange serves")


@pytest.mark.parametrize(
    ("body", "says", "to_do"),
    [
        (
            b"... configured to block access from your country.",
            "the exchange does not serve the place that the request came from",
            "deploy the stack in a region that the exchange serves",
        ),
        (b"403, Access too frequent", "this address sent more requests than it may", "signals wait till that is over"),
        (b"", "it sent too many requests (more than 600 in 5 seconds), or it is in a region", "signals wait till"),
    ],
)
def test_the_two_kinds_of_403_of_bybit_reach_the_person(body: bytes, says: str, to_do: str) -> None:
    inspection = inspect_venue("bybit/linear")
    assert inspection is not None
    detail = classify(Reply(403, {}, body), None, inspection.load_table()).detail
    sight_of_it = {"trouble": {"detail": detail}, "offset_ms": 0}

    found = check_sight(Deployed(json.dumps({"exchange": {"bybit/linear": sight_of_it}}).encode()))

    assert (found.level, found.about) == (Level.BAD, "function's view of bybit/linear")
    assert says in found.text
    assert found.to_do.startswith(to_do)


def test_html_of_a_gateway_reaches_the_person(stage: Stage) -> None:  # noqa: F811
    stage.paper.arm("answer_instead", status=502, body="<html>", count=9, match={"path": "/api/v3/time"})

    assert "HTTP 502 without a readable error" in check_sight().text


def test_no_way_to_the_exchange_reaches_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINANCE_SPOT_URL", f"http://127.0.0.1:{closed_port()}")

    found = check_sight()

    assert found.level is Level.BAD
    assert "the exchange could not be reached (NewConnectionError)" in found.text
    assert "put the function's network right (subnets, NAT gateway" in found.text


def test_something_between_that_speaks_no_tls_reaches_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as (url, _):
        monkeypatch.setenv("BINANCE_SPOT_URL", url.replace("http://", "https://"))
        text = check_sight().text

    assert "no secure connection came about (SSLError): the TLS handshake failed" in text


def test_a_function_of_another_version_is_not_taken_for_a_fault() -> None:
    assert check_sight(Deployed(b'{"reconciled": 0, "unreconciled": 0}')).level is Level.UNKNOWN
    assert check_sight(Deployed(b"null")).level is Level.UNKNOWN


def test_a_function_that_cannot_start_is_told() -> None:
    error = b'{"errorMessage": "the environment variable LEDGER_TABLE is not set"}'

    found = check_sight(Deployed(error, FunctionError="Unhandled"))

    assert found.level is Level.BAD
    assert "LEDGER_TABLE is not set" in found.text


def test_a_clock_that_is_far_ahead_is_told(stage: Stage) -> None:  # noqa: F811
    stage.paper.control("clock", {"offset_ms": -5_000})

    found = check_sight()

    assert found.level is Level.WARNING
    assert "ahead of it" in found.text
