"""Orders that wait for a price at Binance's futures: a service of its own holds them, and lookups of it lag."""

from dataclasses import replace

import pytest

from orderexec.domain.outcomes import Meaning
from orderexec.domain.requests import find_mismatch
from tests.contract.binance_stages import FuturesStage
from tests.contract.futures import OF_BINANCE, cancel_of, get_meaning, get_report, make_stop, send
from tests.paper_exchange.paper_client import PaperClient


@pytest.fixture(params=OF_BINANCE)
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> FuturesStage:
    return OF_BINANCE[request.param](paper)


def test_no_plain_lookup_shows_an_order_that_waits(stage: FuturesStage) -> None:
    stop = make_stop(stage)
    send(stage, stop)

    plain = replace(stage.orders.limit, client_order_id=stop.client_order_id)

    assert get_meaning(stage.venue.find(plain, stage.key)) is Meaning.NOT_FOUND


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


def test_a_cancellation_that_lookups_do_not_show_yet_is_done_all_the_same(stage: FuturesStage) -> None:
    stop = make_stop(stage)
    send(stage, stop)
    lookups = {"method": "GET", "path": f"{stage.root}/algoOrder"}
    stage.paper.arm("answer_instead", status=400, code=-2013, msg="Order does not exist.", match=lookups)

    answer = send(stage, cancel_of(stop))

    assert not hasattr(answer, "meaning")
    assert stage.see_states() == {stop.client_order_id: "CANCELED"}


def test_what_is_about_it_is_believed_to_be_missed_for_longer(stage: FuturesStage) -> None:
    plain, stop = stage.orders.limit, make_stop(stage)
    lags = [stage.venue.get_validity(each).lag_ms for each in (plain, cancel_of(plain), stop, cancel_of(stop))]
    guarded = stage.venue.get_validity(cancel_of(plain, stop)).lag_ms

    assert lags == [10_000, 10_000, 90_000, 90_000]
    assert guarded == 90_000
