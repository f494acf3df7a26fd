"""Rows that this version cannot read, written by a newer one or by hand: told, skipped, and never written over."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from functions.reconcile_orders import app
from orderexec.aws.ledger_item import FORMAT, make_item
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from tests.integration.open_rows import abandoned
from tests.integration.stage import Stage, buy
from tests.integration.test_reconcile_orders import run

HOUR_MS = 3_600_000
REQUEST = {
    "symbol": {"S": "BTCUSDT"},
    "side": {"S": "BUY"},
    "type": {"S": "MARKET"},
    "client_order_id": {"S": "c"},
    "dry_run": {"BOOL": False},
}
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "newer": ({"format": {"N": str(FORMAT + 1)}}, "a newer version wrote it (format 2, this version knows 1)"),
    "state": ({"state": {"S": "FOLLOWING"}}, "'FOLLOWING' is not a valid State"),
    "reason": ({"reason": {"S": "DOUBTS"}}, "'DOUBTS' is not a valid Reason"),
    "request": ({"request": {"S": "close"}, "client_order_id": {"S": "c"}}, "'close' is no request that this version"),
    "amount": (REQUEST | {"quantity": {"S": "much"}}, "one of its amounts is no number"),
    "type": (REQUEST | {"type": {"S": "ICEBERG"}}, "'ICEBERG' is no order type that this version knows"),
    "side": (REQUEST | {"side": {"S": "HOLD"}}, "'HOLD' is not a valid Side"),
    "time": (REQUEST | {"time_in_force": {"S": "GTD"}}, "'GTD' is not a valid TimeInForce"),
    "less": ({"client_order_id": {"S": "c"}}, "it has no attribute 'dry_run'"),
    "missing": ({"account": None}, "it has no attribute 'account'"),
    "number": ({"issued_at": {"S": "noon"}}, "invalid literal for int()"),
    "other": ({"signal_id": {"S": "another"}}, "its attributes are those of other/binance-spot/another"),
    "legs": ({"request": {"S": "OTO"}, "client_order_id": {"S": "c"}, "legs": {"S": "{"}}, "Expecting property name"),
    "key": ({"pk": {"S": "garbage"}}, "its key is not <account>/<venue>/<id>"),
}


@pytest.fixture(autouse=True)
def fresh_container() -> Iterator[None]:
    app.get_application.cache_clear()
    yield
    app.get_application.cache_clear()


def letter_due(account: str, signal_id: str, age_ms: int = HOUR_MS) -> Row:
    """A dead row whose letter was not sent: one call away from done."""
    then = time.time_ns() // 1_000_000 - age_ms
    identity = Identity(account=account, id=signal_id)
    body = json.dumps(buy(signal_id))
    return Row(
        identity=identity,
        content="c",
        state=State.DEAD,
        token="t",
        issued_at=then,
        expires_at=then,
        updated_at=then,
        body=body,
        reason=Reason.EXPIRED,
        detail="late",
        message_id="m",
    )


def broken(kind: str) -> dict[str, Any]:
    changes, _ = BROKEN[kind]
    item = make_item(letter_due("other", kind, 2 * HOUR_MS)) | changes
    return {name: value for name, value in item.items() if value is not None}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_row_that_cannot_be_read_is_told_and_the_others_are_reconciled(
    stage: Stage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    item = broken(kind)
    stage.dynamodb.put_item(TableName="ledger", Item=item)
    stage.dynamodb.put_item(TableName="ledger", Item=make_item(letter_due("main", "fine")))

    answer, metrics = run(capsys)

    assert answer == {"reconciled": 1, "unreconciled": 0, "unreadable": 1, "followed": 0}
    assert (metrics["RowsUnreadable"], metrics.get("OldestUnreconciled", 0)) == (1, 0)
    assert [attributes["signal_id"] for _, attributes in stage.dead_letters()] == ["fine"]
    [line] = [record for record in caplog.records if record.message == "row not readable"]
    assert cast(Any, line).signal == item["pk"]["S"]
    assert BROKEN[kind][1] in cast(Any, line).why
    assert stage.dynamodb.get_item(TableName="ledger", Key={"pk": item["pk"]})["Item"] == item


@pytest.mark.parametrize("kind", ["newer", "state"])
@pytest.mark.parametrize("delivered", [1, 2], ids=["first delivery", "later delivery"])
def test_a_delivery_of_its_signal_comes_back_and_nothing_is_sent(
    stage: Stage, caplog: pytest.LogCaptureFixture, kind: str, delivered: int
) -> None:
    item = broken(kind)
    stage.dynamodb.put_item(TableName="ledger", Item=item)
    stage.publish(buy(kind, account="other"))
    records = stage.receive()
    for record in records:
        record["attributes"]["ApproximateReceiveCount"] = str(delivered)

    staying = stage.invoke(records)

    assert staying == [record["messageId"] for record in records]
    assert not stage.paper.seen("orders")
    assert stage.dynamodb.get_item(TableName="ledger", Key={"pk": item["pk"]})["Item"] == item
    [line] = [record for record in caplog.records if "row of the ledger cannot be read" in record.message]
    assert BROKEN[kind][1] in cast(Any, line).why


def test_a_row_of_the_version_before_is_reconciled(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """It has no format, and stands in the index under the name of its venue."""
    abandoned(stage, "executed", "lose_answer")
    stage.paper.control("clock", {"offset_ms": 5_000})
    item = stage.dynamodb.get_item(TableName="ledger", Key={"pk": {"S": "main/binance-spot/executed"}})["Item"]
    del item["format"]
    stage.dynamodb.put_item(TableName="ledger", Item=item | {"open": {"S": "binance-spot"}})

    answer, _ = run(capsys)

    assert answer == {"reconciled": 1, "unreconciled": 0, "unreadable": 0, "followed": 0}
    assert stage.row("executed").state == "ACCEPTED"


def test_what_a_run_could_not_reconcile_rests_and_is_told_all_the_same(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    abandoned(stage, "unclear", "lose_request")
    stage.paper.arm("answer_instead", match={"method": "GET", "path": "/api/v3/order"}, status=503, body="busy")
    run(capsys)
    requests = len(stage.paper.seen("requests"))

    answer, metrics = run(capsys)

    assert answer == {"reconciled": 0, "unreconciled": 1, "unreadable": 0, "followed": 0}
    assert metrics["OldestUnreconciled"] > 900
    assert len(stage.paper.seen("requests")) == requests, "it rests: the exchange was not asked"
    assert stage.row("unclear").looks == 1


def test_two_hundred_rows_without_a_key_keep_nobody_waiting(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    abandoned(stage, "behind", "lose_answer")
    stage.paper.control("clock", {"offset_ms": 5_000})
    row = stage.row("behind")
    for number in range(200):
        stuck = replace(row, identity=Identity(account="closed", id=str(number)), fence=(row.fence or 0) - HOUR_MS)
        stage.dynamodb.put_item(TableName="ledger", Item=make_item(stuck))

    answer, _ = run(capsys)

    assert stage.row("behind").state == "ACCEPTED"
    assert answer == {"reconciled": 1, "unreconciled": 200, "unreadable": 0, "followed": 0}


def test_open_rows_are_spread_over_the_index_and_each_says_its_format(stage: Stage) -> None:
    items = [make_item(letter_due("main", f"signal-{number}")) for number in range(400)]

    parts = [item["open"]["S"] for item in items]
    assert len(set(parts)) == 16
    assert max(parts.count(part) for part in parts) <= 3 * 400 / 16
    assert all(item["format"] == {"N": str(FORMAT)} for item in items)
