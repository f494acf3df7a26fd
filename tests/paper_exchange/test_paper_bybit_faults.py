"""Faults at the paper Bybit: the same as at every dialect, in its words."""

import pytest
import requests

from tests.paper_exchange.paper_bybit import PaperBybit, code, result

EACH = pytest.mark.parametrize("category", ["spot", "linear", "inverse"])


def count(bybit: PaperBybit) -> int:
    return len(bybit.paper.seen("bybit/orders"))


@EACH
def test_a_lost_answer_leaves_an_order_and_a_lost_request_none(bybit: PaperBybit, category: str) -> None:
    bybit.paper.arm("lose_answer")
    with pytest.raises(requests.ConnectionError):
        bybit.create(category, orderLinkId="mine")
    assert [each["orderLinkId"] for each in bybit.listed("realtime", category, orderLinkId="mine")] == ["mine"]

    bybit.paper.arm("lose_request")
    with pytest.raises(requests.ConnectionError):
        bybit.create(category, orderLinkId="other")
    assert bybit.listed("realtime", category, orderLinkId="other") == []


@pytest.mark.parametrize(("after", "orders"), [(True, 1), (False, 0)])
def test_a_reset_connection(bybit: PaperBybit, after: bool, orders: int) -> None:
    bybit.paper.arm("reset", after=after)
    with pytest.raises(requests.ConnectionError):
        bybit.create()

    assert count(bybit) == orders


@pytest.mark.parametrize(("fault", "orders"), [("answer_instead", 0), ("answer_after", 1)])
def test_an_error_has_the_form_of_the_venues(bybit: PaperBybit, fault: str, orders: int) -> None:
    bybit.paper.arm(fault, status=200, code=10016, msg="Server error")

    answer = bybit.create()

    assert (answer.status_code, answer.json()["retCode"], answer.json()["retMsg"]) == (200, 10016, "Server error")
    assert answer.json().keys() == {"retCode", "retMsg", "result", "retExtInfo", "time"}
    assert count(bybit) == orders


def test_a_gateway_answers_by_status_alone(bybit: PaperBybit) -> None:
    bybit.paper.arm("answer_after", status=502, body="<html>Bad Gateway</html>")
    answer = bybit.create()

    assert (answer.status_code, answer.text) == (502, "<html>Bad Gateway</html>")
    bybit.paper.arm("answer_instead", status=504)
    assert bybit.create().status_code == 504


def test_too_many_requests_are_a_code_and_a_ban_is_a_status(bybit: PaperBybit) -> None:
    bybit.paper.arm("rate_limit", seconds=2)
    limited = bybit.create()
    bybit.paper.arm("ban", seconds=60)
    banned = bybit.create()

    assert code(limited) == 10006
    assert int(limited.headers["X-Bapi-Limit-Reset-Timestamp"]) - limited.json()["time"] == 2_000
    assert limited.headers["X-Bapi-Limit-Status"] == "0"
    assert (banned.status_code, banned.text) == (403, "access too frequent")
    assert count(bybit) == 0


@EACH
def test_a_hidden_order_is_in_no_list_and_its_id_is_taken(bybit: PaperBybit, category: str) -> None:
    bybit.paper.arm("hide_order", seconds=60)
    bybit.market(category, orderLinkId="mine")

    for where in ("realtime", "history"):
        assert bybit.listed(where, category, orderLinkId="mine") == []
    assert code(bybit.create(category, orderLinkId="mine")) == (170141 if category == "spot" else 110072)
    bybit.turn_clock(61_000)
    for where in ("realtime", "history"):
        assert len(bybit.listed(where, category, orderLinkId="mine")) == 1


def test_a_fault_is_matched_by_path_symbol_and_id(bybit: PaperBybit) -> None:
    bybit.paper.arm("answer_instead", status=200, code=10000, match={"client_order_id": "mine"})
    bybit.paper.arm("answer_instead", status=200, code=10016, match={"path": "/v5/order/realtime", "method": "GET"})

    result(bybit.create(orderLinkId="other"))
    assert code(bybit.create(orderLinkId="mine")) == 10000
    assert code(bybit.get("order/realtime", category="spot")) == 10016
    told = [(each["path"], each["client_order_id"], each["fault"]) for each in bybit.paper.seen("requests")]
    assert told == [
        ("/v5/order/create", "other", None),
        ("/v5/order/create", "mine", "answer_instead"),
        ("/v5/order/realtime", None, "answer_instead"),
    ]


def test_a_cancellation_is_no_order_that_is_placed(bybit: PaperBybit) -> None:
    placed = bybit.place()
    bybit.paper.arm("lose_answer")

    result(bybit.change("cancel", placed))
    assert len(bybit.paper.seen("faults")) == 1


def test_a_reset_forgets_orders_settings_and_ids(bybit: PaperBybit) -> None:
    bybit.control("settings", {"engine_ms": 60_000, "address_limit": 5})
    bybit.create(orderLinkId="mine")
    bybit.paper.control("reset", {})

    assert count(bybit) == 0
    for _ in range(6):
        assert bybit.get("order/realtime", category="spot").status_code == 200
    result(bybit.create(orderLinkId="mine"))
    assert bybit.coin("USDT")["locked"] == "600"


def test_spot_shares_its_markets_with_the_other_venues_and_nothing_else(bybit: PaperBybit) -> None:
    bybit.place(price="64000", orderLinkId="mine")
    bybit.paper.limit(price="64000", newClientOrderId="mine")

    bybit.paper.control("prices", {"BTCUSDT": "63990"})

    assert [each["orderStatus"] for each in bybit.listed("realtime", openOnly=1)] == ["Filled"]
    assert [each["status"] for each in bybit.paper.seen("orders")] == ["FILLED"]
    assert bybit.coin("BTC")["walletBalance"] == "100.00999"
    assert bybit.paper.balance("BTC")[0] == "100.00999000"
