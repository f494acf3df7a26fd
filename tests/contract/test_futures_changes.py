"""Cancellations, amendments and positions, wherever contracts are traded; Bybit's spot is changed as they are."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.order_words import MarginMode, PositionSide, Side, TimeInForce
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.requests import Amend, CancelAll
from orderexec.ports import PositionSettings
from tests.contract.futures import (
    CONTRACTS,
    MAKERS,
    TradingStage,
    cancel_of,
    end_all,
    get_meaning,
    get_report,
    make_stop,
    name,
    send,
)
from tests.paper_exchange.paper_client import PaperClient


@pytest.fixture(params=MAKERS)
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> TradingStage:
    return MAKERS[request.param](paper)


of_contracts = pytest.mark.parametrize("stage", CONTRACTS, indirect=True)


def test_a_resting_order_is_cancelled(stage: TradingStage) -> None:
    order = stage.orders.limit
    placed = get_report(send(stage, order))

    canceled = get_report(send(stage, cancel_of(order)))

    assert replace(canceled, created_at=0, why=None) == replace(placed, status="CANCELED", created_at=0)
    assert stage.see_states() == {order.client_order_id: "CANCELED"}
    assert get_report(stage.venue.find(cancel_of(order), stage.key)).status == "CANCELED"


def test_an_order_that_rests_is_not_cancelled_yet(stage: TradingStage) -> None:
    send(stage, stage.orders.limit)

    assert get_meaning(stage.venue.find(cancel_of(stage.orders.limit), stage.key)) is Meaning.NO_EFFECT


def test_cancelling_what_has_filled_says_so_with_its_price(stage: TradingStage) -> None:
    send(stage, stage.orders.market)

    report = get_report(send(stage, cancel_of(stage.orders.market)))

    assert (report.status, report.executed_quantity) == ("FILLED", stage.orders.market.size)
    assert report.average_price is not None


def test_cancelling_what_is_not_there_is_no_success(stage: TradingStage) -> None:
    assert get_meaning(send(stage, cancel_of(stage.orders.limit))) is Meaning.UNKNOWN


def test_all_orders_of_the_symbol_end_plain_and_conditional(stage: TradingStage) -> None:
    send(stage, stage.orders.limit)
    send(stage, make_stop(stage))
    cancel = CancelAll(symbol=stage.orders.limit.symbol, client_order_id="ours", until=stage.venue.now())

    ended = end_all(stage, cancel)

    assert {each.client_order_id for each in ended.others} == set(stage.see_states())
    assert set(stage.see_states().values()) == {"CANCELED"}
    assert isinstance(send(stage, cancel), Accepted)  # there is none


def test_a_repeat_spares_what_was_ordered_since(stage: TradingStage) -> None:
    send(stage, stage.orders.limit)
    send(stage, make_stop(stage))
    until = stage.venue.now()
    stage.skew_clock(1_000)
    stage.venue.ask_server_time()
    later = replace(stage.orders.limit, client_order_id=name("later")), make_stop(stage, client_order_id=name("stop 2"))
    for order in later:
        send(stage, order)
    cancel = CancelAll(symbol=stage.orders.limit.symbol, client_order_id="ours", until=until, repeated=True)

    answer = send(stage, cancel)

    assert get_meaning(answer) is Meaning.UNKNOWN  # the lists may lack the newest
    states = stage.see_states()
    assert [states[order.client_order_id] for order in later] == ["NEW", "NEW"]
    assert sorted(states.values()) == ["CANCELED", "CANCELED", "NEW", "NEW"]


def test_nothing_is_taken_for_ended_before_the_lists_can_show_it(stage: TradingStage) -> None:
    send(stage, make_stop(stage))
    cancel = CancelAll(symbol=stage.orders.limit.symbol, client_order_id="ours", until=stage.venue.now())
    assert get_meaning(stage.venue.find(cancel, stage.key)) is Meaning.NO_EFFECT
    send(stage, cancel)
    assert get_meaning(stage.venue.find(cancel, stage.key)) is Meaning.NO_EFFECT

    stage.skew_clock(98_000)
    stage.venue.ask_server_time()

    found = stage.venue.find(cancel, stage.key)
    assert isinstance(found, Accepted)
    assert [each.status for each in found.others] == ["CANCELED"]


def make_amend(stage: TradingStage, times: int = 2, price: str = "61000") -> Amend:
    order = stage.orders.limit
    return Amend(
        symbol=order.symbol,
        client_order_id=order.client_order_id,
        side=order.side,
        quantity=(order.size or Decimal(0)) * times,
        price=Decimal(price),
    )


def test_an_amendment_changes_price_and_quantity_and_is_found(stage: TradingStage) -> None:
    send(stage, stage.orders.limit)
    amend = make_amend(stage)
    assert get_meaning(stage.venue.find(amend, stage.key)) is Meaning.NO_EFFECT

    report = get_report(send(stage, amend))

    assert (report.quantity, report.open) == (amend.quantity, True)
    assert get_report(stage.venue.find(amend, stage.key)).quantity == amend.quantity
    assert get_meaning(stage.venue.find(replace(amend, price=Decimal(62_000)), stage.key)) is Meaning.NO_EFFECT


def test_an_amendment_that_changes_nothing_has_its_effect_already(stage: TradingStage) -> None:
    send(stage, stage.orders.limit)
    amend = make_amend(stage)
    send(stage, amend)

    assert get_report(send(stage, amend)).quantity == amend.quantity


def test_an_amendment_of_what_has_filled_is_rejected_with_the_reason(stage: TradingStage) -> None:
    send(stage, stage.orders.limit)
    stage.move("59000")

    answer = send(stage, make_amend(stage))

    assert get_meaning(answer) is Meaning.REJECT
    assert isinstance(answer, Failure)
    assert "the order is FILLED" in answer.detail


def test_a_lost_answer_to_an_amendment_is_unknown_and_found(stage: TradingStage) -> None:
    send(stage, stage.orders.limit)
    stage.paper.arm("lose_answer", match=stage.amending)

    assert get_meaning(send(stage, make_amend(stage))) is Meaning.UNKNOWN
    assert isinstance(stage.venue.find(make_amend(stage), stage.key), Accepted)


@of_contracts
def test_what_is_open_is_told_with_its_sign(stage: TradingStage) -> None:
    symbol, size = stage.orders.market.symbol, stage.orders.market.size
    assert stage.positions.ask_position(symbol, None, stage.key) == 0

    send(stage, stage.orders.market)
    assert stage.positions.ask_position(symbol, None, stage.key) == size
    for number in range(2):
        get_report(send(stage, replace(stage.orders.market, side=Side.SELL, client_order_id=name(f"sale {number}"))))
    assert stage.positions.ask_position(symbol, None, stage.key) == -(size or 0)


# Bybit has no hedge mode for inverse contracts.
@pytest.mark.parametrize("stage", [name for name in CONTRACTS if name != "bybit/inverse"], indirect=True)
def test_in_hedge_mode_each_side_is_told_and_must_be_named(stage: TradingStage) -> None:
    stage.hedge()
    symbol, size = stage.orders.market.symbol, stage.orders.market.size or Decimal(0)
    short = replace(stage.orders.market, side=Side.SELL, client_order_id=name("short"))
    get_report(send(stage, replace(stage.orders.market, position_side=PositionSide.LONG)))
    get_report(send(stage, replace(short, position_side=PositionSide.SHORT)))

    held = [stage.positions.ask_position(symbol, side, stage.key) for side in PositionSide]

    assert held == [size, -size]
    refused = stage.positions.ask_position(symbol, None, stage.key)
    assert get_meaning(refused) is Meaning.REJECT
    assert isinstance(refused, Failure)
    assert "position_side" in refused.detail


@of_contracts
def test_leverage_and_margin_mode_are_asked_for_once_a_minute(stage: TradingStage) -> None:
    symbol = stage.orders.market.symbol
    stage.set_leverage(7)

    told = stage.positions.ask_settings(symbol, stage.key)
    stage.set_leverage(9)

    assert told == PositionSettings(7, MarginMode.CROSS)
    assert stage.positions.ask_settings(symbol, stage.key) == told
    fresh = MAKERS[stage.name](stage.paper)
    assert fresh.positions.ask_settings(symbol, stage.key) == PositionSettings(9, MarginMode.CROSS)


@of_contracts
def test_a_position_that_cannot_be_asked_for_is_a_failure(stage: TradingStage) -> None:
    stage.paper.arm("answer_instead", status=503, body="", match={"method": "GET"})

    assert isinstance(stage.positions.ask_position("BTCUSDT", None, stage.key), Failure)


def test_an_order_that_trades_nothing_at_once_ends_without_a_price(stage: TradingStage) -> None:
    order = replace(stage.orders.limit, time_in_force=TimeInForce.IOC)

    report = get_report(send(stage, order))

    assert (report.status, report.executed_quantity, report.average_price) == (stage.ended_idle, Decimal(0), None)


def test_an_order_that_only_rests_takes_one_request(stage: TradingStage) -> None:
    send(stage, stage.orders.limit)

    asked = [(each["method"], each["path"]) for each in stage.paper.seen("requests")]
    assert asked == [tuple(stage.placing.values())]
