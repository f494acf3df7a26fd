"""What "cancel all" tells: every order that it ended, also those of which the exchange's own answer was lost."""

from decimal import Decimal

import pytest

from orderexec.domain.outcomes import Accepted, Meaning
from orderexec.domain.requests import CancelAll
from tests.contract.binance_stages import BinanceStage
from tests.paper_exchange.paper_client import PaperClient

MARGIN_MS = 18_000  # until a list of open orders is believed


@pytest.fixture
def stage(paper: PaperClient) -> BinanceStage:
    """Two single orders and a list of two, all open; one more that was cancelled long before."""
    paper.limit(price="50000", newClientOrderId="before")
    paper.cancel("before")
    stage = BinanceStage(paper)
    stage.skew_clock(60_000)
    stage.venue.ask_server_time()
    paper.limit(price="60000", newClientOrderId="one", timestamp=stage.exchange_time())
    paper.limit(price="59000", newClientOrderId="two", timestamp=stage.exchange_time())
    pair = {
        "side": "SELL",
        "quantity": "0.01",
        "aboveType": "LIMIT_MAKER",
        "abovePrice": "70000",
        "belowType": "STOP_LOSS",
        "belowStopPrice": "50000",
        "aboveClientOrderId": "above",
        "belowClientOrderId": "below",
    }
    listed = paper.signed("POST", "/api/v3/orderList/oco", symbol="BTCUSDT", timestamp=stage.exchange_time(), **pair)
    assert listed.ok, listed.text
    return stage


def cancel_all(stage: BinanceStage, *, repeated: bool = False) -> CancelAll:
    # By the exchange's own clock: on a loaded machine the venue's guess of it may lie before the newest order.
    return CancelAll(symbol="BTCUSDT", client_order_id="c", until=stage.exchange_time(), repeated=repeated)


def told(answer: object) -> dict[str, str]:
    assert isinstance(answer, Accepted), answer
    return {report.client_order_id: report.status for report in answer.others}


CANCELED = dict.fromkeys(("one", "two", "above", "below"), "CANCELED")


def test_an_answer_tells_every_order_legs_of_lists_too(stage: BinanceStage) -> None:
    assert told(stage.venue.send(cancel_all(stage), stage.venue.now(), stage.key)) == CANCELED


@pytest.mark.parametrize("again", ["looked up", "cancelled one by one"])
def test_after_a_lost_answer_the_history_tells_them(stage: BinanceStage, paper: PaperClient, again: str) -> None:
    paper.arm("lose_answer", match={"method": "DELETE"})
    request = cancel_all(stage)
    lost = stage.venue.send(request, stage.venue.now(), stage.key)
    assert not isinstance(lost, Accepted)
    assert lost.meaning is Meaning.UNKNOWN
    stage.skew_clock(60_000 + MARGIN_MS)
    stage.venue.ask_server_time()
    paper.limit(price="58000", newClientOrderId="later", timestamp=stage.exchange_time())
    paper.cancel("later", timestamp=stage.exchange_time())

    if again == "looked up":
        answer = stage.venue.find(request, stage.key)
    else:
        repeated = CancelAll(symbol="BTCUSDT", client_order_id="c", until=request.until, repeated=True)
        answer = stage.venue.send(repeated, stage.venue.now(), stage.key)

    assert told(answer) == CANCELED


def test_what_is_cancelled_one_by_one_tells_both_legs_of_a_list(stage: BinanceStage) -> None:
    request = cancel_all(stage, repeated=True)
    stage.skew_clock(60_000 + MARGIN_MS)
    stage.venue.ask_server_time()

    answer = stage.venue.send(request, stage.venue.now(), stage.key)

    assert told(answer) == CANCELED
    assert isinstance(answer, Accepted)
    assert {report.executed_quantity for report in answer.others} == {Decimal(0)}
