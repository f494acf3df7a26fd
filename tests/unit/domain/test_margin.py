"""A signal for margin: Spot's types without some of its fields, an account that is named, and loans."""

from typing import Any

import pytest

from orderexec.domain.apply_rules import choose_account, make_requested_order
from orderexec.domain.order_words import MarginMode
from orderexec.domain.orders import Order
from orderexec.domain.signals import InvalidSignal, Signal
from tests.unit.domain.requested import apply, apply_to_list, symbol
from tests.unit.examples import parse

ALL = {"action": "cancel", "all_orders": True, "side": None, "quantity": None}
ONE = {"action": "cancel", "target": "x", "side": None, "quantity": None}
LIMIT = {"type": "LIMIT", "price": "60000"}


def read(**fields: Any) -> Signal | InvalidSignal:
    given = {"venue": "binance-margin", "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.5"} | fields
    return parse({name: value for name, value in given.items() if value is not None})


def signal(**fields: Any) -> Signal:
    parsed = read(**fields)
    assert isinstance(parsed, Signal), parsed
    return parsed


def order(**fields: Any) -> Order:
    return apply(signal(**fields), symbol())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"dry_run": True}, "dry_run does not go with venue binance-margin"),
        ({"smart_order_routing": True}, "smart_order_routing does not go with venue binance-margin"),
        ({"strategy_id": 5}, "strategy_id does not go with venue binance-margin"),
        ({"reduce_only": True}, "reduce_only does not go with venue binance-margin"),
        ({"leverage": 5}, "leverage does not go with venue binance-margin"),
        ({"contracts": 5, "quantity": None}, "contracts does not go with venue binance-margin"),
        ({"type": "LIMIT", "peg_price_type": "PRIMARY_PEG"}, "peg_price_type does not go with venue binance-margin"),
        ({"type": "LIMIT"}, "price is missing, type LIMIT needs it"),
        (LIMIT | {"stop_loss": "5", "exit_quantity": "filled"}, "exit_quantity does not go with venue binance-margin"),
        ({"action": "amend", "target": "x"}, "action amend cannot be had at binance-margin, only cancel, close, place"),
        (
            {"action": "replace", "target": "x"},
            "action replace cannot be had at binance-margin, only cancel, close, place",
        ),
        (ONE | {"margin_mode": "isolated"}, "margin_mode does not go with action cancel"),
        (ALL | {"side_effect": "repay"}, "side_effect does not go with action cancel"),
        ({"side_effect": "lend"}, "side_effect must be borrow or repay or borrow_repay, not 'lend'"),
        ({"symbol": "BTC_USDT"}, "symbol must be the exchange's own symbol, such as BTCUSDT"),
        ({"venue": "binance-spot", "side_effect": "borrow"}, "side_effect does not go with venue binance-spot"),
        ({"venue": "binance-spot", "margin_mode": "cross"}, "margin_mode does not go with venue binance-spot"),
    ],
)
def test_what_margin_does_not_have_is_refused(fields: dict[str, Any], words: str) -> None:
    refused = read(**fields)

    assert isinstance(refused, InvalidSignal)
    assert words in refused.detail


@pytest.mark.parametrize(("named", "used"), [(None, "cross"), ("cross", "cross"), ("Isolated", "isolated")])
def test_an_order_belongs_to_an_account(named: str | None, used: str) -> None:
    assert order(margin_mode=named).margin_mode == used
    assert choose_account(signal(**ALL, margin_mode=named)) == used


def test_an_order_of_spot_belongs_to_no_such_account() -> None:
    assert make_requested_order(signal(venue="binance-spot")).margin_mode is None


@pytest.mark.parametrize("effect", ["borrow", "repay", "borrow_repay"])
def test_what_may_become_of_loans_is_part_of_the_order(effect: str) -> None:
    assert order(side_effect=effect).side_effect == effect
    assert order().side_effect is None


def test_the_orders_of_a_list_share_account_and_loans() -> None:
    asked = signal(**LIMIT, take_profit="66000", stop_loss="54000", margin_mode="isolated", side_effect="borrow_repay")
    legs = apply_to_list(asked, symbol()).legs

    assert len(legs) == 3
    assert {(leg.margin_mode, leg.side_effect) for leg in legs} == {(MarginMode.ISOLATED, "borrow_repay")}
