"""Orders that wait for a price, at both products of futures: a service of its own holds them, and lookups of it lag."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.futures_products import FuturesType
from orderexec.domain.order_words import TimeInForce, WorkingType
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Meaning
from orderexec.domain.requests import find_mismatch
from tests.contract.binance_stages import FuturesStage
from tests.contract.futures import MAKERS, cancel_of, get_meaning, get_report, make_stop, see_states, send
from tests.paper_exchange.paper_client import PaperClient


@pytest.fixture(params=MAKERS)
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> FuturesStage:
    return MAKERS[request.param](paper)


def list_kinds(stage: FuturesStage) -> dict[str, Order]:
    """One order of each type that waits for a price."""
    stop = make_stop(stage)
    limit = replace(stop, type=FuturesType.STOP, price=Decimal(59_990), time_in_force=TimeInForce.GTC)
    above = Decimal(70_000)
    return {
        "stop": stop,
        "stop with limit": limit,
        "profit": replace(stop, type=FuturesType.TAKE_PROFIT_MARKET, stop_price=above),
        "profit with limit": replace(limit, type=FuturesType.TAKE_PROFIT, stop_price=above),
        "trailing": replace(stop, type=FuturesType.TRAILING_STOP_MARKET, stop_price=above, trailing_delta=150),
        "close": replace(stop, quantity=None, contracts=None, reduce_only=False, close_position=True),
        "mark price": replace(stop, working_type=WorkingType.MARK, price_protect=True),
    }


@pytest.mark.parametrize(
    "kind", ["stop", "stop with limit", "profit", "profit with limit", "trailing", "close", "mark price"]
)
def test_an_order_that_waits_is_placed_once_reported_and_found(stage: FuturesStage, kind: str) -> None:
    order, asked_at = list_kinds(stage)[kind], stage.exchange_time()

    placed = get_report(send(stage, order))
    found = get_report(stage.venue.find(order, stage.key))

    assert found == placed
    assert find_mismatch(order, placed, asked_at) is None
    assert (placed.status, placed.open, placed.quantity) == ("NEW", True, order.size)
    assert see_states(stage) == {order.client_order_id: "NEW"}
    assert stage.venue.list_orders(order, asked_at, stage.key) == [placed]


def test_no_plain_lookup_shows_an_order_that_waits(stage: FuturesStage) -> None:
    stop = make_stop(stage)
    send(stage, stop)

    plain = replace(stage.orders.limit, client_order_id=stop.client_order_id)

    assert get_meaning(stage.venue.find(plain, stage.key)) is Meaning.NOT_FOUND


def test_its_id_is_refused_while_it_waits(stage: FuturesStage) -> None:
    send(stage, make_stop(stage))

    assert get_meaning(send(stage, make_stop(stage))) is Meaning.DUPLICATE
    assert len(see_states(stage)) == 1


def test_a_stop_that_would_trigger_at_once_is_rejected(stage: FuturesStage) -> None:
    assert get_meaning(send(stage, make_stop(stage, stop_price=Decimal(70_000)))) is Meaning.REJECT
    assert see_states(stage) == {}


def test_once_triggered_it_is_what_became_of_the_order_that_came_of_it(stage: FuturesStage) -> None:
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


def test_a_triggered_limit_that_rests_is_open(stage: FuturesStage) -> None:
    send(stage, stage.orders.market)
    stop = make_stop(stage, type=FuturesType.STOP, price=Decimal(60_500), time_in_force=TimeInForce.GTC)
    send(stage, stop)

    stage.move("59000")

    report = get_report(stage.venue.find(stop, stage.key))
    assert (report.status, report.open, report.executed_quantity) == ("NEW", True, Decimal(0))


def test_one_that_was_never_sent_is_found_in_no_source(stage: FuturesStage) -> None:
    send(stage, make_stop(stage, client_order_id="another"))

    answer = stage.venue.prove_absence(make_stop(stage), stage.exchange_time() - 1_000, stage.key)

    assert get_meaning(answer) is Meaning.NOT_FOUND


@pytest.mark.parametrize("triggered", [False, True])
def test_one_whose_own_lookup_lags_is_found_in_another_source(stage: FuturesStage, triggered: bool) -> None:
    stop, since = make_stop(stage), stage.exchange_time()
    send(stage, stage.orders.market)
    send(stage, stop)
    if triggered:  # no longer among the open ones
        stage.move("59000")
    lookups = {"method": "GET", "path": f"{stage.root}/algoOrder"}
    stage.paper.arm("answer_instead", status=400, code=-2013, msg="Order does not exist.", match=lookups)

    report = get_report(stage.venue.prove_absence(stop, since, stage.key))

    assert find_mismatch(stop, report, since) is None


@pytest.mark.parametrize("source", ["algoOrder", "openAlgoOrders", "allAlgoOrders"])
def test_a_source_that_fails_proves_no_absence(stage: FuturesStage, source: str) -> None:
    failing = {"method": "GET", "path": f"{stage.root}/{source}"}
    stage.paper.arm("answer_instead", status=503, body="", match=failing)

    answer = stage.venue.prove_absence(make_stop(stage), stage.exchange_time(), stage.key)

    assert get_meaning(answer) is Meaning.UNKNOWN


def test_a_lost_answer_is_unknown_and_the_order_is_found(stage: FuturesStage) -> None:
    stage.lose_answer()

    assert get_meaning(send(stage, make_stop(stage))) is Meaning.UNKNOWN
    assert get_report(stage.venue.find(make_stop(stage), stage.key)).status == "NEW"


def test_it_is_cancelled_and_told_as_it_was(stage: FuturesStage) -> None:
    stop = make_stop(stage)
    placed = get_report(send(stage, stop))

    canceled = get_report(send(stage, cancel_of(stop)))

    assert canceled == replace(placed, status="CANCELED")
    assert get_report(stage.venue.find(cancel_of(stop), stage.key)) == canceled
    assert see_states(stage) == {stop.client_order_id: "CANCELED"}


def test_a_cancellation_that_lookups_do_not_show_yet_is_done_all_the_same(stage: FuturesStage) -> None:
    stop = make_stop(stage)
    send(stage, stop)
    lookups = {"method": "GET", "path": f"{stage.root}/algoOrder"}
    stage.paper.arm("answer_instead", status=400, code=-2013, msg="Order does not exist.", match=lookups)

    answer = send(stage, cancel_of(stop))

    assert not hasattr(answer, "meaning")
    assert see_states(stage) == {stop.client_order_id: "CANCELED"}


def test_cancelling_one_that_has_fired_says_what_it_is(stage: FuturesStage) -> None:
    send(stage, stage.orders.market)
    stop = make_stop(stage)
    send(stage, stop)
    stage.move("59000")

    report = get_report(send(stage, cancel_of(stop)))

    assert (report.status, report.executed_quantity) == ("FILLED", stop.size)


def test_what_is_about_it_is_believed_to_be_missed_for_longer(stage: FuturesStage) -> None:
    plain, stop = stage.orders.limit, make_stop(stage)
    lags = [stage.venue.get_validity(each).lag_ms for each in (plain, cancel_of(plain), stop, cancel_of(stop))]
    guarded = stage.venue.get_validity(cancel_of(plain, stop)).lag_ms

    assert lags == [10_000, 10_000, 90_000, 90_000]
    assert guarded == 90_000
