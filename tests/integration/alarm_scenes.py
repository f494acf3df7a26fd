"""What brings each alarm about: something happens on the stage, or stands there, and a function runs."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ConnectTimeoutError

from functions.execute_signals import app as execute_signals
from functions.reconcile_orders import app as reconcile_orders
from orderexec.aws.ledger_item import make_item
from orderexec.domain.controls import name_pause
from tests.integration.open_rows import AGO_MS, abandoned, doubled
from tests.integration.stage import CONTEXT, Stage, buy

DOWN = {"status": 400, "code": -1016, "msg": "Service shut down."}


def reconcile() -> None:
    """One run of the function that a schedule starts each minute."""
    cast(Any, reconcile_orders.handler)({}, CONTEXT)


def a_dead_signal(stage: Stage) -> None:
    stage.run(buy("signal-1", surprise=1))


def a_refused_key(stage: Stage, signals: int = 1) -> None:
    refusal = {"status": 401, "code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
    stage.paper.arm("answer_instead", count=2 * signals, **refusal)
    stage.run(*[buy(f"signal-{number}") for number in range(signals)])


def ten_refused_keys_in_a_row(stage: Stage) -> None:
    a_refused_key(stage, signals=10)


def a_halt_by_a_person(_stage: Stage) -> None:
    execute_signals.get_application().ports.board.halt("account/main", "looking")
    reconcile()


def a_ban_of_two_minutes(stage: Stage) -> None:
    stage.paper.arm("ban", seconds=120)
    stage.run(buy("signal-1"))
    reconcile()


def the_orders_of_a_day_are_used_up(stage: Stage) -> None:
    until = execute_signals.get_application().ports.clock.now() + 6 * 3_600_000
    execute_signals.get_application().ports.board.close_gate(
        name_pause("binance-spot", "main"), until, "200000 of 200000 orders"
    )
    reconcile()


def a_ledger_that_is_gone(stage: Stage) -> None:
    stage.dynamodb.delete_table(TableName="ledger")
    stage.run(buy("signal-1"))


def a_doubt_of_an_hour(stage: Stage) -> None:
    """Its message is on a standard queue still, and was received more often than SQS's own age bears."""
    stage.paper.arm("lose_request", match={"method": "POST"})
    stage.paper.arm("answer_instead", count=20, match={"method": "GET", "path": "/api/v3/order"}, status=503, body="")
    [staying] = stage.publish(buy("unclear"))
    for _ in range(4):
        records = stage.receive()
        assert stage.invoke(records) == [staying]
        stage.sqs.change_message_visibility(
            QueueUrl=stage.signals, ReceiptHandle=records[0]["receiptHandle"], VisibilityTimeout=0
        )
    age(stage, "unclear", "signed_at", "earliest_signed_at", "fence", "issued_at", "updated_at")
    reconcile()


def a_signal_that_waits_for_an_hour(stage: Stage) -> None:
    stage.paper.arm("answer_instead", count=5, **DOWN)
    stage.run(buy("waits", max_age_seconds=86_400))
    age(stage, "waits", "issued_at", "updated_at")
    reconcile()


def a_letter_that_cannot_be_sent(stage: Stage) -> None:
    stage.sqs.delete_queue(QueueUrl=stage.letters)
    stage.run(buy("unsent", surprise=1))
    age(stage, "unsent", "updated_at")
    reconcile()


def a_row_that_the_exchange_does_not_reconcile(stage: Stage) -> None:
    abandoned(stage, "unclear", "lose_request")
    stage.paper.arm("answer_instead", match={"method": "GET", "path": "/api/v3/order"}, status=503, body="busy")
    reconcile()


def a_row_that_a_newer_version_wrote(stage: Stage) -> None:
    abandoned(stage, "newer", "lose_request")
    item = make_item(stage.row("newer")) | {"format": {"N": "99"}}
    stage.dynamodb.put_item(TableName="ledger", Item=item)
    reconcile()


def an_order_executed_twice(stage: Stage) -> None:
    doubled(stage)
    reconcile()


def an_order_that_is_shown_as_it_cannot_be(stage: Stage) -> None:
    stage.run(buy("rests", type="LIMIT", price="60000"))
    row = stage.row("rests")
    stage.dynamodb.put_item(TableName="ledger", Item=make_item(replace(row, unclear_since=row.updated_at - AGO_MS)))
    reconcile()


def age(stage: Stage, signal_id: str, *times: str) -> None:
    """As if all that had been an hour ago."""
    row = stage.row(signal_id)
    earlier = {name: getattr(row, name) - AGO_MS for name in times if getattr(row, name) is not None}
    stage.dynamodb.put_item(TableName="ledger", Item=make_item(replace(row, **earlier)))


def unreadable_board(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reconcile function measures at a board that does not answer."""

    def look() -> None:
        raise ConnectTimeoutError(endpoint_url="https://dynamodb.example")

    app = reconcile_orders.get_application()
    broken = replace(app, measure=replace(app.measure, board=cast(Any, SimpleNamespace(look=look))))
    monkeypatch.setattr(reconcile_orders, "get_application", lambda: broken)
