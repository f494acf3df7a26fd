"""How many bytes a signal writes to the log, which is paid by the byte, and that nothing that is read is missing."""

import io
import json
from typing import Any

import pytest

from functions.execute_signals import app
from tests.integration import stage as stages
from tests.integration.stage import Stage, buy

# As Lambda would have them; the stage's own are shorter.
IN_LAMBDA = {
    "function_name": "orderexec-ExecuteSignals-9oTQqlP1x5Zc",
    "memory_limit_in_mb": 1024,
    "invoked_function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:orderexec-ExecuteSignals-9oTQqlP1x5Zc:live",
    "aws_request_id": "5c0f6a0e-0f2b-5b1c-8b44-3a5a3f3b1a11",
}
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
MOST_BYTES = 1_250  # of a line about the signal, and two of metrics: docs/costs.md
IDENTITY = "breakout-2026-11-22T10:00Z-BTCUSDT"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the logger writes, in a container of Lambda's."""
    stream = io.StringIO()
    monkeypatch.setattr(app.logger.registered_handler, "stream", stream)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    for name, value in IN_LAMBDA.items():
        monkeypatch.setattr(stages.CONTEXT, name, value)
    return stream


def test_an_accepted_signal_writes_no_more_than_it_must(
    stage: Stage, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.run(buy("first"))
    clear(log)
    capsys.readouterr()

    stage.run(buy(IDENTITY, strategy="breakout"))

    (line,) = log.getvalue().splitlines()
    metrics = [each for each in capsys.readouterr().out.splitlines() if '"_aws"' in each]
    assert len(metrics) == 2
    assert sum(map(len, (line, *metrics))) <= MOST_BYTES
    read = read_line(line)
    assert read.keys() == {
        *("level", "message", "timestamp", "function_request_id", "signal", "state", "attempts", "strategy", "request"),
        *("client_order_id", "order_id", "order_status", "issue_to_order_ms", "receipt_to_order_ms"),
    }
    assert read["function_request_id"] == IN_LAMBDA["aws_request_id"]


def test_a_fault_is_told_once_with_its_traceback(
    stage: Stage, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.dynamodb.delete_table(TableName="ledger")

    stage.run(buy("1"))

    (line,) = [read_line(each) for each in log.getvalue().splitlines() if "delivery failed" in each]
    assert line["exception_name"] == "ResourceNotFoundException"
    assert "Traceback" in line["exception"]
    assert "stack_trace" not in line


def read_line(text: str) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(text)
    return line


def clear(stream: io.StringIO) -> None:
    stream.seek(0)
    stream.truncate()
