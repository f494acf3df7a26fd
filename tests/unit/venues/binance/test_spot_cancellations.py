"""Cancellations over the answers that Binance's documentation shows: of an order, of a list, of all of a symbol."""

from dataclasses import replace

import pytest

from orderexec.domain.outcomes import Accepted, Meaning
from orderexec.domain.requests import Cancel, CancelAll
from orderexec.venues.http import NoReply, Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_venue import (
    KEY,
    LOST,
    UNKNOWN_ORDER,
    accepted,
    error,
    failed,
    found,
    ids,
    refused,
    reply,
    report,
    venue,
)

CANCEL = Cancel(symbol="LTCBTC", client_order_id="myOrder1", cancel_id="cancelMyOrder1")
CANCEL_LIST = Cancel(
    symbol="LTCBTC",
    client_order_id="TXOvglzXuaubXAaENpaRCB",
    cancel_id="c",
    list_client_order_id="C3wyj4WVEktd7u9aVBRXcN",
)
LONG_AGO = START_MS - 60_000
ALL = CancelAll(symbol="BTCUSDT", client_order_id="c", until=LONG_AGO)


def test_a_cancelled_order_is_reported_under_its_own_id() -> None:
    answer = accepted(CANCEL, reply(recorded("cancel_order")))

    assert answer.report is not None
    assert (answer.report.client_order_id, answer.report.status) == ("myOrder1", "CANCELED")


def test_a_cancelled_list_reports_the_order_that_was_meant_first() -> None:
    answer = accepted(CANCEL_LIST, reply(recorded("cancel_list")))

    assert ids(answer) == ["TXOvglzXuaubXAaENpaRCB", "pO9ufTiFGg3nw2fOdgeOXa"]


def test_the_cancellation_of_another_order_proves_nothing() -> None:
    assert refused(CANCEL, reply(recorded("cancel_order") | {"origClientOrderId": "x"})).meaning is Meaning.UNKNOWN


def test_what_was_filled_already_is_told_as_that_and_not_as_a_failure() -> None:
    answer = accepted(CANCEL, UNKNOWN_ORDER, report("myOrder1", status="FILLED"))

    assert answer.report is not None
    assert answer.report.status == "FILLED"


@pytest.mark.parametrize("look", [report("myOrder1", status="NEW"), error(-2013, "Order does not exist."), LOST])
def test_an_order_that_is_not_open_and_shows_no_end_is_in_doubt(look: Reply | NoReply) -> None:
    assert refused(CANCEL, UNKNOWN_ORDER, look).meaning is Meaning.UNKNOWN


def test_a_cancellation_is_found_when_its_order_has_ended() -> None:
    assert isinstance(found(CANCEL, report("myOrder1", status="EXPIRED")), Accepted)
    assert failed(found(CANCEL, report("myOrder1", status="PARTIALLY_FILLED"))).meaning is Meaning.NO_EFFECT


def test_the_cancellation_of_a_list_is_found_when_the_list_is_done() -> None:
    running, done = recorded("query_list"), recorded("query_list") | {"listOrderStatus": "ALL_DONE"}
    ended = report("TXOvglzXuaubXAaENpaRCB", status="CANCELED")

    assert isinstance(found(CANCEL_LIST, reply(done), ended), Accepted)
    assert failed(found(CANCEL_LIST, reply(running))).detail == "the list is EXECUTING"
    assert failed(found(CANCEL_LIST, LOST)).meaning is Meaning.UNKNOWN


def test_all_of_a_symbols_orders_are_cancelled_lists_too() -> None:
    answer = accepted(ALL, reply(recorded("cancel_open_orders")))

    assert answer.report is None
    assert ids(answer) == [
        "E6APeyTJvkMvLMYMqu1KQ4",
        "A3EF2HCwxgZPFMrfwbgrhv",
        "CwOOIPHSmYywx6jZX77TdL",
        "461cPg51vQjV3zIMOXNz39",
    ]
    assert accepted(ALL, UNKNOWN_ORDER) == Accepted(None)


