"""Order lists: what is placed, what cancels what, and what all that holds."""

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_lists import BUY_OCO, LIST, OCO, OPO, OPOCO, OTO, OTOCO, move, place, state, statuses

UNKNOWN = (400, -2011, "Unknown order sent.")


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
