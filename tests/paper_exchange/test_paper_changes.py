"""Cancel-replace, amendments, cancelling everything, smart order routing."""

from typing import Any

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_lists import LIST, OCO, OPO, OTO

REPLACE = "/api/v3/order/cancelReplace"
AMEND = "/api/v3/order/amend/keepPriority"
NEW = {
    "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.02", "price": "61000",
    "newClientOrderId": "new",
}  # fmt: skip
TAKES = {"type": "LIMIT_MAKER", "timeInForce": None, "price": "66000"}
UNKNOWN = {"code": -2011, "msg": "Unknown order sent."}
WOULD_TAKE = {"code": -2010, "msg": "Order would immediately match and take."}
DAILY = {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1}


def replace(paper: PaperClient, mode: str, target: str = "old", **change: object) -> Any:
    asked = NEW | {"cancelReplaceMode": mode, "cancelOrigClientOrderId": target} | change
    return paper.signed("POST", REPLACE, **{name: value for name, value in asked.items() if value is not None})


def statuses(paper: PaperClient) -> dict[str, str]:
    return {order["clientOrderId"]: order["status"] for order in paper.seen("orders")}


@pytest.mark.parametrize("mode", ["STOP_ON_FAILURE", "ALLOW_FAILURE"])
def test_both_halves_of_a_replacement_are_told(paper: PaperClient, mode: str) -> None:
    paper.limit(newClientOrderId="old")

    answer = replace(paper, mode, cancelNewClientOrderId="the-cancel")

    told = answer.json()
    assert (answer.status_code, told["cancelResult"], told["newOrderResult"]) == (200, "SUCCESS", "SUCCESS")
    assert (told["cancelResponse"]["origClientOrderId"], told["cancelResponse"]["clientOrderId"]) == (
        "old",
        "the-cancel",
    )
    assert told["newOrderResponse"]["status"] == "NEW"
    assert statuses(paper) == {"old": "CANCELED", "new": "NEW"}
    assert answer.headers["X-MBX-USED-WEIGHT-1M"] == "0"
    assert answer.headers["X-MBX-ORDER-COUNT-1D"] == "2"


@pytest.mark.parametrize(
    ("mode", "target", "change", "status", "code", "results", "responses"),
    [
        ("STOP_ON_FAILURE", "gone", {}, 400, -2022, ("FAILURE", "NOT_ATTEMPTED"), (UNKNOWN, None)),
        ("STOP_ON_FAILURE", "old", TAKES, 409, -2021, ("SUCCESS", "FAILURE"), (None, WOULD_TAKE)),
        ("ALLOW_FAILURE", "gone", {}, 409, -2021, ("FAILURE", "SUCCESS"), (UNKNOWN, None)),
        ("ALLOW_FAILURE", "old", TAKES, 409, -2021, ("SUCCESS", "FAILURE"), (None, WOULD_TAKE)),
        ("ALLOW_FAILURE", "gone", TAKES, 400, -2022, ("FAILURE", "FAILURE"), (UNKNOWN, WOULD_TAKE)),
    ],
)
def test_a_replacement_may_fail_in_either_half(
    paper: PaperClient,
    mode: str,
    target: str,
    change: dict[str, str | None],
    status: int,
    code: int,
    results: tuple[str, str],
    responses: tuple[dict[str, object] | None, dict[str, object] | None],
) -> None:
    paper.limit(newClientOrderId="old")

    answer = replace(paper, mode, target, **change)

    data = answer.json()["data"]
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (data["cancelResult"], data["newOrderResult"]) == results
    for name, expected in zip(("cancelResponse", "newOrderResponse"), responses, strict=True):
        assert expected is None or data[name] == expected
    assert data["newOrderResponse"] is None or results[1] != "NOT_ATTEMPTED"
    assert statuses(paper)["old"] == ("CANCELED" if results[0] == "SUCCESS" else "NEW")
    assert ("new" in statuses(paper)) == (results[1] == "SUCCESS")


def test_a_replacement_that_was_not_attempted_counts(paper: PaperClient) -> None:
    replace(paper, "STOP_ON_FAILURE", "gone")

    assert paper.limit().headers["X-MBX-ORDER-COUNT-1D"] == "2"


def test_filters_are_looked_at_before_anything_is_cancelled(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="old")

    assert error(replace(paper, "ALLOW_FAILURE", quantity="0.000001")) == (400, -1013, "Filter failure: LOT_SIZE")
    assert statuses(paper) == {"old": "NEW"}


