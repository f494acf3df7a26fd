"""`accounts leverage` and `accounts position-mode` at Bybit: by symbol or by coin, and leverage with decimals."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from orderctl.sources import exchange
from orderctl.target import find
from orderexec.ports import PositionSettings
from tests.orderctl.bybit_stack import at_bybit  # noqa: F401
from tests.orderctl.conftest import Ctl, parse_answer
from tests.paper_exchange.paper_bybit import PaperBybit, connected_bybit
from tests.paper_exchange.paper_client import PaperClient

pytestmark = pytest.mark.usefixtures("at_bybit")
SYMBOLS = {"bybit/linear": "BTCUSDT", "bybit/inverse": "BTCUSD"}
EACH = pytest.mark.parametrize("venue", SYMBOLS)
LINEAR = ("--venue", "bybit/linear")


@pytest.fixture
def bybit(paper: PaperClient) -> Iterator[PaperBybit]:
    with connected_bybit(paper) as client:
        yield client


def join(result: Any) -> str:
    return " ".join(result.output.split())


def list_changes(paper: PaperClient) -> list[str]:
    return [each["path"] for each in paper.seen("requests") if each["method"] == "POST"]


@EACH
def test_leverage_is_shown_set_and_shown_again(ctl: Ctl, venue: str) -> None:
    symbol = SYMBOLS[venue]

    shown = ctl("accounts", "leverage", "main", symbol.lower(), "--venue", venue)
    done = ctl("accounts", "leverage", "main", symbol, "12.50", "--venue", venue, given="y\n")
    again = ctl("accounts", "leverage", "main", symbol, "12.5", "--venue", venue, "--json")

    assert f"the leverage of {symbol} of account main at {venue} is 20" in shown.stdout
    assert f"the leverage of {symbol} of account main at {venue} is 20, and becomes 12.5." in join(done)
    assert "liquidation price" in join(done)
    assert f"the leverage of {symbol} of account main at {venue} was 20, and is 12.5" in done.stdout
    assert parse_answer(again) == {"leverage": "12.5", "changed": False}


def test_a_person_who_says_no_has_changed_nothing(ctl: Ctl, paper: PaperClient) -> None:
    leverage = ctl("accounts", "leverage", "main", "BTCUSDT", "7", *LINEAR, given="n\n")
    mode = ctl("accounts", "position-mode", "main", "hedge", "--symbol", "BTCUSDT", *LINEAR, given="n\n")

    assert (leverage.exit_code, mode.exit_code) == (1, 1)
    assert list_changes(paper) == []


def test_what_was_set_is_seen_at_once_by_the_same_process() -> None:
    stack = find("orderexec", local=False)
    key = exchange.credentials(stack, "main")
    setup = exchange.position_setup(stack, "bybit/linear")

    before = setup.ask_settings("BTCUSDT", key)
    assert setup.set_leverage("BTCUSDT", 7, key) is None
    assert setup.set_leverage("BTCUSDT", 7, key) is None, "it is so already: 110043"
    after = setup.ask_settings("BTCUSDT", key)

    assert isinstance(before, PositionSettings)
    assert isinstance(after, PositionSettings)
    assert (before.leverage, after.leverage) == (20, 7)


@pytest.mark.parametrize("value", ["0.5", "151", "five", "nan", "Infinity"])
def test_what_is_no_leverage_is_named(ctl: Ctl, paper: PaperClient, value: str) -> None:
    wrong = ctl("accounts", "leverage", "main", "BTCUSDT", value, *LINEAR)

    assert wrong.exit_code == 2
    assert f"'{value}' is no leverage; it is a number from 1 to 150, such as 5 or 12.5" in join(wrong)
    assert list_changes(paper) == []


def test_what_the_exchange_refuses_is_told_in_its_words(ctl: Ctl, bybit: PaperBybit) -> None:
    too_much = ctl("accounts", "leverage", "main", "BTCUSDT", "140", *LINEAR, "--yes")
    bybit.create("linear")
    blocked = ctl("accounts", "position-mode", "main", "hedge", "--symbol", "BTCUSDT", *LINEAR, "--yes")
    inverse = ctl(
        "accounts", "position-mode", "main", "hedge", "--symbol", "BTCUSD", "--venue", "bybit/inverse", "--yes"
    )

    assert "nothing was changed: Cannot set leverage due to risk limit level. (HTTP 200)" in join(too_much)
    assert "nothing was changed: You have existing open orders, so the position mode cannot be switched." in join(
        blocked
    )
    assert "nothing was changed: Hedge mode is not supported for this symbol." in join(inverse)
    assert (too_much.exit_code, blocked.exit_code, inverse.exit_code) == (1, 1, 1)


@pytest.mark.parametrize("path", ["set-leverage", "switch-mode"])
def test_an_answer_that_is_lost_leaves_open_what_became_of_it(ctl: Ctl, paper: PaperClient, path: str) -> None:
    paper.arm("lose_answer", match={"method": "POST", "path": f"/v5/position/{path}"})
    asked = ("leverage", "main", "BTCUSDT", "7") if path == "set-leverage" else ("position-mode", "main", "hedge")
    of = () if path == "set-leverage" else ("--symbol", "BTCUSDT")

    lost = ctl("accounts", *asked, *of, *LINEAR, "--yes")

    assert lost.exit_code == 1
    assert "it may have been changed or not, look again" in join(lost)


def test_the_position_mode_of_a_symbol_is_shown_and_set(ctl: Ctl) -> None:
    of = ("--symbol", "btcusdt", *LINEAR)

    shown = ctl("accounts", "position-mode", "main", *of)
    done = ctl("accounts", "position-mode", "main", "hedge", *of, given="y\n")

    assert "the position mode of BTCUSDT of account main at bybit/linear is one-way" in shown.stdout
    assert "is one-way, and becomes hedge. That holds for BTCUSDT alone." in join(done)
    assert "was one-way, and is hedge" in done.stdout
    assert parse_answer(ctl("accounts", "position-mode", "main", *of, "--json")) == {
        "position_mode": "hedge",
        "changed": False,
    }
    other = ctl("accounts", "position-mode", "main", "--symbol", "ETHUSDT", *LINEAR, "--json")
    assert parse_answer(other)["position_mode"] == "one-way"


def test_the_position_mode_of_a_coin_is_set_for_what_is_free(ctl: Ctl, bybit: PaperBybit) -> None:
    bybit.create("linear")

    done = ctl("accounts", "position-mode", "main", "hedge", "--coin", "usdt", *LINEAR, given="y\n")
    again = ctl("accounts", "position-mode", "main", "hedge", "--coin", "usdt", *LINEAR, "--yes", "--json")

    assert "the position mode of USDT of account main at bybit/linear becomes hedge." in join(done)
    assert "each contract that settles in USDT and has no order and no position" in join(done)
    assert "at bybit/linear is hedge where nothing was open" in join(done)
    assert parse_answer(again) == {"position_mode": "hedge", "changed": True}
    modes = {
        name: parse_answer(ctl("accounts", "position-mode", "main", "--symbol", name, *LINEAR, "--json"))[
            "position_mode"
        ]
        for name in ("BTCUSDT", "ETHUSDT")
    }
    assert modes == {"BTCUSDT": "one-way", "ETHUSDT": "hedge"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("position-mode", "main", *LINEAR),
            "at bybit/linear each symbol has a position mode: give --symbol, or --coin",
        ),
        (("position-mode", "main", "hedge", "--symbol", "A", "--coin", "B", *LINEAR), "give --symbol, or --coin"),
        (("position-mode", "main", "--coin", "USDT", *LINEAR), "what is set for a coin is not told"),
        (
            ("position-mode", "main", "hedge", "--symbol", "BTCUSDT", "--venue", "binance-usdm"),
            "one position mode for the whole account",
        ),
        (
            ("leverage", "main", "BTCUSDT", "--venue", "bybit"),
            "bybit has several products; name one: bybit/spot, bybit/l",
        ),
        (
            ("leverage", "main", "BTCUSDT", "--venue", "bybit/spot"),
            "there are no positions at bybit/spot; there are at binance-usdm, binance-coinm, bybit/linear, bybit/inv",
        ),
    ],
)
def test_what_makes_no_sense_is_named(ctl: Ctl, paper: PaperClient, arguments: tuple[str, ...], says: str) -> None:
    wrong = ctl("accounts", *arguments, "--json")

    assert wrong.exit_code in (2, 3)
    assert says in json.loads(wrong.stdout)["error"]["message"]
    assert list_changes(paper) == []


def test_leverage_of_portfolio_margin_is_not_told(ctl: Ctl, paper: PaperClient) -> None:
    position = {"symbol": "BTCUSDT", "positionIdx": 0, "side": "", "size": "0", "leverage": ""}
    body = json.dumps({"retCode": 0, "retMsg": "OK", "result": {"list": [position]}, "retExtInfo": {}})
    paper.arm("answer_instead", status=200, body=body, match={"path": "/v5/position/list"})

    told = ctl("accounts", "leverage", "main", "BTCUSDT", *LINEAR)

    assert told.exit_code == 1
    assert "the account has portfolio margin, where no position has a leverage" in join(told)


def test_leverage_of_both_sides_is_told_where_it_differs(ctl: Ctl, paper: PaperClient) -> None:
    sides = [
        {"symbol": "BTCUSDT", "positionIdx": index, "side": "", "size": "0", "leverage": leverage}
        for index, leverage in ((1, "5"), (2, "12.5"))
    ]
    body = json.dumps({"retCode": 0, "retMsg": "OK", "result": {"list": sides}, "retExtInfo": {}})
    paper.arm("answer_instead", status=200, body=body, count=2, match={"path": "/v5/position/list"})

    shown = ctl("accounts", "leverage", "main", "BTCUSDT", *LINEAR, "--json")
    done = ctl("accounts", "leverage", "main", "BTCUSDT", "5", *LINEAR, "--yes")

    assert parse_answer(shown) == {"leverage": 5, "short_leverage": "12.5", "changed": False}
    assert "was 5 of the long position and 12.5 of the short one, and is 5" in join(done)
