"""An account's limits through the whole function: what breaks one dies in words, and the day counts what was sent."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest

from functions.execute_signals import app
from orderexec.aws.day_counters import make_day_key, read_counter
from orderexec.domain.daily_count import Used
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.row import Row
from tests.integration.stage import Stage, buy
from tests.integration.test_lists import bracket

# Moto's transactions do not bear threads: signals of an account with daily limits run one by one here.


def limit(stage: Stage, **document: object) -> None:
    text = json.dumps(document, ensure_ascii=False)
    boto3.client("ssm").put_parameter(Name="/orderexec/limits/main", Type="String", Value=text, Overwrite=True)
    app.get_application.cache_clear()  # a container that just started: the others keep it within a minute


def today(stage: Stage) -> Used:
    key = make_day_key("main", datetime.now(UTC).date().isoformat())
    return read_counter(stage.dynamodb.get_item(TableName="shared", Key={"pk": {"S": key}}).get("Item", {}))


def ended(stage: Stage, body: dict[str, object]) -> Row:
    assert stage.run(body) == []
    return stage.row(str(body["id"]))


def test_a_document_may_name_any_symbol_that_a_signal_may_name(stage: Stage) -> None:
    limit(stage, symbols=["BTCUSDT", "币安人生USDT"])

    assert ended(stage, buy("btc")).state is State.ACCEPTED
    refused = ended(stage, buy("eth", symbol="ETHUSDT"))
    assert refused.detail == "symbol ETHUSDT is not among the allowed symbols BTCUSDT, 币安人生USDT"


def test_where_limits_are_required_an_account_without_them_may_not_trade(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRE_LIMITS", "true")

    refused = ended(stage, buy("a"))

    assert (refused.state, refused.reason) == (State.DEAD, Reason.LIMITS)
    assert "there is no parameter /orderexec/limits/main" in (refused.detail or "")
    assert stage.paper.seen("orders") == []
    ((_, attributes),) = stage.dead_letters()
    assert attributes["reason"] == "LIMITS"
    limit(stage, max_daily_orders=1)
    assert ended(stage, buy("b")).state is State.ACCEPTED


def test_a_day_counts_what_was_sent_and_no_refusal(stage: Stage) -> None:
    limit(stage, max_daily_orders=2, max_daily_notional={"USDT": "1000"})
    assert ended(stage, buy("too-much", quantity="12")).reason is Reason.LIMITS
    limit(stage, max_daily_orders=2, max_daily_notional={"USDT": "10000000"})

    refused = ended(stage, buy("no-funds", quantity="20"))
    assert (refused.state, refused.reason) == (State.DEAD, Reason.REJECTED)
    assert today(stage).orders == 0
    states = [ended(stage, buy(name)).state for name in "abc"]

    assert states == [State.ACCEPTED, State.ACCEPTED, State.DEAD]
    assert (
        stage.row("c").detail
        == f"2 orders were sent on {datetime.now(UTC).date()} (UTC), and max_daily_orders allows 2"
    )
    assert (today(stage).orders, len(stage.paper.seen("orders"))) == (2, 2)
    assert today(stage).worth["USDT"] == 2 * 65

    letters = {attributes["signal_id"]: (body, attributes) for body, attributes in stage.dead_letters()}
    body, attributes = letters["c"]
    stage.run(json.loads(body), **attributes)  # moved back on the same day, it is counted no less than others
    assert stage.row("c").reason is Reason.LIMITS
    assert len(stage.paper.seen("orders")) == 2


def test_a_signal_in_doubt_stays_counted_and_one_row_says_as_what(stage: Stage) -> None:
    limit(stage, max_daily_orders=1, max_daily_notional={"USDT": "1000"})
    stage.paper.arm("lose_request")

    assert len(stage.run(buy("lost"))) == 1

    row = stage.row("lost")
    assert row.state is State.SENT
    assert row.counted is not None
    assert (row.counted.asset, row.counted.notional) == ("USDT", Decimal(65))
    assert today(stage).orders == 1
    assert ended(stage, buy("next")).reason is Reason.LIMITS


@pytest.mark.parametrize(
    ("limits", "signal", "told"),
    [
        (
            {"max_order_notional": {"USDT": "1000"}, "sides": ["SELL"]},
            bracket(
                "x",
                side="SELL",
                price="66000",
                take_profit="60000",
                stop_loss={"stop_price": "300000", "price": "310000"},
            ),
            "the exit STOP_LOSS_LIMIT is worth 3100 USDT, and max_order_notional allows 1000",
        ),
        (
            {"max_price_distance_percent": "5"},
            bracket("x", price="64000", stop_loss={"stop_price": "60000", "price": "50000"}),
            "the exit STOP_LOSS_LIMIT's price 50000 lies 16.67 % from 60000, and max_price_distance_percent allows 5 %",
        ),
        (
            {"max_daily_notional": {"USDT": "1000"}},
            bracket("x"),
            "the entry and its larger exit are worth 1300 USDT, and max_daily_notional allows 1000",
        ),
    ],
    ids=["worth of an exit", "price of an exit", "a day"],
)
def test_the_exits_of_a_bracket_are_measured(stage: Stage, limits: Any, signal: dict[str, object], told: str) -> None:
    limit(stage, **limits)

    refused = ended(stage, signal)

    assert (refused.reason, refused.detail) == (Reason.LIMITS, told)
    assert stage.paper.seen("orders") == []


def test_a_sale_far_below_the_market_is_worth_what_the_market_pays(stage: Stage) -> None:
    """It is filled there, whatever its own price says; so that price must not make it small."""
    limit(stage, max_order_notional={"USDT": "100"}, max_daily_notional={"USDT": "1000"})
    cheap = {"side": "SELL", "type": "LIMIT", "price": "50000"}

    refused = ended(stage, buy("cheap", quantity="0.0019", **cheap))

    assert refused.detail == "the order is worth 123.5 USDT, and max_order_notional allows 100"
    assert ended(stage, buy("small", quantity="0.001", **cheap)).state is State.ACCEPTED
    assert today(stage).worth["USDT"] == 65


def test_exits_may_take_the_other_side_to_end_what_their_entry_made(stage: Stage) -> None:
    limit(stage, sides=["BUY"])

    assert ended(stage, bracket("b")).state is State.ACCEPTED
    assert ended(stage, buy("s", side="SELL")).detail == "side SELL is not among the allowed sides BUY"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often each operation of DynamoDB is called by applications that are put together from now on."""
    counted: Counter[str] = Counter()

    def note(request: AWSPreparedRequest, event_name: str, **_: object) -> None:
        counted[event_name.rpartition(".")[2]] += 1

    class Watched(boto3.Session):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.events.register("before-send.dynamodb", note)

    monkeypatch.setattr(boto3, "Session", Watched)
    app.get_application.cache_clear()
    yield counted


def test_only_accounts_with_daily_limits_pay_for_a_transaction(stage: Stage, calls: Counter[str]) -> None:
    stage.run(buy("warm"))
    calls.clear()
    stage.run(buy("unlimited"))
    assert calls["PutItem"] == 2  # the claim, and that it was placed
    assert calls["TransactWriteItems"] == 0

    limit(stage, max_daily_orders=9)
    stage.run(buy("warm-2"))
    calls.clear()
    stage.run(buy("limited"))
    assert (calls["TransactWriteItems"], calls["PutItem"]) == (1, 1)
