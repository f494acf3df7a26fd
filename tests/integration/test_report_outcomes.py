"""The function that reports outcomes, between the ledger's stream, the event bus and the queue of the unreported."""

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from moto.events.models import EventsBackend

from functions.reconcile_orders import app as reconcile_orders
from orderexec.aws.ledger_item import make_item
from tests.integration.reports import Reports
from tests.integration.stage import CONTEXT, buy
from tests.paper_exchange.paper_client import KEY, SECRET


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Signal id -> the error code with which the bus answers for it; otherwise it does what it does."""
    codes: dict[str, str] = {}
    put_events = EventsBackend.put_events

    def answer(self: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        refused = [codes.get(json.loads(event["Detail"])["signal_id"]) for event in events]
        taken = iter(put_events(self, [event for event, code in zip(events, refused, strict=True) if code is None]))
        return [{"ErrorCode": code, "ErrorMessage": "said so"} if code else next(taken) for code in refused]

    monkeypatch.setattr(EventsBackend, "put_events", answer)
    monkeypatch.setattr("orderexec.bootstrap.time.sleep", lambda _seconds: None)
    return codes


def counted(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """The metrics of everything since this was last asked."""
    blobs = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return {name: sum(blob[name]) for blob in blobs for name in blob if name.startswith("Outcomes")}


def test_every_outcome_is_told_once_and_nothing_else(reports: Reports, capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN an order, a refusal with its letter, a signal that waits and one in doubt
    down = {"status": 400, "code": -1016, "msg": "Service shut down."}
    reports.stage.paper.arm("answer_instead", **down, match={"symbol": "ETHUSDT"})
    reports.stage.paper.arm("lose_request", match={"symbol": "DOGEUSDT"})
    reports.stage.run(
        buy("placed"),
        buy("dead", quantity="99"),
        buy("waits", symbol="ETHUSDT", quantity="0.01"),
        buy("in-doubt", symbol="DOGEUSDT", quantity="100"),
        "{broken",
    )

    assert reports.report() == []

    assert counted(capsys)["OutcomesReported"] == 3
    events = reports.heard()
    told = {event["detail"]["signal_id"]: event["detail"] for event in events}
    assert len(events) == len(told) == 3
    assert (told["placed"]["state"], told["placed"]["order_status"]) == ("ACCEPTED", "FILLED")
    assert (told["dead"]["reason"], told["dead"]["code"]) == ("REJECTED", "-2010")
    assert {event["source"] for event in events} == {"orderexec"}
    assert [word for word in (KEY, SECRET, "signature") if word in json.dumps(events)] == []


def test_what_the_stream_brings_again_has_the_same_id(reports: Reports) -> None:
    reports.stage.run(buy("1"))

    reports.report()
    reports.report()

    first, second = reports.heard()
    assert first["id"] != second["id"]
    assert first["detail"] == second["detail"]


def test_what_the_bus_does_not_take_now_comes_again_and_only_that(reports: Reports, refusing: dict[str, str]) -> None:
    reports.stage.run(buy("1"), buy("2"), buy("3"))
    refusing["2"] = "ThrottlingException"

    again = reports.report()

    [record] = [record for record in reports.records() if record["dynamodb"]["SequenceNumber"] in again]
    assert record["dynamodb"]["NewImage"]["signal_id"] == {"S": "2"}
    assert sorted(reports.outcomes()) == [("1", "ACCEPTED"), ("3", "ACCEPTED")]
    refusing.clear()
    assert reports.report([record]) == []
    assert reports.outcomes() == [("2", "ACCEPTED")]
    assert reports.kept() == []


def test_a_batch_of_which_nothing_was_taken_is_an_error_of_the_function(
    reports: Reports, refusing: dict[str, str]
) -> None:
    reports.stage.run(buy("1"))
    refusing["1"] = "InternalFailure"

    with pytest.raises(BatchProcessingError, match="InternalFailure"):
        reports.report(
            [record for record in reports.records() if record["dynamodb"]["NewImage"]["state"]["S"] == "ACCEPTED"]
        )


def test_a_bus_that_is_gone_is_an_error_of_the_function_and_nothing_is_put_aside(
    reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports.stage.run(buy("1"))

    def gone(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(EventsBackend, "put_events", gone)
    with pytest.raises(ConnectionResetError):
        reports.report()

    assert reports.kept() == []


def test_what_the_bus_will_never_take_is_put_aside_whole(
    reports: Reports, refusing: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    reports.stage.run(buy("1"), buy("2"))
    refusing["2"] = "InvalidArgument"

    assert reports.report() == []

    assert counted(capsys) == {"OutcomesReported": 1, "OutcomesUnreported": 1}
    assert reports.outcomes() == [("1", "ACCEPTED")]
    [kept] = reports.kept()
    attributes = {name: value["StringValue"] for name, value in kept["MessageAttributes"].items()}
    assert attributes == {"why": "InvalidArgument: said so", "signal": "main/binance-spot/2"}
    # AND the message is all that the function needs to try once more
    refusing.clear()
    assert reports.report(json.loads(kept["Body"])["Records"]) == []
    assert reports.outcomes() == [("2", "ACCEPTED")]


def test_a_row_that_cannot_be_read_holds_nothing_up(reports: Reports) -> None:
    # GIVEN a row that somebody wrote by hand, between two others
    reports.stage.run(buy("1"))
    by_hand = {"pk": {"S": "main/binance-spot/by-hand"}, "state": {"S": "ACCEPTED"}}
    reports.stage.dynamodb.put_item(TableName="ledger", Item=by_hand)
    reports.stage.run(buy("2"))

    assert reports.report() == []

    assert sorted(reports.outcomes()) == [("1", "ACCEPTED"), ("2", "ACCEPTED")]
    [kept] = reports.kept()
    assert kept["MessageAttributes"]["signal"]["StringValue"] == "main/binance-spot/by-hand"
    assert "by-hand cannot be read: it has no attribute 'account'" in kept["MessageAttributes"]["why"]["StringValue"]


def test_if_even_the_queue_fails_the_record_comes_again(reports: Reports, refusing: dict[str, str]) -> None:
    reports.stage.run(buy("1"), buy("2"))
    refusing["2"] = "InvalidArgument"
    reports.stage.sqs.delete_queue(QueueUrl=reports.unreported)

    assert len(reports.report()) == 1


def test_a_row_that_somebody_deletes_is_no_outcome(reports: Reports) -> None:
    reports.stage.run(buy("1"))
    reports.stage.dynamodb.delete_item(TableName="ledger", Key={"pk": {"S": "main/binance-spot/1"}})

    assert reports.report() == []
    assert reports.outcomes() == [("1", "ACCEPTED")]


def test_orders_too_many_are_told_once_however_often_the_audit_finds_them(reports: Reports) -> None:
    # GIVEN a doubt that ended ACCEPTED, and an exchange that has executed the first request after all
    reports.stage.run(buy("1"))
    row = reports.stage.row("1")
    assert row.request is not None
    assert reports.stage.paper.market(quantity="0.001", newClientOrderId=row.request.client_order_id).ok
    doubted = replace(row, doubts=1, updated_at=row.updated_at - 3_600_000)
    reports.stage.dynamodb.put_item(TableName="ledger", Item=make_item(doubted))
    reconcile_orders.get_application.cache_clear()

    # WHEN the audit runs again and again
    for _ in range(3):
        cast(Any, reconcile_orders.handler)({}, CONTEXT)
    reports.report()

    # THEN the outcome is told, and what was found
    placed, found = (event["detail"] for event in reports.heard())
    assert (placed["state"], found["state"]) == ("ACCEPTED", "ACCEPTED")
    assert "detail" not in placed
    assert found["detail"].startswith("the exchange has 2 orders for it: ")


def test_a_signal_redriven_that_dies_again_is_told_again(reports: Reports) -> None:
    reports.stage.run(buy("1", quantity="99"))
    [(body, attributes)] = reports.stage.dead_letters()
    reports.stage.run(body, **attributes)

    reports.report()

    first, second = (event["detail"] for event in reports.heard())
    assert (first["state"], second["state"]) == ("DEAD", "DEAD")
    assert first["outcome_id"] != second["outcome_id"]
