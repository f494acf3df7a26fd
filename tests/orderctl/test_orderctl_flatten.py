"""`flatten` and `cancel` with the real functions and the paper exchange: planned, asked, done, and the rest told."""

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, cast

import boto3
import pytest
from typer.testing import Result

from functions.execute_signals import app as execute
from functions.reconcile_orders import app as reconcile
from orderctl.target import Stack
from orderexec.domain.lifecycle import State
from tests.integration.conftest import stage  # noqa: F401 - the functions' surroundings
from tests.integration.stage import CONTEXT, Stage, buy
from tests.integration.test_changes import resting
from tests.orderctl.conftest import PARAMETERS, Ctl, build_template, parse_answer

ALL = "binance-spot,binance-margin,binance-usdm,binance-coinm,bybit"


@pytest.fixture
def first_looks() -> tuple[int, ...]:
    return ()


@pytest.fixture
def queue_type() -> str:
    return "standard"


class Lambda:
    """The function that orderctl asks, answering at once."""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == "reconcile"
        with contextlib.redirect_stdout(io.StringIO()):
            answer = cast(Any, reconcile.handler)(json.loads(Payload), CONTEXT)
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}


@pytest.fixture
def deploy(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Stage]]:  # noqa: F811
    """`deploy(venues)`: a stack around the stage, whose queue is drained whenever orderctl waits."""

    def set_up(venues: str) -> Stage:
        for name in ("BINANCE_USDM_URL", "BINANCE_COINM_URL", "BYBIT_URL"):
            monkeypatch.setenv(name, stage.paper.url)
        monkeypatch.setenv("VENUES", venues)
        outputs = {"SignalQueueUrl": stage.signals, "DeadLetterQueueUrl": stage.letters, "LedgerTable": "ledger"}
        outputs |= {"SharedTable": "shared", "ReconcileOrdersFunction": "reconcile"}
        given = PARAMETERS | {"BinanceSpotUrl": stage.paper.url, "Venues": venues}
        boto3.client("cloudformation").create_stack(StackName="orderexec", TemplateBody=build_template(outputs, given))
        for app in (execute, reconcile):
            app.get_application.cache_clear()
        return stage

    client = Stack.client
    monkeypatch.setattr(Stack, "client", lambda of, name: Lambda() if name == "lambda" else client(of, name))
    monkeypatch.setattr("orderctl.sources.endings.time.sleep", lambda _: drain(stage))
    monkeypatch.setattr("orderctl.sources.endings.POLL_SECONDS", 0)
    yield set_up
    reconcile.get_application.cache_clear()


def drain(stage: Stage) -> None:  # noqa: F811
    with contextlib.redirect_stdout(io.StringIO()):
        while records := stage.receive():
            stage.invoke(records)


def own(stage: Stage, balances: dict[str, str]) -> None:  # noqa: F811
    """The Spot account has these assets and no others."""
    nothing = {each["asset"]: "0" for each in stage.paper.control("balances", {})}
    stage.paper.control("balances", nothing | balances)


def flatten(ctl: Ctl, *arguments: str) -> Result:
    return ctl("flatten", "main", "--yes", "--json", *arguments)


def test_everything_of_an_account_is_ended_and_the_account_stays_halted(
    deploy: Callable[[str], Stage], ctl: Ctl
) -> None:
    stage = deploy("binance-spot,binance-usdm")  # noqa: F811
    own(stage, {"BTC": "1", "ETH": "2", "USDT": "10000"})
    stage.run(resting("a", side="SELL", price="70000", quantity="1"))
    stage.run(resting("b", symbol="ETHUSDT", price="3000", quantity="0.1"))
    stage.run(buy("f", venue="binance-usdm", quantity="0.3", stop_loss="60000", take_profit="70000"))

    result = flatten(ctl)

    told = parse_answer(result)
    assert (result.exit_code, told["flattened"], told["left"]) == (0, True, []), result.output
    assert told["halted"] == "account/main"
    assert {each["state"] for each in told["signals"]} == {"ACCEPTED"}
    assert {order["status"] for order in stage.paper.seen("orders")} == {"CANCELED", "FILLED"}
    assert [each["state"] for each in stage.paper.seen("linear/conditionals")] == ["CANCELED"]
    stage.new_container()  # one that has looked at the board before knows of the halt within a second
    stage.run(buy("later"))
    assert stage.row("later").state is State.WAITING


