"""What Bybit's products promise beyond the contract of every venue: when an order is there, and when it is not.

An absence takes two lists of which one is wiped and both may be late; a success may hold an error; an id is never free.
"""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from tests.contract.bybit_stages import CREATE, HISTORY, REALTIME, BybitStage
from tests.contract.futures import OF_BYBIT, cancel_of, get_meaning, get_report, make_stop, name, send
from tests.paper_exchange.paper_client import PaperClient

DAY_MS = 86_400_000
ENDLESS = {"list": [], "nextPageCursor": "x"}
INSIDE = {"list": [{"code": 110007, "msg": "ab not enough for new order"}]}


@pytest.fixture(params=OF_BYBIT)
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> BybitStage:
    return OF_BYBIT[request.param](paper)


def write_success(result: object, inside: object = None) -> str:
    """The body of a success, and what it holds of each order."""
    return json.dumps({"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": inside or {}, "time": 1})


def list_asked(stage: BybitStage) -> list[str]:
    """The lists that were asked for, in turn."""
    paths = [each["path"] for each in stage.paper.seen("requests")]
    return [path for path in paths if path in (REALTIME, HISTORY)]


def pass_time(stage: BybitStage, milliseconds: int) -> None:
    stage.skew_clock(milliseconds)
    stage.venue.ask_server_time()


SILENT: dict[str, dict[str, Any]] = {
    "a failed server": {"status": 503, "body": ""},
    "a failure in a body": {"status": 200, "code": 10016, "msg": "Server error."},
    "a code that speaks of no order": {"status": 200, "code": 110001, "msg": "Order does not exist"},
    "the same of spot": {"status": 200, "code": 170213, "msg": "Order does not exist."},
    "a success that holds an error": {"status": 200, "body": write_success({"list": []}, INSIDE)},
    "a success without a list": {"status": 200, "body": write_success({})},
    "an empty list that goes on": {
        "status": 200,
        "body": write_success({"list": [], "nextPageCursor": "x"}),
        "count": 2,
    },
    "no JSON": {"status": 200, "body": "<html>"},
}


def test_an_absence_takes_both_lists(stage: BybitStage) -> None:
    answer = stage.venue.prove_absence(stage.orders.market, stage.exchange_time(), stage.key)

    assert get_meaning(answer) is Meaning.NOT_FOUND
    assert list_asked(stage) == [REALTIME, HISTORY]


@pytest.mark.parametrize("path", [REALTIME, HISTORY])
@pytest.mark.parametrize("said", SILENT)
def test_no_word_of_a_list_but_an_empty_one_says_that_an_order_is_absent(
    stage: BybitStage, path: str, said: str
) -> None:
    since = stage.exchange_time()
    for look in (stage.venue.find, lambda order, key: stage.venue.prove_absence(order, since, key)):
        stage.paper.arm("answer_instead", match={"method": "GET", "path": path}, **SILENT[said])
        answer = look(stage.orders.market, stage.key)
        assert isinstance(answer, Failure)
        assert not answer.shows_absence
    assert stage.paper.seen("faults") == []


def test_what_a_restart_wiped_is_in_the_history_alone(stage: BybitStage) -> None:
    since = stage.exchange_time()
    placed = get_report(send(stage, stage.orders.market))
    stage.hide_orders_from_their_lookup()

    assert get_report(stage.venue.prove_absence(stage.orders.market, since, stage.key)) == placed
    stage.fail_the_history()
    assert get_meaning(stage.venue.prove_absence(stage.orders.market, since, stage.key)) is Meaning.UNKNOWN


def test_what_is_open_outlives_a_restart(stage: BybitStage) -> None:
    stop = make_stop(stage)
    for order in (stage.orders.limit, stop):
        send(stage, order)
    stage.hide_orders_from_their_lookup()
    stage.fail_the_history()  # which does not hold what is open, and is not asked

    assert get_report(stage.venue.find(stage.orders.limit, stage.key)).status == "NEW"
    assert get_report(stage.venue.find(stop, stage.key)).status == "UNTRIGGERED"


