"""Amendments that keep an order's priority."""

from typing import Any

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_lists import LIST, OCO, OPO, OTO

AMEND = "/api/v3/order/amend/keepPriority"


def amend(paper: PaperClient, name: str, quantity: str, **parameters: object) -> Any:
    named = {"symbol": "BTCUSDT", "origClientOrderId": name, "newQty": quantity}
    return paper.signed("PUT", AMEND, **named | parameters)


def test_an_amended_order_is_smaller_and_frees_what_it_no_longer_needs(paper: PaperClient) -> None:
    paper.limit("BUY", "0.5", "60000", newClientOrderId="mine")

    told = amend(paper, "mine", "0.2", newClientOrderId="renamed").json()

    amended = told["amendedOrder"]
    assert (amended["qty"], amended["origClientOrderId"], amended["clientOrderId"]) == ("0.20000000", "mine", "renamed")
    assert paper.balance("USDT") == ("988000.00000000", "12000.00000000")
    assert (paper.find("renamed").json()["origQty"], error(paper.find("mine"))[1]) == ("0.20000000", -2013)
    rows = paper.signed("GET", "/api/v3/order/amendments", symbol="BTCUSDT", orderId=1).json()
    assert [(row["origQty"], row["newQty"], row["executionId"]) for row in rows] == [
        ("0.50000000", "0.20000000", told["executionId"])
    ]


def test_an_amendment_may_keep_the_name_and_charges_no_order(paper: PaperClient) -> None:
    before = paper.limit(newClientOrderId="mine").headers["X-MBX-ORDER-COUNT-1D"]

    answer = amend(paper, "mine", "0.005", newClientOrderId="mine")

    assert answer.json()["amendedOrder"]["clientOrderId"] == "mine"
    assert paper.limit().headers["X-MBX-ORDER-COUNT-1D"] == str(int(before) + 1)
    assert answer.headers["X-MBX-USED-WEIGHT-1M"] == "4"


@pytest.mark.parametrize(
    ("name", "quantity", "code", "text"),
    [
        ("mine", "0.02", -2038, "Order amend (quantity increase) is not supported."),
        ("mine", "0.01", -2038, "The requested action would change no state; rejecting"),
        ("mine", "0.000001", -1013, "Filter failure: LOT_SIZE"),
        ("mine", "0", -1013, "Filter failure: LOT_SIZE"),
        ("mine", "0.00001", -1013, "Filter failure: NOTIONAL"),
        ("gone", "0.005", -2038, "Unknown order sent."),
    ],
)
def test_an_amendment_is_refused(paper: PaperClient, name: str, quantity: str, code: int, text: str) -> None:
    paper.limit(newClientOrderId="mine")

    assert error(amend(paper, name, quantity)) == (400, code, text)
    assert paper.find("mine").json()["origQty"] == "0.01000000"


def test_an_order_can_be_amended_only_so_often(paper: PaperClient) -> None:
    paper.control("symbols", {"symbol": "BTCUSDT", "filters": {"MAX_NUM_ORDER_AMENDS": {"maxNumOrderAmends": 1}}})
    paper.limit(newClientOrderId="mine")
    amend(paper, "mine", "0.005", newClientOrderId="mine")

    assert error(amend(paper, "mine", "0.004")) == (400, -2038, "Filter failure: MAX_NUM_ORDER_AMENDS")
    paper.control("symbols", {"symbol": "BTCUSDT", "amendAllowed": False})
    assert error(amend(paper, "mine", "0.004"))[2] == "Order amend is not supported for this symbol."


def test_amending_one_of_a_pair_amends_both(paper: PaperClient) -> None:
    paper.signed("POST", f"{LIST}/oco", **OCO)

    told = amend(paper, "above", "0.5", newClientOrderId="above").json()

    assert told["listStatus"]["listOrderStatus"] == "EXECUTING"
    assert [paper.find(leg).json()["origQty"] for leg in ("above", "below")] == ["0.50000000", "0.50000000"]
    assert paper.balance("BTC") == ("99.50000000", "0.50000000")


def test_pending_orders_can_be_amended_unless_they_have_no_size_yet(paper: PaperClient) -> None:
    paper.signed("POST", f"{LIST}/oto", **OTO)
    assert amend(paper, "pending", "0.5", newClientOrderId="p").json()["amendedOrder"]["status"] == "PENDING_NEW"
    assert paper.balance("BTC")[1] == "0.50000000"
    paper.cancel("p")

    paper.signed("POST", f"{LIST}/opo", **OPO)
    text = "Order amend (pending OPO order) is not supported."
    assert error(amend(paper, "pending", "0.5")) == (400, -2038, text)


def test_an_order_amended_to_what_was_filled_expires(paper: PaperClient) -> None:
    paper.limit("BUY", "1", "60000", newClientOrderId="mine")
    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["60000", "0.4"]]}})

    assert amend(paper, "mine", "0.4").json()["amendedOrder"]["status"] == "EXPIRED"
    assert paper.balance("USDT")[1] == "0.00000000"