def test_it_can_be_run_again_and_does_no_more(deploy: Callable[[str], Stage], ctl: Ctl) -> None:
    stage = deploy("binance-spot")  # noqa: F811
    own(stage, {"BTC": "1", "ETH": "0"})
    flatten(ctl)
    orders = stage.paper.seen("orders")

    again = parse_answer(flatten(ctl))

    assert (again["flattened"], again["signals"], again["left"]) == (True, [], [])
    assert stage.paper.seen("orders") == orders
    assert [Decimal(order["executedQty"]) for order in orders] == [Decimal(1)]


def test_the_plan_is_shown_and_nothing_is_done_without_a_yes(deploy: Callable[[str], Stage], ctl: Ctl) -> None:
    stage = deploy("binance-spot")  # noqa: F811
    own(stage, {"BTC": "1", "USDT": "1000"})
    stage.run(resting("b", symbol="ETHUSDT", price="3000", quantity="0.1"))

    result = ctl("flatten", "main", given="n\n")

    assert result.exit_code == 1
    assert "cancel all orders of ETHUSDT: 1 open order of ETHUSDT" in result.output
    assert "close BTCUSDT: 1 BTC" in result.output
    assert "Halt account/main, and publish 2 signals to end all of that" in result.output
    assert [order["status"] for order in stage.paper.seen("orders")] == ["NEW"]
    assert execute.get_application().ports.board.look().halts == {}


def test_only_one_symbol(deploy: Callable[[str], Stage], ctl: Ctl) -> None:
    stage = deploy("binance-spot")  # noqa: F811
    own(stage, {"BTC": "1", "ETH": "2"})

    told = parse_answer(flatten(ctl, "--symbol", "ethusdt"))

    assert (told["halted"], told["left"]) == ("account/main/symbol/ETHUSDT", [])
    assert [order["symbol"] for order in stage.paper.seen("orders")] == ["ETHUSDT"]


def test_a_symbol_of_another_quote_asset_is_closed_as_itself(deploy: Callable[[str], Stage], ctl: Ctl) -> None:
    stage = deploy("binance-spot")  # noqa: F811
    own(stage, {"BTC": "1", "ETH": "2"})

    told = parse_answer(flatten(ctl, "--symbol", "ETHBTC"))

    assert (told["flattened"], [each["did"] for each in told["signals"]]) == (True, ["close ETHBTC: 2 ETH"])
    assert [order["symbol"] for order in stage.paper.seen("orders")] == ["ETHBTC"]


def test_a_venue_that_the_stack_does_not_trade_at_is_not_taken_for_empty(
    deploy: Callable[[str], Stage], ctl: Ctl
) -> None:
    deploy("binance-spot")

    result = ctl("cancel", "--account", "main", "--venue", "bybit", "--yes")

    assert result.exit_code == 2
    assert "the stack does not trade at bybit, only at binance-spot" in result.output


def test_what_is_left_is_told_with_why(deploy: Callable[[str], Stage], ctl: Ctl) -> None:
    stage = deploy("binance-spot")  # noqa: F811
    own(stage, {"BTC": "0.00000012", "ETH": "2"})
    closed = '{"code": -2010, "msg": "Market is closed."}'
    match = {"method": "POST", "path": "/api/v3/order", "symbol": "ETHUSDT"}
    stage.paper.arm("answer_instead", status=400, body=closed, match=match)

    result = flatten(ctl)

    told = parse_answer(result)
    assert result.exit_code == 1
    why = {each["what"]: each["why"] for each in told["left"]}
    assert why["0.00000012 BTC"].startswith("nothing to close: what is free of BTC is 0.00000012")
    assert why["2 ETH"].startswith("its signal died (REJECTED): Market is closed.")


