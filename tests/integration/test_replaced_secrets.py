"""A secret gets the key of another exchange account while a signal is in doubt: through the real handlers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from functions.execute_signals import app as execute_signals
from functions.reconcile_orders import app as reconcile_orders
from orderexec.aws.ledger_item import make_item
from paper_exchange.server import running
from tests.integration.open_rows import abandoned
from tests.integration.stage import CONTEXT, Stage, buy
from tests.paper_exchange.paper_client import KEY, SECOND_KEY, SECOND_SECRET

SECOND = json.dumps({"api_key": SECOND_KEY, "api_secret": SECOND_SECRET})


@pytest.fixture(autouse=True)
def fresh_container() -> Iterator[None]:
    reconcile_orders.get_application.cache_clear()
    yield
    reconcile_orders.get_application.cache_clear()


def reconcile() -> dict[str, int]:
    return cast(Any, reconcile_orders.handler)({}, CONTEXT)  # type: ignore[no-any-return]


def put_second_key(stage: Stage, *, first_is_deleted: bool) -> None:
    stage.put_secret(SECOND)
    if first_is_deleted:
        stage.paper.control("keys", {KEY: None})


@pytest.mark.parametrize("fault", ["lose_answer", "lose_request"])
def test_another_account_cannot_end_the_signal(stage: Stage, fault: str, caplog: pytest.LogCaptureFixture) -> None:
    abandoned(stage, "doubt", fault)
    stage.paper.control("accounts", {SECOND_KEY: 222})
    put_second_key(stage, first_is_deleted=True)

    assert reconcile() == {"reconciled": 0, "unreconciled": 1, "unreadable": 0, "followed": 0}
    assert stage.row("doubt").state == "SENT"
    assert stage.dead_letters() == []
    assert "orderctl close" in caplog.text or any("orderctl close" in str(vars(each)) for each in caplog.records)


def test_the_key_before_the_present_one_still_asks_its_account(stage: Stage) -> None:
    abandoned(stage, "doubt", "lose_answer")
    stage.paper.control("accounts", {SECOND_KEY: 222})
    put_second_key(stage, first_is_deleted=False)
    stage.paper.control("clock", {"offset_ms": 5_000})  # lookups show it by now

    assert reconcile() == {"reconciled": 1, "unreconciled": 0, "unreadable": 0, "followed": 0}
    assert stage.row("doubt").state == "ACCEPTED"


@pytest.mark.parametrize(("fault", "state"), [("lose_answer", "ACCEPTED"), ("lose_request", "DEAD")])
def test_a_rotation_within_the_account_reconciles_the_signal(stage: Stage, fault: str, state: str) -> None:
    abandoned(stage, "doubt", fault)
    put_second_key(stage, first_is_deleted=True)
    stage.paper.control("clock", {"offset_ms": 5_000})

    assert reconcile() == {"reconciled": 1, "unreconciled": 0, "unreadable": 0, "followed": 0}
    assert stage.row("doubt").state == state


@pytest.mark.parametrize("fault", ["lose_answer", "lose_request"])
def test_another_address_cannot_end_the_signal_even_if_key_and_account_are_called_the_same_there(
    stage: Stage, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    abandoned(stage, "doubt", fault)
    stage.paper.control("clock", {"offset_ms": 5_000})
    with running() as elsewhere:
        monkeypatch.setenv("BINANCE_SPOT_URL", elsewhere)

        assert reconcile() == {"reconciled": 0, "unreconciled": 1, "unreadable": 0, "followed": 0}
        assert stage.row("doubt").state == "SENT"

    monkeypatch.setenv("BINANCE_SPOT_URL", stage.paper.url)
    reconcile_orders.get_application.cache_clear()
    rested = replace(stage.row("doubt"), looks=0, look_at=None)  # the look in vain is a while ago
    stage.dynamodb.put_item(TableName="ledger", Item=make_item(rested))
    assert reconcile() == {"reconciled": 1, "unreconciled": 0, "unreadable": 0, "followed": 0}


@pytest.mark.parametrize("fault", ["lose_answer", "lose_request"])
def test_a_message_that_comes_back_after_the_fence_places_nothing_at_the_other_account(
    stage: Stage, fault: str
) -> None:
    """As it was found: the signal is young enough to be sent again, and became one order at each account."""
    stage.paper.arm(fault, hide_seconds=3_600)
    stage.publish(buy("doubt"))
    [record] = stage.receive()
    assert stage.invoke([record]) == [record["messageId"]]
    stage.paper.control("accounts", {SECOND_KEY: 222})
    put_second_key(stage, first_is_deleted=True)
    execute_signals.get_application.cache_clear()
    row = stage.row("doubt")
    stage.dynamodb.put_item(TableName="ledger", Item=make_item(replace(row, fence=row.signed_at)))
    record["attributes"]["ApproximateReceiveCount"] = "2"

    assert stage.invoke([record]) == [record["messageId"]]
    assert stage.row("doubt").state == "SENT"
    assert [each["path"] for each in stage.paper.seen("requests") if each["method"] == "POST"] == ["/api/v3/order"]
