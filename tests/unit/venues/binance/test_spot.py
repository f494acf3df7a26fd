"""The venue over scripted replies: what goes out for each question, and what each answer means for the order."""

import json
from typing import Any

import pytest

from orderexec.domain.outcomes import Accepted, Meaning
from orderexec.venues.http import NoReply, Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.examples import order
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_venue import KEY, error, failed, reply, venue


def placed(**changes: object) -> dict[str, Any]:
    full: dict[str, Any] = recorded("order_full")
    return full | {"clientOrderId": order().client_order_id, "side": "BUY"} | changes


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

    assert spot.ask_server_time() == START_MS + 5_300

    assert spot.now() == START_MS + 600 + 5_000


@pytest.mark.parametrize(
    "answer", [reply({}), reply({"serverTime": "now"}), reply(b"x"), error(-1003, status=429), NoReply(True, "x")]
)
def test_a_clock_that_cannot_be_read_is_a_failure_and_changes_nothing(answer: Reply | NoReply) -> None:
    spot, _ = venue(answer)

    assert failed(spot.ask_server_time()).certainly_not_executed in (True, False)
    assert spot.now() == START_MS
