"""Order lists of margin accounts: OCO by its old parameters, OTO and OTOCO by those of Spot; no OPO."""

from decimal import Decimal
from typing import Any

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_lists import NAME, OTO, OTOCO, WORKING
from tests.paper_exchange.paper_margin import BORROW, BOTH, ISOLATED, MARGIN, balance, find, get, only

OCO = {
    "symbol": "BTCUSDT",
    "side": "SELL",
    "quantity": "0.1",
    "price": "70000",
    "limitClientOrderId": "limit",
    "stopPrice": "60000",
    "stopClientOrderId": "stop",
    **NAME,
}
BUY_OCO = OCO | {"side": "BUY", "price": "60000", "stopPrice": "70000"}
STOP_LIMIT = {"stopLimitPrice": "59000", "stopLimitTimeInForce": "GTC"}
SMALL = {"workingQuantity": "0.1", "pendingQuantity": "0.1"}
LISTS = {"oco": OCO, "oto": OTO | SMALL, "otoco": OTOCO | SMALL}


def place(paper: PaperClient, kind: str, **parameters: object) -> Any:
    answer = paper.signed("POST", f"{MARGIN}/order/{kind}", **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def statuses(paper: PaperClient, *names: str, **flags: str) -> list[str]:
    return [find(paper, name, **flags).json()["status"] for name in names]


@pytest.mark.parametrize("flags", BOTH)
@pytest.mark.parametrize("kind", LISTS)
def test_a_list_is_placed_found_and_cancelled(paper: PaperClient, flags: dict[str, str], kind: str) -> None:
    placed = place(paper, kind, **LISTS[kind], **flags)
    named = {"symbol": "BTCUSDT", **flags} if flags else {}

    found = get(paper, "orderList", origClientOrderId="list", **named)
    assert (found["orderListId"], found["listOrderStatus"], found["isIsolated"]) == (
        placed["orderListId"],
        "EXECUTING",
        bool(flags),
    )
    assert found["orders"] == placed["orders"]
    for path in ("openOrderList", "allOrderList"):
        assert [each["orderListId"] for each in get(paper, path, **named)] == [placed["orderListId"]]
    cancelled = paper.signed("DELETE", f"{MARGIN}/orderList", symbol="BTCUSDT", listClientOrderId="list", **flags)
    assert cancelled.json()["listOrderStatus"] == "ALL_DONE"
    assert {each["status"] for each in cancelled.json()["orderReports"]} == {"CANCELED"}
    assert get(paper, "openOrderList", **named) == []


@pytest.mark.parametrize("flags", BOTH)
def test_a_list_is_not_found_without_the_flag_it_was_placed_with(paper: PaperClient, flags: dict[str, str]) -> None:
    place(paper, "oco", **OCO, **flags)
    named = {} if flags else {"symbol": "BTCUSDT", **ISOLATED}

    missed = paper.signed("GET", f"{MARGIN}/orderList", origClientOrderId="list", **named)
    assert error(missed) == (400, -2018, "Order list does not exist.")
    wrong = {"symbol": "BTCUSDT", "listClientOrderId": "list", **({} if flags else ISOLATED)}
    assert error(paper.signed("DELETE", f"{MARGIN}/orderList", **wrong)) == (400, -2011, "Unknown order sent.")


def test_an_oco_has_a_limit_maker_and_a_stop(paper: PaperClient) -> None:
    placed = place(paper, "oco", **OCO, newOrderRespType="RESULT")

    limit, stop = placed["orderReports"]
    assert (limit["type"], limit["price"], limit["clientOrderId"]) == ("LIMIT_MAKER", "70000.00000000", "limit")
    assert (stop["type"], stop["stopPrice"], stop["clientOrderId"]) == ("STOP_LOSS", "60000.00000000", "stop")
    paper.control("prices", {"BTCUSDT": "59900"})
    assert statuses(paper, "limit", "stop") == ["EXPIRED", "FILLED"]


def test_the_stop_of_an_oco_may_have_a_limit(paper: PaperClient) -> None:
    stop = place(paper, "oco", **OCO, **STOP_LIMIT, newOrderRespType="RESULT")["orderReports"][1]

    assert (stop["type"], stop["price"], stop["timeInForce"]) == ("STOP_LOSS_LIMIT", "59000.00000000", "GTC")


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("oco", {"stopLimitPrice": "59000"}, -1102),
        ("oco", {"stopLimitTimeInForce": "GTC"}, -1106),
        ("oco", {"price": "60000", "stopPrice": "70000"}, -2010),
        ("oco", {"aboveType": "LIMIT_MAKER"}, -1104),
        ("oto", {"sideEffectType": "AUTO_REPAY"}, -1130),
        ("otoco", {"sideEffectType": "AUTO_REPAY"}, -1130),
        ("oto", {"pendingStrategyId": "1"}, -1106),
        ("oto", {"workingPegPriceType": "PRIMARY_PEG"}, -1106),
    ],
)
def test_what_a_list_does_not_take_is_refused(paper: PaperClient, kind: str, change: dict[str, str], code: int) -> None:
    assert error(paper.signed("POST", f"{MARGIN}/order/{kind}", **(LISTS[kind] | change)))[1] == code
    assert get(paper, "openOrders") == []


