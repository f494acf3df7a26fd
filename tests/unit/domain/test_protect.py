"""The plan of a protected entry: its orders are checked before the first is sent, and each step leads to the next."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.apply_rules import Market, RuleViolation
from orderexec.domain.instruments import Instrument, Range
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.protect import apply_rules_to_protected
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import Cancel, get_first_order, get_request
from tests.unit.domain.derivatives import INVERSE, MARK_AT_60000, PERPETUAL, coin, signal
from tests.unit.examples import NOW

BOTH: dict[str, Any] = {"stop_loss": "57000", "take_profit": "66000"}
SHORT: dict[str, Any] = {"side": "SELL", "stop_loss": "63000", "take_profit": "54000"}
LIMIT: dict[str, Any] = {"type": "LIMIT", "price": "59000"}


def plan(rules: Instrument = PERPETUAL, market: Market = MARK_AT_60000, round_: int = 0, **fields: Any) -> Protected:
    made = apply_rules_to_protected(_signal(rules, fields), rules, market, round_=round_)
    assert isinstance(made, Protected), made
    return made


def refused(rules: Instrument = PERPETUAL, market: Market = MARK_AT_60000, **fields: Any) -> str:
    made = apply_rules_to_protected(_signal(rules, fields), rules, market)
    assert isinstance(made, RuleViolation), made
    return made.detail


def _signal(rules: Instrument, fields: dict[str, Any]) -> Any:
    return (coin if rules.contract else signal)(**fields)


def report(order: Order, status: str, executed: str) -> OrderReport:
    return OrderReport(
        order_id="1",
        client_order_id=order.client_order_id,
        symbol=order.symbol,
        side=order.side,
        status=status,
        quantity=order.size,
        executed_quantity=Decimal(executed),
        created_at=NOW,
    )


def test_the_exits_take_the_other_side_and_only_reduce() -> None:
    made = plan(**BOTH)

    stop, profit = made.stop_loss, made.take_profit
    assert profit is not None
    assert (made.entry.type, made.entry.side, made.entry.reduce_only) == ("MARKET", "BUY", False)
    assert (stop.type, stop.side, stop.stop_price, stop.time_in_force) == ("STOP_MARKET", "SELL", Decimal(57_000), None)
    assert (profit.type, profit.side, profit.price, profit.time_in_force) == ("LIMIT", "SELL", Decimal(66_000), "GTC")
    assert [order.reduce_only for order in (stop, profit)] == [True, True]
    assert [order.size for order in made.legs] == [Decimal("0.5")] * 3


@pytest.mark.parametrize(("side", "position"), [("BUY", "LONG"), ("SELL", "SHORT")])
def test_in_hedge_mode_the_exits_are_of_the_same_position_and_the_side_reduces_it(side: str, position: str) -> None:
    made = plan(**(BOTH if side == "BUY" else SHORT), position_side=position)

    for order in made.legs:
        assert (order.position_side, order.reduce_only) == (position, False)
    assert [order.only_reduces for order in made.legs] == [False, True, True]


def test_every_order_has_a_name_of_its_own_and_a_later_stop_another() -> None:
    first, second = plan(**BOTH), plan(**BOTH, round_=1)

    assert len({order.client_order_id for order in (*first.legs, *second.legs)}) == 5
    assert first.entry.client_order_id == second.entry.client_order_id  # the entry is one, however often it is tried


@pytest.mark.parametrize(
    ("exit_", "kind"),
    [
        ({"stop_price": "57000", "price": "56900", "time_in_force": "IOC"}, "STOP"),
        ({"stop_price": "57000", "working_type": "MARK"}, "STOP_MARKET"),
        ({"trailing_delta": 100}, "TRAILING_STOP_MARKET"),
    ],
)
def test_a_stop_is_of_the_type_that_its_fields_ask_for(exit_: dict[str, Any], kind: str) -> None:
    stop = plan(stop_loss=exit_).stop_loss

    assert (stop.type, stop.working_type) == (kind, exit_.get("working_type"))
    assert (stop.price, stop.trailing_delta) == (
        Decimal(exit_["price"]) if "price" in exit_ else None,
        exit_.get("trailing_delta"),
    )


@pytest.mark.parametrize(
    ("exit_", "kind"),
    [
        ({"stop_price": "66000", "price": "65900"}, "TAKE_PROFIT"),
        ({"stop_price": "66000"}, "TAKE_PROFIT_MARKET"),
        ({"stop_price": "66000", "trailing_delta": 100}, "TRAILING_STOP_MARKET"),
    ],
)
def test_a_profit_may_wait_for_its_price(exit_: dict[str, Any], kind: str) -> None:
    profit = plan(stop_loss="57000", take_profit=exit_).take_profit

    assert profit is not None
    assert (profit.type, profit.stop_price) == (kind, Decimal(66_000))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stop_loss": "60000"}, "stop_loss 60000 must lie below 60000"),
        ({"stop_loss": "61000"}, "stop_loss 61000 must lie below 60000"),
        (BOTH | {"take_profit": "59000"}, "take_profit 59000 must lie above 60000"),
        (SHORT | {"stop_loss": "59000"}, "stop_loss 59000 must lie above 60000"),
        (SHORT | {"take_profit": "61000"}, "take_profit 61000 must lie below 60000"),
        ({"stop_loss": "59000"} | LIMIT, "stop_loss 59000 must lie below 59000"),
        # A limit that trades at once: the exits are placed where the market is, not where the limit is.
        (
            {"stop_loss": "60500", "type": "LIMIT", "price": "61000", "time_in_force": "IOC"},
            "stop_loss 60500 must lie below 60000",
        ),
        ({"stop_loss": "57000", "take_profit": {"trailing_delta": 9, "stop_price": "59000"}}, "take_profit 59000"),
        ({"stop_loss": "57000", "take_profit": "66000", "quantity": "0.001"}, "the order is worth 60, below"),
    ],
)
def test_exits_that_would_trade_at_once_are_refused_before_anything_is_sent(fields: dict[str, Any], words: str) -> None:
    assert words in refused(**fields)


def test_where_no_price_is_known_the_exchange_says_whether_the_stop_would_trade_at_once() -> None:
    """It is asked for the stop first: a stop that it refuses leaves nothing behind."""
    assert plan(market=Market(), stop_loss="61000").step is Step.STOP
    assert "must lie above stop_loss" in refused(market=Market(), stop_loss="61000", take_profit="60000")


def test_a_stop_that_would_cover_only_a_part_is_refused() -> None:
    coarse = replace(PERPETUAL, market_lot=Range(Decimal("0.01"), Decimal("0.01")))

    assert refused(coarse, **LIMIT, quantity="0.015", stop_loss="57000") == (
        "stop_loss: only 0.01 of 0.015 BTC would be protected"
    )


def test_an_exit_that_breaks_a_rule_is_named() -> None:
    small = replace(PERPETUAL, market_lot=Range(maximum=Decimal("0.3")))

    assert refused(small, **LIMIT, stop_loss="57000") == ("stop_loss: quantity 0.5 is above the maximum 0.3 of BTCUSDT")
    assert "take_profit: price 900000000 is above the maximum" in refused(**BOTH | {"take_profit": "900000000"})


def test_the_exits_of_contracts_are_as_many_contracts() -> None:
    assert [order.contracts for order in plan(INVERSE, **BOTH).legs] == [3, 3, 3]


def test_the_stop_is_sent_first_then_the_entry_then_the_profit() -> None:
    first = plan(**BOTH)
    second = first.advance(report(first.stop_loss, "NEW", "0"))
    assert second is not None
    third = second.advance(report(first.entry, "FILLED", "0.5"))
    assert third is not None

    assert [get_request(each) for each in (first, second, third)] == [first.stop_loss, first.entry, first.take_profit]
    assert third.advance(report(first.entry, "NEW", "0")) is None
    assert [get_first_order(each) for each in (first, second, third)] == [first.entry] * 3


@given(st.integers(1, 500))
def test_a_profit_is_as_large_as_what_was_traded(thousandths: int) -> None:
    traded = Decimal(thousandths) / 1000
    at_entry = replace(plan(**BOTH, **LIMIT, time_in_force="IOC"), step=Step.ENTRY)
    following = at_entry.advance(report(at_entry.entry, "EXPIRED", str(traded)))

    assert following is not None
    assert following.take_profit is not None
    assert (following.step, following.take_profit.quantity) == (Step.PROFIT, traded)
    assert following.stop_loss == at_entry.stop_loss


def test_a_profit_counts_the_contracts_that_were_traded() -> None:
    at_entry = replace(plan(INVERSE, **BOTH), step=Step.ENTRY)
    following = at_entry.advance(report(at_entry.entry, "EXPIRED", "2"))

    assert following is not None
    assert following.take_profit is not None
    assert (following.take_profit.contracts, following.take_profit.quantity) == (Decimal(2), None)


def test_an_entry_that_traded_nothing_is_undone() -> None:
    at_entry = replace(plan(**BOTH), step=Step.ENTRY)
    undone = at_entry.advance(report(at_entry.entry, "EXPIRED", "0"))

    assert undone is not None
    assert (undone.step, undone.failure, undone.decided) == (Step.UNDO, None, True)
    assert undone.advance(report(at_entry.stop_loss, "CANCELED", "0")) is None


@pytest.mark.parametrize(("status", "executed"), [("NEW", "0"), ("PARTIALLY_FILLED", "0.2"), ("FILLED", "0.5")])
def test_an_entry_with_a_stop_alone_is_done_once_it_is_there(status: str, executed: str) -> None:
    at_entry = replace(plan(**LIMIT, stop_loss="57000"), step=Step.ENTRY)

    assert at_entry.advance(report(at_entry.entry, status, executed)) is None


def test_an_undone_plan_cancels_its_stop_and_says_why() -> None:
    failure = Failure(Meaning.REJECT, "-2019", "Margin is insufficient.")
    undone = plan(**BOTH).undo(failure)

    request = get_request(undone)
    assert isinstance(request, Cancel)
    assert (request.client_order_id, request.conditional) == (undone.stop_loss.client_order_id, True)
    assert (undone.failure, undone.client_order_id) == (failure, undone.stop_loss.client_order_id)
