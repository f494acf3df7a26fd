"""Order lists: what is placed, what cancels what, when pending orders follow, and what all that holds."""

from typing import Any

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_lists import BUY_OCO, FILLED_AT_ONCE, LIST, OCO, OPO, OPOCO, OTO, OTOCO

UNKNOWN = (400, -2011, "Unknown order sent.")


def place(paper: PaperClient, kind: str, **parameters: object) -> dict[str, Any]:
    answer = paper.signed("POST", f"{LIST}/{kind}", **parameters)
    assert answer.status_code == 200, answer.text
    placed: dict[str, Any] = answer.json()
    return placed


def move(paper: PaperClient, price: str) -> None:
    paper.control("prices", {"BTCUSDT": price})


def statuses(paper: PaperClient) -> dict[str, str]:
    """With the reason of those that expired."""
    return {
        order["clientOrderId"]: " ".join(
            [order["status"], *([order["expiryReason"]] if "expiryReason" in order else [])]
        )
        for order in paper.seen("orders")
    }


def state(paper: PaperClient) -> str:
    answer = paper.signed("GET", LIST, origClientOrderId="list")
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["listOrderStatus"]
    return found


def test_an_oco_is_told_as_documented(paper: PaperClient) -> None:
    placed = place(paper, "oco", **OCO, newOrderRespType="RESULT")

    stop, maker = placed["orderReports"][1], placed["orderReports"][0]
    told = ("contingencyType", "listStatusType", "listOrderStatus", "listClientOrderId", "symbol")
    assert [placed[name] for name in told] == ["OCO", "EXEC_STARTED", "EXECUTING", "list", "BTCUSDT"]
    assert [(order["orderId"], order["clientOrderId"]) for order in placed["orders"]] == [(1, "above"), (2, "below")]
    assert (stop["status"], stop["workingTime"], stop["stopPrice"]) == ("NEW", -1, "60000.00000000")
    assert (maker["status"], maker["workingTime"] > 0, "stopPrice" in maker) == ("NEW", True, False)
    assert {stop["orderListId"], maker["orderListId"], placed["orderListId"]} == {0}


def test_legs_are_told_in_the_detail_of_their_type(paper: PaperClient) -> None:
    oco = place(paper, "oco", **OCO)
    oto = place(paper, "oto", **OTO | {"listClientOrderId": "another"})

    assert all("status" not in report for report in oco["orderReports"])
    assert all("fills" in report for report in oto["orderReports"])


def test_an_oco_holds_its_funds_once(paper: PaperClient) -> None:
    place(paper, "oco", **OCO)
    assert paper.balance("BTC") == ("99.00000000", "1.00000000")
    paper.signed("DELETE", LIST, symbol="BTCUSDT", listClientOrderId="list")
    assert paper.balance("BTC") == ("100.00000000", "0.00000000")

    place(paper, "oco", **BUY_OCO)
    assert paper.balance("USDT") == ("930000.00000000", "70000.00000000")


@pytest.mark.parametrize(
    ("price", "after"),
    [
        ("70001", {"above": "FILLED", "below": "EXPIRED OCO_TRIGGER"}),
        ("60000", {"above": "EXPIRED OCO_TRIGGER", "below": "FILLED"}),
        ("60001", {"above": "NEW", "below": "NEW"}),
    ],
)
def test_of_an_oco_one_cancels_the_other(paper: PaperClient, price: str, after: dict[str, str]) -> None:
    place(paper, "oco", **OCO)

    move(paper, price)

    assert statuses(paper) == after
    assert state(paper) == ("EXECUTING" if "NEW" in after.values() else "ALL_DONE")
    assert paper.balance("BTC")[1] == ("1.00000000" if "NEW" in after.values() else "0.00000000")


def test_a_partial_fill_of_the_limit_order_cancels_the_stop(paper: PaperClient) -> None:
    place(paper, "oco", **OCO)

    paper.control("books", {"BTCUSDT": {"bids": [["70001", "0.4"]], "asks": []}})

    assert statuses(paper) == {"above": "PARTIALLY_FILLED", "below": "EXPIRED OCO_TRIGGER"}
    assert paper.balance("BTC") == ("99.00000000", "0.60000000")