def test_there_is_no_opo(paper: PaperClient) -> None:
    for kind in ("opo", "opoco"):
        assert paper.signed("POST", f"{MARGIN}/order/{kind}", **WORKING).status_code == 404


@pytest.mark.parametrize("flags", BOTH)
def test_an_oco_borrows_for_the_dearer_of_its_orders(paper: PaperClient, flags: dict[str, str]) -> None:
    only(paper, USDT="1000")

    placed = place(paper, "oco", **BUY_OCO, **BORROW, **flags)

    assert (placed["marginBuyBorrowAmount"], placed["marginBuyBorrowAsset"]) == ("6000.00000000", "USDT")
    assert balance(paper, "USDT", flags) == (0, 7_000, 6_000)
    paper.signed("DELETE", f"{MARGIN}/orderList", symbol="BTCUSDT", listClientOrderId="list", **flags)
    assert balance(paper, "USDT", flags) == (1_000, 0, 0)


def test_cancelling_an_oco_keeps_the_debt_if_it_says_so(paper: PaperClient) -> None:
    only(paper, USDT="1000")
    place(paper, "oco", **BUY_OCO, **BORROW, autoRepayAtCancel="false")

    paper.signed("DELETE", f"{MARGIN}/openOrders", symbol="BTCUSDT")

    assert balance(paper, "USDT", {}) == (7_000, 0, 6_000)


def test_what_an_oco_earns_repays(paper: PaperClient) -> None:
    only(paper, USDT="1000", BTC="0.1")
    place(paper, "oco", **BUY_OCO, **BORROW, autoRepayAtCancel="false")
    paper.signed("DELETE", f"{MARGIN}/openOrders", symbol="BTCUSDT")

    place(paper, "oco", **OCO, sideEffectType="AUTO_REPAY")
    paper.control("prices", {"BTCUSDT": "70001"})

    assert balance(paper, "USDT", {}) == (7_000 + Decimal("993"), 0, 0)


def test_a_bracket_borrows_for_its_working_and_for_its_pending_orders(paper: PaperClient) -> None:
    """Both must be there at once, as on Spot; then what the working order buys repays what was borrowed to sell."""
    only(paper, USDT="1000")

    placed = place(paper, "otoco", **LISTS["otoco"], sideEffectType="AUTO_BORROW_REPAY")

    assert (placed["marginBuyBorrowAmount"], placed["marginBuyBorrowAsset"]) == ("5000.00000000", "USDT")
    assert balance(paper, "USDT", {}) == (0, 6_000, 5_000)
    assert balance(paper, "BTC", {}) == (0, Decimal("0.1"), Decimal("0.1"))
    paper.control("prices", {"BTCUSDT": "59999.9"})
    assert statuses(paper, "working", "above", "below") == ["FILLED", "NEW", "NEW"]
    assert balance(paper, "BTC", {}) == (0, Decimal("0.1"), Decimal("0.0001"))  # the commission is still owed
    paper.control("prices", {"BTCUSDT": "70001"})
    assert statuses(paper, "working", "above", "below") == ["FILLED", "FILLED", "EXPIRED"]
    assert balance(paper, "USDT", {}) == (Decimal(6_993) - 5_000, 0, 0)


def test_a_cancelled_bracket_repays_all_that_it_borrowed(paper: PaperClient) -> None:
    only(paper, USDT="1000")
    place(paper, "oto", **LISTS["oto"], **BORROW)

    paper.signed("DELETE", f"{MARGIN}/order", symbol="BTCUSDT", origClientOrderId="working")

    assert balance(paper, "USDT", {}) == (1_000, 0, 0)
    assert balance(paper, "BTC", {}) == (0, 0, 0)
