"""Finding orders, trades and balances again, and cancelling."""

from typing import Any

import pytest

from tests.paper_exchange.paper_client import PaperClient, error

DAY_MS = 86_400_000


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["orderId"] for row in rows]


def test_a_lookup_has_the_documented_fields(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="known")

    assert set(paper.find("known").json()) == {
        "symbol",
        "orderId",
        "orderListId",
        "clientOrderId",
        "price",
        "origQty",
        "executedQty",
        "cummulativeQuoteQty",
        "status",
        "timeInForce",
        "type",
        "side",
        "stopPrice",
        "icebergQty",
        "time",
        "updateTime",
        "isWorking",
        "workingTime",
        "origQuoteOrderQty",
        "selfTradePreventionMode",
    }


def test_of_orders_with_one_client_id_the_newest_is_found(paper: PaperClient) -> None:
    for _ in range(3):
        paper.market(newClientOrderId="same")

    assert paper.find("same").json()["orderId"] == 3


def test_an_order_is_found_by_its_number_too(paper: PaperClient) -> None:
    paper.market(newClientOrderId="first")

    found = paper.signed("GET", "/api/v3/order", symbol="BTCUSDT", orderId=1)

    assert found.json()["clientOrderId"] == "first"


def test_an_unknown_order_does_not_exist(paper: PaperClient) -> None:
    paper.market(newClientOrderId="here")

    does_not_exist = (400, -2013, "Order does not exist.")
    assert error(paper.find("nowhere")) == does_not_exist
    assert error(paper.find("here", symbol="ETHUSDT")) == does_not_exist
    assert error(paper.signed("GET", "/api/v3/order", symbol="BTCUSDT", orderId=2)) == does_not_exist
    assert error(paper.signed("GET", "/api/v3/order", symbol="BTCUSDT", orderId=0)) == does_not_exist


def test_both_ids_must_belong_together(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="mine")
    both = {"symbol": "BTCUSDT", "orderId": 1}

    assert paper.signed("GET", "/api/v3/order", **both, origClientOrderId="mine").status_code == 200
    mismatch = (400, -2039, "Client order ID is not correct for this order ID.")
    for method in ("GET", "DELETE"):
        assert error(paper.signed(method, "/api/v3/order", **both, origClientOrderId="other")) == mismatch


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_order_must_be_named(paper: PaperClient, method: str) -> None:
    answer = paper.signed(method, "/api/v3/order", symbol="BTCUSDT")

    text = "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!"
    assert error(answer) == (400, -1102, text)


def test_only_an_open_order_can_be_cancelled(paper: PaperClient) -> None:
    paper.market(newClientOrderId="filled")
    paper.limit(newClientOrderId="open")

    unknown = (400, -2011, "Unknown order sent.")
    assert error(paper.cancel("nowhere")) == unknown
    assert error(paper.cancel("filled")) == unknown
    assert paper.cancel("open").status_code == 200
    assert error(paper.cancel("open")) == unknown
    assert paper.find("open").json()["status"] == "CANCELED"


def test_the_cancel_has_a_name_of_its_own(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="open")

    cancelled = paper.cancel("open", newClientOrderId="the-cancel").json()

    assert (cancelled["origClientOrderId"], cancelled["clientOrderId"]) == ("open", "the-cancel")


def test_a_restricted_cancel_spares_an_order_in_another_state(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="new")

    refused = paper.cancel("new", cancelRestrictions="ONLY_PARTIALLY_FILLED")
    invalid = paper.cancel("new", cancelRestrictions="ONLY_MONDAYS")

    assert error(refused) == (400, -2011, "Order was not canceled due to cancel restrictions.")
    assert error(invalid) == (400, -1145, "Invalid cancelRestrictions")
    assert paper.cancel("new", cancelRestrictions="ONLY_NEW").status_code == 200


def test_open_orders_are_those_that_rest(paper: PaperClient) -> None:
    paper.limit()
    paper.market()
    paper.limit(symbol="ETHUSDT", price="3000", quantity="1")

    assert ids(paper.signed("GET", "/api/v3/openOrders").json()) == [1, 3]
    assert ids(paper.signed("GET", "/api/v3/openOrders", symbol="ETHUSDT").json()) == [3]


def test_all_orders_are_those_of_the_symbol_in_any_state(paper: PaperClient) -> None:
    for _ in range(3):
        paper.market()
    paper.limit(symbol="ETHUSDT", price="3000", quantity="1")
    first = paper.find(paper.seen("orders")[0]["clientOrderId"]).json()["time"]

    def all_orders(**parameters: object) -> list[int]:
        return ids(paper.signed("GET", "/api/v3/allOrders", symbol="BTCUSDT", **parameters).json())

    assert all_orders() == [1, 2, 3]
    assert all_orders(limit=2) == [2, 3]
    assert all_orders(orderId=2) == [2, 3]
    assert all_orders(orderId=1, limit=1) == [1]
    assert all_orders(startTime=first, limit=1) == [1]
    assert all_orders(endTime=first - 1) == []
    too_long = paper.signed("GET", "/api/v3/allOrders", symbol="BTCUSDT", startTime=0, endTime=DAY_MS + 1)
    assert error(too_long)[1] == -1127


def test_trades_tell_who_took_and_who_made(paper: PaperClient) -> None:
    paper.market("SELL", "0.5")
    paper.limit("BUY", "0.5", "60000")
    paper.control("prices", {"BTCUSDT": "59000"})

    taken, made = paper.signed("GET", "/api/v3/myTrades", symbol="BTCUSDT").json()

    assert (taken["orderId"], taken["isBuyer"], taken["isMaker"]) == (1, False, False)
    assert (made["orderId"], made["isBuyer"], made["isMaker"]) == (2, True, True)
    assert (made["price"], made["quoteQty"], made["commission"]) == ("60000.00000000", "30000.00000000", "0.00050000")
    assert ids(paper.signed("GET", "/api/v3/myTrades", symbol="BTCUSDT", orderId=2).json()) == [2]
    assert ids(paper.signed("GET", "/api/v3/myTrades", symbol="BTCUSDT", fromId=2).json()) == [2]
    assert paper.signed("GET", "/api/v3/myTrades", symbol="ETHUSDT").json() == []
    mixed = paper.signed("GET", "/api/v3/myTrades", symbol="BTCUSDT", fromId=1, startTime=0)
    assert error(mixed)[1] == -1128


def test_the_account_can_leave_out_what_it_does_not_have(paper: PaperClient) -> None:
    paper.control("balances", {"DOGE": "0"})

    everything = paper.signed("GET", "/api/v3/account").json()
    holdings = paper.signed("GET", "/api/v3/account", omitZeroBalances="true").json()

    assert everything["canTrade"] is True
    assert {"asset": "DOGE", "free": "0.00000000", "locked": "0.00000000"} in everything["balances"]
    assert "DOGE" not in [each["asset"] for each in holdings["balances"]]
