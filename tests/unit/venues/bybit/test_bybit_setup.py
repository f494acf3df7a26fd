"""Leverage and position mode of Bybit: each request as "Set Leverage" and "Switch Position Mode" have it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues.bybit.products import INVERSE, LINEAR, BybitProduct
from orderexec.venues.bybit.setup import BybitSetup
from orderexec.venues.http import NoReply, Reply
from orderexec.venues.inspection import Contracts, PositionMode
from tests.unit.venues.bybit.scripted_bybit import (
    KEY,
    LOST,
    ScriptedTransport,
    error,
    failed,
    recorded,
    reply,
    success,
    venue,
)

TIME = reply(recorded("server_time"))
DONE = success({})


def setup(product: BybitProduct, *replies: Reply | NoReply) -> tuple[BybitSetup, ScriptedTransport]:
    at, transport = venue(product, *replies)
    assert at.positions is not None
    return BybitSetup(at.positions), transport


def read_body(transport: ScriptedTransport) -> Any:
    return json.loads(transport.sent[-1]["body"])


@pytest.mark.parametrize(("leverage", "text"), [(7, "7"), (Decimal("12.50"), "12.5"), (Decimal("1E+2"), "100")])
def test_both_sides_get_the_same_leverage(leverage: int | Decimal, text: str) -> None:
    at, transport = setup(INVERSE, TIME, DONE)

    assert at.set_leverage("BTCUSD", leverage, KEY) is None

    assert transport.requests[-1] == "POST /v5/position/set-leverage"
    assert read_body(transport) == {
        "category": "inverse",
        "symbol": "BTCUSD",
        "buyLeverage": text,
        "sellLeverage": text,
    }


@pytest.mark.parametrize(
    ("mode", "of", "named"),
    [
        (PositionMode.HEDGE, Contracts(symbol="BTCUSDT"), {"symbol": "BTCUSDT", "mode": 3}),
        (PositionMode.ONE_WAY, Contracts(coin="USDT"), {"coin": "USDT", "mode": 0}),
    ],
)
def test_a_mode_is_a_number_of_a_symbol_or_of_a_coin(mode: PositionMode, of: Contracts, named: dict[str, Any]) -> None:
    at, transport = setup(LINEAR, TIME, DONE)

    assert at.set_position_mode(mode, of, KEY) is None

    assert transport.requests[-1] == "POST /v5/position/switch-mode"
    assert read_body(transport) == {"category": "linear", **named}


def test_what_is_so_already_is_done() -> None:
    assert setup(LINEAR, TIME, error(110043))[0].set_leverage("BTCUSDT", 7, KEY) is None
    assert (
        setup(LINEAR, TIME, error(110025))[0].set_position_mode(PositionMode.HEDGE, Contracts("BTCUSDT"), KEY) is None
    )
    assert isinstance(setup(LINEAR, TIME, error(110025))[0].set_leverage("BTCUSDT", 7, KEY), Failure)
    other = setup(LINEAR, TIME, error(110043))[0].set_position_mode(PositionMode.HEDGE, Contracts("BTCUSDT"), KEY)
    assert isinstance(other, Failure)


def test_a_lost_answer_is_no_success() -> None:
    assert failed(setup(LINEAR, TIME, LOST)[0].set_leverage("BTCUSDT", 7, KEY)).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize(
    ("numbers", "mode"), [([0], PositionMode.ONE_WAY), ([1, 2], PositionMode.HEDGE), ([2], PositionMode.HEDGE)]
)
def test_the_numbers_of_the_positions_tell_the_mode(numbers: list[int], mode: PositionMode) -> None:
    shown = recorded("position_info")["result"]["list"][0] | {"symbol": "BTCUSDT"}

    at, transport = setup(LINEAR, success({"list": [shown | {"positionIdx": number} for number in numbers]}))

    assert at.ask_position_mode("BTCUSDT", KEY) is mode
    assert transport.parameters() == {"category": "linear", "symbol": "BTCUSDT"}


@pytest.mark.parametrize("answer", [LOST, success({"list": []}), error(10001)])
def test_a_mode_that_is_not_told_is_a_failure(answer: Reply | NoReply) -> None:
    assert isinstance(setup(LINEAR, answer)[0].ask_position_mode("BTCUSDT", KEY), Failure)
