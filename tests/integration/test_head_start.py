"""The initialisation of a container: what it fetches for the first signal; no fault of that is one of its own."""

import gc
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from functions.execute_signals import app
from orderexec.bootstrap import Application
from orderexec.domain.lifecycle import State
from orderexec.head_start import HeadStart, begin
from tests.integration.stage import Stage, buy

NOWHERE = "http://127.0.0.1:1"  # the loopback refuses the connection


@pytest.fixture
def stage_in_lambda(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The stage of a container that has not been initialised yet."""
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    yield stage
    gc.enable()
    gc.unfreeze()


def initialise(monkeypatch: pytest.MonkeyPatch) -> tuple[HeadStart, Application]:
    """Do what the function's module does when Lambda imports it."""
    head_start = begin(os.environ)
    assert head_start is not None
    monkeypatch.setattr(app, "head_start", head_start)
    application = app.get_application()
    head_start.end()
    return head_start, application


def requests(stage: Stage) -> list[str]:
    return [seen["path"] for seen in stage.paper.seen("requests")]


def test_the_first_signal_finds_key_limits_and_connection_ready(
    stage_in_lambda: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, application = initialise(monkeypatch)
    assert requests(stage_in_lambda) == []  # a connection is no request, and has no weight

    calls: list[str] = []
    for client in (application.ports.secrets.provider.client, application.ports.limits.client()):  # type: ignore[attr-defined]
        client.meta.events.register("before-send", lambda **given: calls.append(given["event_name"]))
    stage_in_lambda.run(buy("first"))

    assert stage_in_lambda.row("first").state is State.ACCEPTED
    assert calls == []


def test_the_collector_runs_again_when_the_initialisation_is_over(
    stage_in_lambda: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    head_start = begin(os.environ)
    assert head_start is not None
    assert not gc.isenabled()
    head_start.end()

    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_outside_of_lambda_nothing_is_fetched_before_it_is_needed(stage: Stage) -> None:
    assert begin({}) is None
    assert app.get_application()

    assert requests(stage) == []


def test_nothing_that_cannot_be_fetched_ends_the_initialisation_or_is_told(
    stage_in_lambda: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BINANCE_SPOT_URL", NOWHERE)
    monkeypatch.setenv("SHARED_TABLE", "no-such-table")
    monkeypatch.setenv("SECRET_PREFIX", "no-such-secret/")
    with caplog.at_level(logging.WARNING):
        initialise(monkeypatch)

    assert caplog.records == []


def test_a_fault_in_the_initialisation_is_none_for_the_first_signal(
    stage_in_lambda: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage_in_lambda.secretsmanager.delete_secret(SecretId="orderexec/main", ForceDeleteWithoutRecovery=True)
    initialise(monkeypatch)
    stage_in_lambda.secretsmanager.create_secret(
        Name="orderexec/main", SecretString='{"api_key": "paper-key", "api_secret": "paper-secret"}'
    )

    stage_in_lambda.run(buy("first"))

    assert stage_in_lambda.row("first").state is State.ACCEPTED


def test_an_exchange_that_does_not_answer_holds_it_up_for_a_second_at_most(
    stage_in_lambda: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:  # it takes connections, and no TLS comes about
        monkeypatch.setenv("BINANCE_SPOT_URL", f"https://127.0.0.1:{silent.getsockname()[1]}")
        head_start = begin(os.environ)
        assert head_start is not None
        start = time.perf_counter()

        head_start.end()

    assert 0.5 <= time.perf_counter() - start < 2.5
