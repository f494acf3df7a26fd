"""Pending orders: when they follow their working order, how large they are then, and how they end with it."""

import pytest

from tests.paper_exchange.paper_client import PaperClient
from tests.paper_exchange.paper_lists import FILLED_AT_ONCE, OPO, OPOCO, OTO, OTOCO, move, place, state, statuses


def test_a_pending_order_waits_for_the_working_one_to_be_filled(paper: PaperClient) -> None:
    placed = place(paper, "oto", **OTO, newOrderRespType="RESULT")
    assert [(each["status"], each["workingTime"] > 0) for each in placed["orderReports"]] == [
        ("NEW", True),
        ("PENDING_NEW", False),
    ]

    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["60000", "0.5"]]}})
    assert statuses(paper) == {"working": "PARTIALLY_FILLED", "pending": "PENDING_NEW"}
    move(paper, "59999")
    assert statuses(paper) == {"working": "FILLED", "pending": "NEW"}
    move(paper, "70000.01")
    assert (statuses(paper), state(paper)) == ({"working": "FILLED", "pending": "FILLED"}, "ALL_DONE")


def test_the_answer_to_a_list_whose_working_order_is_filled_at_once_still_says_pending(paper: PaperClient) -> None:
    placed = place(paper, "oto", **OTO | FILLED_AT_ONCE, newOrderRespType="RESULT")

    assert [report["status"] for report in placed["orderReports"]] == ["FILLED", "PENDING_NEW"]
    assert placed["listOrderStatus"] == "EXECUTING"
    assert paper.find("pending").json()["status"] == "NEW"


def test_pending_orders_expire_with_the_working_one(paper: PaperClient) -> None:
    placed = place(paper, "otoco", **OTOCO | {"workingTimeInForce": "IOC"}, newOrderRespType="RESULT")

    assert placed["orderReports"][0]["status"] == "EXPIRED"
    assert statuses(paper) == {
        "working": "EXPIRED UNFILLED_IOC_QUANTITY_EXPIRED",
        "above": "EXPIRED OTO_PHASE_ONE_EXPIRED",
        "below": "EXPIRED OTO_PHASE_ONE_EXPIRED",
    }
    assert (paper.balance("BTC"), paper.balance("USDT")[1]) == (("100.00000000", "0.00000000"), "0.00000000")


@pytest.mark.parametrize(
    ("price", "above", "below"),
    [("70001", "FILLED", "EXPIRED OCO_TRIGGER"), ("58000", "EXPIRED OCO_TRIGGER", "FILLED")],
)
def test_a_bracket_ends_on_one_side(paper: PaperClient, price: str, above: str, below: str) -> None:
    place(paper, "otoco", **OTOCO | FILLED_AT_ONCE)
    assert statuses(paper) == {"working": "FILLED", "above": "NEW", "below": "NEW"}

    move(paper, price)

    assert statuses(paper) == {"working": "FILLED", "above": above, "below": below}
    assert state(paper) == "ALL_DONE"
    assert paper.balance("BTC")[1] == "0.00000000"


def test_a_pair_that_is_refused_when_it_is_placed_ends_the_list(paper: PaperClient) -> None:
    place(paper, "otoco", **OTOCO | {"pendingBelowStopPrice": "62000"})

    move(paper, "59999")

    assert statuses(paper) == {"working": "FILLED", "above": "EXPIRED REJECTED", "below": "EXPIRED OCO_TRIGGER"}
    assert state(paper) == "ALL_DONE"
    assert paper.balance("BTC") == ("100.99900000", "0.00000000")


def test_a_pending_order_that_is_refused_when_it_is_placed_ends_the_list(paper: PaperClient) -> None:
    place(paper, "oto", **OTO)
    paper.control("symbols", {"symbol": "BTCUSDT", "filters": {"LOT_SIZE": {"maxQty": "0.5"}}})

    move(paper, "59999")

    assert statuses(paper) == {"working": "FILLED", "pending": "EXPIRED REJECTED"}


def test_one_pays_the_other_locks_what_it_receives(paper: PaperClient) -> None:
    placed = place(paper, "opo", **OPO, newOrderRespType="RESULT")
    assert "origQty" not in placed["orderReports"][1]
    assert paper.balance("BTC") == ("100.00000000", "0.00000000")

    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["60000", "0.4"]]}})
    assert paper.balance("BTC") == ("99.99960000", "0.40000000"), "what is free pays the commission"
    move(paper, "59999")

    assert paper.find("pending").json()["origQty"] == "1.00000000"
    assert paper.balance("BTC") == ("99.99900000", "1.00000000")


def test_with_nothing_free_the_commission_is_taken_from_what_is_received(paper: PaperClient) -> None:
    paper.control("balances", {"BTC": "0"})
    place(paper, "opo", **OPO | FILLED_AT_ONCE | {"workingQuantity": "0.00999"})

    pending = paper.find("pending").json()

    # 0.00999 less a thousandth is 0.00998001, in whole steps 0.00998.
    assert (pending["status"], pending["origQty"]) == ("NEW", "0.00998000")
    assert paper.balance("BTC") == ("0.00000001", "0.00998000")


def test_a_cancelled_opo_gives_back_what_it_received(paper: PaperClient) -> None:
    place(paper, "opoco", **OPOCO)
    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["60000", "0.4"]]}})

    paper.cancel("above")

    assert paper.balance("BTC") == ("100.39960000", "0.00000000")
    assert set(statuses(paper).values()) == {"CANCELED"}


def test_a_pair_paid_by_its_working_order_shares_what_it_received(paper: PaperClient) -> None:
    paper.control("balances", {"BTC": "0"})
    place(paper, "opoco", **OPOCO | FILLED_AT_ONCE)
    assert [paper.find(leg).json()["origQty"] for leg in ("above", "below")] == ["0.99900000", "0.99900000"]

    move(paper, "58000")

    assert statuses(paper) == {"working": "FILLED", "above": "EXPIRED OCO_TRIGGER", "below": "FILLED"}
    assert paper.balance("BTC") == ("0.00000000", "0.00000000")


def test_what_an_opo_received_may_be_too_little_to_sell(paper: PaperClient) -> None:
    paper.control("balances", {"BTC": "0"})
    paper.control("symbols", {"symbol": "BTCUSDT", "filters": {"LOT_SIZE": {"minQty": "1"}}})
    place(paper, "opo", **OPO | FILLED_AT_ONCE)

    assert statuses(paper) == {"working": "FILLED", "pending": "EXPIRED REJECTED"}
    assert paper.balance("BTC") == ("0.99900000", "0.00000000")