def test_a_repeated_cancellation_spares_what_came_after_the_signal() -> None:
    repeated = CancelAll(symbol="LTCBTC", client_order_id="c", until=LONG_AGO, repeated=True)
    orders = [recorded("query_order") | {"orderId": number, "time": LONG_AGO + number - 2} for number in (1, 2, 3)]
    ours = recorded("cancel_order") | {"origClientOrderId": "myOrder1"}
    spot, transport = venue(reply(orders), UNKNOWN_ORDER, reply(ours), LOST)

    answer = spot.send(repeated, START_MS, KEY)

    assert isinstance(answer, Accepted)
    assert ids(answer) == ["myOrder1"]
    assert [sent["request"] for sent in transport.sent[1:3]] == ["DELETE /api/v3/order"] * 2
    assert [transport.parameters(index)["orderId"] for index in (1, 2)] == ["1", "2"]


def ended(number: int, status: str = "CANCELED", at: int = LONG_AGO + 5_000, **changes: object) -> dict[str, object]:
    names = {"orderId": number, "clientOrderId": f"order{number}"}
    order: dict[str, object] = recorded("query_order")
    return order | names | {"status": status, "updateTime": at, "time": LONG_AGO - 1} | changes


HISTORY = [
    ended(1),
    ended(2, "FILLED"),
    ended(3, at=LONG_AGO - 10_000),
    ended(4, time=LONG_AGO + 1),
    ended(5),
    ended(6, "NEW"),
]


def test_what_a_lost_answer_did_not_tell_is_told_by_the_history() -> None:
    """Cancelled since the signal, and there before it; nothing that was filled, or cancelled earlier, or came later."""
    answer = found(ALL, reply([]), reply(HISTORY))

    assert isinstance(answer, Accepted)
    assert ids(answer) == ["order1", "order5"]


def test_what_is_cancelled_one_by_one_is_told_with_what_the_lost_request_had_cancelled() -> None:
    repeated = replace(ALL, symbol="LTCBTC", repeated=True)
    left = ended(7, "NEW")
    legs = recorded("cancel_list")["orderReports"]
    listed = recorded("cancel_order") | {"orderReports": [{**leg, "orderId": 7 + i} for i, leg in enumerate(legs)]}
    listed["orderReports"][0]["origClientOrderId"] = "order7"
    spot, _ = venue(reply([left]), reply(listed), reply([*HISTORY, ended(7)]))

    answer = spot.send(repeated, START_MS, KEY)

    assert isinstance(answer, Accepted)
    assert [report.order_id for report in answer.others] == ["1", "5", "7", "8"]


@pytest.mark.parametrize("history", [LOST, error(-1003, status=429), reply({}), reply([{}]), reply(["x"])])
def test_a_history_that_cannot_be_had_does_not_hold_up_a_cancellation(history: Reply | NoReply) -> None:
    assert found(ALL, reply([]), history) == Accepted(None)


def test_cancelling_all_is_found_when_nothing_older_than_the_signal_is_open() -> None:
    def opened(at: int) -> Reply:
        return reply([recorded("query_order") | {"time": at}])

    assert found(ALL, opened(LONG_AGO + 1), reply([])) == Accepted(None)
    assert failed(found(ALL, opened(LONG_AGO))).detail == "1 of the orders are open"
    assert failed(found(ALL, LOST)).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize(("age_ms", "whole"), [(0, False), (16_999, False), (17_000, True)])
def test_a_list_of_open_orders_proves_nothing_about_the_newest(age_ms: int, whole: bool) -> None:
    young = replace(ALL, until=START_MS - age_ms)
    nothing = reply([])

    looks = [nothing] * (2 if whole else 1)
    reconciled, sent = found(young, *looks), venue(*looks)[0].send(replace(young, repeated=True), START_MS, KEY)

    if whole:
        assert reconciled == sent == Accepted(None)
    else:
        assert failed(reconciled).meaning is Meaning.NO_EFFECT
        assert failed(sent).meaning is Meaning.UNKNOWN


def test_when_some_orders_are_ended_one_by_one_a_refusal_about_the_next_is_a_doubt() -> None:
    first, refusal = recorded("cancel_order"), error(-2015, "Invalid API-key, IP, or permissions for action.", 401)
    stood = recorded("query_order") | {"symbol": "LTCBTC", "status": "NEW", "time": LONG_AGO - 1}
    two = reply([stood | {"orderId": number, "clientOrderId": first["origClientOrderId"]} for number in (1, 2)])
    repeated = replace(ALL, symbol="LTCBTC", repeated=True)

    assert refused(repeated, two, refusal).meaning is Meaning.CREDENTIALS
    assert refused(repeated, two, reply(first), refusal).meaning is Meaning.UNKNOWN
