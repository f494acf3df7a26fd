"""Cancel-replace, cancelling everything, smart order routing."""

from typing import Any

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_lists import LIST, OCO

REPLACE = "/api/v3/order/cancelReplace"
NEW = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.02",
    "price": "61000",
    "newClientOrderId": "new",
}
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