@pytest.mark.parametrize("late", ["engine_ms", "realtime_ms"])
def test_an_order_that_is_under_way_or_not_listed_yet_is_accepted_by_its_acknowledgement(
    stage: BybitStage, late: str
) -> None:
    since = stage.exchange_time()
    stage.set("settings", {late: 10_000, "history_ms": 10_000})

    placed = get_report(send(stage, stage.orders.market))

    assert (placed.status, placed.open, placed.executed_quantity) == ("ACCEPTED", True, Decimal(0))
    assert get_meaning(stage.venue.find(stage.orders.market, stage.key)) is Meaning.NOT_FOUND
    pass_time(stage, 21_000)
    found = get_report(stage.venue.prove_absence(stage.orders.market, since, stage.key))
    assert (found.order_id, found.status, found.executed_quantity) == (placed.order_id, "FILLED", placed.quantity)


def test_within_its_fence_no_order_is_absent_that_keeps_the_assumed_bounds(stage: BybitStage) -> None:
    """30 s of work, and 15 s until a list shows it: docs/exactly-once.md."""
    order, signed_at = stage.orders.market, stage.venue.now()
    stage.set("settings", {"engine_ms": 30_000, "realtime_ms": 45_000, "history_ms": 15_000})
    stage.lose_answer()
    assert get_meaning(send(stage, order)) is Meaning.UNKNOWN

    pass_time(stage, stage.venue.get_validity(order).compute_fence(signed_at) - signed_at)

    found = get_report(stage.venue.prove_absence(order, signed_at, stage.key))
    assert [found.order_id] == stage.order_ids()


def test_an_order_that_is_refused_inside_is_there_and_has_ended(stage: BybitStage) -> None:
    stage.set("settings", {"refuses_later": True})
    stage.spend_everything()

    answer = send(stage, stage.orders.market)

    report = get_report(answer)
    assert (report.status, report.open, report.executed_quantity) == ("REJECTED", False, Decimal(0))
    assert isinstance(answer, Accepted)
    assert answer.note == "the order is REJECTED: EC_Others"
    assert get_meaning(send(stage, stage.orders.market)) is Meaning.DUPLICATE


def test_an_acknowledgement_of_another_order_is_not_believed(stage: BybitStage) -> None:
    body = write_success({"orderId": "5", "orderLinkId": "another"})
    stage.paper.arm("answer_after", status=200, body=body, match={"path": CREATE})

    assert get_meaning(send(stage, stage.orders.limit)) is Meaning.UNKNOWN
    assert [get_report(stage.venue.find(stage.orders.limit, stage.key)).order_id] == stage.order_ids()


@pytest.mark.parametrize("path", [REALTIME, HISTORY])
def test_a_list_that_answers_with_another_order_is_not_believed(stage: BybitStage, path: str) -> None:
    other = replace(stage.orders.limit, client_order_id=name("other"))
    send(stage, other)
    listed = stage.seen()
    stage.paper.arm("answer_instead", status=200, body=write_success({"list": listed}), match={"path": path})

    assert get_meaning(stage.venue.find(stage.orders.limit, stage.key)) is Meaning.UNKNOWN


def test_a_success_that_holds_a_refusal_is_one_and_with_an_order_beside_it_a_doubt(stage: BybitStage) -> None:
    order = stage.orders.limit
    stage.paper.arm("answer_instead", status=200, body=write_success({}, INSIDE))
    refused = send(stage, order)
    assert isinstance(refused, Failure)
    assert (refused.meaning, refused.code) == (Meaning.REJECT, "110007")

    named = {"orderId": "5", "orderLinkId": order.client_order_id}
    stage.paper.arm("answer_after", status=200, body=write_success(named, INSIDE))
    assert get_meaning(send(stage, order)) is Meaning.UNKNOWN
    assert isinstance(stage.venue.find(order, stage.key), Accepted)


