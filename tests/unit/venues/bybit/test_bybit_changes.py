"""Cancellations and amendments at Bybit: accepted is not done, and what was not open is looked at."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.outcomes import Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll
from orderexec.venues.bybit.products import LAG_MS, LINEAR, SPOT
from orderexec.venues.http import NoReply, Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.bybit.scripted_bybit import (
    KEY,
    LOST,
    NOTHING,
    OURS,
    accepted,
    acknowledged,
    entry,
    error,
    failed,
    listed,
    recorded,
    reply,
    sends,
    success,
    venue,
)

CANCEL = Cancel(symbol="ETHUSDT", client_order_id=OURS, cancel_id="c")
AMEND = Amend(symbol="ETHUSDT", client_order_id=OURS, quantity=Decimal("0.1"), price=Decimal(1600))
ALL = CancelAll(symbol="ETHUSDT", client_order_id=OURS, until=START_MS - 5_000 - LAG_MS - 2_000)
NOT_OPEN, NOT_OPEN_AT_SPOT = error(110001, "Order does not exist"), error(170213, "Order does not exist.")
ENDED = entry(orderStatus="Cancelled")
ACCEPTED_ALL = success({"list": [{"orderId": "e-1", "orderLinkId": OURS}], "success": "1"})


def test_a_cancellation_is_done_once_the_order_has_ended() -> None:
    report = accepted(sends(CANCEL, acknowledged(), listed(ENDED))).report

    assert report is not None
    assert report.status == "CANCELED"


@pytest.mark.parametrize("look", [NOTHING, LOST, listed(entry()), listed(entry(orderStatus="PartiallyFilled"))])
def test_a_cancellation_that_shows_no_effect_yet_is_in_doubt(look: Reply | NoReply) -> None:
    assert failed(sends(CANCEL, acknowledged(), look)).meaning is Meaning.UNKNOWN


def test_an_order_that_was_filled_before_is_no_failure_of_its_cancellation() -> None:
    filled = entry(orderStatus="Filled", cumExecQty="0.10", avgPrice="1600")

    report = accepted(sends(CANCEL, NOT_OPEN, listed(filled))).report

    assert report is not None
    assert report.executed_quantity == Decimal("0.1")


@pytest.mark.parametrize("found", [(NOTHING, NOTHING), (listed(entry()),), (LOST,)])
def test_what_is_neither_open_nor_ended_is_in_doubt(found: tuple[Reply | NoReply, ...]) -> None:
    assert failed(sends(CANCEL, NOT_OPEN, *found)).meaning is Meaning.UNKNOWN


def test_spot_is_asked_for_each_service_that_may_hold_the_order() -> None:
    at, transport = venue(SPOT, NOT_OPEN_AT_SPOT, acknowledged(), listed(ENDED))

    accepted(at.send(CANCEL, START_MS, KEY))

    assert [transport.parameters(each)["orderFilter"] for each in (0, 1)] == ["Order", "tpslOrder"]


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (error(10006), Meaning.ORDER_LIMIT),
        (error(110079), Meaning.UNKNOWN),
        (LOST, Meaning.UNKNOWN),
        (acknowledged("another"), Meaning.UNKNOWN),
        (success({}), Meaning.UNKNOWN),
    ],
)
def test_a_refused_cancellation_is_what_the_table_says(answer: Reply | NoReply, meaning: Meaning) -> None:
    assert failed(sends(CANCEL, answer)).meaning is meaning
    assert failed(sends(CANCEL, answer, product=SPOT)).meaning is meaning


def test_an_amendment_is_done_once_the_order_shows_it() -> None:
    assert accepted(sends(AMEND, acknowledged(), listed(entry()))).report is not None
    less = replace(AMEND, price=None)
    assert accepted(sends(less, acknowledged(), listed(entry(price="999")))).report is not None


@pytest.mark.parametrize("look", [NOTHING, LOST, listed(entry(qty="0.2")), listed(entry(price="1601"))])
def test_an_amendment_that_is_not_shown_yet_is_in_doubt(look: Reply | NoReply) -> None:
    assert failed(sends(AMEND, acknowledged(), look)).meaning is Meaning.UNKNOWN


def test_what_has_ended_cannot_be_amended() -> None:
    ended = listed(entry(orderStatus="Filled", qty="0.3"))

    answer = failed(sends(AMEND, NOT_OPEN, ended))

    assert answer.meaning is Meaning.REJECT
    assert answer.detail == "the order is FILLED: there is nothing left to amend"


@pytest.mark.parametrize("found", [(NOTHING, NOTHING), (listed(entry(qty="0.3")),), (LOST,)])
def test_a_refusal_of_an_amendment_that_has_no_effect_is_what_the_table_says(
    found: tuple[Reply | NoReply, ...],
) -> None:
    """The same code says of one that changes nothing that it was refused; then the order has what is asked for."""
    not_modified = error(10001, "order not modified")

    assert failed(sends(AMEND, not_modified, *found)).meaning is Meaning.REJECT
    assert accepted(sends(AMEND, not_modified, listed(entry()))).report is not None


@pytest.mark.parametrize("found", [(NOTHING, NOTHING), (listed(entry(qty="0.3")),), (LOST,)])
def test_an_amendment_of_what_seems_to_be_open_is_in_doubt(found: tuple[Reply | NoReply, ...]) -> None:
    assert failed(sends(AMEND, NOT_OPEN, *found)).meaning is Meaning.UNKNOWN


def test_all_orders_are_ended_service_by_service_at_spot_and_at_once_elsewhere() -> None:
    spot, at_spot = venue(SPOT, *[ACCEPTED_ALL] * 5, NOTHING, listed(ENDED))
    linear, at_linear = venue(LINEAR, ACCEPTED_ALL, NOTHING, NOTHING)

    accepted(spot.send(ALL, START_MS, KEY))
    accepted(linear.send(ALL, START_MS, KEY))

    filters = [at_spot.parameters(each)["orderFilter"] for each in range(5)]
    assert filters == ["Order", "tpslOrder", "StopOrder", "OcoOrder", "BidirectionalTpslOrder"]
    assert "orderFilter" not in at_linear.parameters(0)


def test_the_published_answer_about_all_orders_is_understood() -> None:
    published = reply(recorded("cancel_all_orders"))
    stood = {"orderStatus": "Cancelled", "createdTime": str(ALL.until)}
    ended_before = stood | {"updatedTime": str(ALL.until - 60_000)}
    others = {"came later": stood | {"createdTime": str(ALL.until + 1)}, "ended before": ended_before}
    others |= {"filled": stood | {"orderStatus": "Filled"}}
    ended = [entry("a", **stood), *(entry(name, **fields) for name, fields in others.items())]

    answer = accepted(sends(ALL, published, NOTHING, listed(*ended)))

    assert [each.client_order_id for each in answer.others] == ["a"]


@pytest.mark.parametrize(
    "answer", [success({"list": [], "success": "0"}), success([]), success(None), LOST, error(10016)]
)
def test_all_orders_are_not_ended_on_half_a_word(answer: Reply | NoReply) -> None:
    assert failed(sends(ALL, answer)).meaning is Meaning.UNKNOWN


def test_orders_that_are_open_yet_leave_their_cancellation_in_doubt() -> None:
    open_yet = listed(entry(createdTime=str(ALL.until)))
    newer = listed(entry(createdTime=str(ALL.until + 1)))

    assert failed(sends(ALL, ACCEPTED_ALL, open_yet)).meaning is Meaning.UNKNOWN
    assert failed(sends(ALL, ACCEPTED_ALL, LOST)).meaning is Meaning.UNKNOWN
    assert accepted(sends(ALL, ACCEPTED_ALL, newer, NOTHING)).report is None


TOO_MUCH = error(10006)


def test_orders_of_which_some_may_be_ended_already_are_in_doubt_whatever_is_said_of_the_rest() -> None:
    older = [entry(name, orderId=name, createdTime=str(ALL.until)) for name in ("a", "b")]
    again = replace(ALL, repeated=True)

    assert failed(sends(ALL, ACCEPTED_ALL, TOO_MUCH, product=SPOT)).meaning is Meaning.UNKNOWN
    assert failed(sends(ALL, ACCEPTED_ALL, TOO_MUCH)).meaning is Meaning.UNKNOWN
    assert failed(sends(again, listed(*older), acknowledged("a", "a"), TOO_MUCH)).meaning is Meaning.UNKNOWN


def test_of_orders_none_of_which_is_ended_a_refusal_is_certain() -> None:
    older = entry("a", orderId="a", createdTime=str(ALL.until))
    again = replace(ALL, repeated=True)

    assert failed(sends(ALL, TOO_MUCH, product=SPOT)).meaning is Meaning.ORDER_LIMIT
    assert failed(sends(again, TOO_MUCH)).meaning is Meaning.ORDER_LIMIT
    assert failed(sends(again, listed(older), TOO_MUCH)).meaning is Meaning.ORDER_LIMIT


def test_a_repeat_spares_what_came_after_the_signal() -> None:
    again = replace(ALL, repeated=True)
    older, newer = entry("a", orderId="1", createdTime=str(ALL.until)), entry("b", orderId="2")
    at, transport = venue(LINEAR, listed(older, newer), acknowledged("a", "1"), listed(newer), NOTHING)

    accepted(at.send(again, START_MS, KEY))

    assert transport.requests[1] == "POST /v5/order/cancel"
    assert transport.parameters(1) == {"category": "linear", "symbol": "ETHUSDT", "orderId": "1"}
    assert len(transport.sent) == 4


def test_an_empty_list_says_nothing_until_it_must_show_all() -> None:
    first = CancelAll(symbol="ETHUSDT", client_order_id=OURS, until=START_MS)

    assert failed(sends(first, ACCEPTED_ALL, NOTHING)).meaning is Meaning.UNKNOWN
    assert failed(sends(replace(first, repeated=True), NOTHING, NOTHING)).meaning is Meaning.UNKNOWN


def test_what_ended_by_itself_is_no_trouble_for_a_repeat() -> None:
    again = replace(ALL, repeated=True)
    older = entry("a", orderId="1", createdTime=str(ALL.until))

    assert accepted(sends(again, listed(older), NOT_OPEN, NOTHING, NOTHING)).report is None
    assert failed(sends(again, listed(older), error(10016))).meaning is Meaning.UNKNOWN
