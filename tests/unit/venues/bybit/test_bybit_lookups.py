"""How orders are looked for at Bybit: an absence needs two lists, each with an empty one and no error."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.order_words import TimeInForce
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll
from orderexec.venues.bybit.products import HISTORY_SPAN_MS, HORIZON_MS, LAG_MS, LINEAR, PROCESSING_MS
from orderexec.venues.http import NoReply, Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.bybit.scripted_bybit import (
    KEY,
    LOST,
    NOTHING,
    OURS,
    accepted,
    entry,
    error,
    failed,
    finds,
    listed,
    order,
    recorded,
    reply,
    success,
    venue,
)

ASKED = order(type=BybitType.LIMIT, quantity=Decimal("0.1"), price=Decimal(1600), time_in_force=TimeInForce.GTC)
CANCEL = Cancel(symbol="ETHUSDT", client_order_id=OURS, cancel_id="c")
DAY_MS = 86_400_000
SOURCES = ["GET /v5/order/realtime", "GET /v5/order/history"]
# What is no word of the exchange on whether there is such an order.
SILENT = [
    LOST,
    reply(b"", 503),
    error(10016),
    error(110001, "Order does not exist"),
    error(170213, "Order does not exist."),
    success({}),
    success({"list": None}),
    success({"list": {}}),
    success([]),
    success(None),
    success({"list": [5]}),
    success({"list": [], "nextPageCursor": 5}),
    listed(entry("another")),
    reply(b"[]"),
]


def test_an_order_is_absent_if_both_lists_are_empty() -> None:
    at, transport = venue(LINEAR, NOTHING, NOTHING, NOTHING, NOTHING)

    assert failed(at.find(ASKED, KEY)).meaning is Meaning.NOT_FOUND
    assert failed(at.prove_absence(ASKED, START_MS, KEY)).meaning is Meaning.NOT_FOUND
    assert transport.requests == SOURCES * 2


@pytest.mark.parametrize("silent", SILENT)
def test_one_list_that_says_nothing_leaves_it_in_doubt(silent: Reply | NoReply) -> None:
    for replies in ((silent,), (NOTHING, silent)):
        at, _ = venue(LINEAR, *replies)
        answer = failed(at.prove_absence(ASKED, START_MS, KEY))
        assert answer.meaning is not Meaning.NOT_FOUND
        assert not answer.shows_absence


def test_what_a_restart_wiped_from_the_first_list_is_found_in_the_second() -> None:
    closed = entry(orderStatus="Filled", cumExecQty="0.10", avgPrice="1600")

    report = accepted(finds(ASKED, NOTHING, listed(closed))).report

    assert report is not None
    assert (report.status, report.average_price) == ("FILLED", Decimal(1600))


def test_the_first_list_that_shows_it_decides() -> None:
    at, transport = venue(LINEAR, listed(entry()))

    assert accepted(at.prove_absence(ASKED, START_MS, KEY)).report is not None
    assert transport.requests == SOURCES[:1]


@pytest.mark.parametrize("days", [0, 7, 8, 15, 40])
def test_an_old_order_is_looked_for_from_when_it_was_signed_up_to_now(days: int) -> None:
    """A signal that was in doubt weeks ago may have been sent again just now."""
    at, transport = venue(LINEAR, *[NOTHING] * 20)
    since = START_MS - days * DAY_MS

    assert failed(at.prove_absence(ASKED, since, KEY)).meaning is Meaning.NOT_FOUND

    asked = [transport.parameters(place) for place in range(1, len(transport.sent))]
    assert "startTime" not in asked[0]
    assert "endTime" not in asked[0]
    spans = [(int(each["startTime"]), int(each["endTime"])) for each in asked[1:]]
    ends = [START_MS - HISTORY_SPAN_MS, *(start for start, _ in spans)]
    assert all(end >= before for (_, end), before in zip(spans, ends, strict=False))
    assert all(0 < end - start <= HISTORY_SPAN_MS for start, end in spans)
    assert ends[-1] == since or not spans
    assert len(spans) == (days + 6) // 7 - 1 if days else not spans


def test_an_order_of_any_span_is_there() -> None:
    for place in range(3):
        history = [NOTHING, NOTHING, NOTHING]
        history[place] = listed(entry())
        at, _ = venue(LINEAR, NOTHING, *history)
        assert accepted(at.prove_absence(ASKED, START_MS - 20 * DAY_MS, KEY)).report is not None


def test_a_history_that_is_too_long_shows_no_absence() -> None:
    at, _ = venue(LINEAR, NOTHING)

    assert failed(at.prove_absence(ASKED, 0, KEY)).meaning is Meaning.UNKNOWN


def test_what_a_change_is_about_is_not_missed_for_being_older_than_the_change() -> None:
    at, transport = venue(LINEAR, NOTHING, listed(entry(orderStatus="Cancelled")))

    accepted(at.prove_absence(CANCEL, START_MS - 20 * DAY_MS, KEY))

    assert "startTime" not in transport.parameters(1)


@pytest.mark.parametrize(
    ("word", "status", "is_open"),
    [
        ("New", "NEW", True),
        ("PartiallyFilled", "PARTIALLY_FILLED", True),
        ("Untriggered", "UNTRIGGERED", True),
        ("Triggered", "TRIGGERED", True),
        ("Filled", "FILLED", False),
        ("Cancelled", "CANCELED", False),
        ("PartiallyFilledCanceled", "CANCELED", False),
        ("Deactivated", "CANCELED", False),
        ("Rejected", "REJECTED", False),
        ("SomethingNew", "SomethingNew", True),
    ],
)
def test_each_status_is_told_in_our_words(word: str, status: str, is_open: bool) -> None:
    report = accepted(finds(ASKED, listed(entry(orderStatus=word)))).report

    assert report is not None
    assert (report.status, report.open) == (status, is_open)


@pytest.mark.parametrize("name", ["open_orders", "order_history"])
def test_the_published_lists_are_understood(name: str) -> None:
    published = recorded(name)["result"]["list"][0]
    asked = order(symbol=published["symbol"], client_order_id=published["orderLinkId"], quantity=Decimal(1))

    report = accepted(finds(asked, reply(recorded(name)))).report

    assert report is not None
    assert report.order_id == published["orderId"]
    assert report.quantity == Decimal(published["qty"])
    assert report.created_at == int(published["createdTime"])
    assert report.average_price is None


GARBLED: list[object] = [None, 5.5, [], {}]
TEXTS = ("orderId", "orderLinkId", "symbol", "orderStatus")
AMOUNTS = ("side", "qty", "cumExecQty", "createdTime", "updatedTime")


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name in TEXTS + AMOUNTS for value in GARBLED]
    + [(name, value) for name in AMOUNTS for value in ("", "x", "NaN")]
    + [("orderId", ""), ("orderLinkId", "another")],
)
def test_a_garbled_order_is_no_answer(name: str, value: Any) -> None:
    answer = venue(LINEAR, listed(entry(**{name: value})))[0].find(ASKED, KEY)

    assert failed(answer).meaning is Meaning.UNKNOWN


def test_all_orders_of_an_id_are_counted_once_each() -> None:
    at, transport = venue(LINEAR, listed(entry(orderId="1")), listed(entry(orderId="1"), entry(orderId="2")))

    orders = at.list_orders(ASKED, START_MS, KEY)

    assert not isinstance(orders, Failure)
    assert sorted(report.order_id for report in orders) == ["1", "2"]
    assert transport.requests == SOURCES


def test_older_orders_of_an_id_are_not_the_signals() -> None:
    at, _ = venue(LINEAR, listed(entry(createdTime=str(START_MS - 1))), NOTHING)

    assert at.list_orders(ASKED, START_MS, KEY) == []


@pytest.mark.parametrize("replies", [(LOST,), (NOTHING, error(10016))])
def test_orders_are_not_counted_by_half(replies: tuple[Reply | NoReply, ...]) -> None:
    assert isinstance(venue(LINEAR, *replies)[0].list_orders(ASKED, START_MS, KEY), Failure)


def test_a_cancellation_is_found_once_the_order_has_ended() -> None:
    assert failed(finds(CANCEL, listed(entry()))).meaning is Meaning.NO_EFFECT
    assert accepted(finds(CANCEL, listed(entry(orderStatus="Cancelled")))).report is not None
    assert failed(finds(CANCEL, NOTHING, NOTHING)).meaning is Meaning.NOT_FOUND


def test_an_amendment_is_found_by_what_it_asks_for() -> None:
    amend = Amend(symbol="ETHUSDT", client_order_id=OURS, quantity=Decimal("0.1"), price=Decimal(1600))

    assert accepted(finds(amend, listed(entry()))).report is not None
    assert failed(finds(amend, listed(entry(price="1601")))).meaning is Meaning.NO_EFFECT
    assert failed(finds(amend, listed(entry(qty="0.2")))).meaning is Meaning.NO_EFFECT


def page(number: int) -> Reply:
    orders = [entry(f"o-{number}-{place}", orderId=f"{number}-{place}") for place in range(50)]
    return listed(*orders, cursor=f"c%3D{number}")


def test_open_orders_are_read_page_by_page() -> None:
    cancel = CancelAll(symbol="ETHUSDT", client_order_id=OURS, until=START_MS)
    at, transport = venue(LINEAR, page(1), page(2), listed(entry("last")))

    answer = failed(at.find(cancel, KEY))

    assert answer.detail == "101 of the orders are open"
    assert [sent["query"].partition("cursor=")[2] for sent in transport.sent] == ["", "c%3D1", "c%3D2"]


def test_a_page_that_is_not_full_is_the_last_one_whatever_it_names() -> None:
    cancel = CancelAll(symbol="ETHUSDT", client_order_id=OURS, until=START_MS)

    assert failed(finds(cancel, listed(entry(), cursor="c%3D1"))).detail == "1 of the orders are open"


def test_an_order_on_a_later_page_of_either_list_is_there() -> None:
    empty = listed(cursor="c%3D1")

    assert accepted(finds(ASKED, empty, listed(entry()))).report is not None
    assert accepted(finds(ASKED, NOTHING, empty, listed(entry()))).report is not None
    assert failed(finds(ASKED, empty, NOTHING, empty, NOTHING)).meaning is Meaning.NOT_FOUND


def test_every_order_of_an_id_is_counted_page_by_page() -> None:
    full = listed(*(entry(orderId=f"1-{place}") for place in range(50)), cursor="c%3D1")
    at, _ = venue(LINEAR, full, listed(entry(orderId="2-0")), NOTHING)

    orders = at.list_orders(ASKED, START_MS, KEY)

    assert not isinstance(orders, Failure)
    assert len(orders) == 51


@pytest.mark.parametrize("before", [(), (NOTHING,)], ids=["realtime", "history"])
def test_empty_pages_without_end_show_no_absence(before: tuple[Reply, ...]) -> None:
    endless = [listed(cursor=f"c%3D{number}") for number in range(20)]

    assert failed(finds(ASKED, *before, *endless)).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("again", [page(1), listed(cursor="c%3D1")], ids=["full", "empty"])
def test_a_page_that_names_itself_as_the_next_one_hides_the_rest(again: Reply) -> None:
    cancel = CancelAll(symbol="ETHUSDT", client_order_id=OURS, until=START_MS)

    assert failed(finds(cancel, again, again)).meaning is Meaning.UNKNOWN


def test_a_list_without_end_is_no_answer() -> None:
    cancel = CancelAll(symbol="ETHUSDT", client_order_id=OURS, until=START_MS)

    assert failed(finds(cancel, *[page(number) for number in range(20)])).meaning is Meaning.UNKNOWN


def test_that_all_are_cancelled_is_not_believed_before_the_list_shows_all() -> None:
    fresh = CancelAll(symbol="ETHUSDT", client_order_id=OURS, until=START_MS)
    older = CancelAll(symbol="ETHUSDT", client_order_id=OURS, until=START_MS - 5_000 - LAG_MS - 2_000)
    ended = entry("x", orderStatus="Cancelled", createdTime=str(older.until))

    assert failed(finds(fresh, NOTHING)).meaning is Meaning.NO_EFFECT
    assert [each.client_order_id for each in accepted(finds(older, NOTHING, listed(ended))).others] == ["x"]


def test_the_fence_and_the_horizon_are_those_of_the_page() -> None:
    validity = venue(LINEAR)[0].get_validity(ASKED)

    assert validity.compute_fence(0) == 5_000 + PROCESSING_MS + LAG_MS + 2_000 == 52_000
    assert validity.horizon_ms == HORIZON_MS == 24 * 3_600_000
