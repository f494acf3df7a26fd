"""What the function tells: log lines and metrics; and what it never tells: secrets, signatures, signed URLs."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from functions.execute_signals import app
from tests.integration.stage import Stage, buy
from tests.paper_exchange.paper_client import SECRET

NEVER = (SECRET, "signature=", "timestamp=", "recvWindow")


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """Whatever any logger says, down to DEBUG."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(app.logger.registered_formatter)
    # Not botocore, which at DEBUG prints the answers of Secrets Manager, and which nothing in the function switches
    # on; nor responses, by which moto lets the exchange's requests pass.
    levels = {"": logging.DEBUG, "botocore": logging.INFO, "responses": logging.WARNING}
    before = {name: logging.getLogger(name).level for name in levels}
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.getLogger().addHandler(handler)
    yield text
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
    logging.getLogger().removeHandler(handler)


def lines(told: io.StringIO, message: str) -> list[dict[str, Any]]:
    parsed = [json.loads(line) for line in told.getvalue().splitlines() if line.startswith("{")]
    return [line for line in parsed if line.get("message") == message]


def metrics(output: str) -> dict[str, Any]:
    """Every metric of every EMF blob in `output`."""
    blobs = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    return {
        metric["Name"]: blob[metric["Name"]]
        for blob in blobs
        for metric in blob["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }


def test_each_signal_is_told_in_one_line(stage: Stage, told: io.StringIO) -> None:
    stage.paper.arm("rate_limit", seconds=600, match={"symbol": "ETHUSDT"})

    stage.run(buy("1", strategy="breakout"), buy("2", quantity="99"))
    stage.run(buy("3", symbol="ETHUSDT", quantity="0.01"))
    stage.run(buy("4"))

    messages = ("signal accepted", "signal dead", "signal comes back", "signal held")
    [placed], [dead], [back], [held] = (lines(told, message) for message in messages)
    assert (placed["signal"], placed["order_status"], placed["strategy"]) == (
        "main/binance-spot/1",
        "FILLED",
        "breakout",
    )
    assert (dead["reason"], dead["code"], dead["level"]) == ("REJECTED", "-2010", "ERROR")
    assert (back["state"], back["code"]) == ("WAITING", "-1003")
    for waits in (back, held):
        assert waits["delay_s"] >= 290  # no longer than the signal is of use
    assert held["why"].startswith("nothing is sent now: Too")


def test_outcomes_are_counted(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.paper.arm("answer_instead", status=400, code=-1016, msg="Service shut down.", match={"symbol": "ETHUSDT"})
    stage.paper.arm("lose_request", match={"symbol": "DOGEUSDT"})

    stage.run(
        buy("1"),
        buy("2"),
        buy("3", quantity="99"),
        buy("4", surprise=1),
        buy("5", symbol="ETHUSDT", quantity="0.01"),
        buy("6", symbol="DOGEUSDT", quantity="100"),
    )

    stage.run(buy("1"), buy("3", quantity="99"))  # known, and counted already

    counted = metrics(capsys.readouterr().out)
    assert counted["SignalsAccepted"] == [1.0, 1.0]
    assert counted["SignalsDead"] == [1.0, 1.0]
    assert counted["SignalsDeadREJECTED"] == [1.0]
    assert counted["SignalsDeadINVALID_SIGNAL"] == [1.0]
    assert counted["SignalsReturned"] == [1.0]
    assert counted["SignalsInDoubt"] == [1.0]
    assert all(0 <= taken < 60_000 for taken in counted["IssueToOrder"])


def everything_that_can_fail(stage: Stage) -> None:
    """Placements and lookups that break in every way, keys that are refused, a store that fails."""
    lookups = {"method": "GET", "path": "/api/v3/order"}
    for fault in ("lose_answer", "reset", "lose_request"):
        stage.paper.arm(fault)
        stage.paper.arm(fault, match=lookups)
    stage.paper.arm("answer_instead", status=500, body="<html>")
    stage.paper.arm("answer_instead", status=500, body="<html>", match=lookups)
    stage.paper.arm("answer_instead", status=400, code=-1022, msg="Signature for this request is not valid.")
    stage.run(*[buy(f"signal-{number}") for number in range(8)])
    app.get_application().ports.venues["binance-spot"].connection.http.http._base_url = "http://127.0.0.1:1"  # type: ignore[attr-defined]
    stage.run(buy("unreachable"))


def test_no_secret_and_no_signature_is_ever_told(
    stage: Stage, told: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    everything_that_can_fail(stage)
    stage.put_secret(json.dumps({"api_key": "", "api_secret": SECRET}))
    app.get_application.cache_clear()
    stage.run(buy("bad-secret"))

    letters, captured = stage.dead_letters(), capsys.readouterr()
    rows = stage.dynamodb.scan(TableName="ledger")["Items"]
    everything = "\n".join([told.getvalue(), captured.out, captured.err, json.dumps(letters), repr(rows)])
    assert "signal comes back" in everything
    assert [word for word in NEVER if word in everything.replace("Signature for this request", "")] == []


def test_a_delivery_that_fails_is_counted_and_its_traceback_holds_no_secret(
    stage: Stage, told: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.run(buy("warm-up"))
    stage.dynamodb.delete_table(TableName="ledger")

    assert stage.run(buy("signal-1"))
    [failed] = lines(told, "delivery failed, the message comes back")
    assert metrics(capsys.readouterr().out)["DeliveriesFailed"] == [1.0]
    assert "ResourceNotFoundException" in failed["exception"]
    assert [word for word in NEVER if word in json.dumps(failed)] == []
