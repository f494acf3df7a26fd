"""Orders that wait for a price, wherever they are placed, found again, triggered and cancelled."""

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import pytest

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.futures_products import FuturesType
from orderexec.domain.order_types import OrderType
from orderexec.domain.order_words import TimeInForce, WorkingType
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Meaning
from orderexec.domain.requests import find_mismatch
from tests.contract.bybit_stages import BybitStage
from tests.contract.futures import (
    CONTRACTS,
    MAKERS,
    OF_BINANCE,
    TradingStage,
    cancel_of,
    get_meaning,
    get_report,
    make_stop,
    send,
)
from tests.contract.stage import complete
from tests.paper_exchange.paper_client import PaperClient


@pytest.fixture(params=MAKERS)
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> TradingStage:
    return MAKERS[request.param](paper)


class Types(NamedTuple):
    """What a venue calls a stop with a limit price, and profits without one and with one."""

    stop_limit: OrderType
    profit: OrderType
    profit_limit: OrderType


BINANCE = Types(FuturesType.STOP, FuturesType.TAKE_PROFIT_MARKET, FuturesType.TAKE_PROFIT)
BYBIT = Types(BybitType.STOP_LOSS_LIMIT, BybitType.TAKE_PROFIT, BybitType.TAKE_PROFIT_LIMIT)


def choose_types(stage: TradingStage) -> Types:
    return BYBIT if isinstance(stage, BybitStage) else BINANCE


def make_kind(stage: TradingStage, kind: str) -> Order:
    """Return an order of that kind that waits for a price."""
    stop, types, above = make_stop(stage), choose_types(stage), Decimal(70_000)
    limit = replace(stop, type=types.stop_limit, price=Decimal(59_990), time_in_force=TimeInForce.GTC)
    mark = replace(stop, working_type=WorkingType.MARK)
    kinds = {
        "stop": stop,
        "stop with limit": limit,
        "profit": replace(stop, type=types.profit, stop_price=above),
        "profit with limit": replace(limit, type=types.profit_limit, stop_price=above),
        "trailing": replace(stop, type=FuturesType.TRAILING_STOP_MARKET, stop_price=above, trailing_delta=150),
        "close": replace(stop, quantity=None, contracts=None, reduce_only=False, close_position=True),
        "mark price": replace(mark, price_protect=not isinstance(stage, BybitStage)),
    }
    return kinds[kind]


OF_ALL = ("stop", "stop with limit", "profit", "profit with limit")
# Bybit's trailing stop is no order, and its spot has one price and nothing to close.
KINDS = [(venue, kind) for venue in MAKERS for kind in OF_ALL]
KINDS += [(venue, kind) for venue in CONTRACTS for kind in ("close", "mark price")]
KINDS += [(venue, "trailing") for venue in OF_BINANCE]


@pytest.mark.parametrize(("stage", "kind"), KINDS, indirect=["stage"])
def test_an_order_that_waits_is_placed_once_reported_and_found(stage: TradingStage, kind: str) -> None:
    order, asked_at = make_kind(stage, kind), stage.exchange_time()

    placed = get_report(send(stage, order))
    found = get_report(stage.venue.find(order, stage.key))

    assert found == complete(placed, found)
    assert find_mismatch(order, placed, asked_at) is None
    assert find_mismatch(order, found, asked_at) is None
    assert placed.status == ("ACCEPTED" if stage.ways.acknowledges else stage.waiting)
    assert (found.status, found.open, found.quantity) == (stage.waiting, True, order.size)
    assert stage.see_states() == {order.client_order_id: "NEW"}
    assert stage.venue.list_orders(order, asked_at, stage.key) == [found]


def test_its_id_is_refused_while_it_waits(stage: TradingStage) -> None:
    send(stage, make_stop(stage))

    assert get_meaning(send(stage, make_stop(stage))) is Meaning.DUPLICATE
    assert len(stage.see_states()) == 1


def test_a_stop_that_would_trigger_at_once_is_rejected(stage: TradingStage) -> None:
    assert get_meaning(send(stage, make_stop(stage, stop_price=Decimal(70_000)))) is Meaning.REJECT
    assert stage.see_states() == {}


def test_once_triggered_it_is_what_became_of_the_order_that_came_of_it(stage: TradingStage) -> None:
    send(stage, stage.orders.market)
    stop = make_stop(stage)
    waiting = get_report(send(stage, stop))

    stage.move("59000")

    report = get_report(stage.venue.find(stop, stage.key))
    assert (report.status, report.open, report.order_id) == ("FILLED", False, waiting.order_id)
    assert report.executed_quantity == stop.size
    assert report.average_price is not None
    assert abs(report.average_price - 59_000) < 100
    assert find_mismatch(stop, report, 0) is None


def test_a_triggered_limit_that_rests_is_open(stage: TradingStage) -> None:
    send(stage, stage.orders.market)
    stop = make_stop(stage, type=choose_types(stage).stop_limit, price=Decimal(60_500), time_in_force=TimeInForce.GTC)
    send(stage, stop)

    stage.move("59000")

    report = get_report(stage.venue.find(stop, stage.key))
    assert (report.status, report.open, report.executed_quantity) == ("NEW", True, Decimal(0))


def test_one_that_was_never_sent_is_found_in_no_source(stage: TradingStage) -> None:
    send(stage, make_stop(stage, client_order_id="another"))

    answer = stage.venue.prove_absence(make_stop(stage), stage.exchange_time() - 1_000, stage.key)

    assert get_meaning(answer) is Meaning.NOT_FOUND


def test_a_lost_answer_is_unknown_and_the_order_is_found(stage: TradingStage) -> None:
    stage.lose_answer()

    assert get_meaning(send(stage, make_stop(stage))) is Meaning.UNKNOWN
    assert get_report(stage.venue.find(make_stop(stage), stage.key)).status == stage.waiting


def test_it_is_cancelled_and_told_as_it_was(stage: TradingStage) -> None:
    stop = make_stop(stage)
    placed = get_report(send(stage, stop))

    canceled = get_report(send(stage, cancel_of(stop)))

    assert canceled == replace(complete(placed, canceled), status="CANCELED", why=canceled.why)
    assert get_report(stage.venue.find(cancel_of(stop), stage.key)) == canceled
    assert stage.see_states() == {stop.client_order_id: "CANCELED"}


def test_cancelling_one_that_has_fired_says_what_it_is(stage: TradingStage) -> None:
    send(stage, stage.orders.market)
    stop = make_stop(stage)
    send(stage, stop)
    stage.move("59000")

    report = get_report(send(stage, cancel_of(stop)))

    assert (report.status, report.executed_quantity) == ("FILLED", stop.size)