def test_the_number_of_open_orders_is_looked_at_before_one_is_cancelled(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="old")
    paper.control("symbols", {"symbol": "BTCUSDT", "filters": {"MAX_NUM_ORDERS": {"maxNumOrders": 1}}})

    assert error(replace(paper, "ALLOW_FAILURE")) == (400, -2010, "Filter failure: MAX_NUM_ORDERS")
    assert statuses(paper) == {"old": "NEW"}


def test_a_replacement_may_keep_the_name_and_use_the_funds(paper: PaperClient) -> None:
    paper.control("balances", {"USDT": "600"})
    paper.limit(newClientOrderId="old")

    answer = replace(paper, "STOP_ON_FAILURE", newClientOrderId="old", quantity="0.01", price="59000")

    assert answer.json()["newOrderResponse"]["clientOrderId"] == "old"
    assert paper.balance("USDT") == ("10.00000000", "590.00000000")


@pytest.mark.parametrize(
    ("exceeded", "status", "code", "left"),
    [("DO_NOTHING", 429, -1015, "NEW"), ("CANCEL_ONLY", 429, -2021, "CANCELED")],
)
def test_too_many_orders_may_still_be_cancelled(
    paper: PaperClient, exceeded: str, status: int, code: int, left: str
) -> None:
    paper.limit(newClientOrderId="old")
    paper.control("limits", {**DAILY, "limit": 1})

    answer = replace(paper, "STOP_ON_FAILURE", orderRateLimitExceededMode=exceeded)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert statuses(paper) == {"old": left}


def test_a_replacement_spares_what_its_restrictions_spare(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="old")

    refused = replace(paper, "STOP_ON_FAILURE", cancelRestrictions="ONLY_PARTIALLY_FILLED").json()["data"]

    assert refused["cancelResponse"]["msg"] == "Order was not canceled due to cancel restrictions."
    paper.control("symbols", {"symbol": "BTCUSDT", "cancelReplaceAllowed": False})
    text = "Order cancel-replace is not supported for this symbol."
    assert error(replace(paper, "STOP_ON_FAILURE")) == (400, -2010, text)


def test_replacing_an_order_of_a_list_cancels_the_list(paper: PaperClient) -> None:
    paper.signed("POST", f"{LIST}/oco", **OCO)

    told = replace(paper, "STOP_ON_FAILURE", "above").json()

    assert told["cancelResponse"]["listOrderStatus"] == "ALL_DONE"
    assert statuses(paper) == {"above": "CANCELED", "below": "CANCELED", "new": "NEW"}


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


def test_everything_on_a_symbol_is_cancelled_at_once(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="single")
    paper.signed("POST", f"{LIST}/oco", **OCO)
    paper.limit(symbol="ETHUSDT", price="3000", quantity="1", newClientOrderId="elsewhere")

    single, oco = paper.signed("DELETE", "/api/v3/openOrders", symbol="BTCUSDT").json()

    assert (single["origClientOrderId"], single["status"]) == ("single", "CANCELED")
    assert (oco["listClientOrderId"], [each["status"] for each in oco["orderReports"]]) == ("list", ["CANCELED"] * 2)
    assert statuses(paper)["elsewhere"] == "NEW"
    nothing = paper.signed("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")
    assert error(nothing) == (400, -2011, "Unknown order sent.")


def test_a_routed_order_says_so(paper: PaperClient) -> None:
    order = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
    limited = {"type": "LIMIT", "timeInForce": "GTC", "price": "60000", "newClientOrderId": "rests"}

    taken = paper.signed("POST", "/api/v3/sor/order", **order, type="MARKET").json()
    paper.signed("POST", "/api/v3/sor/order", **order, **limited)

    assert (taken["status"], taken["usedSor"], taken["workingFloor"]) == ("FILLED", True, "SOR")
    assert paper.find("rests").json()["workingFloor"] == "EXCHANGE"
    assert paper.signed("POST", "/api/v3/sor/order/test", **order, type="MARKET").json() == {}
    assert paper.public("/api/v3/exchangeInfo").json()["sors"] == [{"baseAsset": "BTC", "symbols": ["BTCUSDT"]}]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"symbol": "BTCUSDT", "type": "LIMIT_MAKER", "quantity": "1", "price": "60000"}, -1014),
        ({"symbol": "BTCUSDT", "type": "MARKET", "quoteOrderQty": "100"}, -1014),
        ({"symbol": "ETHUSDT", "type": "MARKET", "quantity": "1"}, -1020),
    ],
)
def test_what_cannot_be_routed_is_refused(paper: PaperClient, order: dict[str, str], code: int) -> None:
    assert error(paper.signed("POST", "/api/v3/sor/order", side="BUY", **order))[:2] == (400, code)
