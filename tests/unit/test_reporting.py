"""What is told of a verdict: the log line and the metrics, as they leave the function."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from orderexec.domain.lifecycle import Reason, Row, unwritten
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.verdicts import Done, Later, Verdict
from orderexec.reporting import report as tell
from tests.unit.examples import NOW, order, report, signal

NEW = unwritten(signal(id="signal-1", strategy="trend"), NOW)
SENT = NEW.sent(order(), signed_at=NOW, fence=NOW + 20_000, token="a", now=NOW)
PLACED = SENT.placed(Accepted(report(average_price=Decimal(65000))), token="b", now=NOW + 250)
DEAD = SENT.dead(Reason.REJECTED, "no funds", code="-2010", message_id="m", token="b", now=NOW)
WAITING = SENT.waiting(Failure(Meaning.RATE_LIMIT, "-1003", "slow"), retry_at=NOW + 7_000, token="b", now=NOW)


def told(verdict: Verdict) -> tuple[dict[str, Any], dict[str, float]]:
    """The log line and the metrics by name."""
    stream = io.StringIO()
    logger = Logger(service=f"test-{id(stream)}", stream=stream, level="INFO")
    metrics = Metrics(namespace="test", service="test")
    metrics.clear_metrics()
    tell(verdict, logger, metrics)
    written = metrics.serialize_metric_set()
    metrics.clear_metrics()
    names = [each["Name"] for each in written["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    return json.loads(stream.getvalue()), {name: sum(written[name]) for name in names}  # type: ignore[literal-required]


def test_a_placed_signal_is_counted_and_timed_from_its_issue() -> None:
    line, metrics = told(Done(PLACED))

    assert metrics == {"SignalsPlaced": 1, "IssueToOrder": 1_250}
    assert (line["level"], line["message"]) == ("INFO", "signal placed")
    assert (line["order_id"], line["order_status"]) == ("28", "FILLED")
    assert line["request"] == "BUY BTCUSDT MARKET quantity 0.5"
    assert (line["client_order_id"], line["strategy"], line["attempts"]) == (order().client_order_id, "trend", 1)


def test_a_dead_signal_is_an_error_counted_by_its_reason() -> None:
    line, metrics = told(Done(DEAD))

    assert metrics == {"SignalsDead": 1, "SignalsDeadREJECTED": 1}
    assert (line["level"], line["reason"], line["code"], line["detail"]) == ("ERROR", "REJECTED", "-2010", "no funds")


@pytest.mark.parametrize(
    ("row", "metric"), [(WAITING, "SignalsReturned"), (NEW, "SignalsReturned"), (SENT, "SignalsInDoubt")]
)
def test_a_signal_that_comes_back_is_counted_apart_while_it_is_in_doubt(row: Row, metric: str) -> None:
    line, metrics = told(Later(7.5, "slow", row))

    assert metrics == {metric: 1}
    assert (line["level"], line["why"], line["delay_s"]) == ("WARNING", "slow", 7.5)


def test_what_a_row_does_not_have_is_left_out_of_the_line() -> None:
    line, _ = told(Later(1.0, "not due yet", NEW))

    assert (line["signal"], line["state"]) == ("main/binance-spot/signal-1", "WAITING")
    assert not {"reason", "code", "detail", "order_id", "symbol"} & set(line)
