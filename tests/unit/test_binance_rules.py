"""A symbol's rules and prices over scripted replies: which endpoint each is asked of, and what garbage means."""

import pytest

from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Meaning
from orderexec.venues.http import NoReply, Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.recorded import recorded
from tests.unit.scripted_venue import error, failed, reply, venue

SYMBOL = recorded("exchange_info")["symbols"][0]


def test_the_rules_of_a_symbol_come_from_exchange_info_once() -> None:
    spot, transport = venue(reply({"symbols": [{"symbol": "OTHER"}, SYMBOL]}))

    first = spot.rules.instrument("ETHBTC", not_before=START_MS)
    again = spot.rules.instrument("ETHBTC", not_before=START_MS)

    assert first == again
    assert first is not None
    assert isinstance(first.value, Instrument)
    assert (first.value.symbol, first.fetched_at) == ("ETHBTC", START_MS)
    assert [(sent["request"], sent["query"]) for sent in transport.sent] == [
        ("GET /api/v3/exchangeInfo", "symbol=ETHBTC")
    ]


def test_a_symbol_that_the_exchange_does_not_know_is_its_word_and_not_a_fault() -> None:
    spot, _ = venue(error(-1121, "Invalid symbol."))

    snapshot = spot.rules.instrument("NOPE", not_before=START_MS)

    assert snapshot is not None
    word = failed(snapshot.value)
    assert (word.meaning, word.code) == (Meaning.REJECT, "-1121")
    assert word.detail.startswith("Invalid symbol. (HTTP 400): ")


@pytest.mark.parametrize(
    "answer",
    [
        reply({}), reply({"symbols": None}), reply({"symbols": ["ETHBTC"]}), reply({"symbols": []}), reply(b"<html>"),
        reply({"symbols": [{"symbol": "ETHBTC"}]}), reply({"symbols": [SYMBOL]}, 500), error(-1003, status=429),
        NoReply(True, "ReadTimeout"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_had_are_none(answer: Reply | NoReply) -> None:
    assert venue(answer)[0].rules.instrument("ETHBTC", not_before=START_MS) is None


NO_REFERENCE = error(-2043, "This symbol doesn't have a reference price.")


def test_the_price_that_filters_measure_at_is_the_reference_price_where_there_is_one() -> None:
    spot, transport = venue(reply({"symbol": "ETHBTC", "referencePrice": "10.00", "timestamp": START_MS}))

    snapshot = spot.rules.market_price("ETHBTC", not_before=START_MS)

    assert snapshot is not None
    assert str(snapshot.value) == "10.00"
    assert [(sent["request"], sent["query"]) for sent in transport.sent] == [
        ("GET /api/v3/referencePrice", "symbol=ETHBTC")
    ]


@pytest.mark.parametrize("none", [NO_REFERENCE, reply({"symbol": "ETHBTC", "referencePrice": None})])
def test_without_a_reference_price_it_is_the_average_price(none: Reply) -> None:
    spot, transport = venue(none, reply({"mins": 5, "price": "9.35751834"}))

    snapshot = spot.rules.market_price("ETHBTC", not_before=START_MS)

    assert snapshot is not None
    assert str(snapshot.value) == "9.35751834"
    assert [sent["request"] for sent in transport.sent] == ["GET /api/v3/referencePrice", "GET /api/v3/avgPrice"]


@pytest.mark.parametrize("garbled", [{"price": 9.3}, {"price": "NaN"}, {"price": "0"}, {}, []])
def test_a_garbled_price_is_none(garbled: object) -> None:
    assert venue(NO_REFERENCE, reply(garbled))[0].rules.market_price("ETHBTC", not_before=START_MS) is None
    assert venue(reply(garbled))[0].rules.last_price("ETHBTC", not_before=START_MS) is None


def test_the_last_price_is_that_of_the_last_trade() -> None:
    spot, transport = venue(reply({"symbol": "ETHBTC", "price": "4.00000200"}))

    snapshot = spot.rules.last_price("ETHBTC", not_before=START_MS)

    assert snapshot is not None
    assert str(snapshot.value) == "4.00000200"
    assert transport.sent[0]["request"] == "GET /api/v3/ticker/price"
