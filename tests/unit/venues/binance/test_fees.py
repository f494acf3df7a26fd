"""What the trades of an order cost, as Binance lists them: a part of them, or a garbled one, tells nothing."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.venues.binance.trades import name_trades, read_fees
from orderexec.venues.replies import Unreadable
from tests.unit.examples import report
from tests.unit.venues.binance.recorded import GARBLED, VALUES, recorded

NUMBER = "100234"
EXAMPLE: dict[str, Any] = recorded("my_trades")[0]
TRADED = report(executed_quantity=Decimal(12))
NEEDED = ("orderId", "qty", "commission", "commissionAsset")


def test_the_published_answer_is_understood() -> None:
    assert read_fees([EXAMPLE], TRADED, NUMBER) == {"BNB": Decimal("10.1")}


def test_fees_are_added_up_by_asset_and_what_the_exchange_pays_is_below_zero() -> None:
    trades = [
        EXAMPLE | {"qty": "4", "commission": "0.1"},
        EXAMPLE | {"qty": "4", "commission": "0.00000002", "commissionAsset": "BTC"},
        EXAMPLE | {"qty": "2", "commission": "-0.3"},
        EXAMPLE | {"qty": "2", "commission": "0"},
    ]

    assert read_fees(trades, TRADED, NUMBER) == {"BNB": Decimal("-0.2"), "BTC": Decimal("0.00000002")}


@pytest.mark.parametrize("trades", [[], [EXAMPLE | {"qty": "11.9"}], [EXAMPLE, EXAMPLE]])
def test_what_is_not_each_trade_of_it_once_tells_nothing(trades: list[dict[str, Any]]) -> None:
    with pytest.raises(Unreadable, match="of the 12 that are executed"):
        read_fees(trades, TRADED, NUMBER)


def test_a_trade_of_another_order_tells_nothing() -> None:
    with pytest.raises(Unreadable, match="order 7 is listed among those of 100234"):
        read_fees([EXAMPLE | {"orderId": 7}], TRADED, NUMBER)


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [*GARBLED, ""])
def test_what_is_garbled_tells_nothing(name: str, value: object) -> None:
    with pytest.raises(Unreadable):
        read_fees([EXAMPLE | {name: value}], replace(TRADED, executed_quantity=Decimal(-1)), NUMBER)


@given(VALUES | st.lists(VALUES | st.just(EXAMPLE), max_size=3))
def test_whatever_comes_it_is_fees_or_unreadable(answer: object) -> None:
    try:
        fees = read_fees(answer, TRADED, NUMBER)
    except Unreadable:
        return
    assert fees == {"BNB": Decimal("10.1")}


def test_as_many_trades_are_asked_for_as_one_answer_may_hold() -> None:
    assert name_trades("BNBBTC", NUMBER) == {"symbol": "BNBBTC", "orderId": NUMBER, "limit": "1000"}