@pytest.mark.parametrize("kind", ["market", "limit", "stop"])
def test_a_second_order_of_an_id_is_refused_for_ever_and_the_first_one_found(stage: BybitStage, kind: str) -> None:
    """The barrier beside the fence: it holds where both lists were late for longer than was assumed."""
    order: Order = make_stop(stage) if kind == "stop" else getattr(stage.orders, kind)
    since = stage.exchange_time()
    stage.paper.arm("hide_order", seconds=60)
    get_report(send(stage, order))
    assert get_meaning(stage.venue.prove_absence(order, since, stage.key)) is Meaning.NOT_FOUND

    again = send(stage, order)

    assert isinstance(again, Failure)
    assert (again.meaning, again.code) == (Meaning.DUPLICATE, stage.codes.duplicate)
    pass_time(stage, 61_000)
    assert [get_report(stage.venue.prove_absence(order, since, stage.key)).order_id] == stage.order_ids()


def test_contracts_of_both_kinds_share_their_ids_and_spot_has_its_own(paper: PaperClient) -> None:
    spot, linear, inverse = (make(paper) for make in OF_BYBIT.values())
    for each in (spot, linear):
        get_report(send(each, each.orders.market))

    assert get_meaning(send(inverse, inverse.orders.market)) is Meaning.DUPLICATE
    assert get_meaning(inverse.venue.find(inverse.orders.market, inverse.key)) is Meaning.NOT_FOUND


def test_an_order_that_came_to_nothing_is_remembered_up_to_the_horizon_and_no_longer(stage: BybitStage) -> None:
    order, signed_at = stage.orders.limit, stage.venue.now()
    validity = stage.venue.get_validity(order)
    send(stage, order)
    get_report(send(stage, cancel_of(order)))
    stage.hide_orders_from_their_lookup()

    def look() -> Accepted | Failure:
        return stage.venue.prove_absence(order, signed_at - 2_000, stage.key)

    pass_time(stage, DAY_MS - 60_000)
    assert get_report(look()).status == "CANCELED"
    assert validity.shows_absence(signed_at, stage.venue.now())
    pass_time(stage, DAY_MS + 60_000)
    assert get_meaning(look()) is Meaning.NOT_FOUND
    assert not validity.shows_absence(signed_at, stage.venue.now())


def test_an_order_that_traded_is_remembered_past_the_horizon(stage: BybitStage) -> None:
    since = stage.exchange_time()
    placed = get_report(send(stage, stage.orders.market))
    stage.hide_orders_from_their_lookup()

    pass_time(stage, 6 * DAY_MS)

    assert get_report(stage.venue.prove_absence(stage.orders.market, since, stage.key)) == placed


def test_an_order_is_looked_for_from_its_first_request_up_to_now(stage: BybitStage) -> None:
    """A letter may be redriven after weeks; what is sent then is as new as ever, and a restart wipes it as well."""
    since = stage.exchange_time() - 20 * DAY_MS
    assert get_meaning(stage.venue.prove_absence(stage.orders.market, since, stage.key)) is Meaning.NOT_FOUND
    placed = get_report(send(stage, stage.orders.market))
    stage.hide_orders_from_their_lookup()

    for days in (0, 1, 10, 20):
        pass_time(stage, days * DAY_MS)
        assert get_report(stage.venue.prove_absence(stage.orders.market, since, stage.key)) == placed
        assert stage.venue.list_orders(stage.orders.market, since, stage.key) == [placed]


def test_an_order_is_found_however_many_came_after_it(stage: BybitStage) -> None:
    stage.set("settings", {"limits": {CREATE: 1_000}})
    send(stage, stage.orders.limit)
    for number in range(60):
        get_report(send(stage, replace(stage.orders.limit, side=Side.BUY, client_order_id=name(f"other {number}"))))

    assert get_report(stage.venue.find(stage.orders.limit, stage.key)).status == "NEW"