def test_a_buyers_oco_gives_back_what_the_better_leg_did_not_need(paper: PaperClient) -> None:
    place(paper, "oco", **BUY_OCO)

    move(paper, "59990")

    assert statuses(paper) == {"above": "EXPIRED OCO_TRIGGER", "below": "FILLED"}
    assert paper.balance("USDT") == ("940000.00000000", "0.00000000")


def test_an_order_list_needs_the_funds_of_all_its_orders(paper: PaperClient) -> None:
    paper.control("balances", {"BTC": "0.9"})
    poor = (400, -2010, "Account has insufficient balance for requested action.")

    assert error(paper.signed("POST", f"{LIST}/oco", **OCO)) == poor
    assert error(paper.signed("POST", f"{LIST}/oto", **OTO)) == poor
    assert error(paper.signed("POST", f"{LIST}/otoco", **OTOCO)) == poor
    assert paper.seen("orders") == []
    assert paper.balance("USDT") == ("1000000.00000000", "0.00000000")
    assert place(paper, "opo", **OPO)["contingencyType"] == "OTO"


@pytest.mark.parametrize("leg", ["working", "above", "below"])
def test_cancelling_one_order_cancels_the_list(paper: PaperClient, leg: str) -> None:
    place(paper, "otoco", **OTOCO)

    cancelled = paper.cancel(leg, newClientOrderId="the-cancel").json()

    assert (cancelled["listOrderStatus"], cancelled["listStatusType"]) == ("ALL_DONE", "ALL_DONE")
    reports = [(each["origClientOrderId"], each["clientOrderId"]) for each in cancelled["orderReports"]]
    assert reports == [("working", "the-cancel"), ("above", "the-cancel"), ("below", "the-cancel")]
    assert set(statuses(paper).values()) == {"CANCELED"}
    assert (paper.balance("BTC")[1], paper.balance("USDT")[1]) == ("0.00000000", "0.00000000")
    assert error(paper.signed("DELETE", LIST, symbol="BTCUSDT", listClientOrderId="list")) == UNKNOWN


def test_a_list_is_cancelled_by_number_or_name(paper: PaperClient) -> None:
    place(paper, "oco", **OCO)
    wrong = paper.signed("DELETE", LIST, symbol="BTCUSDT", orderListId=0, listClientOrderId="another")
    assert error(wrong)[1] == -2039
    assert error(paper.signed("DELETE", LIST, symbol="ETHUSDT", orderListId=0)) == UNKNOWN
    assert error(paper.signed("DELETE", LIST, symbol="BTCUSDT", orderListId=7)) == UNKNOWN

    cancelled = paper.signed("DELETE", LIST, symbol="BTCUSDT", orderListId=0).json()

    assert [report["status"] for report in cancelled["orderReports"]] == ["CANCELED", "CANCELED"]


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


def test_names_are_unique_among_what_is_open(paper: PaperClient) -> None:
    duplicate = (400, -2010, "Duplicate order sent.")
    place(paper, "oco", **OCO)

    again = {"aboveClientOrderId": "a", "belowClientOrderId": "b"}
    assert error(paper.signed("POST", f"{LIST}/oco", **OCO | again)) == duplicate
    assert error(paper.signed("POST", f"{LIST}/oco", **OCO | {"listClientOrderId": "l"})) == duplicate
    twins = {"aboveClientOrderId": "a", "belowClientOrderId": "a", "listClientOrderId": "l"}
    assert error(paper.signed("POST", f"{LIST}/oco", **OCO | twins)) == duplicate
    assert len(paper.seen("orders")) == 2
    paper.cancel("above")
    assert place(paper, "oco", **OCO)["orderListId"] == 1


@pytest.mark.parametrize(
    ("kind", "parameters", "count"),
    [("oco", OCO, 2), ("oto", OTO, 2), ("otoco", OTOCO, 3), ("opo", OPO, 2), ("opoco", OPOCO, 3)],
)
def test_each_order_of_a_list_counts(paper: PaperClient, kind: str, parameters: dict[str, str], count: int) -> None:
    headers = paper.signed("POST", f"{LIST}/{kind}", **parameters).headers

    assert headers["X-MBX-ORDER-COUNT-1D"] == str(count)
    assert headers["X-MBX-USED-WEIGHT-1M"] == "0"
    paper.control("limits", {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 2 * count - 1})
    more = {name: value for name, value in parameters.items() if not name.endswith("ClientOrderId")}
    assert error(paper.signed("POST", f"{LIST}/{kind}", **more))[:2] == (429, -1015)