def test_a_venue_that_cannot_be_seen_is_told_and_the_others_are_ended(deploy: Callable[[str], Stage], ctl: Ctl) -> None:
    stage = deploy("binance-spot,binance-usdm")  # noqa: F811
    own(stage, {"BTC": "1", "ETH": "0"})
    stage.paper.arm("answer_instead", status=503, body="", count=99, match={"path": "/fapi/v1/openOrders"})

    result = flatten(ctl)

    told = parse_answer(result)
    assert (result.exit_code, told["flattened"]) == (1, False)
    [left] = told["left"]
    assert (left["market"], left["why"]) == ("binance-usdm", "look at the exchange yourself")
    assert [order["status"] for order in stage.paper.seen("orders")] == ["FILLED"]


def test_signals_that_wait_unsent_are_named(deploy: Callable[[str], Stage], ctl: Ctl) -> None:
    stage = deploy("binance-spot")  # noqa: F811
    own(stage, {"BTC": "0", "ETH": "0"})
    execute.get_application().ports.board.halt("account/main", "a test")
    stage.run(buy("waits"))

    result = flatten(ctl)

    drop = "`orderctl drop --account main --stack orderexec`"
    assert f"1 signal of it still wait unsent: {drop} ends them" in result.stderr


def test_the_order_of_a_signal_is_cancelled(deploy: Callable[[str], Stage], ctl: Ctl) -> None:
    stage = deploy("binance-spot")  # noqa: F811
    stage.run(resting("a"), resting("b"))

    result = ctl("cancel", "a", "--yes", "--json")

    [done] = parse_answer(result)["signals"]
    assert (result.exit_code, done["did"], done["state"]) == (0, "cancel BTCUSDT of signal 'a'", "ACCEPTED")
    assert sorted(order["status"] for order in stage.paper.seen("orders")) == ["CANCELED", "NEW"]
    again = parse_answer(ctl("cancel", "a", "--yes", "--json"))["signals"]
    assert [each["state"] for each in again] == ["ACCEPTED"]


def test_all_orders_of_an_account_are_cancelled_or_those_of_a_symbol(deploy: Callable[[str], Stage], ctl: Ctl) -> None:
    stage = deploy("binance-spot,binance-usdm")  # noqa: F811
    stage.run(resting("a"), resting("b", symbol="ETHUSDT", price="3000", quantity="0.1"))
    stage.run(resting("f", venue="binance-usdm"))

    ctl("cancel", "--account", "main", "--symbol", "ETHUSDT", "--yes")
    assert {order["symbol"]: order["status"] for order in stage.paper.seen("orders")} == {
        "BTCUSDT": "NEW",
        "ETHUSDT": "CANCELED",
    }
    ctl("cancel", "--account", "main", "--venue", "binance-usdm", "--yes")
    assert [order["status"] for order in stage.paper.seen("linear/orders")] == ["CANCELED"]
    last = ctl("cancel", "--account", "main", "--yes", "--json")

    assert [each["did"] for each in parse_answer(last)["signals"]] == [
        "cancel all orders of BTCUSDT: 1 open order of BTCUSDT"
    ]
    nothing = ctl("cancel", "--account", "main", "--yes")
    assert (nothing.exit_code, "there is nothing to cancel" in nothing.output) == (0, True)


def test_what_is_to_be_cancelled_must_be_said(ctl: Ctl) -> None:
    result = ctl("cancel")

    assert result.exit_code == 2
    assert "say what to cancel: the id of a signal, or --account" in result.output


