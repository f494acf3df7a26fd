"""What is told of a verdict: the log line and the metrics, as they leave the function."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from orderexec.domain.endings import Ended, Ending, EndResult, NotEnded
from orderexec.domain.lifecycle import Reason
from orderexec.domain.outcomes import Accepted, Failure, Meaning, SendTiming
from orderexec.domain.rate_limits import Load
from orderexec.domain.row import Row, make_row
from orderexec.domain.verdicts import Done, Later, Verdict
from orderexec.reporting import report as tell
from orderexec.reporting import report_accounts, report_answers, report_ending, report_loads
from tests.unit.examples import NOW, order, report, signal

NEW = make_row(signal(id="signal-1", strategy="trend"), NOW)
SENT = NEW.claim(order(), signed_at=NOW, fence=NOW + 20_000, token="a", now=NOW)
ACCEPTED = SENT.accept(Accepted(report(average_price=Decimal(65000))), token="b", now=NOW + 250)
DEAD = SENT.die(Reason.REJECTED, "no funds", code="-2010", message_id="m", token="b", now=NOW)
CANCELED = NEW.cancel("cancelled by c1", token="b", now=NOW)
WAITING = SENT.wait(Failure(Meaning.RATE_LIMIT, "-1003", "slow"), retry_at=NOW + 7_000, token="b", now=NOW)


def report_verdict(verdict: Verdict, received_at: int = NOW) -> tuple[dict[str, Any], dict[str, float]]:
    """The log line and the metrics by name."""
    stream = io.StringIO()
    logger = Logger(service=f"test-{id(stream)}", stream=stream, level="INFO")
    counted = collect(lambda metrics: tell(verdict, received_at, logger, metrics))
    return json.loads(stream.getvalue()), {name: sum(values) for name, values in counted.items()}


def collect(told_by: Callable[[Metrics], None]) -> dict[str, list[float]]:
    """The metrics by name, each with its values."""
    metrics = Metrics(namespace="test", service="test")
    metrics.clear_metrics()
    told_by(metrics)
    if not metrics.metric_set:
        return {}
    written: Any = metrics.serialize_metric_set()
    metrics.clear_metrics()
    return {each["Name"]: written[each["Name"]] for each in written["_aws"]["CloudWatchMetrics"][0]["Metrics"]}


def tell_ending(result: EndResult) -> tuple[list[str], dict[str, list[float]]]:
    """The messages and levels of the log, and the metrics by name."""
    stream = io.StringIO()
    logger = Logger(service=f"test-{id(stream)}", stream=stream, level="INFO")
    counted = collect(lambda metrics: report_ending(result, logger, metrics))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [f"{line['level']} {line['message']}" for line in lines], counted


@pytest.mark.parametrize(
    ("result", "line", "metric"),
    [
        (Ended(ACCEPTED, ACCEPTED), "INFO order ended by itself", "OrdersEnded"),
        (Ended(ACCEPTED, ACCEPTED, repeated=True), None, None),
        (Ending(ACCEPTED, WAITING, "slow"), "WARNING order not ended yet", None),
        (NotEnded(ACCEPTED, DEAD), "ERROR order not ended", "OrdersNotEnded"),
    ],
)
def test_the_end_of_an_order_is_counted_once_and_one_that_failed_each_time(
    result: EndResult, line: str | None, metric: str | None
) -> None:
    told, counted = tell_ending(result)

    assert told == ([] if line is None else [line])
    assert counted == ({} if metric is None else {metric: [1.0]})


def test_a_placed_signal_is_counted_and_timed_from_its_issue_and_its_receipt() -> None:
    line, metrics = report_verdict(Done(ACCEPTED), received_at=NOW + 50)

    assert metrics == {"SignalsAccepted": 1, "IssueToOrder": 1_250, "ReceiptToOrder": 200}
    assert (line["issue_to_order_ms"], line["receipt_to_order_ms"]) == (1_250, 200)
    assert (line["level"], line["message"]) == ("INFO", "signal accepted")
    assert (line["order_id"], line["order_status"]) == ("28", "FILLED")
    assert line["request"] == "BUY BTCUSDT MARKET quantity 0.5"
    assert (line["client_order_id"], line["strategy"], line["attempts"]) == (order().client_order_id, "trend", 1)


@pytest.mark.parametrize("row", [ACCEPTED, DEAD])
def test_another_message_of_an_ended_signal_is_not_counted_as_another_end(row: Row) -> None:
    line, metrics = report_verdict(Done(row, repeated=True))

    assert metrics == {}
    assert (line["level"], line["message"], line["state"]) == ("INFO", "signal repeated", row.state)


def test_what_was_placed_before_its_message_came_says_nothing_of_how_long_it_took() -> None:
    line, metrics = report_verdict(Done(ACCEPTED), received_at=NOW + 10_000)

    assert metrics == {"SignalsAccepted": 1}
    assert "issue_to_order_ms" not in line


def test_what_another_signal_cancelled_is_no_failure() -> None:
    line, metrics = report_verdict(Done(CANCELED))

    assert metrics == {"SignalsCanceled": 1}
    assert (line["level"], line["message"], line["reason"]) == ("INFO", "signal canceled", "CANCELED")


def test_a_refused_key_and_what_it_halted_are_counted_for_their_alarms() -> None:
    refused = SENT.die(Reason.CREDENTIALS, "wrong key", code="-2015", message_id="m", token="b", now=NOW)

    assert collect(lambda metrics: tell(Done(refused, ("account main",)), NOW, Logger(service="test"), metrics)) == {
        "SignalsDead": [1],
        "SignalsDeadCREDENTIALS": [1],
        "CredentialFailures": [1],
        "AutomaticHalts": [1],
    }


def test_each_request_is_timed_and_what_was_not_accepted_is_counted_by_its_meaning() -> None:
    answers = [
        SendTiming(35, None),
        SendTiming(12_000, Meaning.UNKNOWN),
        SendTiming(40, Meaning.RATE_LIMIT),
        SendTiming(0, Meaning.UNSENT),
    ]

    assert collect(lambda metrics: report_answers(answers, metrics)) == {
        "ExchangeLatency": [35, 12_000, 40],
        "AnswersUNKNOWN": [1],
        "AnswersRATE_LIMIT": [1],
        "AnswersUNSENT": [1],
    }


def test_of_several_venues_the_highest_load_counts_and_nothing_says_zero() -> None:
    quiet = Load(weight_percent=0.0, orders_percent=0.0, closed_seconds=0.0)
    busy = Load(weight_percent=0.4666, orders_percent=12.34, closed_seconds=7.0)

    assert collect(lambda metrics: report_loads([quiet], metrics)) == {"UsedWeight": [0]}
    assert collect(lambda metrics: report_loads([quiet, busy], metrics)) == {
        "UsedWeight": [0.5],
        "UsedOrders": [12.3],
        "GateClosed": [7],
    }


def test_placed_and_dead_signals_are_told_by_venue_and_account_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    other = replace(DEAD, identity=replace(DEAD.identity, account="other"))

    report_accounts(
        [
            Done(ACCEPTED),
            Done(ACCEPTED),
            Done(DEAD),
            Done(other),
            Done(CANCELED),
            Later(1.0, "slow", WAITING),
            Done(ACCEPTED, repeated=True),
            Done(DEAD, repeated=True),
        ],
        Metrics(namespace="test", service="test"),
    )

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["venue"], line["account"]) for line in lines] == [("binance-spot", "main"), ("binance-spot", "other")]
    assert [(line.get("SignalsAccepted"), line["SignalsDead"]) for line in lines] == [([2], [1]), (None, [1])]
    assert {tuple(sorted(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0])) for line in lines} == {
        ("account", "service", "venue")
    }


def test_a_dead_signal_is_an_error_counted_by_its_reason() -> None:
    line, metrics = report_verdict(Done(DEAD))

    assert metrics == {"SignalsDead": 1, "SignalsDeadREJECTED": 1}
    assert (line["level"], line["reason"], line["code"], line["detail"]) == ("ERROR", "REJECTED", "-2010", "no funds")


@pytest.mark.parametrize(
    ("row", "metric"), [(WAITING, "SignalsReturned"), (NEW, "SignalsReturned"), (SENT, "SignalsInDoubt")]
)
def test_a_signal_that_comes_back_is_counted_apart_while_it_is_in_doubt(row: Row, metric: str) -> None:
    line, metrics = report_verdict(Later(7.5, "slow", row))

    assert metrics == {metric: 1}
    assert (line["level"], line["why"], line["delay_s"]) == ("WARNING", "slow", 7.5)


def test_what_a_row_does_not_have_is_left_out_of_the_line() -> None:
    line, _ = report_verdict(Later(1.0, "not due yet", NEW))

    assert (line["signal"], line["state"]) == ("main/binance-spot/signal-1", "WAITING")
    assert not {"reason", "code", "detail", "order_id", "symbol"} & set(line)
