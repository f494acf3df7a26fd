"""Orders that wait for a price, as they are followed: what came of them, where they are listed, and what that costs."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.order_words import TimeInForce
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Failure
from tests.contract.futures import MAKERS, make_stop, send
from tests.contract.happenings import list_open, look_up, measure
from tests.paper_exchange.paper_client import PaperClient


@pytest.fixture(params=[name for name in MAKERS if name.startswith("binance-")])
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> Any:
    return MAKERS[request.param](paper)


def test_one_that_waits_is_listed_apart_from_the_others(stage: Any) -> None:
    stop, limit = make_stop(stage), stage.orders.limit
    send(stage, stop)
    send(stage, limit)

    assert list_open(stage, stop) == [look_up(stage, stop)]
    assert list_open(stage, limit) == [look_up(stage, limit)]


def fire(stage: Any) -> OrderReport:
    send(stage, stage.orders.market)
    send(stage, make_stop(stage))
    stage.move("59000")
    return look_up(stage, make_stop(stage))


def test_one_that_was_triggered_is_told_with_the_trades_of_what_came_of_it(stage: Any) -> None:
    stop = make_stop(stage)

    report = fire(stage)

    assert (report.status, report.open, report.executed_quantity) == ("FILLED", False, stop.size)
    assert report.client_order_id == stop.client_order_id
    assert report.average_price is not None
    assert abs(report.average_price - 59_000) < 100
    assert list_open(stage, stop) == []


def test_one_that_rests_after_it_was_triggered_is_open_though_no_list_of_those_that_wait_has_it(
    stage: Any,
) -> None:
    send(stage, stage.orders.market)
    limit = {"price": Decimal(60_500), "time_in_force": TimeInForce.GTC}
    stop = make_stop(stage, type=type(stage.orders.market.type)("STOP"), **limit)
    send(stage, stop)

    stage.move("59000")

    report = look_up(stage, stop)
    assert (report.open, report.executed_quantity) == (True, Decimal(0))
    assert list_open(stage, stop) == []


def test_its_fees_are_those_of_what_came_of_it(stage: Any) -> None:
    report = fire(stage)

    fees = stage.venue.ask_fees(make_stop(stage), report, stage.key)

    assert not isinstance(fees, Failure), fees
    assert fees.keys() == {stage.margin_asset}
    assert fees[stage.margin_asset] > 0


def test_the_fees_of_one_that_was_not_triggered_cannot_be_had(stage: Any) -> None:
    stop = make_stop(stage)
    send(stage, stop)

    assert isinstance(stage.venue.ask_fees(stop, look_up(stage, stop), stage.key), Failure)


def test_each_question_costs_what_the_exchange_counts(stage: Any) -> None:
    report, stop, costs = fire(stage), make_stop(stage), stage.venue.look_costs
    waits = replace(stop, client_order_id="another")

    assert measure(stage, lambda: look_up(stage, stop)) == costs.price_lookup(stop)
    assert measure(stage, lambda: stage.venue.look_up(waits, stage.key)) <= costs.price_lookup(waits)
    assert measure(stage, lambda: list_open(stage, stop)) == costs.price_list(1)
    assert measure(stage, lambda: stage.venue.ask_fees(stop, report, stage.key)) == costs.price_fees(stop)