def test_each_venue_tells_what_the_account_has(deploy: Callable[[str], Stage]) -> None:
    stage = deploy(ALL)  # noqa: F811
    stage.paper.control("margin", {"cross": {"BTC": "2"}, "BTCUSDT": {"BTC": "0.5", "USDT": "3"}})
    stage.paper.control("inverse/positions", [{"symbol": "BTCUSD_PERP", "quantity": "-3"}])
    stage.paper.control("bybit/linear/positions", [{"symbol": "BTCUSDT", "quantity": "0.5"}])
    stage.paper.control("bybit/balances", {"BTC": "0.25"})
    sells = {"side": "SELL", "price": "70000", "margin_mode": "isolated", "venue": "binance-margin"}
    stage.run(resting("m", **sells))
    stage.run(resting("bs", venue="bybit", product="spot", side="SELL", price="70000"))

    event = {"ask": "account", "account": "main", "quote": "USDT"}
    told = cast(Any, reconcile.handler)(event, CONTEXT)["account"]

    assert "trouble" not in {name for market in told.values() for name in market}, told
    held = {
        market: [(each["symbol"], each["quantity"], each["margin_mode"]) for each in found["held"]]
        for market, found in told.items()
    }
    assert ("BTCUSDT", "2", "cross") in held["binance-margin"]
    assert ("BTCUSDT", "0.5", "isolated") in held["binance-margin"]
    assert (None, "3", "isolated") in held["binance-margin"]
    assert told["binance-margin"]["orders"] == [{"symbol": "BTCUSDT", "count": 1, "margin_mode": "isolated"}]
    assert held["binance-coinm"] == [("BTCUSD_PERP", "-3", None)]
    assert held["bybit/linear"] == [("BTCUSDT", "0.5", None)]
    assert ("BTCUSDT", "0.25", None) in held["bybit/spot"]
    assert told["bybit/spot"]["orders"] == [{"symbol": "BTCUSDT", "count": 1, "margin_mode": None}]


@pytest.mark.parametrize(
    ("market", "path", "body"),
    [
        ("binance-spot", "/api/v3/openOrders", '[{"symbol": 5}]'),
        ("binance-spot", "/api/v3/account", '{"balances": [{"asset": "BTC", "free": "much"}]}'),
        ("binance-margin", "/sapi/v1/margin/account", '{"userAssets": [{"free": "1"}]}'),
        ("binance-margin", "/sapi/v1/margin/isolated/account", '{"assets": [{"symbol": null}]}'),
        ("binance-usdm", "/fapi/v1/openAlgoOrders", "[{}]"),
        ("binance-usdm", "/fapi/v2/positionRisk", '[{"symbol": "BTCUSDT", "positionSide": "UP", "positionAmt": "1"}]'),
        ("binance-coinm", "/dapi/v1/positionRisk", '[{"symbol": "BTCUSD_PERP", "positionSide": "BOTH"}]'),
        ("bybit/linear", "/v5/position/list", '{"retCode": 0, "result": {"list": [{"size": "1", "side": "Up"}]}}'),
        ("bybit/spot", "/v5/account/wallet-balance", '{"retCode": 0, "result": {"list": [{"coin": [{}]}]}}'),
    ],
)
def test_what_cannot_be_read_is_not_taken_for_nothing(
    deploy: Callable[[str], Stage], market: str, path: str, body: str
) -> None:
    stage = deploy(market.partition("/")[0])  # noqa: F811
    stage.paper.arm("answer_instead", status=200, body=body, count=9, match={"path": path})

    told = cast(Any, reconcile.handler)({"ask": "account", "account": "main", "quote": "USDT"}, CONTEXT)["account"]

    assert set(told[market]) == {"trouble"}
    assert told[market]["trouble"]["code"] is None


def test_an_account_without_a_key_is_told(deploy: Callable[[str], Stage]) -> None:
    deploy("binance-spot")

    told = cast(Any, reconcile.handler)({"ask": "account", "account": "nobody"}, CONTEXT)["account"]

    assert "nobody" in told["binance-spot"]["trouble"]["detail"]
