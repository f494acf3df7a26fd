"""A margin signal is sized by the account that it trades with, and cancels there."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.lifecycle import State
from orderexec.domain.requests import Cancel, CancelAll
from orderexec.domain.signals import Signal
from orderexec.usecases.prepared import Ready
from tests.unit.domain.requested import symbol
from tests.unit.examples import parse
from tests.usecases.prepared_account import Account, row

RULES = symbol(base_asset="BTC", quote_asset="USDT")


def signal(**fields: Any) -> Signal:
    given = {"venue": "binance-margin", "symbol": "BTCUSDT", "side": "SELL"} | fields
    parsed = parse({name: value for name, value in given.items() if value is not None})
    assert isinstance(parsed, Signal), parsed
    return parsed


@pytest.fixture
def account() -> Account:
    made = Account(RULES, positions=None)
    made.exchange.balances = {"BTC": Decimal(8), "BTCUSDT/BTC": Decimal(2)}
    return made


@pytest.mark.parametrize(("mode", "quantity"), [(None, 4), ("cross", 4), ("isolated", 1)])
def test_a_share_is_of_what_is_free_in_the_account_that_trades(
    account: Account, mode: str | None, quantity: int
) -> None:
    assert account.order(signal(quantity_percent=50, margin_mode=mode)).quantity == quantity


def test_the_mode_is_used_and_not_checked(account: Account) -> None:
    assert account.order(signal(quantity=1, margin_mode="isolated")).margin_mode == "isolated"


@pytest.mark.parametrize(("mode", "used"), [(None, "cross"), ("isolated", "isolated")])
def test_all_orders_are_those_of_one_account(account: Account, mode: str | None, used: str) -> None:
    ready = account.prepare(signal(action="cancel", all_orders=True, margin_mode=mode, side=None))

    assert isinstance(ready, Ready)
    assert isinstance(ready.request, CancelAll)
    assert ready.request.margin_mode == used


def test_a_cancel_looks_where_its_target_was_placed(account: Account) -> None:
    placed = signal(id="t", quantity=1, margin_mode="isolated", type="LIMIT", price="60000")
    target = row(placed, account.order(placed), State.ACCEPTED)
    ready = account.prepare(signal(action="cancel", target="t", side=None), target=target)

    assert isinstance(ready, Ready)
    assert isinstance(ready.request, Cancel)
    assert (ready.request.margin_mode, ready.request.conditional) == ("isolated", False)
