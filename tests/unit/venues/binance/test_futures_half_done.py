"""Changes of several requests at the futures of which one was refused: what was done is never "not executed"."""

from dataclasses import replace

import pytest

from orderexec.domain.outcomes import Accepted, Answer, Meaning
from orderexec.domain.requests import Cancel, CancelAll, Request
from orderexec.venues.http import NoReply, Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_futures import futures
from tests.unit.venues.binance.scripted_venue import KEY, error, failed, reply

USDM = "binance-usdm"
DONE = reply({"code": 200, "msg": "The operation of cancel all open order is done."})
KEY_REFUSED = error(-2015, "Invalid API-key, IP, or permissions for action.", 401)
REFUSALS = {
    "by the key": (KEY_REFUSED, Meaning.CREDENTIALS),
    "by the clock": (error(-1021, "Timestamp for this request is outside of the recvWindow."), Meaning.CLOCK),
    "as a bad symbol": (error(-1121, "Invalid symbol."), Meaning.REJECT),
    "under a ban": (NoReply(False, "a ban", wait=60.0), Meaning.UNSENT),
}
PLAIN = recorded("query_order", "binance_usdm")
WAITING = recorded("query_algo_order", "binance_usdm")
CANCEL = Cancel(symbol=PLAIN["symbol"], client_order_id=PLAIN["clientOrderId"], cancel_id="c", protection=("exit",))
ALL = CancelAll(symbol=PLAIN["symbol"], client_order_id="c", until=START_MS)
REPEATED = CancelAll(symbol=PLAIN["symbol"], client_order_id="c", until=START_MS, repeated=True)
OPEN = PLAIN | {"status": "NEW", "executedQty": "0", "time": START_MS - 60_000}
CANCELED = reply(PLAIN | {"status": "CANCELED", "executedQty": "0"})

refusals = pytest.mark.parametrize(("refusal", "meaning"), REFUSALS.values(), ids=REFUSALS)


def send(request: Request, *replies: Reply | NoReply) -> Answer:
    venue, transport = futures(USDM, *replies)
    answer = venue.send(request, START_MS, KEY)
    assert not transport.replies, "a reply was not asked for"
    return answer


@refusals
def test_the_first_request_of_a_change_is_refused_as_any_other(refusal: Reply | NoReply, meaning: Meaning) -> None:
    assert failed(send(ALL, refusal)).meaning is meaning
    assert failed(send(CANCEL, refusal)).meaning is meaning


@refusals
def test_when_one_service_has_ended_its_orders_the_other_ones_refusal_is_a_doubt(
    refusal: Reply | NoReply, meaning: Meaning
) -> None:
    """Else the next try would not know itself for a repeat, and would end what was ordered meanwhile."""
    first = failed(send(ALL, refusal))

    assert failed(send(ALL, DONE, refusal)) == replace(first, meaning=Meaning.UNKNOWN)


@refusals
def test_when_the_entry_is_ended_a_refusal_about_its_exit_is_a_doubt(
    refusal: Reply | NoReply, meaning: Meaning
) -> None:
    told = failed(send(CANCEL, CANCELED, refusal))

    assert told.meaning is Meaning.UNKNOWN
    assert "its exit may still be open" in told.detail


@refusals
def test_when_some_orders_are_ended_one_by_one_a_refusal_about_the_next_is_a_doubt(
    refusal: Reply | NoReply, meaning: Meaning
) -> None:
    two = reply([OPEN, OPEN | {"orderId": 2, "clientOrderId": "second"}])

    assert failed(send(REPEATED, two, refusal)).meaning is meaning
    assert failed(send(REPEATED, two, CANCELED, refusal)).meaning is Meaning.UNKNOWN


def test_when_one_service_is_done_with_a_refused_question_to_the_other_is_a_doubt() -> None:
    assert failed(send(REPEATED, reply([]), KEY_REFUSED)).meaning is Meaning.CREDENTIALS
    assert failed(send(REPEATED, reply([OPEN]), CANCELED, KEY_REFUSED)).meaning is Meaning.UNKNOWN


TRIGGERED = WAITING | {"algoStatus": "FINISHED", "actualOrderId": "987", "actualPrice": "", "actualQty": ""}
STOP = Cancel(symbol=WAITING["symbol"], client_order_id=WAITING["clientAlgoId"], cancel_id="c", conditional=True)


def find(*replies: Reply | NoReply) -> Answer:
    return futures(USDM, *replies)[0].find(STOP, KEY)


def test_a_triggered_order_whose_trades_cannot_be_asked_for_is_not_told_as_ended() -> None:
    assert failed(find(reply(TRIGGERED), error(-1001, "Internal error.", 503))).meaning is Meaning.UNKNOWN


def test_a_triggered_order_whose_plain_order_is_forgotten_is_told_as_it_stands() -> None:
    """The exchange keeps no order that ended without a trade (-2013 after three days)."""
    told = find(reply(TRIGGERED), error(-2013, "Order does not exist."))

    assert isinstance(told, Accepted)
    assert told.report is not None
    assert told.report.executed_quantity == 0


def test_a_code_that_the_algo_service_writes_as_text_is_the_same_code() -> None:
    told = failed(send(STOP, reply({"code": "-2015", "msg": "Invalid API-key."}, 401)))

    assert (told.meaning, told.code) == (Meaning.CREDENTIALS, "-2015")
