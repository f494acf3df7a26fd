"""Risk limits of derivatives: what opens is measured, linear and inverse; what only reduces keeps its price alone."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.broken_limits import find_broken_limit, needs_last_price
from orderexec.domain.limits import Limits, find_forbidden
from orderexec.domain.order_words import Side
from orderexec.domain.protect import apply_rules_to_protected
from orderexec.domain.protected import Protected
from orderexec.domain.requests import PlacingPlan
from orderexec.domain.worth import sum_worth_of_day
from tests.unit.domain.derivatives import INVERSE, MARK_AT_60000, PERPETUAL, apply, coin, signal

LAST = Decimal(60_000)
NONE_ALLOWED = Limits(
    max_order_notional={"USDT": Decimal(1), "USD": Decimal(1)},
    max_daily_notional={"USDT": Decimal(1), "USD": Decimal(1)},
    max_daily_orders=0,
    symbols=frozenset(),
    sides=frozenset(),
)
# What can only make a position smaller, in the words of a signal.
REDUCING: list[dict[str, Any]] = [
    {"reduce_only": True},
    {"position_side": "LONG"},
    {"type": "LIMIT", "price": "59000", "reduce_only": True},
    {"type": "STOP_MARKET", "stop_price": "57000", "reduce_only": True},
    {"type": "STOP_MARKET", "stop_price": "57000", "quantity": None, "close_position": True},
    {"type": "STOP_MARKET", "stop_price": "57000", "quantity": None, "close_position": True, "position_side": "LONG"},
]


def protected(**fields: Any) -> Protected:
    asked = (coin if "contracts" in fields else signal)(**fields)
    rules = INVERSE if "contracts" in fields else PERPETUAL
    made = apply_rules_to_protected(asked, rules, MARK_AT_60000)
    assert isinstance(made, Protected), made
    return made


def broken(request: PlacingPlan, limits: Limits) -> str | None:
    rules = INVERSE if request.symbol == INVERSE.symbol else PERPETUAL
    return find_broken_limit(request, limits, rules, LAST)


@pytest.mark.parametrize("fields", REDUCING)
def test_what_only_reduces_is_kept_in_no_position_by_a_limit(fields: dict[str, Any]) -> None:
    asked = signal(side="SELL", **fields)

    assert find_forbidden(asked, NONE_ALLOWED) is None
    assert broken(apply(asked), NONE_ALLOWED) is None


@pytest.mark.parametrize("fields", [{}, {"position_side": "SHORT"}, {"type": "STOP_MARKET", "stop_price": "57000"}])
def test_what_opens_is_not_spared(fields: dict[str, Any]) -> None:
    asked = signal(side="SELL", **fields)

    assert find_forbidden(asked, NONE_ALLOWED) is not None
    assert broken(apply(asked), NONE_ALLOWED) == "side SELL is not among the allowed sides (none)"


def test_what_only_reduces_keeps_the_distance_of_its_price() -> None:
    near = Limits(max_price_distance_percent=Decimal(1))

    assert broken(apply(signal(side="SELL", type="LIMIT", price="59000", reduce_only=True)), near) == (
        "price 59000 lies 1.67 % from 60000, and max_price_distance_percent allows 1 %"
    )
    stop = signal(side="SELL", type="STOP", price="55000", stop_price="57000", reduce_only=True)
    assert broken(apply(stop), near) == (
        "price 55000 lies 3.51 % from 57000, and max_price_distance_percent allows 1 %"
    )


@pytest.mark.parametrize(
    ("request_", "worth"),
    [
        (apply(signal()), 30_000),
        (apply(signal(type="LIMIT", price="50000")), 25_000),
        (apply(signal(type="LIMIT", side="SELL", price="59000")), 30_000),  # it would trade at the market
        (apply(signal(type="STOP_MARKET", stop_price="62000")), 31_000),
        (apply(signal(type="TRAILING_STOP_MARKET", trailing_delta=50)), 30_000),
        (apply(coin(), INVERSE), 300),
        (apply(coin(type="LIMIT", price="61000"), INVERSE), 300),
    ],
)
def test_an_order_is_worth_its_quantity_at_a_price_and_contracts_are_worth_what_they_are(
    request_: PlacingPlan, worth: int
) -> None:
    asset = "USD" if request_.symbol == INVERSE.symbol else "USDT"

    assert broken(request_, Limits(max_order_notional={asset: Decimal(worth)})) is None
    told = broken(request_, Limits(max_order_notional={asset: Decimal(worth - 1)}))
    assert told == f"the order is worth {worth} {asset}, and max_order_notional allows {worth - 1}"


def test_contracts_need_no_price_to_be_measured() -> None:
    limits = Limits(max_order_notional={"USD": Decimal(1)})

    assert not needs_last_price(apply(coin(), INVERSE), limits)
    assert needs_last_price(apply(signal()), limits)
    assert not needs_last_price(apply(signal(**REDUCING[4] | {"side": "SELL"})), limits)


def test_every_order_of_a_protected_entry_is_measured_and_a_day_counts_entry_and_larger_exit() -> None:
    plan = protected(stop_loss="57000", take_profit="66000")

    assert broken(plan, Limits(max_order_notional={"USDT": Decimal(32_000)})) == (
        "the exit LIMIT is worth 33000 USDT, and max_order_notional allows 32000"
    )
    assert sum_worth_of_day(plan, LAST) == 63_000
    assert broken(plan, Limits(max_daily_notional={"USDT": Decimal(62_999)})) == (
        "the entry and its larger exit are worth 63000 USDT, and max_daily_notional allows 62999"
    )
    contracts = protected(contracts=3, stop_loss="57000")
    assert sum_worth_of_day(contracts, None, INVERSE.contract) == 600


def test_the_exits_of_an_allowed_entry_may_take_the_other_side() -> None:
    plan = protected(stop_loss="57000", take_profit="66000")

    assert broken(plan, Limits(sides=frozenset({Side.BUY}))) is None
    assert broken(plan, Limits(sides=frozenset({Side.SELL}))) == "side BUY is not among the allowed sides SELL"
    larger = replace(plan, stop_loss=replace(plan.stop_loss, quantity=Decimal(9), reduce_only=False))
    assert "exit is larger than its BUY entry" in (broken(larger, Limits(sides=frozenset({Side.BUY}))) or "")
