"""What is ended together at Binance's futures, an entry and the exits that guard it, and what an answer leaves out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.order_words import Side
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from tests.contract.binance_stages import FuturesStage
from tests.contract.futures import OF_BINANCE, cancel_of, get_meaning, get_report, make_stop, name, send
from tests.paper_exchange.paper_client import PaperClient


@pytest.fixture(params=OF_BINANCE)
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> FuturesStage:
    return OF_BINANCE[request.param](paper)


@pytest.mark.parametrize("conditional", [True, False], ids=["stop", "resting profit"])
def test_the_exits_of_an_entry_that_traded_nothing_end_with_it(stage: FuturesStage, conditional: bool) -> None:
    entry, exit_ = stage.orders.limit, make_stop(stage)
    if not conditional:
        exit_ = replace(stage.orders.limit, side=Side.SELL, price=Decimal(67_000), client_order_id=name("profit"))
    send(stage, exit_)
    send(stage, entry)
    cancel = cancel_of(entry, exit_)
    assert get_meaning(stage.venue.find(cancel, stage.key)) is Meaning.NO_EFFECT

    answer = send(stage, cancel)

    assert get_report(answer).client_order_id == entry.client_order_id
    assert isinstance(answer, Accepted)
    assert [each.client_order_id for each in answer.others] == [exit_.client_order_id]
    assert set(stage.see_states().values()) == {"CANCELED"}
    assert isinstance(stage.venue.find(cancel, stage.key), Accepted)


def test_an_entry_that_is_gone_before_its_exit_is_not_done(stage: FuturesStage) -> None:
    entry, stop = stage.orders.limit, make_stop(stage)
    send(stage, stop)
    send(stage, entry)
    ends = {"method": "DELETE", "path": f"{stage.root}/algoOrder"}
    stage.paper.arm("lose_request", match=ends)
    cancel = cancel_of(entry, stop)

    failure = send(stage, cancel)

    assert get_meaning(failure) is Meaning.UNKNOWN
    assert isinstance(failure, Failure)
    assert "the order is CANCELED, its exit may still be open" in failure.detail
    assert get_meaning(stage.venue.find(cancel, stage.key)) is Meaning.NO_EFFECT
    assert isinstance(send(stage, cancel), Accepted)  # a repeat does no harm
    assert set(stage.see_states().values()) == {"CANCELED"}


def test_what_an_entry_opened_stays_protected(stage: FuturesStage) -> None:
    entry, stop = stage.orders.market, make_stop(stage)
    send(stage, stop)
    send(stage, entry)

    report = get_report(send(stage, cancel_of(entry, stop)))

    assert report.status == "FILLED"
    assert stage.see_states()[stop.client_order_id] == "NEW"


def test_an_exit_that_is_gone_already_is_no_failure(stage: FuturesStage) -> None:
    entry, stop = stage.orders.limit, make_stop(stage)
    send(stage, entry)

    assert isinstance(send(stage, cancel_of(entry, stop)), Accepted)


def test_an_order_is_accepted_without_its_price_if_that_cannot_be_had(stage: FuturesStage) -> None:
    lookups = {"method": "GET", "path": f"{stage.root}/order"}
    stage.paper.arm("answer_instead", status=503, body="", match=lookups)

    report = get_report(send(stage, stage.orders.market))

    assert (report.status, report.executed_quantity) == ("FILLED", stage.orders.market.size)
    assert report.average_price is None
