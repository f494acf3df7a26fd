"""The venue over scripted replies: what goes out for each question, and what each answer means for the order."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.ports import Credentials
from orderexec.venues.binance.connection import Connection
from orderexec.venues.binance.rules import binance_rules
from orderexec.venues.binance.spot import BinanceSpot
from orderexec.venues.http import NoReply, Reply
from tests.doubles.shared_cache import MemorySharedCache
from tests.doubles.virtual_time import START_MS, VirtualTime
from tests.unit.examples import order

RECORDED = Path(__file__).parents[1] / "data" / "binance_spot"
KEY = Credentials("the-key", "the-secret")
SYMBOL = json.loads((RECORDED / "exchange_info.json").read_text())["symbols"][0]


class ScriptedTransport:
    """Implements Transport: gives the scripted replies in turn and keeps what was sent."""

    def __init__(self, time: VirtualTime, *replies: Reply | NoReply, takes_ms: int = 0) -> None:
        self.replies = list(replies)
        self.sent: list[dict[str, Any]] = []
        self._time = time
        self._takes_ms = takes_ms

    def send(
        self, method: str, path: str, *, query: str = "", form: str = "", key: str = "", seconds: float
    ) -> Reply | NoReply:
        self.sent.append({"request": f"{method} {path}", "query": query, "form": form, "key": key, "seconds": seconds})
        self._time.advance(self._takes_ms)
        return self.replies.pop(0)

    def parameters(self, index: int = 0) -> dict[str, str]:
        sent = self.sent[index]
        return {name: values[0] for name, values in parse_qs(sent["query"] or sent["form"]).items()}


def reply(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Reply(status, headers or {}, body)


def venue(*replies: Reply | NoReply, takes_ms: int = 0) -> tuple[BinanceSpot, ScriptedTransport]:
    time = VirtualTime()
    transport = ScriptedTransport(time, *replies, takes_ms=takes_ms)
    rules = binance_rules("binance-spot", transport, MemorySharedCache(), time.chance())
    return BinanceSpot(Connection(transport, time.chance(), recv_window_ms=5_000), rules), transport


def placed(**changes: object) -> dict[str, Any]:
    full: dict[str, Any] = json.loads((RECORDED / "order_full.json").read_text())
    return full | {"clientOrderId": order().client_order_id, "side": "BUY"} | changes


def error(code: int, text: str = "", status: int = 400) -> Reply:
    return reply({"code": code, "msg": text}, status)


def failed(answer: object) -> Failure:
    assert isinstance(answer, Failure), answer
    return answer


def test_an_order_goes_out_in_the_body_signed_with_the_very_instant_that_was_given() -> None:
    spot, transport = venue(reply(placed()))

    answer = spot.send(order(), START_MS - 77, KEY)

    assert isinstance(answer, Accepted)
    assert answer.report is not None
    assert answer.report.status == "FILLED"
    sent, parameters = transport.sent[0], transport.parameters()
    assert (sent["request"], sent["query"], sent["key"]) == ("POST /api/v3/order", "", "the-key")
    assert (parameters["timestamp"], parameters["recvWindow"]) == (str(START_MS - 77), "5000")
    assert sent["form"].rsplit("&", 1)[1].startswith("signature=")
    assert sent["seconds"] > 10  # the exchange's own -1007 comes after 10 s and must be heard


def test_a_dry_run_asks_for_a_check_and_holds_no_report() -> None:
    spot, transport = venue(reply({}), error(-2010, "Account has insufficient balance for requested action."))

    assert spot.send(order(dry_run=True), START_MS, KEY) == Accepted(None)
    assert transport.sent[0]["request"] == "POST /api/v3/order/test"
    assert failed(spot.send(order(dry_run=True), START_MS, KEY)).meaning is Meaning.REJECT


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (error(-1007, "Timeout waiting for response"), Meaning.UNKNOWN),
        (error(-2010, "Duplicate order sent."), Meaning.DUPLICATE),
        (error(-1021), Meaning.CLOCK),
        (error(-2010, "Account has insufficient balance for requested action.", 200), Meaning.REJECT),
        (error(-1003, status=200), Meaning.RATE_LIMIT),
        (error(0, status=200), Meaning.UNKNOWN),
        (error(-2010, status=503), Meaning.UNKNOWN),
        (reply(placed(), 201), Meaning.UNKNOWN),
        (reply(placed(), 500), Meaning.UNKNOWN),
        (reply(b"<html>", 302), Meaning.UNKNOWN),
        (reply(b""), Meaning.UNKNOWN),
        (reply(b"OK"), Meaning.UNKNOWN),
        (reply(b"\xff\xfe\x00"), Meaning.UNKNOWN),
        (reply(b"[" * 100_000), Meaning.UNKNOWN),
        (reply([placed()]), Meaning.UNKNOWN),
        (reply({}), Meaning.UNKNOWN),
        (reply(placed(orderId=None)), Meaning.UNKNOWN),
        (reply(placed(clientOrderId="f" * 32)), Meaning.UNKNOWN),
        (reply(placed(executedQty="a lot")), Meaning.UNKNOWN),
        (reply(json.dumps(placed()).encode()[:-9]), Meaning.UNKNOWN),
        (NoReply(True, "ReadTimeout"), Meaning.UNKNOWN),
        (NoReply(False, "NewConnectionError"), Meaning.RETRY),
    ],
)
def test_an_answer_to_a_placement_means_what_it_says_and_a_garbled_one_nothing(
    answer: Reply | NoReply, meaning: Meaning
) -> None:
    assert failed(venue(answer)[0].send(order(), START_MS, KEY)).meaning is meaning


def test_an_order_is_looked_up_by_its_client_order_id() -> None:
    spot, transport = venue(reply(placed(time=START_MS)))

    answer = spot.find(order(), KEY)

    assert isinstance(answer, Accepted)
    assert transport.sent[0]["request"] == "GET /api/v3/order"
    assert transport.parameters()["origClientOrderId"] == order().client_order_id
    assert transport.parameters()["symbol"] == "BTCUSDT"
    assert transport.parameters()["timestamp"] == str(START_MS)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (error(-2013, "Order does not exist."), Meaning.NOT_FOUND),
        (error(-2013, status=200), Meaning.NOT_FOUND),
        (error(-2013, status=503), Meaning.UNKNOWN),
        (error(-2011, "Unknown order sent."), Meaning.UNKNOWN),
        (error(-2026), Meaning.UNKNOWN),
        (reply({}, 404), Meaning.UNKNOWN),
        (reply(b"[]"), Meaning.UNKNOWN),
        (reply(None), Meaning.UNKNOWN),
        (NoReply(True, "ReadTimeout"), Meaning.UNKNOWN),
    ],
)
def test_only_the_documented_word_says_that_there_is_no_such_order(answer: Reply | NoReply, meaning: Meaning) -> None:
    assert failed(venue(answer)[0].find(order(), KEY)).meaning is meaning


def test_a_lookup_refused_for_the_clock_is_asked_again_at_the_exchanges_time() -> None:
    spot, transport = venue(error(-1021), reply({"serverTime": START_MS + 60_000}), error(-2013))

    assert failed(spot.find(order(), KEY)).meaning is Meaning.NOT_FOUND
    assert transport.parameters(2)["timestamp"] == str(START_MS + 60_000)


def test_a_lookup_is_not_asked_a_third_time() -> None:
    spot, transport = venue(error(-1021), reply({"serverTime": START_MS}), error(-1021))

    assert failed(spot.find(order(), KEY)).meaning is Meaning.CLOCK
    assert not transport.replies


def test_the_exchanges_clock_is_taken_from_the_middle_of_the_round_trip() -> None:
    spot, _ = venue(reply({"serverTime": START_MS + 5_300}), takes_ms=600)
    assert spot.now() == START_MS

    assert spot.server_time() == START_MS + 5_300

    assert spot.now() == START_MS + 600 + 5_000


@pytest.mark.parametrize(
    "answer", [reply({}), reply({"serverTime": "now"}), reply(b"x"), error(-1003, status=429), NoReply(True, "x")]
)
def test_a_clock_that_cannot_be_read_is_a_failure_and_changes_nothing(answer: Reply | NoReply) -> None:
    spot, _ = venue(answer)

    assert failed(spot.server_time()).certainly_not_executed in (True, False)
    assert spot.now() == START_MS


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


def test_the_average_price_is_read_and_a_garbled_one_is_none() -> None:
    spot, transport = venue(error(-2043, "This symbol doesn't have a reference price."), reply({"price": "9.35751834"}))

    snapshot = spot.rules.market_price("ETHBTC", not_before=START_MS)

    assert snapshot is not None
    assert str(snapshot.value) == "9.35751834"
    assert [sent["request"] for sent in transport.sent] == ["GET /api/v3/referencePrice", "GET /api/v3/avgPrice"]
    garbled_answers: list[object] = [{"price": 9.3}, {"price": "NaN"}, {"price": "0"}, {}, []]
    for garbled in garbled_answers:
        assert venue(reply(garbled), reply(garbled))[0].rules.market_price("ETHBTC", not_before=START_MS) is None


def test_a_reference_price_stands_before_the_average() -> None:
    spot, _ = venue(reply({"symbol": "ETHBTC", "referencePrice": "9.4", "timestamp": START_MS}))

    snapshot = spot.rules.market_price("ETHBTC", not_before=START_MS)

    assert snapshot is not None
    assert str(snapshot.value) == "9.4"
