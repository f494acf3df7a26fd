"""Brackets and pairs of exits through the whole function: placed together, found together, refused before any entry."""

from decimal import Decimal

import pytest

from orderexec.domain.lifecycle import Reason, State
from tests.integration.stage import Stage

EXPECTED = "the price expected when the exits become active"

LISTS = {"method": "POST", "path": "/api/v3/orderList/opoco"}
Fields = dict[str, object]


def bracket(signal_id: str, **fields: object) -> Fields:
    entry: Fields = {"id": signal_id, "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.01"}
    return entry | {"price": "60000", "take_profit": "70000", "stop_loss": "55000"} | fields


def placed(stage: Stage) -> list[tuple[str, str, str]]:
    return [(order["side"], order["type"], order["status"]) for order in stage.paper.seen("orders")]


def test_a_bracket_is_one_list_whose_exits_wait_for_the_entry(stage: Stage) -> None:
    assert stage.run(bracket("b", stop_loss={"stop_price": "55000", "price": "54900"})) == []

    assert placed(stage) == [
        ("BUY", "LIMIT", "NEW"),
        ("SELL", "LIMIT_MAKER", "PENDING_NEW"),
        ("SELL", "STOP_LOSS_LIMIT", "PENDING_NEW"),
    ]
    row = stage.row("b")
    assert row.state is State.ACCEPTED
    assert row.report is not None
    assert row.report.status == "NEW"
    assert [report.status for report in row.others] == ["PENDING_NEW", "PENDING_NEW"]
    stage.paper.control("prices", {"BTCUSDT": "59000"})
    assert placed(stage)[0] == ("BUY", "LIMIT", "FILLED")
    assert [status for _, _, status in placed(stage)[1:]] == ["NEW", "NEW"]


@pytest.mark.parametrize(
    ("signal", "path"),
    [
        (bracket("s", exit_quantity="ordered"), "otoco"),
        (bracket("s"), "opoco"),
        ({name: value for name, value in bracket("s").items() if name != "take_profit"}, "opo"),
        (bracket("s", side="SELL", price="70000", take_profit="60000", stop_loss="75000"), "otoco"),
        (
            {"id": "s", "symbol": "BTCUSDT", "side": "SELL", "type": "OCO", "quantity": "0.01"}
            | {"take_profit": "70000", "stop_loss": {"trailing_delta": 100}},
            "oco",
        ),
    ],
    ids=["ordered", "filled", "stop only", "sell first", "exits alone"],
)
def test_each_kind_of_list_goes_to_its_endpoint(stage: Stage, signal: Fields, path: str) -> None:
    assert stage.run(signal) == []

    assert stage.row("s").state is State.ACCEPTED, stage.row("s").detail
    lists = [each["path"] for each in stage.paper.seen("requests") if each["path"].startswith("/api/v3/orderList")]
    assert lists == [f"/api/v3/orderList/{path}"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"stop_loss": "61000"},
            f"stop_loss 61000 must lie below 60000, {EXPECTED}",
        ),
        (
            {"take_profit": "59000"},
            f"take_profit 59000 must lie above 60000, {EXPECTED}",
        ),
        ({"take_profit": "400000"}, "take_profit: price 400000 lies outside PERCENT_PRICE_BY_SIDE's band"),
        ({"quantity": "0.00009", "stop_loss": {"stop_price": "55000", "price": "5000"}}, "stop_loss: "),
        ({"take_profit": {"stop_price": "66000", "trailing_delta": 999999}}, "take_profit: trailing_delta 999999"),
    ],
)
def test_an_exit_that_could_not_stand_is_refused_before_the_entry(stage: Stage, changes: Fields, words: str) -> None:
    assert stage.run(bracket("b", **changes)) == []

    assert placed(stage) == []
    row = stage.row("b")
    assert (row.state, row.reason, row.attempts) == (State.DEAD, Reason.RULES, 0)
    assert words in (row.detail or "")


def test_a_list_whose_answer_is_lost_is_found_by_its_first_order(stage: Stage) -> None:
    stage.paper.arm("lose_answer", match=LISTS)

    assert stage.run(bracket("b")) == []

    row = stage.row("b")
    assert (row.state, row.attempts, len(row.others)) == (State.ACCEPTED, 1, 2)
    assert len(placed(stage)) == 3


def test_a_share_of_the_balance_is_sold_and_stays_the_same_when_it_is_tried_again(stage: Stage) -> None:
    stage.paper.control("balances", {"BTC": "0.02"})
    stage.paper.arm("rate_limit", seconds=0)

    stage.run({"id": "half", "symbol": "BTCUSDT", "side": "SELL", "quantity_percent": 50, "max_age_seconds": 60})
    stage.paper.control("balances", {"BTC": "1"})
    assert stage.invoke(stage.next_delivery(within=5)) == []

    row = stage.row("half")
    assert row.report is not None
    assert (row.state, row.attempts, row.report.quantity) == (State.ACCEPTED, 2, Decimal("0.01"))


def test_nothing_is_sold_beyond_what_is_free(stage: Stage) -> None:
    stage.paper.control("balances", {"BTC": "0.0049999"})
    sell: Fields = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "1", "reduce_to_position": True}

    stage.run(sell | {"id": "rest"}, sell | {"id": "dust", "symbol": "ETHUSDT", "quantity": "0.00001"})

    report = stage.row("rest").report
    assert report is not None
    assert report.quantity == Decimal("0.00499")
