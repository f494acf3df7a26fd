"""Through the real handler: a run of refusals holds back what it is about; the board stays small."""

import json
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend

from tests.doubles.documented_item_size import item_size
from tests.integration.stage import Stage, buy
from tests.paper_exchange.paper_client import KEY, SECRET

NOT_PERMITTED = "This symbol is not permitted for this account."
NO_FUNDS = "Account has insufficient balance for requested action."


def board(stage: Stage) -> dict[str, Any]:
    item = stage.dynamodb.get_item(TableName="shared", Key={"pk": {"S": "controls"}}).get("Item", {})
    return dict(item)


def refuse(stage: Stage, msg: str, **match: object) -> None:
    stage.paper.arm("answer_instead", status=400, code=-2010, msg=msg, count=1000, match={"placing": True, **match})


def test_a_symbol_that_the_account_may_not_trade_holds_that_symbol_alone(stage: Stage) -> None:
    refuse(stage, NOT_PERMITTED, symbol="ETHUSDT")
    for number in range(10):
        stage.run(buy(f"eth-{number}", symbol="ETHUSDT", quantity="0.01"))

    stage.run(buy("exit", side="SELL"))
    (held,) = stage.run(buy("eth-more", symbol="ETHUSDT", quantity="0.01"))

    assert stage.row("exit").state == "ACCEPTED"
    assert held
    assert "halt:account/main/symbol/ETHUSDT" in board(stage)


def test_an_account_without_funds_holds_nobody_else(stage: Stage) -> None:
    secret = json.dumps({"api_key": KEY, "api_secret": SECRET})
    stage.secretsmanager.create_secret(Name="orderexec/poor", SecretString=secret)
    refuse(stage, NO_FUNDS)
    for first in range(0, 50, 10):
        stage.publish(*[buy(f"poor-{first + number}", account="poor") for number in range(10)])
        stage.invoke(stage.receive())
    stage.paper.control("reset", {})

    stage.run(buy("rich"))
    (held,) = stage.run(buy("poor-more", account="poor"))

    assert stage.row("rich").state == "ACCEPTED"
    assert held
    assert [name for name in board(stage) if name.startswith("halt:")] == ["halt:account/poor/symbol/BTCUSDT"]


def test_accounts_that_nobody_has_leave_no_trace_on_the_board(stage: Stage) -> None:
    for first in range(0, 30, 10):
        stage.publish(*[buy(f"x{number}", account=f"{number:0>64}") for number in range(first, first + 10)])
        stage.invoke(stage.receive())

    assert stage.row("x29", f"{29:0>64}").reason == "CREDENTIALS"
    assert item_size(board(stage)) < 200
    shared = stage.dynamodb.scan(TableName="shared")["Items"]
    assert not [item for item in shared if item["pk"]["S"].startswith("refusals/")]


def test_what_is_accepted_costs_nothing_for_the_refusals_of_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = json.dumps({"api_key": KEY, "api_secret": SECRET})
    stage.secretsmanager.create_secret(Name="orderexec/poor", SecretString=secret)
    calls: list[str] = []
    for name in ("get_item", "put_item", "update_item", "transact_write_items"):
        method = getattr(DynamoDBBackend, name)

        def counted(*arguments: Any, _name: str = name, _method: Any = method, **named: Any) -> Any:
            calls.append(_name)
            return _method(*arguments, **named)

        monkeypatch.setattr(DynamoDBBackend, name, counted)
    stage.run(buy("warms-up"))
    calls.clear()
    stage.run(buy("before"))
    before = [call for call in calls if call != "get_item"]  # the board is read by the clock
    refuse(stage, NO_FUNDS)
    stage.run(buy("dies", account="poor"))
    stage.paper.control("reset", {})
    stage.run(buy("sees-the-board"))
    calls.clear()

    stage.run(buy("after"))

    assert [call for call in calls if call != "get_item"] == before == ["put_item", "put_item"]
    assert calls.count("get_item") <= 1
