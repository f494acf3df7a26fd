"""How an absence is proven from several sources: all must say so, and one that fails leaves it unknown."""

import pytest

from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Cancel
from orderexec.venues.absence import Source, prove_absence
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_futures import futures
from tests.unit.venues.binance.scripted_venue import KEY, error, reply, venue
from tests.unit.venues.binance.test_lookups import OURS

ABSENT = Failure(Meaning.NOT_FOUND, "-2013", "Order does not exist.")
LISTED = Failure(Meaning.NOT_FOUND, None, "no order of that id is listed")
DOWN = Failure(Meaning.UNKNOWN, None, "HTTP 503")
SHOWN = Accepted(None)


@pytest.mark.parametrize(
    ("answers", "proven"),
    [
        ([ABSENT, LISTED, LISTED], ABSENT),
        ([SHOWN], SHOWN),
        ([ABSENT, SHOWN], SHOWN),
        ([ABSENT, LISTED, SHOWN], SHOWN),
        ([DOWN], DOWN),
        ([ABSENT, DOWN], DOWN),
        ([ABSENT, LISTED, DOWN], DOWN),
    ],
)
def test_every_source_is_asked_until_one_shows_the_order_or_fails(answers: list[Answer], proven: Answer) -> None:
    left = list(answers)

    assert prove_absence(Source, lambda _: left.pop(0)) == proven
    assert left == []


def test_without_a_source_nothing_is_proven() -> None:
    with pytest.raises(ValueError, match="no source"):
        prove_absence([], lambda _: ABSENT)


@pytest.mark.parametrize("source", ["open orders", "history"])
def test_a_list_that_fails_in_the_words_of_an_absence_proves_none(source: str) -> None:
    refused = error(-2011, "Unknown order sent.")
    replies = [error(-2013), refused] if source == "open orders" else [error(-2013), reply([]), refused]
    spot, transport = venue(*replies)

    answer = spot.prove_absence(OURS, spot.now() - 1_000, KEY)

    assert isinstance(answer, Failure)
    assert (answer.meaning, answer.code, transport.replies) == (Meaning.UNKNOWN, "-2011", [])


def test_binance_names_three_sources_and_each_is_asked() -> None:
    spot, transport = venue(error(-2013), reply([]), reply([]))

    answer = spot.prove_absence(OURS, spot.now() - 1_000, KEY)

    assert isinstance(answer, Failure)
    assert (answer.meaning, answer.code) == (Meaning.NOT_FOUND, "-2013")
    paths = [sent["request"] for sent in transport.sent]
    assert paths == ["GET /api/v3/order", "GET /api/v3/openOrders", "GET /api/v3/allOrders"]


def test_an_order_that_only_the_history_shows_is_there() -> None:
    late = dict(recorded("query_order"), clientOrderId="ours", symbol="BTCUSDT")
    spot, _ = venue(error(-2013), reply([]), reply([dict(late, clientOrderId="other"), late]))

    answer = spot.prove_absence(OURS, spot.now() - 1_000, KEY)

    assert isinstance(answer, Accepted)
    assert isinstance(answer.report, OrderReport)
    assert answer.report.client_order_id == "ours"


@pytest.mark.parametrize("name", ["binance-usdm", "binance-coinm"])
def test_an_order_of_futures_that_traded_nothing_is_forgotten_after_three_days(name: str) -> None:
    validity = futures(name)[0].get_validity(Cancel(symbol="BTCUSDT", client_order_id="a", cancel_id="b"))

    assert validity.horizon_ms == 3 * 24 * 3_600_000
